#!/usr/bin/env python3
"""Does each header compile alone? usage: check_headers.py SRC -- COMPILER [ARG...]"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FLAGS = ["-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-unused-const-variable", "-fsyntax-only"]


def complaint(header, src, compiler):
    """What the compiler says about a file that includes the header twice and nothing else; "" when all is well."""
    name = header.relative_to(src).as_posix()
    program = f'#include "{name}"\n#include "{name}"\nextern int not_empty;\n'
    command = [*compiler, *FLAGS, "-D_POSIX_C_SOURCE=200809L", "-I", str(src), "-x", "c", "-"]
    return subprocess.run(command, input=program, capture_output=True, text=True, check=False).stderr


def main():
    if len(sys.argv) < 4 or sys.argv[2] != "--":
        sys.exit(__doc__)
    src, compiler = Path(sys.argv[1]), sys.argv[3:]
    headers = sorted(src.rglob("*.h"))
    if not headers:
        sys.exit(f"no header below {src}")
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        complaints = [text for text in workers.map(lambda h: complaint(h, src, compiler), headers) if text]
    print("\n".join(complaints) or f"{len(headers)} headers compile alone")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
