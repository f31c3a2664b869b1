#!/usr/bin/env python3
"""dictionary.py TANDEM FILE: the words of scenarios for libFuzzer, as the command itself lists them."""

import json
import re
import subprocess
import sys

# What is between words, and numbers at which things end.
SIGNS = [
    "//", "/*", "*/", "..", "->", "users -> ", "=", ",", "*", "/", ":", "~", " within ", " and ", " or ", "==", "!=",
    "<=", ">=", "(", ")", "%", "ns", "us", "ms", "s", "min", "h", "/s", "B", "kB", "MB", "GB", "B/s", "Mbit/s",
    "0", "1", "1e999", "1e-999", "4294967296", "9223372036854775808", "\\u0000", "\\ud800", "\ufeff", "\f",
]


def of_schema(node, words):
    """Keys, and values where there are only some."""
    if isinstance(node, list):
        for item in node:
            of_schema(item, words)
    elif isinstance(node, dict):
        words.update(f'"{key}"' for key in node.get("properties", {}) if isinstance(node["properties"], dict))
        words.update(json.dumps(value) for value in node.get("enum", []) + [node[key] for key in ("const",) if key in node])
        for item in node.values():
            of_schema(item, words)


def quoted(word):
    """As libFuzzer reads it."""
    return '"' + "".join(c if 32 <= ord(c) < 127 and c not in '"\\' else "".join(f"\\x{b:02x}" for b in c.encode()) for c in word) + '"'


def main(tandem, path):
    def output(*arguments):
        return subprocess.run([tandem, *arguments], check=True, capture_output=True, text=True).stdout

    words = set(SIGNS)
    of_schema(json.loads(output("schema")), words)
    words.update(f'"{word}"' for word in re.findall(r"^\s*([a-z_0-9]+)", output("list", "distributions"), re.MULTILINE))
    with open(path, "w", encoding="ascii") as file:
        file.writelines(quoted(word) + "\n" for word in sorted(words))


if __name__ == "__main__":
    main(*sys.argv[1:])
