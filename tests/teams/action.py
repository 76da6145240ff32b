"""The action, its steps run as a runner would, and what others say of it and of our workflows."""

import json
import pathlib
import re
import shutil
import tempfile
import unittest

import ruamel.yaml

from program import PROGRAM, ROOT, TOOLS, WHEELS, block, environment, run


def load(text):
    return ruamel.yaml.YAML(typ="safe").load(text)


class Action(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.workspace = self.folder / "work"
        (self.workspace / "reports/deep").mkdir(parents=True)
        (self.folder / "temp").mkdir()
        shutil.copy(ROOT / "tests/reports/errors.md", self.workspace / "reports/deep")
        shutil.copy(ROOT / "tests/reports/clean.txt", self.workspace / "reports")

    def act(self, status, **inputs):
        """Runs the steps of the action with some inputs; the commands, the outputs and the summary of the last one."""
        action = load((ROOT / "action.yml").read_text())
        known = {name.replace("-", "_"): str(about["default"]) for name, about in action["inputs"].items()}
        self.assertLessEqual(set(inputs), set(known))
        known.update(inputs)
        answer = None
        for step in action["runs"]["steps"]:
            if step.get("if") == "inputs.version != 'system'" and known["version"] == "system":
                continue
            values = {
                name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: known[found[1].replace("-", "_")], value)
                for name, value in step.get("env", {}).items()
            }
            for file in ("output", "summary"):
                (self.folder / file).write_text("")
            env = environment(
                CI="true", GITHUB_ACTIONS="true", GITHUB_WORKSPACE=self.workspace, RUNNER_TEMP=self.folder / "temp",
                GITHUB_OUTPUT=self.folder / "output", GITHUB_STEP_SUMMARY=self.folder / "summary",
                PIP_FIND_LINKS=WHEELS, PIP_NO_INDEX=1, **values,
            )
            env["PATH"] = f"{PROGRAM.parent}:{env['PATH']}"
            script = self.folder / "script.sh"
            script.write_text(step["run"])
            last = step is action["runs"]["steps"][-1]
            # As a runner calls it.
            shell = ["--noprofile", "--norc", "-eo", "pipefail", script]
            answer = run(shell, self.workspace, env=env, status=status if last else 0, program="bash")
        outputs = dict(line.split("=", 1) for line in (self.folder / "output").read_text().splitlines())
        declared = {name: about["value"] for name, about in action["outputs"].items()}
        for name, value in declared.items():
            self.assertEqual(value, f"${{{{ steps.check.outputs.{name} }}}}")
        self.assertLessEqual(set(outputs), set(declared))
        return answer.stdout, outputs, (self.folder / "summary").read_text()

    def test_it_annotates_counts_and_sums_up(self):
        commands, outputs, summary = self.act(1, paths="reports")
        self.assertEqual(commands.splitlines()[0].split(",")[0], "::error file=reports/deep/errors.md")
        self.assertEqual(outputs["checked"], "2")
        self.assertEqual(int(outputs["findings"]), len(commands.splitlines()))
        self.assertIn("### `reports/deep/errors.md`", summary)

    def test_its_inputs(self):
        run(["baseline", "write", "known.jsonl", "reports"], self.workspace)
        found = self.act(1, version="system")[1]["findings"]
        _, outputs, _ = self.act(
            0, version="system", baseline="known.jsonl", sarif="out file.sarif",
            paths="reports/deep\n\nreports/clean.txt\n", args="--select=ogi/*\n--jobs=1",
        )
        self.assertEqual(
            outputs, {"findings": "0", "accepted": found, "checked": "2", "sarif-file": "out file.sarif"},
        )
        sarif = json.loads((self.workspace / "out file.sarif").read_text(encoding="utf-8"))
        self.assertEqual(sarif["runs"][0]["results"], [])
        self.assertEqual(self.act(0, version="system", fail_on="never")[1]["findings"], found)
        self.act(2, version="system", baseline="no-such-file")
        # An input is no shell.
        self.act(2, version="system", paths="$(touch owned)\n`touch owned`\n; touch owned")
        self.assertFalse((self.workspace / "owned").exists())

    def test_it_is_as_github_wants_it(self):
        run(["--builtin-schema", "vendor.github-actions", ROOT / "action.yml"], ROOT,
            program=TOOLS / "check-jsonschema")
        workflows = list((ROOT / ".github/workflows").glob("*.yml"))
        self.assertEqual(len(workflows), 2)
        for page in ("README.md", "docs/src/teams.md"):
            example = self.workspace / f"{page.replace('/', '-')}.yml"
            example.write_text(block(page, "yaml", "runs-on:"))
            workflows.append(example)
        run(["--builtin-schema", "vendor.github-workflows", *workflows], ROOT, program=TOOLS / "check-jsonschema")
        for page in ("README.md", "docs/src/teams.md"):
            steps = load(block(page, "yaml", "runs-on:"))["jobs"]["reports"]["steps"]
            (ours,) = [step for step in steps if step.get("uses", "").startswith("OWNER/tieout@")]
            inputs = load((ROOT / "action.yml").read_text())["inputs"]
            self.assertLessEqual(set(ours["with"]), set(inputs))

    def test_the_workflow_of_the_readme(self):
        steps = load(block("README.md", "yaml", "runs-on:"))["jobs"]["reports"]["steps"]
        (inputs,) = [step["with"] for step in steps if step.get("uses", "").startswith("OWNER/tieout@")]
        commands, _, _ = self.act(1, **{name.replace("-", "_"): value for name, value in inputs.items()})
        self.assertIn("::error file=reports/deep/errors.md,", commands)

    def test_zizmor_finds_nothing(self):
        told = run(["--offline", "--no-progress", "--min-severity=low", ROOT / "action.yml", ROOT / ".github"], ROOT,
                   status=None, program=TOOLS / "zizmor")
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)


if __name__ == "__main__":
    unittest.main()
