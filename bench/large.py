#!/usr/bin/env python3
"""Writes one text of some megabytes in which sums tie, or with --wrong one of statements that contradict each other.

    large.py --megabytes N [--wrong] --out FILE
"""
import argparse
import pathlib

TITLE = "岚汀县教育局2021年政府信息公开工作年度报告\n一、总体情况\n"


def tying(number):
    return (
        f"本年发布各类信息1,234条，其中网站{700 + number % 100}条、公众号{534 - number % 100}条。"
        "开展培训12场，参加人员350人次，办结率为98.5%。比上年增长12.3%。\n"
    )


def contradicting(number):
    count = number * 7 % 900 + 3
    return (
        f"2021年，本机关共收到政府信息公开申请{count}件，办结{count}件，结转下年度继续办理{number % 5}件。"
        f"发布信息{2 * count}条，其中网站{count}条、公众号{count + number % 2}条。\n"
    )


def write(path, megabytes, is_wrong=False):
    line = contradicting if is_wrong else tying
    with open(path, "wb") as file:
        file.write(TITLE.encode())
        number = 0
        while file.tell() < megabytes * 1_000_000:
            file.write(line(number).encode())
            number += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, required=True)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    write(options.out, options.megabytes, options.wrong)


if __name__ == "__main__":
    main()
