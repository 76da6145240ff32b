"""Tables of reports in, tables of findings out, by way of the program's JSON lines."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Optional, Union

import pyarrow as pa
import pyarrow.compute
import pyarrow.json

if TYPE_CHECKING:
    from tieout import _tieout

_PLACE = pa.struct(
    [
        ("line", pa.int64()),
        ("column", pa.int64()),
        ("end_line", pa.int64()),
        ("end_column", pa.int64()),
        ("offset", pa.int64()),
        ("length", pa.int64()),
        ("text", pa.string()),
        ("locator", pa.string()),
        ("box", pa.list_(pa.int64())),
        ("message", pa.string()),
        ("path", pa.string()),
    ]
)
_FIELDS = [
    ("type", pa.string()),
    ("path", pa.string()),
    ("rule", pa.string()),
    ("level", pa.string()),
    ("message", pa.string()),
    ("rules", pa.list_(pa.string())),
    ("fingerprint", pa.string()),
    ("relation", pa.string()),
    ("relations", pa.list_(pa.string())),
    ("cause", pa.string()),
    ("expected", pa.string()),
    ("authority", pa.string()),
    ("group", pa.struct({"id": pa.string(), "size": pa.int64()})),
    ("at", pa.string()),
    ("accepted", pa.struct({"reason": pa.string(), "until": pa.string()})),
    ("primary", _PLACE),
    ("related", pa.list_(_PLACE)),
]
FINDINGS = pa.schema(_FIELDS)
"""The columns of a table of findings."""
REPORTS = pa.schema(
    [
        *_FIELDS,
        ("pack", pa.string()),
        ("edition", pa.string()),
        ("year", pa.int64()),
        ("subject", pa.string()),
        ("figures", pa.struct({name: pa.int64() for name in ("tied", "broken", "unchecked")})),
        ("verdicts", pa.struct({name: pa.int64() for name in ("held", "failed", "undecided")})),
    ]
)
"""The columns of a table of findings and reports."""


def check(
    linter: _tieout.Linter, today: str, table: Any, threads: Optional[int], reports: bool
) -> Union[pa.Table, pa.RecordBatch]:
    """Checks each row of a table."""
    is_batch = isinstance(table, pa.RecordBatch)
    if not isinstance(table, (pa.Table, pa.RecordBatch)):
        table = pa.table(table)
    names = _column(table, "path", pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    contents = _column(table, "content", pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    if None in names:
        raise ValueError(f"the path of row {names.index(None)} is null")
    lines = linter.check_rows(names, contents, threads, today)
    schema = REPORTS if reports else FINDINGS
    found = _read(lines, schema, threads != 1)
    wanted = ["finding", "report"] if reports else ["finding"]
    found = found.filter(pa.compute.is_in(found["type"], pa.array(wanted)))
    if not is_batch:
        return found
    batches = found.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema)


def _column(table: Union[pa.Table, pa.RecordBatch], name: str, *kinds: Any) -> list:
    if name not in table.schema.names:
        raise ValueError(f"the table has no column {name!r}; it has {', '.join(map(repr, table.schema.names))}")
    column = table.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not any(kind(column.type) for kind in kinds):
        wanted = "text" if name == "path" else "bytes"
        raise TypeError(f"the column {name!r} must be {wanted}, not {column.type}")
    return column.to_pylist()


def _read(lines: bytes, schema: pa.Schema, use_threads: bool) -> pa.Table:
    if not lines:
        return schema.empty_table()
    longest = max(map(len, lines.splitlines()))
    return pa.json.read_json(
        io.BytesIO(lines),
        # A line has to fit in a block.
        read_options=pa.json.ReadOptions(use_threads=use_threads, block_size=max(1 << 20, longest + 2)),
        parse_options=pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
