#!/usr/bin/env python3
"""Seeds one violation after another into a clean little tree: check_floors.py must see each, and nothing else."""

import sys
import tempfile
from pathlib import Path

from check_floors import violations

CLEAN = {
    "base/error.h": "/* #include <gsl/gsl_rng.h> in a comment, printf( too */\n",
    "base/error.c": '#include "base/error.h"\n\n#include <stdio.h>\n',
    "des/sim.h": '#include "base/error.h"\n#include <gsl/gsl_rng.h>\n',
    "model/system.c": '#include "des/sim.h"\nconst char *s = "exit(1), \\"stderr";\n',
    "scenario/read.c": "#include <cjson/cJSON.h>\n#include <stdio.h>\n",
    "experiment/pool.c": "#include <pthread.h>\n#include <gsl/gsl_cdf.h>\n",
    "report/csv.c": "void f(FILE *file) { fprintf(file, text); }\n",
    "cli/main.c": '#include "report/csv.h"\nint main(void) { printf(getenv("HOME")); exit(1); }\n',
    "report/csv.h": "\n",
    "report/plot/gnuplot_program.c": 'void f(void) { getenv("PATH"); _exit(1); }\n',
}

SEEDS = [
    ("base/error.c", '#include "des/sim.h"', "des is a floor above"),
    ("des/sim.h", '#  include "model/system.h"', "is no file"),
    ("des/sim.h", '#include "../base/error.h"', "folder-qualified"),
    ("des/sim.h", '#include "sim.h"', "folder-qualified"),
    ("model/system.c", "#include <cjson/cJSON.h>", "its door is scenario"),
    ("model/system.c", "#include <gsl/gsl_randist.h>", "its door is des and stats and theory and experiment"),
    ("scenario/read.c", "#include <pthread.h>", "its door is experiment"),
    ("report/csv.c", "#include <criterion/criterion.h>", "its door is tests"),
    ("experiment/pool.c", "#include <Random123/threefry.h>", "its door is des"),
    ("model/system.c", "#include <stdio.h>", "no files"),
    ("base/error.h", "#include <stdio.h>", "no files"),
    ("base/error.c", "#include <setjmp.h>", "jumps"),
    ("des/sim.h", "#include <sys/time.h>", "clock"),
    ("report/csv.c", 'void g(void) { fprintf(stderr, "oh"); }', "uses stderr"),
    ("scenario/read.c", "void g(void) { exit(2); }", "uses exit"),
    ("model/system.c", 'int x = getenv("SEED") != NULL;', "uses getenv"),
    ("report/csv.c", 'void g(void) { system("rm"); }', "uses system"),
    ("report/plot/gnuplot_program.c", "void g(void) { printf(text); }", "uses printf"),
    ("report/csv.c", "#include <gsl/gsl_errno.h>", "its door is cli"),
    ("tools/x.c", "int x;", "stands on no floor"),
]


def write_tree(root, files):
    for name, text in files.items():
        path = Path(root) / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found_in(files):
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, files)
        return list(violations(root))


def main():
    failures = [f"clean tree: {found}" for found in found_in(CLEAN)]
    for name, line, expected in SEEDS:
        found = found_in({**CLEAN, name: CLEAN.get(name, "") + line + "\n"})
        line_number = (CLEAN.get(name, "") + line).count("\n") + 1
        if len(found) != 1 or expected not in found[0][2] or found[0][1] not in (1, line_number):
            failures.append(f"{name}: {line}: expected one with {expected!r}, found {found}")
    print("\n".join(failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
