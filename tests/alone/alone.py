#!/usr/bin/env python3
"""The unit tests without Criterion (alone.c), under a sanitizer that they were built with or under valgrind.

usage: alone.py BUILD [--valgrind] [NAME...]

What is planted (planted.c) must be found first: a lost block, and a byte beyond the end of one.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time

# Blocks that are reachable at the end are the libraries' own; what is lost can only be ours.
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite",
            "--show-leak-kinds=definite", "--error-exitcode=99"]
PREFIX = "alone_"


def run(program, before):
    """Its output, and the time that it took."""
    began = time.monotonic()
    done = subprocess.run([*before, program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace"), time.monotonic() - began


def complaints(output):
    return [line for line in output.splitlines() if not line.startswith(("ok ", "1.."))]


def find_planted(folder, before):
    code, output, _ = run(folder / (PREFIX + "planted"), before)
    fine = [line for line in output.splitlines() if line.startswith("ok ")]
    if code == 0 or len(fine) != 1 or not fine[0].endswith("planted::nothing"):
        sys.exit(f"alone.py: what is planted was not found:\n{output}")


def main():
    folder = pathlib.Path(sys.argv[1]) / "tests"
    words = sys.argv[2:]
    before = VALGRIND if "--valgrind" in words else []
    wanted = [word for word in words if not word.startswith("--")]
    programs = sorted(path for path in folder.glob(PREFIX + "*") if path.is_file() and os.access(path, os.X_OK))
    programs = [path for path in programs if path.name != PREFIX + "planted"]
    programs = [path for path in programs if not wanted or path.name[len(PREFIX):] in wanted]
    if not programs:
        sys.exit(f"alone.py: there is no such program in {folder}")
    find_planted(folder, before)
    failed, tests = 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, (code, output, seconds) in zip(programs, pool.map(lambda path: run(path, before), programs)):
            tests += sum(line.startswith("ok ") for line in output.splitlines())
            if code != 0:
                failed += 1
                print(f"{path.name[len(PREFIX):]}: failed in {seconds:.0f} s", *complaints(output), sep="\n  ")
    print(f"{len(programs)} programs, {tests} tests: "
          + (f"{failed} programs failed" if failed else "no bad access, and no block lost"))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
