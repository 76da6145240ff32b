"""Findings in Polars: python frames.py REPORTS"""

import subprocess
import sys
from pathlib import Path

import polars as pl
import tieout

KINDS = {".txt", ".md", ".html", ".htm", ".docx", ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".pdf"}


def by_rule(lines: str) -> pl.DataFrame:
    """How many findings each rule has, from what `tieout check --format jsonl` wrote."""
    found = pl.read_ndjson(lines).filter(pl.col("type") == "finding")
    counts = found.group_by("rule", "level").agg(findings=pl.len(), reports=pl.col("path").n_unique())
    return counts.sort(["findings", "rule"], descending=[True, False])


def findings(folder: str) -> pl.DataFrame:
    """The findings of all reports below a folder."""
    files = sorted(path for path in Path(folder).rglob("*") if path.suffix in KINDS)
    paths = [path.relative_to(folder).as_posix() for path in files]
    reports = pl.DataFrame({"path": paths, "content": [path.read_bytes() for path in files]})
    return pl.DataFrame(tieout.check_table(reports))


if __name__ == "__main__":
    with open("findings.jsonl", "wb") as out:
        subprocess.run([tieout.program(), "check", "--format", "jsonl", sys.argv[1]], stdout=out)
    print(by_rule("findings.jsonl"))
