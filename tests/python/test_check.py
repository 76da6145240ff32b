"""`tieout.check` says what the program says."""

import datetime
import json
import pickle
import threading
import time

import pytest
from conftest import ROOT, document, program

import tieout

ERRORS = (ROOT / "tests/reports/errors.txt").read_bytes()
CLEAN = (ROOT / "tests/reports/clean.txt").read_bytes()


def test_each_report_has_the_findings_of_the_program(reports, files):
    found = 0
    for path, data in files.items():
        expected = document(reports, path)
        result = tieout.check(data, path)
        assert result.findings == expected["findings"]
        assert result.reports == expected["reports"]
        assert result.summary == expected["summary"]
        assert result.status == program(reports, path).returncode, path
        found += len(result.findings)
    assert found > 30 and len(files) > 15


def test_a_report_that_cannot_be_read_is_a_finding():
    for data, name in ((b"\0", "a.txt"), (b"PK\x03\x04", "a.docx"), (b"x", "a.exe"), (b"%PDF-1.7", "a.pdf")):
        (finding,) = tieout.check(data, name).findings
        assert (finding["rule"], finding["level"], finding["path"]) == ("tieout/unreadable", "error", name)


def test_what_is_no_report_is_no_pass():
    result = tieout.check("今天天气很好。".encode(), "a.txt")
    assert (result.findings, result.reports, result.summary["skipped"], result.status) == ([], [], 1, 3)


def test_all_ways_to_say_a_configuration_are_one(tmp_path):
    text = """
        packs = ["ogi"]
        [levels]
        "ogi/prose-*" = "note"
        "ogi/zero-requests" = "off"
        [[override]]
        path = "drafts/**"
        levels = { "ogi/request-row-total" = "warning" }
        [[accept]]
        rule = "ogi/heading-*"
        reason = "seen"
        until = 2027-06-30
        [[accept]]
        rule = "ogi/signed-late"
        reason = "there is none"
    """
    config = {
        "packs": ["ogi"],
        "levels": {"ogi/prose-*": "note", "ogi/zero-requests": "off"},
        "override": [{"path": "drafts/**", "levels": {"ogi/request-row-total": "warning"}}],
        "accept": [
            {"rule": "ogi/heading-*", "reason": "seen", "until": datetime.date(2027, 6, 30)},
            {"rule": "ogi/signed-late", "reason": "there is none"},
        ],
    }
    (tmp_path / "tieout.toml").write_text(text, encoding="utf-8")
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts/a.txt").write_bytes(ERRORS)
    seen = set()
    for today in (datetime.date(2027, 6, 30), datetime.date(2027, 7, 1)):
        expected = document(tmp_path, "drafts/a.txt", "--today", str(today))
        for given in (text, config):
            result = tieout.check(ERRORS, "drafts/a.txt", given, today=today)
            told = [finding for finding in result.findings if not finding["rule"].endswith("-accept")]
            assert told == [one for one in expected["findings"] if not one["rule"].endswith("-accept")]
            # Those of the configuration itself stand at other places in it.
            assert [one["rule"] for one in result.findings] == [one["rule"] for one in expected["findings"]]
            assert result.summary == expected["summary"]
        seen.update(finding["rule"] for finding in expected["findings"])
        assert expected["summary"]["accepted"] == (1 if today.month == 6 else 0)
    assert {"tieout/unused-accept", "tieout/expired-accept"} <= seen


def test_rules_are_selected_and_ignored_and_levels_fail(tmp_path):
    (tmp_path / "a.txt").write_bytes(ERRORS)
    for name, rules in (("select", ["ogi/prose-*"]), ("ignore", ["ogi/*", "prose/*"])):
        expected = document(tmp_path, f"--{name}", ",".join(rules), "a.txt")
        assert tieout.check(ERRORS, "a.txt", **{name: rules}).findings == expected["findings"]
    for level in ("error", "warning", "note", "never"):
        for rules in ("*", "ogi/heading-*", "ogi/zero-requests"):
            status = program(tmp_path, "--fail-on", level, "--select", rules, "a.txt").returncode
            assert tieout.check(ERRORS, "a.txt", select=[rules], fail_on=level).status == status


def test_excluded_reports_are_skipped():
    result = tieout.check(ERRORS, "drafts/a.txt", {"exclude": ["drafts/**"]})
    assert (result.findings, result.summary["skipped"]) == ([], 1)


