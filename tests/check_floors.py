#!/usr/bin/env python3
"""Do the floors of src/ hold? usage: check_floors.py ROOT

Prints each violation as FILE:LINE: what, and fails when there is one. src/README.md draws the floors."""

import re
import sys
from pathlib import Path

# A floor sees those before it, and nothing else.
FLOORS = ["base", "des", "stats", "trace", "model", "theory", "scenario", "experiment", "report", "cli"]

# Third-party headers, and the floors that may open the door to them. The first that fits counts.
DOORS = {
    r"gsl/gsl_errno\.h": ["cli"],  # the handler that a whole process shares
    r"gsl/gsl_math\.h": ["des", "stats", "model", "theory", "experiment"],  # constants
    r"gsl/": ["des", "stats", "theory", "experiment"],
    r"Random123/": ["des"],
    r"cjson/": ["scenario"],
    r"(pthread|threads|stdatomic|semaphore)\.h": ["experiment"],
    r"mpi\.h": ["experiment"],
    r"criterion/": [],
}

# These are pure state machines: they will also run where there are no files, threads or environment.
PURE = ["base", "des", "stats", "trace", "model"]
IMPURE = r"(stdio|setjmp|signal|unistd|fcntl|dirent|time|sys/.*)\.h"
FORMATTERS = ["base/error.c", "base/text.c", "base/units.c"]  # snprintf needs stdio.h

# The library never prints, never exits, and knows its surroundings only from its arguments ...
PRINTING = r"\b(?<!format\()(printf|vprintf|puts|putchar|perror|exit|quick_exit|abort|stdout|stderr)\b"
SURROUNDINGS = r"\b(getenv|setenv|putenv|setlocale|fork|execve?|execvp|posix_spawnp?|system|popen|_exit)\s*\("
STARTERS = ["report/plot/gnuplot_program.c"]  # ... except where it starts another program


def without_comments_and_strings(text):
    """The text with both blanked, so that line numbers stay true. Include lines keep their names."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())

    comments = r"/\*.*?\*/|//[^\n]*"
    strings = r'"(?:\\.|[^"\\\n])*"' + r"|'(?:\\.|[^'\\\n])*'"
    include = r'^[ \t]*#[ \t]*include[ \t]*"[^"\n]*"'

    def choose(match):
        return match.group() if match.group("include") else blank(match)

    pattern = f"(?P<include>{include})|{comments}|{strings}"
    return re.sub(pattern, choose, text, flags=re.DOTALL | re.MULTILINE)


def include_violation(source, floor, name, quoted, src):
    """What is wrong with this include, or None."""
    if quoted:
        target = name.split("/")[0]
        if not (src / name).is_file():
            return f'"{name}" is no file below src/: includes are folder-qualified'
        if target not in FLOORS:
            return f'"{name}" stands on no floor'
        if FLOORS.index(target) > FLOORS.index(floor):
            return f'{floor} includes "{name}": {target} is a floor above'
        return None
    floors = next((floors for door, floors in DOORS.items() if re.match(door, name)), None)
    if floors is not None and floor not in floors:
        allowed = " and ".join(floors) or "tests"
        return f"{floor} includes <{name}>: its door is {allowed}"
    if floor in PURE and re.fullmatch(IMPURE, name) and not (name == "stdio.h" and source in FORMATTERS):
        return f"{floor} includes <{name}>: this floor has no files, clock, signals or jumps"
    return None


def violations(root):
    """All of them as (file, line number, text)."""
    src = Path(root) / "src"
    for path in sorted(src.rglob("*.[ch]")):
        source = path.relative_to(src).as_posix()
        floor = source.split("/")[0]
        if floor not in FLOORS:
            yield f"src/{source}", 1, "stands on no floor"
            continue
        code = without_comments_and_strings(path.read_text(encoding="utf-8"))
        for number, line in enumerate(code.splitlines(), 1):
            include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if include:
                text = include_violation(source, floor, include.group(2), include.group(1) == '"', src)
                if text:
                    yield f"src/{source}", number, text
                continue
            used = re.search(PRINTING, line)
            if not used and source not in STARTERS:
                used = re.search(SURROUNDINGS, line)
            if used and floor != "cli":
                yield f"src/{source}", number, f"{floor} uses {used.group(1)}: only cli may"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = list(violations(sys.argv[1]))
    for file, number, text in found:
        print(f"{file}:{number}: {text}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
