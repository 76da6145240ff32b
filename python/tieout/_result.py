"""What comes of a check: the JSON of the program, whose keys docs/schema/findings.json describes."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, TypedDict


class Relations(TypedDict):
    """How relations came out."""

    held: int
    failed: int
    undecided: int


class Figures(TypedDict):
    """What became of figures."""

    tied: int
    broken: int
    unchecked: int


class Place(TypedDict):
    """A place in a report, with the figure that stands there and its part in the finding.

    `path` is that of another file than the finding's, where the place is in one.
    """

    path: Optional[str]
    line: Optional[int]
    column: Optional[int]
    end_line: Optional[int]
    end_column: Optional[int]
    offset: Optional[int]
    length: Optional[int]
    text: str
    locator: Optional[str]
    box: Optional[List[int]]
    message: str


class Group(TypedDict):
    """The findings that have the same cause."""

    id: str
    size: int


class Accepted(TypedDict):
    """Why a finding is accepted."""

    reason: str
    until: Optional[str]


class Finding(TypedDict):
    """Something in a report that cannot be true, is very likely wrong, or is worth a look."""

    rule: str
    level: str
    message: str
    path: str
    rules: List[str]
    fingerprint: str
    relation: Optional[str]
    relations: List[str]
    cause: Optional[str]
    expected: Optional[str]
    authority: Optional[str]
    group: Optional[Group]
    at: str
    accepted: Optional[Accepted]
    primary: Place
    related: List[Place]


class Report(TypedDict):
    """A report as a pack read it."""

    path: str
    pack: str
    edition: Optional[str]
    year: Optional[int]
    subject: Optional[str]
    figures: Figures
    relations: Relations


class Tables(TypedDict):
    """What became of the tables of all reports."""

    checked: int
    """Of a form, or with sums that were found in them."""
    nothing: int
    """Read, and no sums were found in them."""
    unread: int


class Summary(TypedDict):
    """What is told of all that was checked."""

    reports: int
    skipped: int
    errors: int
    warnings: int
    notes: int
    accepted: int
    baseline: int
    relations: Relations
    figures: Figures
    tables: Tables
    tables_only: int
    missing: List[Dict[str, Any]]


@dataclass(frozen=True)
class Result:
    """What came of a report.

    A report that no pack recognises has no findings, and none in `reports`: `status` is 3 then, never 0.
    """

    findings: List[Finding]
    """The findings by place, then rule."""
    reports: List[Report]
    """The report, once for each pack that recognised it."""
    summary: Summary
    """The account."""
    status: int
    """What the program would have exited with: 0 nothing at or above `fail_on`, 1 findings, 3 nothing was checked."""
