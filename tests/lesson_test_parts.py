"""What the tests of lessons share."""

import json
import re

# A text between quotation marks, or a comment.
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


def read(path):
    """A JSON document with comments."""
    text = path.read_text(encoding="utf-8")
    return json.loads(TOKEN.sub(lambda token: token[0] if token[0][0] == '"' else " ", text))
