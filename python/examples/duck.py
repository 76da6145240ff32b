"""Questions to DuckDB about findings: python duck.py REPORTS"""

import subprocess
import sys

import duckdb
import tieout


def by_rule(lines: str) -> duckdb.DuckDBPyRelation:
    """How many findings each rule has, from what `tieout check --format jsonl` wrote."""
    return duckdb.sql(
        f"""
        select rule, level, count(*) as findings, count(distinct path) as reports
        from read_json_auto('{lines}') where type = 'finding'
        group by all order by findings desc, rule
        """
    )


def findings(folder: str):
    """The findings of all reports below a folder, which DuckDB itself reads."""
    files = duckdb.sql(
        """
        select replace(filename, $folder || '/', '') as path, content from read_blob($folder || '/**')
        where regexp_matches(filename, '[.](txt|md|html?|docx|xlsx?|ods|csv|tsv|pdf)$') order by path
        """,
        params={"folder": folder},
    )
    return tieout.check_table(files)


if __name__ == "__main__":
    with open("findings.jsonl", "wb") as out:
        subprocess.run([tieout.program(), "check", "--format", "jsonl", sys.argv[1]], stdout=out)
    print(by_rule("findings.jsonl"))
