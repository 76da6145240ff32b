#!/usr/bin/env python3
"""Whether the same reports in several formats give the same findings and the same cells of forms, places aside.

    compare.py PROGRAM FOLDER [--least 0.99]

FOLDER is what make.py wrote: a folder for each format, `html` among them, to which the others are compared.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{arguments} failed: {done.stderr}")
    return json.loads(done.stdout)


def findings(program, folder):
    """What is told of each report, by the stem of its name."""
    answer = run(program, "check", "--format", "json", "--no-progress", folder)
    by_report = collections.defaultdict(list)
    for one in answer["findings"]:
        told = [one[key] for key in ("rule", "level", "message", "relation", "expected")]
        told.append(one["primary"] and one["primary"]["text"])
        by_report[pathlib.Path(one["path"]).stem].append(json.dumps(told, ensure_ascii=False))
    return {report: sorted(told) for report, told in by_report.items()}


def cells(program, path):
    """The cells of forms that were bound, with their texts."""
    facts = run(program, "facts", "--format", "json", path)["facts"]
    return sorted((fact["name"], fact["text"]) for fact in facts if "[" in fact["name"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--least", type=float, default=0.99, help="share of reports that must give the same")
    options = parser.parse_args()
    formats = {path.name: sorted(path.iterdir()) for path in sorted(options.folder.iterdir()) if path.is_dir()}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        bound = {name: dict(zip((path.stem for path in paths), pool.map(lambda path: cells(options.program, path), paths)))
                 for name, paths in formats.items()}
    told = {name: findings(options.program, options.folder / name) for name in formats}
    stems = [path.stem for path in formats["html"]]
    sizes = collections.Counter(len(bound["html"][stem]) for stem in stems)
    print(f"{len(stems)} reports, {sum(map(len, told['html'].values()))} findings, cells bound: {dict(sizes.most_common(4))}")
    is_well = True
    for name in formats:
        differ = [stem for stem in stems if told[name].get(stem) != told["html"].get(stem)]
        unbound = [stem for stem in stems if bound[name].get(stem) != bound["html"][stem]]
        print(f"{name:12} findings differ in {len(differ)}, cells in {len(unbound)}", *(differ + unbound)[:5])
        is_well &= max(len(differ), len(unbound)) <= (1 - options.least) * len(stems)
    if not is_well:
        sys.exit(f"more than {1 - options.least:.0%} differ")


if __name__ == "__main__":
    main()
