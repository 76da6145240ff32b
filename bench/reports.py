#!/usr/bin/env python3
"""Writes any number of clean reports in text, Markdown and HTML, from tests/reports/clean.*: every count times a number, so
that all that was equal stays equal. What `bench/run` checks where ../shared/bench/gen_reports.py is not at hand.

    reports.py --count N --out DIR
"""
import argparse
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
KINDS = ["txt", "md", "html"]
# A count behind a tab, a pipe or a tag, or before a unit; years, dates and numbers of sections are none.
COUNT = re.compile(r"(?<=[\t|>])( *)(\d+)( *)(?=[\t|<\n])|(?<![\d.年月])()(\d+)()(?=[件条人次个])")


def scaled(text, factor):
    def times(match):
        before, count, after = match.group(1, 2, 3) if match.group(2) else match.group(4, 5, 6)
        return f"{before}{int(count) * factor}{after}"

    return COUNT.sub(times, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    pages = [(kind, (HERE.parent / "tests/reports" / f"clean.{kind}").read_text("utf-8")) for kind in KINDS]
    for number in range(options.count):
        kind, page = pages[number % len(pages)]
        folder = options.out / f"{number // 1000:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:06}.{kind}").write_text(scaled(page, number % 37 + 1), "utf-8")


if __name__ == "__main__":
    main()
