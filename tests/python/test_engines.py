"""Engines for data say what the program says: the examples of python/examples, and its JSON lines read without a schema.

TIEOUT_REPORTS says over how many reports; .ci/engines makes them.
"""

import importlib
import json
import os
import sys

import pytest
from conftest import ROOT, alone, program, with_places

pytest.importorskip("pyarrow")
sys.path.insert(0, str(ROOT / "python/examples"))
# Workers are started elsewhere, and import the examples by name.
os.environ.update(PYTHONPATH=str(ROOT / "python/examples"), PYSPARK_PYTHON=sys.executable)


@pytest.fixture(scope="module")
def archive(reports):
    """A folder of many reports, or else of the few that the repository has."""
    return os.environ.get("TIEOUT_REPORTS") or str(reports)


@pytest.fixture(scope="module")
def lines(archive, tmp_path_factory):
    """What the program writes as JSON lines."""
    file = tmp_path_factory.mktemp("lines") / "findings.jsonl"
    program(archive, "--quiet", "--output", f"jsonl={file}")
    return file


@pytest.fixture(scope="module")
def told(lines):
    """The findings in these lines."""
    with open(lines, encoding="utf-8") as text:
        found = [json.loads(line) for line in text]
    findings = [line for line in found if line["type"] == "finding"]
    assert len(findings) > 30
    return findings


@pytest.fixture(scope="module")
def expected(archive):
    """What the program finds in each report by itself."""
    findings = [{**finding, "type": "finding"} for document in alone(archive) for finding in document["findings"]]
    assert len(findings) > 30
    return findings


def sorted_rows(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def assert_same(rows, expected):
    rows, expected = sorted_rows(map(with_places, rows)), sorted_rows(expected)
    assert len(rows) == len(expected)
    for row, finding in zip(rows, expected):
        assert row == finding


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql")
    session = sql.SparkSession.builder.master("local[2]")
    for key, value in (
        ("spark.ui.enabled", "false"),
        ("spark.driver.host", "127.0.0.1"),
        ("spark.driver.bindAddress", "127.0.0.1"),
        ("spark.sql.shuffle.partitions", "2"),
    ):
        session = session.config(key, value)
    session = session.getOrCreate()
    yield session
    session.stop()


def test_spark_finds_what_the_program_finds(spark, archive, expected):
    found = importlib.import_module("spark").findings(spark, archive)
    assert_same([row.asDict(recursive=True) for row in found.collect()], expected)


def test_spark_reads_json_lines_without_a_schema(spark, lines, told):
    found = spark.read.json(str(lines)).where("type = 'finding'").select(list(told[0]))
    assert_same([row.asDict(recursive=True) for row in found.collect()], told)


def test_ray_finds_what_the_program_finds(archive, expected):
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        assert_same(importlib.import_module("ray_data").findings(archive).take_all(), expected)
    finally:
        ray.shutdown()


def test_duckdb_reads_json_lines_without_a_schema(lines, told):
    duckdb = pytest.importorskip("duckdb")
    keys = ", ".join(f'"{key}"' for key in told[0])
    found = duckdb.sql(f"select {keys} from read_json_auto('{lines}') where type = 'finding'")
    assert_same(found.to_arrow_table().to_pylist(), told)
    by_rule = importlib.import_module("duck").by_rule(str(lines)).fetchall()
    assert sum(row[2] for row in by_rule) == len(told)


def test_duckdb_reads_reports_and_has_their_findings(archive, expected):
    pytest.importorskip("duckdb")
    assert_same(importlib.import_module("duck").findings(archive).to_pylist(), expected)


def test_polars_reads_json_lines_without_a_schema(lines, told):
    polars = pytest.importorskip("polars")
    for read in (polars.read_ndjson, lambda file: polars.scan_ndjson(file).collect()):
        found = read(lines).filter(polars.col("type") == "finding").select(list(told[0]))
        assert_same(found.to_dicts(), told)
    assert importlib.import_module("frames").by_rule(lines)["findings"].sum() == len(told)


def test_polars_has_the_findings_of_a_frame(archive, expected):
    pytest.importorskip("polars")
    assert_same(importlib.import_module("frames").findings(archive).to_dicts(), expected)


def test_json_lines_without_a_finding_are_read_without_a_schema(tmp_path):
    (tmp_path / "clean.txt").write_bytes((ROOT / "tests/reports/clean.txt").read_bytes())
    file = tmp_path / "findings.jsonl"
    program(tmp_path, "--quiet", "--output", f"jsonl={file}")
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    query = """select "primary".line, related[1]."text" from {} where type = 'finding'"""
    assert duckdb.sql(query.format(f"read_json_auto('{file}')")).fetchall() == []
    found = polars.read_ndjson(file).filter(polars.col("type") == "finding")
    assert found.select(polars.col("primary").struct.field("line")).to_dicts() == []
