#!/usr/bin/env python3
"""The lessons of scenarios/lessons: that their questions have answers, for several students. What is right is found by
`tandem run --get` on the folder that a student gets; `tandem lesson grade` has to say the same. TAP on standard output.
usage: lessons_test.py TANDEM SOURCE_ROOT [NAME...]"""

import json
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from lesson_test_parts import read
from tap import finish, verdict

STUDENTS = [None, "4711", "s0815"]
SECTIONS = ["The question", "Predict", "Run", "Look", "Why", "Vary it", "Check yourself"]
UNITS = {"": 1.0, "%": 0.01, "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0,
         "/s": 1.0, "/min": 1 / 60, "/h": 1 / 3600, "/d": 1 / 86400}
NUMBER = r"\d+(?:\.\d+)?(?:e-?\d+)?"
PART = re.compile(rf"({NUMBER})(%|ns|us|ms|min|s|h|d|/s\b|/min\b|/h\b|/d\b)?(?![\w.])|([A-Za-z_][\w.-]*[\w])")
CLAIM = re.compile(r"^(.*?)(<=|>=|==|!=|<|>|~)(.*?)(?:within(.*))?$")


class Lesson:
    def __init__(self, tandem, root, name):
        self.tandem, self.name, self.folder = tandem, name, root / "scenarios" / "lessons" / name
        self.what = read(self.folder / "lesson.json")
        self.questions = self.what["predict"] + self.what["check"]

    def call(self, *words):
        return subprocess.run([self.tandem, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True,
                              encoding="utf-8", check=False)


def names_in(text):
    return [part[3] for part in PART.finditer(text) if part[3]]


def value(text, metrics):
    """Of an expression, in seconds and shares."""
    python = PART.sub(lambda part: repr(metrics[part[3]]) if part[3] else
                      repr(float(part[1]) * UNITS[part[2] or ""]), text)
    assert re.fullmatch(r"[\d.e+\-*/() infa]*", python), python
    return eval(python)  # pylint: disable=eval-used # a sum of numbers, as was just seen


def holds(claim, metrics):
    left, sign, right, within = CLAIM.match(claim).groups()
    a, b = value(left, metrics), value(right, metrics)
    same = math.isclose(a, b, rel_tol=1e-12)
    if sign == "~":
        return abs(a - b) <= value(within, {}) * (abs(b) if "%" in within else 1.0)
    return {"<": a < b and not same, ">": a > b and not same, "<=": a <= b or same, ">=": a >= b or same,
            "==": same, "!=": not same}[sign]


def claims_of(question):
    return [question["answer"]] if "answer" in question else [
        part for claim in question.get("choices", {}).values() for part in CLAIM.match(claim).groups()[0:3:2]]


def sets_of(question):
    return tuple(f"{path}={text}" for path, text in question.get("runs", {}).items())


def measure(lesson, scenario, is_own):
    """The metrics that the questions name, for each set of values that they want."""
    found = {}
    for sets in {()} | {sets_of(question) for question in lesson.questions if "set" not in question}:
        names = sorted({name for question in lesson.questions if sets_of(question) == sets
                        for claim in claims_of(question) for name in names_in(claim)})
        options = [("--get", name) for name in names] + [("--set", text) for text in sets]
        done = lesson.call("run", "--quiet", "--no-files", *(word for pair in options for word in pair), scenario)
        lines = done.stdout.split()
        if len(lines) != len(names):
            raise RuntimeError(done.stderr)
        if is_own and not sets:
            verdict(done.returncode == 0, f"{lesson.name}: what the scenario expects", done.stderr)
        found[sets] = dict(zip(names, map(float, lines)))
    return found


def written(number, unit):
    """As a student writes it."""
    return f"{number / UNITS[unit]:.4g}{unit}"


def answers_to(question, metrics, solution):
    """A right answer and wrong ones."""
    if "answer" in question:
        right, unit = value(question["answer"], metrics), question.get("unit", "")
        room = value(question["within"], {}) * (abs(right) if "%" in question["within"] else 1.0)
        return written(right, unit), [written(right + 3 * room, unit)]
    if "choices" in question:
        true = [text for text, claim in question["choices"].items() if holds(claim, metrics)]
        return (true[0] if len(true) == 1 else true), [text for text in question["choices"] if text not in true]
    if not solution:
        return None, []
    step = 1 if question.get("least") else -1 if question.get("most") else 0
    return question["solution"], [int(question["solution"]) + step] if step else []


def fill(folder, lesson, answers):
    whole = read(folder / "answers.json")
    for section in ("predict", "check"):
        whole[section] = {question["id"]: answers.get(question["id"]) for question in lesson.what[section]}
    text = json.dumps(whole)
    (folder / "answers.json").write_text(text, encoding="utf-8")


def start(lesson, work, student, which):
    own = ["--student", student] if student else []
    done = lesson.call("lesson", "start", lesson.name, "--lessons", lesson.folder.parent, "--out", work / which, *own)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return work / which / lesson.name


def grade(lesson, folders):
    done = lesson.call("lesson", "grade", "--format", "json", "--lessons", lesson.folder.parent, *folders)
    entries = json.loads(done.stdout)["folders"]
    if not all(entry["graded"] for entry in entries):
        raise RuntimeError(done.stderr)
    return entries


def test_student(lesson, work, student):
    who = f"{lesson.name}, student {student}"
    folder = start(lesson, work, student, f"{student}-right")
    wrong_folder = start(lesson, work, student, f"{student}-wrong")
    found = measure(lesson, folder / "scenario.json", student is None)
    right, wrong = {}, {}
    for question in lesson.questions:
        key = question["id"]
        right[key], others = answers_to(question, found.get(sets_of(question)), student is None)
        verdict(not isinstance(right[key], list), f"{who}: {key} has one right choice", right[key])
        wrong[key] = others[0] if others else right[key] if question in lesson.what["predict"] else None
    for where, answers in ((folder, right), (wrong_folder, wrong)):
        fill(where, lesson, {key: None if isinstance(text, list) else text for key, text in answers.items()})
    entries = grade(lesson, [folder, wrong_folder])
    for entry, answers, due in ((entries[0], right, "right"), (entries[1], wrong, "wrong")):
        for mark in entry["check"]:
            if answers[mark["id"]] is not None:
                verdict(mark["verdict"] == due, f"{who}: {mark['id']}: {mark['answer']} is {due}", mark)
    for mark in entries[0]["predict"]:
        question = next(question for question in lesson.questions if question["id"] == mark["id"])
        measured = found[sets_of(question)].get(question.get("answer"), mark.get("mean"))
        good = mark["came_out"] == right[mark["id"]] if "came_out" in mark else math.isclose(mark["mean"], measured)
        verdict(good, f"{who}: {mark['id']} came out", f"{mark}\n{measured}")


def test_texts(lesson):
    for name in ("lesson.md", "teacher.md"):
        verdict((lesson.folder / name).is_file(), f"{lesson.name}: {name}")
    text = (lesson.folder / "lesson.md").read_text(encoding="utf-8")
    verdict(re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS, f"{lesson.name}: the sections of lesson.md")
    for section in ("check", "predict"):
        for question in lesson.what[section]:
            verdict(section == "predict" or question.get("hint"), f"{lesson.name}: {question['id']} has a hint")


def test_values(lesson):
    """Every value that may be some student's is one, and is another one for some."""
    for path, values in lesson.what.get("vary", {}).items():
        for text in values:
            done = lesson.call("check", "--set", f"{path}={text}", lesson.folder / "scenario.json")
            verdict(done.returncode == 0, f"{lesson.name}: {path}={text}", done.stderr)


def test_lesson(lesson):
    test_texts(lesson)
    test_values(lesson)
    with tempfile.TemporaryDirectory() as work:
        for student in STUDENTS:
            test_student(lesson, Path(work), student)


def main(tandem, root, *names):
    tandem, root = Path(tandem).resolve(), Path(root).resolve()
    names = names or sorted(path.name for path in (root / "scenarios" / "lessons").iterdir() if path.is_dir())
    for name in names:
        try:
            test_lesson(Lesson(tandem, root, name))
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            verdict(False, f"{name} can be tried", f"{type(error).__name__}: {error}")
    return finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
