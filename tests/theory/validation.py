#!/usr/bin/env python3
"""The table of theory cases in docs/validation.md. usage: validation.py [--check] DOCUMENT LOG

LOG is what `theory` printed, or a testlog.json of meson with that in it. The table stands in the document between two
comments; --check fails when it is not what this log makes of it. Rows of cases that the log does not have (those that
take long) stay as they are, and must be there."""

import csv
import json
import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
BEGIN, END = "<!-- cases: written by ./dev validation -->\n", "<!-- end of cases -->\n"
LINE = re.compile(
    r"^(?P<ok>not ok|ok) \d+ - (?P<id>\S+)  expected (?P<expected>\S+) measured (?P<measured>\S+?)"
    r"(?: \(exact\)| \+- (?P<half>\S+) \(99\.9 %, (?P<n>\d+) replications(?P<rest>[^)]*)\))(?P<why>: .*)?$"
)


def read_log(path):
    text = Path(path).read_text(encoding="utf-8")
    if path.endswith(".json"):
        logs = [json.loads(line) for line in text.splitlines()]
        text = "\n".join(log.get("stdout") or "" for log in logs if log["name"].endswith("theory"))
    found = (LINE.match(line) for line in text.splitlines())
    return {match["id"]: match for match in found if match}


def read_cases():
    """Sections, each with its cases in order."""
    sections = []
    for line in (FOLDER / "cases.csv").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"# ---- (.*) ----$", line):
            sections.append((heading[1], []))
        elif line and not line.startswith("#") and not line.startswith("id,"):
            row = next(csv.reader([line]))
            sections[-1][1].append({"id": row[0], "scenario": row[1], "source": row[-1]})
    return sections


def row_of(case, match):
    if not match:
        return None
    half = f" ± {match['half']}" if match["half"] else ""
    known = re.search(r"known to \+- (\S+)", match["rest"] or "")
    verdict = "right" if match["ok"] == "ok" else f"**wrong**{match['why'] or ''}"
    expected = match["expected"] + (f" ± {known[1]}" if known else "")
    cells = [f"`{case['id']}`", expected, f"{match['measured']}{half}", verdict, case["source"].replace("|", "\\|")]
    return f"| {' | '.join(cells)} |"


def table_of(log, old):
    """The table, with the old rows of the cases that the log does not have."""
    lines, missing = [], []
    for title, cases in read_cases():
        lines += [f"\n### {title[0].upper() + title[1:]}\n", "| case | exact | simulated | | source |", "| --- | --- | --- | --- | --- |"]
        for case in cases:
            row = row_of(case, log.get(case["id"])) or old.get(f"`{case['id']}`")
            lines.append(row or "")
            if not row:
                missing.append(case["id"])
    return "\n".join(lines) + "\n\n", missing


def rows_of(table):
    return {line.split(" | ")[0][2:]: line for line in table.splitlines() if line.startswith("| `")}


def main(*arguments):
    check = arguments[0] == "--check"
    document, log_path = arguments[check:]
    text = Path(document).read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    log = read_log(log_path)
    if not log:
        sys.exit(f"{log_path}: no case in it")
    table, missing = table_of(log, rows_of(old))
    if missing:
        sys.exit(f"not in {log_path}, nor in {document}: {', '.join(missing)}")
    if not check:
        Path(document).write_text(before + BEGIN + table + END + after, encoding="utf-8")
    elif table != old:
        stale = [name for name, row in rows_of(table).items() if rows_of(old).get(name) != row]
        sys.exit(f"{document} is stale: {', '.join(stale) or 'its form'}; ./dev validation writes it anew")


if __name__ == "__main__":
    main(*sys.argv[1:])
