#!/usr/bin/env python3
"""What a user would write first: the row sums of the requests form with BeautifulSoup, one file after the other.

    soup.py FOLDER
"""
import pathlib
import re
import sys

from bs4 import BeautifulSoup

COUNT = re.compile(r"^\d+$")


def broken_rows(page):
    broken = 0
    for row in BeautifulSoup(page, "lxml").find_all("tr"):
        cells = [cell.get_text(strip=True) for cell in row.find_all(["td", "th"])]
        counts = [int(cell) for cell in cells if COUNT.match(cell)]
        if len(counts) == 7 and sum(counts[:6]) != counts[6]:
            broken += 1
    return broken


def main():
    files = sorted(pathlib.Path(sys.argv[1]).rglob("*.html"))
    broken = sum(broken_rows(path.read_text("utf-8", errors="replace")) for path in files)
    print(f"{len(files)} files, {broken} rows broken")


if __name__ == "__main__":
    main()
