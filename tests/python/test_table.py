"""`tieout.check_table` says what the program says, a row a finding."""

import json

import pytest
from conftest import ROOT, alone, program, with_places

import tieout

pa = pytest.importorskip("pyarrow")


def table(files, kind=None, text=None):
    paths = pa.array(list(files), type=text or pa.string())
    return pa.table({"size": range(len(files)), "content": pa.array(files.values(), type=kind), "path": paths})


def rows(found):
    """The rows as the program has them: without the column that says what they are, and without what is null there."""
    rows = [{key: value for key, value in row.items() if key != "type"} for row in found.to_pylist()]
    return [with_places(row) for row in rows]


@pytest.fixture(scope="module")
def expected(reports):
    documents = alone(reports)
    return {key: [one for document in documents for one in document[key]] for key in ("findings", "reports")}


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_the_findings_of_the_program_a_row_each(files, expected, threads):
    found = tieout.check_table(table(files), threads=threads)
    assert found.schema == tieout.schema()
    assert rows(found) == expected["findings"]


def test_reports_too(files, expected):
    found = tieout.check_table(table(files), reports=True)
    assert found.schema == tieout.schema(reports=True)
    reports = [row for row in found.to_pylist() if row["type"] == "report"]
    assert [row["path"] for row in reports] == [report["path"] for report in expected["reports"]]
    for row, report in zip(reports, expected["reports"]):
        assert row["verdicts"] == report["relations"]
        assert all(row[key] == report[key] for key in ("pack", "edition", "year", "subject", "figures"))
    findings = [row for row in found.to_pylist() if row["type"] == "finding"]
    assert [row["rule"] for row in findings] == [finding["rule"] for finding in expected["findings"]]


def test_the_columns_are_the_fields_of_the_json_lines(reports):
    lines = [json.loads(line) for line in program(reports, "--format", "jsonl").stdout.splitlines()]
    for kind, schema in (("finding", tieout.schema()), ("report", tieout.schema(reports=True))):
        keys = {key for line in lines if line["type"] == kind for key in line}
        assert keys <= set(schema.names)
        assert kind == "report" or keys == set(schema.names)
        inner = {key for line in lines if line["type"] == "finding" for key in line["primary"]}
        assert inner | {"path"} == {field.name for field in schema.field("primary").type}


def test_columns_of_every_kind_of_text_and_bytes(files, expected):
    for kind, text in (
        (pa.large_binary(), pa.large_string()),
        (pa.binary_view(), pa.string_view()),
        (pa.binary(), pa.dictionary(pa.int32(), pa.string())),
    ):
        if text.id == pa.dictionary(pa.int32(), pa.string()).id:
            given = table(files, kind)
            given = given.set_column(2, "path", given["path"].dictionary_encode())
        else:
            given = table(files, kind, text)
        assert rows(tieout.check_table(given)) == expected["findings"]


def test_batches_and_what_offers_the_arrow_interface(files, expected):
    batch = table(files).combine_chunks().to_batches()[0]
    found = tieout.check_table(batch)
    assert isinstance(found, pa.RecordBatch) and rows(found) == expected["findings"]

    class Offering:
        def __arrow_c_stream__(self, requested_schema=None):
            return table(files).__arrow_c_stream__(requested_schema)

    assert rows(tieout.check_table(Offering())) == expected["findings"]
    for empty in (table({}, pa.binary()), batch.slice(0, 0)):
        found = tieout.check_table(empty)
        assert (type(found), found.num_rows, found.schema) == (type(empty), 0, tieout.schema())


def test_a_report_without_content_is_a_finding():
    given = pa.table({"path": ["a.txt"], "content": pa.array([None], type=pa.binary())})
    (finding,) = tieout.check_table(given).to_pylist()
    assert (finding["rule"], finding["path"]) == ("tieout/unreadable", "a.txt")
    assert "its content is null" in finding["message"]


def test_tables_that_cannot_be_used():
    with pytest.raises(ValueError, match="no column 'content'; it has 'path'"):
        tieout.check_table(pa.table({"path": ["a.txt"]}))
    with pytest.raises(TypeError, match="'content' must be bytes, not string"):
        tieout.check_table(pa.table({"path": ["a.txt"], "content": ["x"]}))
    with pytest.raises(ValueError, match="the path of row 1 is null"):
        tieout.check_table(pa.table({"path": ["a.txt", None], "content": [b"x", b"y"]}))
    with pytest.raises(tieout.ConfigError, match="unknown pack `nosuch`"):
        tieout.check_table(pa.table({"path": ["a.txt"], "content": [b"x"]}), {"packs": ["nosuch"]})
    with pytest.raises((TypeError, ValueError)):
        tieout.check_table([1, 2])


def test_accepted_findings_are_not_in_the_table(files, expected):
    config = {"accept": [{"rule": "ogi/*", "reason": "seen"}, {"rule": "budget/rate", "reason": "there is none"}]}
    told = [row["rule"] for row in rows(tieout.check_table(table(files), config))]
    assert told == [
        finding["rule"] for finding in expected["findings"]
        if not any(rule.startswith("ogi/") or rule == "budget/rate" for rule in finding["rules"])
    ]


def test_long_lines_are_read():
    text = (ROOT / "tests/reports/errors.txt").read_bytes()
    assert len(text) > 1000
    name = "长" * 400_000 + ".txt"
    given = pa.table({"path": [name], "content": [text]})
    found = tieout.check_table(given).to_pylist()
    assert len(found) > 3 and {row["path"] for row in found} == {name}
