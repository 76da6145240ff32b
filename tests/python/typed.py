"""What a type checker has to take: .ci/engines runs mypy over it."""

from typing import List, Optional

import tieout

result: tieout.Result = tieout.check(b"", "a.txt", {"packs": ["ogi"]}, select=["ogi/*"], fail_on="error")
lines: List[Optional[int]] = [finding["primary"]["line"] for finding in result.findings]
held: int = result.summary["relations"]["held"]
linter: tieout.Linter = tieout.Linter("packs = ['ogi']", today=None)
again: tieout.Result = linter.check(b"", "a.txt")
where: str = tieout.program()

tieout.check("text", "a.txt")  # type: ignore[arg-type]
result.findings[0]["nosuch"]  # type: ignore[typeddict-item]