def test_packs_of_ones_own_are_read_anew(tmp_path):
    pack = tmp_path / "orchard"
    (pack / "rules").mkdir(parents=True)
    (pack / "pack.toml").write_text('id = "orchard"\ntitle = "Orchards"\nextends = "ogi"\n')
    config = {"rules": [tmp_path], "packs": "orchard"}
    before = tieout.check(ERRORS, "a.txt", config)
    assert before.reports[0]["pack"] == "orchard"
    (pack / "pack.toml").write_text('id = "orchard"\ntitle = "Orchards"\n')
    assert tieout.check(ERRORS, "a.txt", config).findings != before.findings


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"packs": ["nosuch"]}, "unknown pack `nosuch`"),
        ({"pack": ["ogi"]}, "unknown key `pack`"),
        ({"levels": {"ogi/no-such-rule": "note"}}, "unknown rule `ogi/no-such-rule`"),
        ({"levels": {"ogi/zero-requests": "eror"}}, "unknown value of `levels`: `eror`"),
        ("packs = [", "config:1:"),
        ({"rules": ["/nowhere/at/all"]}, "cannot read /nowhere/at/all"),
    ],
)
def test_a_mistake_in_a_configuration_is_told_with_its_place(config, told):
    with pytest.raises(tieout.ConfigError, match=told.replace("[", r"\[")) as caught:
        tieout.check(CLEAN, "a.txt", config)
    assert isinstance(caught.value, ValueError)
    if "rules" not in config:
        assert "config:" in str(caught.value)


def test_a_mistake_in_a_pack_is_told_with_its_place(tmp_path):
    (tmp_path / "pack.toml").write_text("id = 'orchard'\ntitel = 'Orchards'\n")
    with pytest.raises(tieout.ConfigError) as caught:
        tieout.check(CLEAN, "a.txt", {"rules": [str(tmp_path)]})
    assert f"{tmp_path}/pack.toml:2:1" in str(caught.value) and "did you mean `title`?" in str(caught.value)


def test_arguments_that_cannot_be_used():
    for data in ("text", None, 1, [1]):
        with pytest.raises(TypeError, match="data must be the bytes of a report"):
            tieout.check(data, "a.txt")
    with pytest.raises(TypeError):
        tieout.check(b"", 1)
    with pytest.raises(TypeError, match="config must be a dict or the text of a tieout.toml, not int"):
        tieout.check(b"", "a.txt", 1)
    with pytest.raises(TypeError, match=r'config\["packs"\] cannot be NoneType'):
        tieout.check(b"", "a.txt", {"packs": None})
    with pytest.raises(TypeError, match="the keys of config must be str"):
        tieout.check(b"", "a.txt", {1: 2})
    with pytest.raises(tieout.ConfigError, match="no rule matches `no/such`"):
        tieout.check(b"", "a.txt", select=["no/such"])
    with pytest.raises(TypeError, match="lists of rules"):
        tieout.check(b"", "a.txt", select="ogi/*")
    with pytest.raises(ValueError, match="fail_on"):
        tieout.check(b"", "a.txt", fail_on="eror")


def test_bytes_of_any_kind():
    expected = tieout.check(ERRORS, "a.txt")
    assert tieout.check(bytearray(ERRORS), "a.txt") == expected
    assert tieout.check(memoryview(ERRORS), "a.txt") == expected


def test_a_linter_is_pickled():
    linter = tieout.Linter({"levels": {"ogi/prose-*": "note"}}, ignore=["prose/*"], fail_on="error")
    again = pickle.loads(pickle.dumps(linter))
    assert again.check(ERRORS, "a.txt") == linter.check(ERRORS, "a.txt")


def test_other_threads_run_meanwhile():
    linter = tieout.Linter()
    large = ERRORS + "全年办结38件，其中网站12件、信件26件。\n".encode() * 100_000
    linter.check(ERRORS, "a.txt")
    turns = []
    done = threading.Event()

    def count():
        while not done.is_set():
            turns.append(time.perf_counter())
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    start = time.perf_counter()
    linter.check(large, "a.txt")
    end = time.perf_counter()
    done.set()
    counter.join()
    assert end - start > 0.1
    # With the lock held there would be none between the beginning and the end.
    assert sum(start + 0.01 < turn < end - 0.01 for turn in turns) > 5


def test_the_keys_are_those_of_the_schema():
    schema = json.loads((ROOT / "docs/schema/findings.json").read_text(encoding="utf-8"))["$defs"]
    for name, typed in (
        ("finding", tieout.Finding),
        ("report", tieout.Report),
        ("summary", tieout.Summary),
        ("relations", tieout.Relations),
        ("figures", tieout.Figures),
        ("place", tieout.Place),
    ):
        assert set(typed.__annotations__) == set(schema[name]["properties"]), name
