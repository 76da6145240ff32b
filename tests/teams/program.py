"""The program, the folders of these tests, and copies of the repository."""

import os
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What .ci/teams made: the tools of others, and the wheel.
FOLDER = pathlib.Path(os.environ.get("TIEOUT_TEAMS", ROOT / "target/teams"))
TOOLS = FOLDER / "tools/bin"
WHEELS = FOLDER / "wheels"
PROGRAM = FOLDER.parent / "release/tieout"
# Where the documentation says that the repository is.
ADDRESS = "https://github.com/OWNER/tieout"


def environment(**more):
    """An environment that says nothing of a build server."""
    kept = {key: os.environ[key] for key in ("PATH", "TMPDIR", "LANG") if key in os.environ}
    home = os.path.expanduser("~")
    for key, folder in (("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")):
        kept[key] = os.environ.get(key, os.path.join(home, folder))
    # Where pip finds packages is for the machine to say.
    kept.update({key: value for key, value in os.environ.items() if key.startswith("PIP_")})
    kept["HOME"] = home
    return {**kept, **{key: str(value) for key, value in more.items()}}


def run(arguments, folder, env=None, status=0, program=PROGRAM):
    """Runs a program, by default ours; its answer, with the exit status that is expected."""
    answer = subprocess.run(
        [str(part) for part in [program, *arguments]],
        cwd=folder, env=env or environment(), capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL,
    )
    assert status is None or answer.returncode == status, answer
    return answer


def git(folder, *arguments, env=None):
    """Runs git."""
    who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "init.defaultBranch=main"]
    return run([*who, *arguments], folder, env=env, program="git")


def repository(folder):
    """A copy of this repository as it is in the work tree, in one commit with the tag of its version."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source, copy = ROOT / name, pathlib.Path(folder) / name
        if name and (source.exists() or source.is_symlink()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    git(folder, "tag", f"v{version()}")


def version():
    """The version of the program."""
    return re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]


def block(page, language, holding):
    """The code block of a page that holds some words."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
    found = [block for block in blocks if holding in block]
    assert len(found) == 1, f"{page}: {len(found)} blocks of {language} with {holding}"
    return found[0]
