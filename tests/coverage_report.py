#!/usr/bin/env python3
"""What share of src the tests reach: coverage_report.py ROOT GCOVR_JSON; exits with 1 below the targets.

Reads what `gcovr --json` writes. One rule leaves branches out: those of an assert(), of which one is taken only
where the program is wrong. Their number is told. Nothing else is left out: what happens where memory is gone
counts, and the tests of the suite `memory` go there.
"""

import json
import pathlib
import re
import sys
from collections import defaultdict

LINES_LEAST, BRANCHES_LEAST = 95.0, 85.0
WORST = 10
ASSERTION = re.compile(r"^\s*(static_)?assert\(")


class Count:
    """Lines and branches, and how many of them were reached."""

    def __init__(self):
        self.lines = self.lines_hit = self.branches = self.branches_hit = self.asserted = self.asserted_hit = 0

    def add(self, other):
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def line_share(self):
        return 100.0 * self.lines_hit / self.lines if self.lines else 100.0

    def branch_share(self):
        return 100.0 * self.branches_hit / self.branches if self.branches else 100.0

    def whole_branch_share(self):
        """With those of assertions."""
        total = self.branches + self.asserted
        return 100.0 * (self.branches_hit + self.asserted_hit) / total if total else 100.0

    def missed(self):
        return self.lines - self.lines_hit + self.branches - self.branches_hit


def assertion_lines(path):
    """The numbers of lines on which an assert() stands, to its semicolon."""
    numbers, inside = set(), False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        inside = inside or bool(ASSERTION.match(line))
        if inside:
            numbers.add(number)
            inside = not line.rstrip().endswith(";")
    return numbers


def count_file(root, entry):
    count = Count()
    assertions = assertion_lines(root / entry["file"])
    for line in entry["lines"]:
        if line.get("gcovr/noncode"):
            continue
        count.lines += 1
        count.lines_hit += line["count"] > 0
        hit = sum(branch["count"] > 0 for branch in line["branches"])
        if line["line_number"] in assertions:
            count.asserted += len(line["branches"])
            count.asserted_hit += hit
        else:
            count.branches += len(line["branches"])
            count.branches_hit += hit
    return count


def row(name, count):
    return (f"{name:<36} {count.line_share():6.1f} % of {count.lines:6} "
            f"{count.branch_share():6.1f} % of {count.branches:6}")


def main():
    root, report = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    files = {entry["file"]: count_file(root, entry) for entry in report["files"] if entry["lines"]}
    folders, total = defaultdict(Count), Count()
    for name, count in files.items():
        folders[str(pathlib.PurePath(name).parent)].add(count)
        total.add(count)
    print(f"{'':<36} {'lines':>18} {'branches':>18}")
    for name in sorted(folders):
        print(row(name, folders[name]))
    print(row("all", total))
    print(f"With the {total.asserted} branches of assertions, it is {total.whole_branch_share():.1f} % of the branches.\n"
          f"\nMost is missed in")
    for name in sorted(files, key=lambda name: -files[name].missed())[:WORST]:
        print(row(name, files[name]))
    good = total.line_share() >= LINES_LEAST and total.branch_share() >= BRANCHES_LEAST
    if not good:
        print(f"\nToo little: {LINES_LEAST:.0f} % of the lines and {BRANCHES_LEAST:.0f} % of the branches are wanted.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
