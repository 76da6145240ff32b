"""What a person sees at a terminal, and what a pipe does not."""

import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import unittest

from program import PROGRAM, ROOT, environment


def seen(arguments, folder, on_terminal, env):
    """What standard output and standard error show together where those named are a terminal."""
    ours, theirs = pty.openpty()
    streams = {name: theirs if name in on_terminal else subprocess.DEVNULL for name in ("stdout", "stderr")}
    child = subprocess.Popen(
        [PROGRAM, *arguments], cwd=folder, env=env, stdin=subprocess.DEVNULL, **streams,
    )
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    os.close(ours)
    child.wait()
    return text.decode()


class Terminal(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def test_a_long_run_shows_a_bar_to_a_person(self):
        shutil.copy(ROOT / "tests/reports/clean.txt", self.folder / "0.txt")
        for number in range(1, 12000):
            os.link(self.folder / "0.txt", self.folder / f"{number}.txt")
        check = ["check", "--jobs", "1"]
        person = environment(TERM="xterm")
        both = {"stdout", "stderr"}
        shown = seen(check, self.folder, both, person)
        self.assertIn("/12000 files", shown)
        # It is gone when the account is told.
        self.assertIn("checked 12,000 reports", shown.rsplit("\x1b[2K", 1)[-1].rsplit("/12000 files", 1)[-1])
        self.assertEqual(seen(check, self.folder, {"stderr"}, {**person, "CI": "true"}), "")
        self.assertEqual(seen([*check, "--quiet"], self.folder, both, person), "")
        self.assertEqual(seen([*check, "--no-progress"], self.folder, {"stderr"}, person), "")
        self.assertEqual(seen(check, self.folder, {"stderr"}, {**person, "TERM": "dumb"}), "")
        self.assertNotIn(" files", seen(check, self.folder, {"stdout"}, person))

    def test_a_short_run_shows_none(self):
        shutil.copy(ROOT / "tests/reports/errors.md", self.folder)
        self.assertEqual(seen(["check"], self.folder, {"stderr"}, environment(TERM="xterm")), "")

    def test_names_of_files_are_links_where_they_can_be_followed(self):
        name = "年报 \x1b]8;;x\x07.md"
        shutil.copy(ROOT / "tests/reports/errors.md", self.folder / name)
        link = "\x1b]8;;file://"
        shown = seen(["check"], self.folder, {"stdout"}, environment(TERM="xterm", TERM_PROGRAM="WezTerm"))
        self.assertIn(link, shown)
        address = shown.split(link, 1)[1].split("\x1b\\", 1)[0]
        self.assertTrue(address.endswith("/%E5%B9%B4%E6%8A%A5%20%1B]8;;x%07.md"), address)
        self.assertEqual(shown.count("\x1b]8;;"), 2)
        self.assertNotIn(link, seen(["check"], self.folder, {"stdout"}, environment(TERM="xterm")))
        never = seen(["check", "--color=never"], self.folder, {"stdout"},
                     environment(TERM="xterm", TERM_PROGRAM="WezTerm"))
        self.assertNotIn("\x1b", never)


if __name__ == "__main__":
    unittest.main()
