#!/usr/bin/env python3
"""Does the comparison of same.py see a byte that differs, and say where? TAP on standard output."""

import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
from same import compare
from tap import finish, verdict

PLAIN = {
    "out/manifest.json": '{\n  "version": "1",\n  "command": ["a", "b"],\n  "seed": 1\n}\n',
    "out/summary.csv": "metric,value\nthroughput,1.5\nlost,0\n",
    "out/tasks/1.txt": "3\n1\n",
    "out/picture.png": "PNG",
}
CASES = [  # what is tried, a file, its text in the other folder (None: it is not there), what must be told
    ("alike", "out/summary.csv", PLAIN["out/summary.csv"], []),
    ("a number", "out/summary.csv", "metric,value\nthroughput,1.6\nlost,0\n",
     ["out/summary.csv: line 2: 'throughput,1.5' is 'throughput,1.6'"]),
    ("an end", "out/summary.csv", "metric,value\nthroughput,1.5\n", ["out/summary.csv: line 3: 'lost,0' is ''"]),
    ("a file", "out/summary.csv", None, ["out/summary.csv: is there only once"]),
    ("the command line", "out/manifest.json", PLAIN["out/manifest.json"].replace('"b"', '"c", "d"'), []),
    ("the rest of a manifest", "out/manifest.json", PLAIN["out/manifest.json"].replace("seed", "sead"),
     ["out/manifest.json: line 3: '  \"seed\": 1' is '  \"sead\": 1'"]),
    ("the order of a journal", "out/tasks/1.txt", "1\n3\n", []),
    ("a picture that nobody drew", "out/picture.png", None, []),
]  # fmt: skip


def write(folder, files):
    for name, text in files.items():
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def main():
    for name, path, text, wanted in CASES:
        with tempfile.TemporaryDirectory() as folder:
            plain = write(Path(folder) / "plain", PLAIN)
            told = compare(plain, write(Path(folder) / "other", PLAIN | {path: text}), drawn=False)
        verdict(told == wanted, name, told)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
