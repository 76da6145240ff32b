"""The hooks, as pre-commit runs them in a repository of reports."""

import pathlib
import shutil
import tempfile
import unittest

from program import ADDRESS, FOLDER, PROGRAM, ROOT, TOOLS, WHEELS, block, environment, git, repository, run, version


class Hooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        hooks = cls.folder / "tieout"
        hooks.mkdir()
        repository(hooks)
        home = cls.folder / "home"
        home.mkdir()
        # What the documentation calls by its address is the copy.
        (home / ".gitconfig").write_text(
            f'[url "{hooks}"]\n\tinsteadOf = {ADDRESS}\n'
            "[user]\n\tname = Tester\n\temail = tester@example.org\n[init]\n\tdefaultBranch = main\n"
        )
        cls.environment = environment(
            HOME=home, PRE_COMMIT_HOME=cls.folder / "cache", PIP_FIND_LINKS=WHEELS,
            CARGO_TARGET_DIR=FOLDER.parent,
        )
        cls.environment["PATH"] = f"{TOOLS}:{PROGRAM.parent}:{cls.environment['PATH']}"

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def reports(self, configuration):
        """A repository of reports with a configuration of pre-commit."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        git(folder, "init", "--quiet", env=self.environment)
        (folder / ".pre-commit-config.yaml").write_text(configuration)
        git(folder, "add", "--all", env=self.environment)
        git(folder, "commit", "--quiet", "--message", "start", env=self.environment)
        run(["install"], folder, env=self.environment, program=TOOLS / "pre-commit")
        return folder

    def commit(self, folder, status, **files):
        """Commits files that are copies of reports or texts."""
        for name, what in files.items():
            path = folder / name.replace("__", ".")
            if isinstance(what, pathlib.Path):
                shutil.copy(what, path)
            else:
                path.write_text(what)
        git(folder, "add", "--all", env=self.environment)
        return run(["commit", "--message", "more"], folder, env=self.environment, status=status, program="git")

    def hook(self, name, more=""):
        return (
            f"repos:\n  - repo: {ADDRESS}\n    rev: v{version()}\n    hooks:\n      - id: {name}\n{more}"
        )

    def test_the_hook_of_the_readme(self):
        folder = self.reports(block("README.md", "yaml", "repos:"))
        self.commit(folder, 0, README__md="# Reports\n")
        self.commit(folder, 0, clean__txt=ROOT / "tests/reports/clean.txt")
        refused = self.commit(folder, 1, errors__txt=ROOT / "tests/reports/errors.txt")
        told = refused.stdout + refused.stderr
        self.assertIn("error[ogi/prose-closed]", told)
        self.assertIn("errors.txt:", told)
        # What is excluded stays so when its name is given.
        (folder / "tieout.toml").write_text("exclude = ['errors.*']\n")
        self.commit(folder, 0)

    def test_the_readme_compiles_nothing(self):
        folder = self.reports(self.hook("tieout"))
        self.commit(folder, 0, clean__txt=ROOT / "tests/reports/clean.txt")
        made = list((self.folder / "cache").glob("repo*/py_env-*/bin/tieout"))
        self.assertEqual(len(made), 1)

    def test_the_hook_over_all_reports(self):
        folder = self.reports(self.hook("tieout-folder", "        args: [reports]\n"))
        (folder / "reports").mkdir()
        shutil.copy(ROOT / "tests/reports/clean.txt", folder / "reports")
        self.commit(folder, 0, README__md="# Reports\n")
        shutil.copy(ROOT / "tests/reports/errors.md", folder / "reports")
        refused = self.commit(folder, 1)
        self.assertIn("checked 2 reports", refused.stdout + refused.stderr)

    def test_the_hook_with_the_program_of_the_machine(self):
        folder = self.reports(self.hook("tieout-system"))
        self.commit(folder, 0, clean__txt=ROOT / "tests/reports/clean.txt")
        refused = self.commit(folder, 1, errors__md=ROOT / "tests/reports/errors.md")
        self.assertIn("error[ogi/prose-carried-over]", refused.stdout + refused.stderr)

    def test_the_hook_that_compiles(self):
        folder = self.reports(self.hook("tieout-src"))
        refused = self.commit(folder, 1, errors__md=ROOT / "tests/reports/errors.md")
        self.assertIn("error[ogi/prose-carried-over]", refused.stdout + refused.stderr)
        self.assertEqual(len(list((self.folder / "cache").glob("repo*/rustenv-*/bin/tieout"))), 1)


if __name__ == "__main__":
    unittest.main()
