"""Small mistakes, put into C text: each mutant is a file with one of them.

The text must be as clang-format leaves it: a binary operator has a space on both sides, a statement begins its line.
Only the bodies of functions are changed; comments, strings, the preprocessor's lines, assertions, enums and prefetches
are not, nor calls of free(): what leaks is seen by the sanitizers.
"""

import re

SWAPS = {
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "==": ["!="],
    "!=": ["=="],
    "+": ["-"],
    "-": ["+"],
    "*": ["/"],
    "/": ["*"],
    "&&": ["||"],
    "||": ["&&"],
    "+=": ["-="],
    "-=": ["+="],
    "*=": ["/="],
    "/=": ["*="],
}
WORDS = {"true": "false", "false": "true", "break": "continue", "continue": "break", "fmin": "fmax", "fmax": "fmin"}

SHORT = 20  # "return false;" may stand in many places

BINARY = re.compile(r"(?<= )(?:[<>=!]=|[-+*/]=?|[<>]|&&|\|\|)(?=[ \n])")
STEP = re.compile(r"\+\+|--")
NOT = re.compile(r"!(?![=\s])")
NUMBER = re.compile(r"(?<![\w.])(\d[\d.]*(?:e[-+]?\d+)?)([uUlL]*)(?![\w.])")
WORD = re.compile(r"\b(?:" + "|".join(WORDS) + r")\b")
RETURN = re.compile(r"^ +return (?!0;|NULL;|true;|false;|-1;)([^;]+);", re.MULTILINE)
CONDITION = re.compile(r"\b(?:if|while) \(")
STATEMENT = re.compile(r"^ +(?!return\b|goto\b|case\b|else\b|do\b|free\()(?:[*a-z]\w*(?:->|\.|\[\w+\]|\w)*"
                       r"(?:\([^;{}]*\)|\+\+|--)|(?:\+\+|--)[^;{}]+);$", re.MULTILINE)

NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*',
                      re.DOTALL | re.MULTILINE)
NOT_MEANT = re.compile(r"\b(?:static_assert|assert|__builtin_prefetch)\(.*?\);|\benum \w*\s*\{.*?\}|\{0\}|"
                       r"\bcase [^:\n]*:", re.DOTALL)


def blank(match):
    return re.sub(r"[^\n]", "\0", match.group())


def outside_functions(code):
    """Spans that belong to no function's body: a body begins with a brace after a parenthesis, at depth 0."""
    depth, since, is_body = 0, 0, False
    for match in re.finditer(r"[{}]", code):
        if match.group() == "{":
            if depth == 0 and code[: match.start()].rstrip(" \n\0").endswith(")"):
                is_body = True
                yield since, match.end()
            depth += 1
        else:
            depth -= 1
            if depth == 0 and is_body:
                is_body, since = False, match.start()
    yield since, len(code)


def changeable(text):
    """The text, with zero bytes where nothing is to be changed."""
    code = NOT_MEANT.sub(blank, NOT_CODE.sub(blank, text))
    letters = list(code)
    for begin, end in outside_functions(code):
        letters[begin:end] = ["\n" if letter == "\n" else "\0" for letter in letters[begin:end]]
    return "".join(letters)


def closing(code, opening):
    depth = 0
    for i in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if depth == 0:
            return i
    return None


class Mutant:
    """The text from begin to end replaced. It is known by its line, before and after; if that is short, with the one
    above."""

    def __init__(self, file, text, begin, end, replacement):
        self.file, self.begin, self.end, self.replacement = file, begin, end, replacement
        self.line = text.count("\n", 0, begin) + 1
        first, last = text.rfind("\n", 0, begin) + 1, text.find("\n", end)
        if len(text[first:last].strip()) < SHORT:
            first = text.rfind("\n", 0, first - 1) + 1
        self.before = " ".join(text[first:last].split())
        self.after = " ".join((text[first:begin] + replacement + text[end:last]).split())

    def apply(self, text):
        return text[: self.begin] + self.replacement + text[self.end :]

    def key(self):
        return self.file, self.before, self.after


def changes(text):
    """(begin, end, replacement) of all mutants."""
    code = changeable(text)
    for match in BINARY.finditer(code):
        for other in SWAPS.get(match.group(), []):
            yield *match.span(), other
    for match in STEP.finditer(code):
        yield *match.span(), "--" if match.group() == "++" else "++"
    for match in NOT.finditer(code):
        yield *match.span(), ""
    for match in NUMBER.finditer(code):
        number = match.group(1)
        yield *match.span(1), repr(float(number) + 1.0) if re.search(r"[.e]", number) else str(int(number) + 1)
    for match in WORD.finditer(code):
        yield *match.span(), WORDS[match.group()]
    for match in RETURN.finditer(code):
        yield *match.span(1), "0"
    for match in CONDITION.finditer(code):
        end = closing(code, match.end() - 1)
        if end:
            yield match.end(), end, f"!({text[match.end():end]})"
    for match in STATEMENT.finditer(code):
        begin = match.start() + len(match.group()) - len(match.group().lstrip())
        yield begin, match.end(), ";" + "\n" * match.group().count("\n")  # assertions know their lines


def mutants_of(file, text):
    return [Mutant(file, text, *change) for change in changes(text)]
