#!/usr/bin/env python3
"""Does the manual show what the command prints? TAP on standard output. usage: docs_test.py TANDEM ROOT [DOCUMENT...]

In README.md and docs/*.md, a block marked `console` holds commands ("$ tandem ...") and what they print, on standard
output and standard error; a line "..." stands for any lines that were left out. A comment `<!-- file: NAME -->` in
front of a block makes it the contents of that file. Each document has a folder of its own, in which its blocks are
done in turn; `scenarios/` and `build/tandem` are there."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tap import finish, verdict

BLOCK = re.compile(r"^(?:<!-- file: (?P<file>\S+) -->\n+)?```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def commands_of(block):
    """The commands of a console block, each with the lines that it shows."""
    commands = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif commands and commands[-1][0].endswith("\\"):
            commands[-1] = (commands[-1][0] + "\n" + line, [])
        elif commands:
            commands[-1][1].append(line.rstrip())
        else:
            raise SystemExit(f"a console block begins without a command: {line}")
    return commands


def matches(shown, printed):
    """Whether the lines printed are those shown, with any lines for each "..."."""
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(matches(shown[1:], printed[skip:]) for skip in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and matches(shown[1:], printed[1:])


def run(command, folder, tandem):
    environment = dict(os.environ, PATH=f"{tandem.parent}:{os.environ['PATH']}", COLUMNS="80", LC_ALL="C.UTF-8", NO_COLOR="1")
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    lines = [line.rstrip() for line in done.stdout.decode().splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def is_as_shown(command, shown, folder, tandem):
    while shown and not shown[-1]:
        shown = shown[:-1]
    printed = run(command, folder, tandem)
    if matches(shown, printed):
        return True
    print(f"# {first_missing(shown, printed)}")
    return False


def first_missing(shown, printed):
    """Where the two part, more or less."""
    for line in shown:
        if line != "...":
            if line not in printed:
                return f"not printed (there): {line}"
            printed = printed[printed.index(line) + 1:]
    return f"not shown: {printed[0] if printed else 'nothing'}"


def checks_of(document, tandem, root):
    """Does what a document says, in turn: yields a name and a verdict for each command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scenarios").symlink_to(root / "scenarios")
        (folder / "build").mkdir()
        (folder / "build" / "tandem").symlink_to(tandem)
        for block in BLOCK.finditer(document.read_text(encoding="utf-8")):
            if block["file"]:
                (folder / block["file"]).write_text(block["body"], encoding="utf-8")
            elif block["kind"] == "console":
                for command, shown in commands_of(block["body"]):
                    yield f"{document.name}: {command.splitlines()[0]}", is_as_shown(command, shown, folder, tandem)


def main(tandem, root, *names):
    tandem, root = Path(tandem).resolve(), Path(root).resolve()
    documents = [root / name for name in names] or [root / "README.md", *sorted((root / "docs").glob("*.md"))]
    for document in documents:
        for name, good in checks_of(document, tandem, root):
            verdict(good, name)
    return finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
