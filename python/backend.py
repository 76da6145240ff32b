"""Builds the wheel: maturin's, with the program put where maturin takes scripts from.

TIEOUT_PROGRAM names a program that is built already, such as a static one; without it, it is built here.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import maturin
from maturin import get_requires_for_build_wheel

__all__ = ["build_wheel", "get_requires_for_build_wheel"]

HERE = pathlib.Path(__file__).resolve().parent


def program() -> pathlib.Path:
    """The program, built if need be."""
    named = os.environ.get("TIEOUT_PROGRAM")
    if named:
        return pathlib.Path(named)
    subprocess.run(["cargo", "build", "--release", "--locked", "--bin", "tieout"], cwd=HERE.parent, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    return HERE.parent / target / "release" / ("tieout.exe" if os.name == "nt" else "tieout")


def stage() -> None:
    """Puts the program where maturin takes scripts from."""
    scripts = HERE / "tieout.data/scripts"
    shutil.rmtree(scripts.parent, ignore_errors=True)
    scripts.mkdir(parents=True)
    built = program()
    staged = scripts / built.name
    shutil.copy2(built, staged)
    if os.name == "posix":
        # Without the names of its functions, as maturin has its module; where there is no strip it is only larger.
        subprocess.run(["strip", str(staged)], check=False)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    stage()
    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


if __name__ == "__main__":
    sys.exit(stage())
