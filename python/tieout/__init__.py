"""A consistency linter for reports: it finds the figures in a report that cannot all be true.

>>> import tieout
>>> result = tieout.check(open("report.html", "rb").read(), "report.html")
>>> for finding in result.findings:
...     print(finding["level"], finding["message"])

`check` checks one report, `check_table` a table of them; a `Linter` does both with packs that are loaded once. The
program of the same name is installed with this package: `program()` says where.
"""

from tieout._linter import Linter, check, check_table, schema
from tieout._program import program
from tieout._result import Figures, Finding, Place, Relations, Report, Result, Summary
from tieout._tieout import ConfigError

__all__ = [
    "ConfigError",
    "Figures",
    "Finding",
    "Linter",
    "Place",
    "Relations",
    "Report",
    "Result",
    "Summary",
    "check",
    "check_table",
    "program",
    "schema",
]
