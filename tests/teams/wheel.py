"""The wheel, as pip installs it."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

from program import ROOT, WHEELS, environment, run, version


class Wheel(unittest.TestCase):
    def test_it_holds_the_program_and_the_package(self):
        (wheel,) = WHEELS.glob("*.whl")
        names = zipfile.ZipFile(wheel).namelist()
        program = f"tieout-{version()}.data/scripts/tieout"
        for name in ("tieout/__init__.py", "tieout/__main__.py", "tieout/py.typed", "tieout/_tieout.abi3.so", program):
            self.assertIn(name, names)
        self.assertTrue(any(name.endswith("LICENSE-MIT") for name in names), names)
        self.assertIn("-cp39-abi3-", wheel.name)

    def test_it_runs_in_a_clean_environment(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-m", "venv", f"{folder}/venv"], check=True)
            places = pathlib.Path(folder) / "venv/bin"
            pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index",
                   f"--find-links={WHEELS}", "tieout"]
            run(pip, folder, program=places / "python")
            told = run(["--version"], folder, program=places / "tieout").stdout
            self.assertTrue(told.startswith(f"tieout {version()}"), told)
            for arguments, program in ((["check"], places / "tieout"), (["-m", "tieout", "check"], places / "python")):
                found = run([*arguments, "examples"], ROOT, status=1, program=program)
                self.assertIn("checked 3 reports", found.stdout)
            where = run(["-c", "import tieout; print(tieout.program())"], folder, program=places / "python").stdout
            self.assertTrue(os.path.samefile(where.strip(), places / "tieout"))
            found = run(["-c", "import tieout; print(tieout.check(b'x', 'a.txt').status)"], folder, program=places / "python")
            self.assertEqual(found.stdout, "3\n")


if __name__ == "__main__":
    unittest.main()
