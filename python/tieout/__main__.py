"""`python -m tieout` runs the program."""

import os
import subprocess
import sys

from tieout._program import program


def main() -> int:
    arguments = [program(), *sys.argv[1:]]
    if os.name == "posix":
        os.execv(arguments[0], arguments)
    return subprocess.run(arguments).returncode


if __name__ == "__main__":
    sys.exit(main())
