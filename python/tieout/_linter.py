"""Checking reports: one, or a table of them."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence, Union

from tieout import _tieout
from tieout._result import Result, Summary

if TYPE_CHECKING:
    import pyarrow

Config = Union[str, Mapping[str, Any], None]
_COUNTS = {"error": ("errors",), "warning": ("errors", "warnings"), "note": ("errors", "warnings", "notes"), "never": ()}


class Linter:
    """Packs that are loaded once, to check any number of reports on any number of threads.

    It can be pickled: what it was made from is, and the packs are loaded where it is unpickled.
    """

    def __init__(
        self,
        config: Config = None,
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        fail_on: str = "warning",
        today: Optional[datetime.date] = None,
    ) -> None:
        """Loads the packs.

        config: what a tieout.toml says, as its text or as a dict with the same keys (`packs`, `rules`, `exclude`,
            `levels`, `tolerances`, `override`, `accept`). Folders in `rules` are told from the working folder; no other
            file is read, no tieout.toml either.
        select, ignore: names of rules or globs over them, as --select and --ignore.
        fail_on: the lowest level for which `Result.status` is 1: "error", "warning", "note" or "never".
        today: the day on which accepted findings end or not; by default that of the clock.

        Raises ConfigError, with the text that the program prints, where a configuration or a pack has a mistake or a rule
        is named that there is none of.
        """
        if fail_on not in _COUNTS:
            raise ValueError(f"fail_on: {fail_on!r} is none of {', '.join(_COUNTS)}")
        if isinstance(select, str) or isinstance(ignore, str):
            raise TypeError("select and ignore are lists of rules, not str")
        self._arguments = (config, tuple(select), tuple(ignore), fail_on, today)
        self._fail_on = fail_on
        self._today = today
        self._linter = _tieout.Linter(config, list(select), list(ignore))

    def __reduce__(self) -> tuple:
        return _made, self._arguments

    def _day(self) -> str:
        return (self._today or datetime.date.today()).strftime("%Y-%m-%d")

    def check(self, data: bytes, name: str) -> Result:
        """Checks the bytes of a report.

        name: the path of the report. Its extension says what kind of file it is where the bytes do not; `path` in
            `exclude`, `override` and `accept` is told from it.

        What cannot be read is a finding (`tieout/unreadable`), no exception. Other threads run meanwhile.
        """
        if isinstance(data, (bytearray, memoryview)):
            data = bytes(data)
        if not isinstance(data, bytes):
            raise TypeError(f"data must be the bytes of a report, not {type(data).__name__}")
        found = json.loads(self._linter.check(data, name, self._day()))
        summary = found["summary"]
        return Result(found["findings"], found["reports"], summary, self._status(summary))

    def _status(self, summary: Summary) -> int:
        if any(summary[count] for count in _COUNTS[self._fail_on]):  # type: ignore[literal-required]
            return 1
        relations = summary["relations"]
        return 0 if relations["held"] + relations["failed"] else 3

    def check_table(
        self, table: Any, *, threads: Optional[int] = None, reports: bool = False
    ) -> Union[pyarrow.Table, pyarrow.RecordBatch]:
        """Checks each row of a table of reports; see the function `check_table`."""
        from tieout import _table

        return _table.check(self._linter, self._day(), table, threads, reports)


def _made(
    config: Config, select: Sequence[str], ignore: Sequence[str], fail_on: str, today: Optional[datetime.date]
) -> Linter:
    return Linter(config, select=select, ignore=ignore, fail_on=fail_on, today=today)


_KEPT = 8
_kept: dict[str, Linter] = {}


def _kept_or_made(config: Config, select: Sequence[str], ignore: Sequence[str], fail_on: str, today: Any) -> Linter:
    """The linter that was made from the same arguments, unless it reads folders, which may have changed since."""
    key = repr((config, select, ignore, fail_on, today))
    linter = _kept.get(key)
    if linter is None:
        linter = _made(config, select, ignore, fail_on, today)
        if not linter._linter.has_folders:
            if len(_kept) >= _KEPT:
                _kept.clear()
            _kept[key] = linter
    return linter


def check(
    data: bytes,
    name: str,
    config: Config = None,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fail_on: str = "warning",
    today: Optional[datetime.date] = None,
) -> Result:
    """Checks the bytes of a report: the findings that the program has for a file of this name.

    The arguments are those of `Linter` and of `Linter.check`. Packs are loaded once for the same arguments; with `rules`,
    whose folders may have changed, each time.
    """
    return _kept_or_made(config, select, ignore, fail_on, today).check(data, name)


def check_table(
    table: Any,
    config: Config = None,
    *,
    threads: Optional[int] = None,
    reports: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    today: Optional[datetime.date] = None,
) -> Union[pyarrow.Table, pyarrow.RecordBatch]:
    """Checks each row of a table of reports, and gives a table of findings, one a row, in the order of the reports.

    table: a table or batch of pyarrow, or whatever offers the Arrow PyCapsule interface, with the columns `path` (text)
        and `content` (bytes). Others are passed over. A `content` that is null is a report that cannot be read.
    threads: how many reports are checked at once; by default as many as the machine has cores. Engines that run a task a
        core want 1.
    reports: have a row for each report that was checked, too, whose `type` is "report": a report without one was not
        recognised.

    A RecordBatch gives a RecordBatch, anything else a Table; the columns are the fields of the program's JSON lines.
    Accepted findings that match nothing are not told: a table may be a part of the run. Needs pyarrow.
    """
    linter = _kept_or_made(config, select, ignore, "warning", today)
    return linter.check_table(table, threads=threads, reports=reports)


def schema(*, reports: bool = False) -> pyarrow.Schema:
    """The columns of the tables that `check_table` gives, for engines that want to know them before. Needs pyarrow."""
    from tieout import _table

    return _table.REPORTS if reports else _table.FINDINGS
