"""What the tests of lessons share."""

import json
import re

# A text between quotation marks, or a comment.
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


class Tap:
    """The test anything protocol."""

    def __init__(self):
        self.n = self.failures = 0

    def ok(self, good, name, told=""):
        self.n += 1
        self.failures += not good
        print(f"{'ok' if good else 'not ok'} {self.n} - {name}")
        if not good:
            print("".join(f"# {line}\n" for line in str(told).splitlines()[:20]), end="")

    def finish(self):
        print(f"1..{self.n}")
        return 1 if self.failures else 0


def read(path):
    """A JSON document with comments."""
    text = path.read_text(encoding="utf-8")
    return json.loads(TOKEN.sub(lambda token: token[0] if token[0][0] == '"' else " ", text))
