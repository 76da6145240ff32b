"""What the tests of the module share: the program, and reports."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess

import pytest

import tieout

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = {".txt", ".md", ".html", ".docx", ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".pdf"}


def program(folder, *arguments):
    """What the program that is installed beside the module prints."""
    command = [tieout.program(), "check", *arguments]
    answer = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)
    assert answer.returncode in (0, 1, 3), answer
    return answer


def document(folder, *arguments):
    return json.loads(program(folder, "--format", "json", *arguments).stdout)


def alone(folder):
    """What the program says of each report below a folder by itself, since rules over several reports are not for engines."""
    folder = pathlib.Path(folder)
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in KINDS)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda path: document(folder, path), paths))


def with_places(finding):
    """A finding of a table as the program has it: a place in the same file has no path."""
    for place in [finding["primary"], *finding["related"]]:
        if place.get("path") is None:
            place.pop("path", None)
    return finding


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Reports of every kind, with mistakes and without, one of which cannot be read."""
    folder = tmp_path_factory.mktemp("reports")
    for source in ("tests/reports", "tests/formats", "examples"):
        for path in (ROOT / source).iterdir():
            if path.suffix in KINDS and path.name not in ("README.md", "note.md"):
                copy = folder / pathlib.PurePath(source).name / path.name
                copy.parent.mkdir(exist_ok=True)
                shutil.copy(path, copy)
    (folder / "broken.txt").write_bytes(b"\0")
    return folder


@pytest.fixture(scope="session")
def files(reports):
    """The reports by the paths that the program tells."""
    paths = sorted(path for path in reports.rglob("*") if path.is_file())
    return {path.relative_to(reports).as_posix(): path.read_bytes() for path in paths}
