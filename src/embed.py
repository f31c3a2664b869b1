#!/usr/bin/env python3
"""Files as a C table. usage: embed.py SYMBOL FOLDER OUTPUT FILE...

OUTPUT defines `const struct embedded_file SYMBOL[]` (base/embedded.h) with the files in the order given, each named as
it stands below FOLDER, and `const size_t n_SYMBOL`."""

import sys
from pathlib import Path


def rows_of(data, width=20):
    return "".join(f"    {','.join(map(str, data[at:at + width]))},\n" for at in range(0, len(data), width))


def main(symbol, folder, output, *paths):
    contents = [Path(path).read_bytes() for path in paths]
    names = [Path(path).resolve().relative_to(Path(folder).resolve()).as_posix() for path in paths]
    with open(output, "w", encoding="utf-8") as out:
        out.write('#include "base/embedded.h"\n\n')
        out.write(f"extern const struct embedded_file {symbol}[];\nextern const size_t n_{symbol};\n\n")
        for number, data in enumerate(contents):
            out.write(f"static const char file_{number}[] = {{\n{rows_of(to_chars(data) + [0])}}};\n\n")
        out.write(f"const struct embedded_file {symbol}[] = {{\n")
        for number, (name, data) in enumerate(zip(names, contents)):
            out.write(f'    {{"{name}", file_{number}, {len(data)}}},\n')
        out.write(f"}};\n\nconst size_t n_{symbol} = {len(contents)};\n")


def to_chars(data):
    """As a char, signed or not, holds them without a warning."""
    return [byte if byte < 128 else f"'\\x{byte:02x}'" for byte in data]


if __name__ == "__main__":
    main(*sys.argv[1:])
