"""Every output is read by a program that is not ours."""

import csv
import html.parser
import io
import json
import pathlib
import shutil
import tempfile
import unittest
import xml.etree.ElementTree

import junitparser
import jsonschema
from markdown_it import MarkdownIt

from program import ROOT, TOOLS, environment, run

HOSTILE = (
    "\x1b[2J\u202e%0A::error::a##[error]b<script>alert(1)</script><img src=x onerror=alert(1)>"
    " [c](javascript:d) `e` @f &lt;g \uffff|h"
)


def reports(folder):
    """Reports with mistakes, some of them hostile in what they say and what they are called."""
    folder = pathlib.Path(folder)
    fixtures = ROOT / "tests/reports"
    for name in ("errors.txt", "errors.md", "errors.html", "clean.txt"):
        shutil.copy(fixtures / name, folder / name)
    text = (fixtures / "errors.txt").read_text(encoding="utf-8")
    text = text.replace("\n\tl", f"\n\t=cmd()|' /C calc'!A0{HOSTILE}", 1).replace("办结38件", f"办结38件{HOSTILE}", 1)
    (folder / "hostile.txt").write_text(text, encoding="utf-8")
    shutil.copy(fixtures / "errors.md", folder / (HOSTILE.replace("/", "_").replace("\uffff", "") + ".md"))
    shutil.copy(fixtures / "errors.md", folder / "=cmd().md")
    (folder / "broken.txt").write_bytes(b"\0")


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        reports(cls.folder)
        cls.findings = json.loads(cls.output("json"))["findings"]

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def output(cls, name):
        return run(["check", "--format", name], cls.folder, status=1).stdout

    def count(self, level):
        return sum(finding["level"] == level for finding in self.findings)

    def test_the_reports_are_hostile(self):
        self.assertGreater(len(self.findings), 15)
        self.assertTrue(any("=cmd()" in finding["primary"]["text"] for finding in self.findings))
        self.assertTrue(any("<script>" in finding["path"] for finding in self.findings))

    def test_json_lines(self):
        lines = [json.loads(line) for line in self.output("jsonl").splitlines()]
        self.assertEqual(sum(line["type"] == "finding" for line in lines), len(self.findings))

    def test_sarif_tools_reads_sarif(self):
        file = self.folder / "out.sarif"
        self.addCleanup(file.unlink)
        file.write_text(self.output("sarif"), encoding="utf-8")
        summary = run(["summary", file], self.folder, program=TOOLS / "sarif").stdout
        for level in ("error", "warning", "note"):
            self.assertIn(f"{level}: {self.count(level)}\n", summary)
        with tempfile.TemporaryDirectory() as made:
            run(["csv", file, "--output", "out.csv"], made, program=TOOLS / "sarif")
            text = pathlib.Path(made, "out.csv").read_text(encoding="utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            self.assertEqual(len(rows), len(self.findings))
            # The same findings at the same lines, as another converts them for GitLab.
            run(["codeclimate", file, "--output", "out.json"], made, program=TOOLS / "sarif")
            issues = json.loads(pathlib.Path(made, "out.json").read_text(encoding="utf-8"))
            ours = json.loads(self.output("gitlab"))
            self.assertEqual(
                sorted(issue["location"]["lines"]["begin"] for issue in issues),
                sorted(issue["location"]["lines"]["begin"] for issue in ours),
            )

    def test_check_jsonschema_takes_sarif_and_gitlab(self):
        for name, schema in (("sarif", "sarif-2.1.0.json"), ("gitlab", "gitlab-code-quality.json")):
            file = self.folder / f"out.{name}"
            file.write_text(self.output(name), encoding="utf-8")
            self.addCleanup(file.unlink)
            # The published schema of SARIF has an expression that only some dialects take.
            run(["--regex-variant", "python", "--schemafile", ROOT / "tests/schemas" / schema, file], self.folder,
                program=TOOLS / "check-jsonschema")
            # The library itself too: the program could pass over a file.
            with open(ROOT / "tests/schemas" / schema, encoding="utf-8") as text:
                jsonschema.validate(json.loads(file.read_text(encoding="utf-8")), json.load(text))

    def test_gitlab_issues_are_the_findings(self):
        issues = json.loads(self.output("gitlab"))
        self.assertEqual(
            [(issue["check_name"], issue["fingerprint"], issue["location"]["lines"]["begin"]) for issue in issues],
            [(one["rule"], one["fingerprint"], one["primary"]["line"]) for one in self.findings],
        )

    def test_junitparser_reads_junit(self):
        text = self.output("junit")
        xml.etree.ElementTree.fromstring(text.encode())
        file = self.folder / "out.xml"
        file.write_text(text, encoding="utf-8")
        self.addCleanup(file.unlink)
        suites = list(junitparser.JUnitXml.fromfile(str(file)))
        self.assertEqual(len(suites), 8)
        failed = set()
        for suite in suites:
            cases = list(suite)
            self.assertEqual(suite.tests, len(cases))
            failures = [case for case in cases if any(isinstance(one, junitparser.Failure) for one in case.result)]
            skipped = [case for case in cases if any(isinstance(one, junitparser.Skipped) for one in case.result)]
            self.assertEqual((suite.failures, suite.skipped), (len(failures), len(skipped)))
            self.assertTrue(all(case.classname and case.name for case in cases))
            failed.update((suite.name.rsplit(" (", 1)[0], case.name) for case in failures)
            if suite.name.startswith("clean.txt"):
                self.assertEqual(failures, [])
                self.assertGreater(len(cases) - len(skipped), 15)
        expected = {
            (finding["path"].replace("\x1b", "\u241b").replace("\u202e", "<U+202E>").replace("##[", "##<U+005B>"), rule)
            for finding in self.findings if finding["level"] != "note" for rule in finding["rules"]
        }
        self.assertEqual(failed, expected)

    def test_a_spreadsheet_takes_nothing_for_a_formula(self):
        text = self.output("csv")
        self.assertTrue(text.startswith("\ufeff"))
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
        self.assertEqual(len(rows), len(self.findings) + 1)
        self.assertEqual({len(row) for row in rows}, {13})
        for row in rows:
            for cell in row:
                self.assertFalse(cell.lstrip().startswith(("=", "@", "+", "-", "\t", "\r")), cell)
        self.assertTrue(any(cell.startswith("'=cmd()") for row in rows for cell in row))

    def test_markdown_is_only_our_own_markup(self):
        markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False})
        seen = Markup()
        seen.feed(markdown.render(self.output("markdown")))
        ours = {"h3", "code", "table", "thead", "tbody", "tr", "th", "td", "br", "p", "strong", "span"}
        self.assertLessEqual(seen.tags, ours)
        self.assertEqual(seen.attributes, set())
        self.assertEqual(seen.rows, len(self.findings) + 7)


class Markup(html.parser.HTMLParser):
    """The elements of a page, and what it would do."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.rows = set(), set(), 0

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attributes if name != "style")
        self.rows += tag == "tr"


if __name__ == "__main__":
    unittest.main()
