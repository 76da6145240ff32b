"""A placeholder for pre-commit, which installs the root of a repository: its one dependency is the wheel of the same
version, so that nothing is compiled. The package itself is built from python/."""

from setuptools import setup

setup(
    name="tieout-pre-commit",
    version="0.1.0",
    description="Placeholder that brings tieout to pre-commit",
    packages=[],
    py_modules=[],
    install_requires=["tieout==0.1.0"],
)
