#!/usr/bin/env python3
"""What `tandem lesson` does, with the small lessons of tests/lessons: TAP on standard output.
usage: lesson_test.py TANDEM SOURCE_ROOT"""

import hashlib
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from lesson_test_parts import read
from tap import finish, verdict

WORKS = ["100ms", "300ms", "400ms"]
PREDICTED = ["-p", "busy=40%", "-p", "queue=no"]
RIGHT = {"response": "200ms", "twice": "all the time", "workers": 4, "work": "50ms"}


TANDEM, ROOT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
LESSONS = ROOT / "tests" / "lessons"
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "80"}


def call(*words, lessons=LESSONS):
    """The finished `tandem lesson WORDS`."""
    own = ["--lessons", str(lessons)] if lessons else []
    return subprocess.run([TANDEM, "lesson", *map(str, words), *own], stdin=subprocess.DEVNULL, capture_output=True,
                          encoding="utf-8", env=ENVIRONMENT, check=False)


def expect(name, done, code, *told, silent_about=()):
    """Does it exit so, and say all that? What is said goes to either stream."""
    said = done.stdout + done.stderr
    missing = [text for text in told if text not in said] + [text for text in silent_about if text in said]
    verdict(done.returncode == code and not missing, name, f"exit {done.returncode}, about {missing}:\n{said}")


def answer(folder, **answers):
    """Writes answers into answers.json, where something stands behind their names."""
    path = folder / "answers.json"
    text = path.read_text(encoding="utf-8")
    for key, value in answers.items():
        text, n = re.subn(rf'"{key}": (null|"[^"]*"|[\d.]+)', lambda _: f'"{key}": {json.dumps(value)}', text)
        assert n == 1, key
    path.write_text(text, encoding="utf-8")
    return text


def started(out, *words, lesson="tiny"):
    done = call("start", lesson, "--out", out, *words)
    assert done.returncode == 0, done.stderr
    return Path(out) / ("01-tiny" if lesson == "tiny" else "02-chance")


def test_list():
    done = call("list")
    expect("list", done, 0, "01  A tiny shop\n    How busy", "02  A shop of chance")
    listed = json.loads(call("list", "--format", "json").stdout)["lessons"]
    verdict([entry["name"] for entry in listed] == ["01-tiny", "02-chance"], "list as JSON", listed)
    expect("list as markdown", call("list", "-f", "markdown"), 0, "| 01-tiny | A tiny shop |")
    done = call("list", lessons=None)
    verdict(done.returncode == 0 and max(map(len, done.stdout.splitlines())) <= 80, "80 columns", done.stdout)
    here = sorted(path.name for path in (ROOT / "scenarios" / "lessons").iterdir() if path.is_dir())
    listed = json.loads(call("list", "-f", "json", lessons=None).stdout)["lessons"]
    verdict([entry["name"] for entry in listed] == here, "all lessons of the tree are in the program (src/meson.build)",
           f"{here}\n{[entry['name'] for entry in listed]}")


def test_start():
    expect("start", call("start", "tiny"), 0, "tandem lesson grade 01-tiny", "2 of 2 predictions are missing")
    folder = Path("01-tiny")
    names = sorted(path.name for path in folder.iterdir())
    verdict(names == ["answers.json", "lesson.md", "scenario.json"], "its files", names)
    for name in ["lesson.md", "scenario.json"]:
        verdict((folder / name).read_bytes() == (LESSONS / "01-tiny" / name).read_bytes(), f"{name} is the lesson's")
    answers = read(folder / "answers.json")
    verdict(answers == {"lesson": "01-tiny", "student": None, "predict": {"busy": None, "queue": None},
                       "check": dict.fromkeys(RIGHT)}, "answers.json", answers)
    before = answer(folder, busy="40%")
    expect("no folder is overwritten", call("start", "1"), 3, "01-tiny is there already")
    verdict((folder / "answers.json").read_text(encoding="utf-8") == before, "and it stays as it is")
    for name in ["01", "1", "tiny", "01-tiny"]:
        expect(f"the name {name}", call("start", name, "-o", f"by-{name}"), 0)
    expect("an unknown name", call("start", "tinny"), 2, 'did you mean "tiny"?')
    expect("an unknown prediction", call("start", "1", "-o", "no", "-p", "busi=3%"), 2, 'did you mean "busy"?')
    expect("a prediction without its unit", call("start", "1", "-o", "no", "-p", "busy=3"), 2, 'such as "42%"')
    expect("a prediction that is no choice", call("start", "1", "-o", "no", "-p", "queue=yess"), 2, '"yes", "no"')
    expect("a student without a name", call("start", "1", "-o", "no", "--student", ""), 2, "--student")
    expect("an option of another verb", call("list", "--student", "3"), 2, "--student is for start")
    Path("file").write_text("", encoding="utf-8")
    expect("a folder that cannot be made", call("start", "1", "-o", "file/x"), 3, "file")
    verdict(not Path("no").exists() and not list(Path().glob("*.part")), "nothing is left of these")
    expect("--predict", call("start", "1", "-o", "p", "-p", "busy=10%", "-p", "busy=40%"), 0, "1 of 2 predictions")
    verdict(read(Path("p/01-tiny/answers.json"))["predict"]["busy"] == "40%", "the last one counts")


def picked(path, student, values):
    """The value that a student gets, as docs/lessons.md says it."""
    digest = hashlib.sha256(f"01-tiny/{path}/{student}".encode()).hexdigest()
    return values[int(digest[:15], 16) % len(values)]


def test_variants():
    text, seen = (LESSONS / "01-tiny" / "scenario.json").read_text(encoding="utf-8"), set()
    for student in ["1", "2", "3", "k-4711", "ä ö", "0815"]:
        folder = started(f"of-{student}", "--student", student)
        work = picked("components.shop.endpoints.buy[0].work", student, WORKS)
        rate = picked("load.0.open.constant", student, ["1/s", "2/s"])
        wanted = text.replace('"work": "200ms"', f'"work": "{work}"').replace('"2/s"', f'"{rate}"')
        found = (folder / "scenario.json").read_text(encoding="utf-8")
        verdict(found == wanted, f"the values of student {student}, and all else as it was", found)
        seen.add((work, rate))
        verdict(read(folder / "answers.json")["student"] == student, "the student's number")
    verdict(len(seen) > 2, "values differ", seen)


def test_refusals():
    folder = started("r")
    expect("missing predictions", call("grade", folder), 2, "answers.json:10:13: error: predict.busy: a prediction is",
           "predict.queue")
    verdict(not (folder / "record.json").exists(), "nothing is recorded then")
    answer(folder, busy="40%", queue="no", twice="all time")
    expect("no choice", call("grade", folder), 2, "check.twice", 'found "all time"', 'did you mean "all the time"?')
    answer(folder, twice="all the time", response="200")
    expect("no unit", call("grade", folder), 2, 'check.response: found "200", expected a number such as "42ms"')
    answer(folder, response="sync.response.mean")
    expect("not a number", call("grade", folder), 2, "check.response: found", silent_about=["tiny shop"])
    answer(folder, response="200ms", workers="four")
    expect("not a whole number", call("grade", folder), 2, "expected a whole number")
    answer(folder, workers=0)
    expect("a value that cannot be", call("grade", folder), 2, "answers.json:29:", "components.shop.workers")
    answer(folder, workers=4, work="50 apples")
    expect("a value that is none", call("grade", folder), 2, "50 apples")
    verdict(not (folder / "record.json").exists(), "nothing was recorded")
    text = answer(folder, work="50ms")
    path = folder / "answers.json"
    path.write_text(text.replace('"workers"', '"worker"'), encoding="utf-8")
    expect("no such question", call("grade", folder), 2, "check.worker", 'did you mean "workers"?')
    path.write_text(text.replace('"lesson": "01-tiny"', '"lesson": "01-tinny"'), encoding="utf-8")
    expect("no such lesson", call("grade", folder), 2, "answers.json:3:13", 'did you mean "01-tiny"?')
    path.write_text(text.replace('"check": {', '"check": {,'), encoding="utf-8")
    expect("no JSON", call("grade", folder), 2, "answers.json:18:13: error: found ,")
    expect("no folder", call("grade", "nowhere"), 3, "nowhere/answers.json")
    expect("nothing", call("grade"), 2, "FOLDER")
    expect("no format", call("grade", folder, "-f", "tabel"), 2, 'did you mean "table"?')


def test_grading():
    folder = started("g", *PREDICTED)
    expect("not answered", call("grade", folder), 1, "recorded: g/01-tiny/record.json", "predicted: 40%",
           "came out: 39.8 %", "came out: no (sync.shop.wait.mean == 0ms", "not answered: How long", "0 of 4 right")
    answer(folder, **RIGHT)
    expect("all is right", call("grade", folder), 0, "4 of 4 right", silent_about=["hint", "recorded"])
    for key, wrong in {"response": "210ms", "twice": "half of it", "workers": 5, "work": "60ms"}.items():
        answer(folder, **{**RIGHT, key: wrong})
        expect(f"{key} is wrong", call("grade", folder), 1, "3 of 4 right", "wrong: ", f"answer: {wrong}", "hint: ",
               silent_about=["200 ms", "0.2 s"])
    answer(folder, **{**RIGHT, "workers": 3})
    expect("too few workers", call("grade", folder), 1, "3 of 4 right")
    (folder / "scenario.json").write_text("{}", encoding="utf-8")
    answer(folder, **RIGHT)
    expect("the student's scenario does not matter", call("grade", folder), 0)
    chance = started("c", "-p", "work=20ms", lesson="chance")
    answer(chance, close="20ms")
    expect("cannot tell", call("grade", chance), 1, "cannot tell: How long", "0 of 1 right", "hint: Run more often")
    return folder


def test_record(folder):
    answer(folder, busy="10%")
    expect("a prediction that was changed", call("grade", folder), 0, "predicted: 40%", '"busy" is "10%" now',
           'recorded as "40%", which counts')
    path = folder / "answers.json"
    text = answer(folder, busy="40%")
    path.write_text(text.replace('"student": null', '"student": "9"'), encoding="utf-8")
    expect("a student who was changed", call("grade", folder), 0, 'the student is "9" now')
    path.write_text(text, encoding="utf-8")
    record = (folder / "record.json").read_text(encoding="utf-8")
    (folder / "record.json").write_text(record.replace("40%", "50%"), encoding="utf-8")
    expect("a record that was changed", call("grade", folder), 2, "record.json was changed")
    (folder / "record.json").write_text(record, encoding="utf-8")


def test_class(folder):
    other = started("s", *PREDICTED, "--student", "k-4711")
    done = call("grade", folder, other, "nowhere")
    expect("several folders", done, 3, "4 of 4 right", "0 of 4 right")
    lines = [re.split(r"  +", line.strip()) for line in done.stdout.splitlines()[-4:]]
    verdict(lines == [["folder", "student", "lesson", "right"], [str(folder), "-", "01-tiny", "4 of 4"],
                     [str(other), "k-4711", "01-tiny", "0 of 4"], ["nowhere", "-", "-", "cannot be graded"]],
           "a line for each", done.stdout)
    done = call("grade", folder, other, "nowhere", "--format", "json")
    graded = json.loads(done.stdout)["folders"]
    verdict([entry["graded"] for entry in graded] == [True, True, False], "JSON: who could be graded", done.stdout)
    verdict([entry["verdict"] for entry in graded[0]["check"]] == ["right"] * 4 and graded[0]["right"] == 4,
           "JSON: verdicts", done.stdout)
    verdict(abs(graded[0]["predict"][0]["mean"] - 0.398) < 1e-9, "JSON: what came out", done.stdout)
    verdict(graded[1]["student"] == "k-4711" and graded[1]["check"][0]["answer"] is None, "JSON: no answer", done.stdout)
    done = call("grade", folder, other, "nowhere", "--format", "junit")
    suites = ElementTree.fromstring(done.stdout.encode())
    found = [(suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in suites]
    verdict(found == [(str(folder), "4", "0", "0"), (str(other), "4", "4", "0"), ("nowhere", "1", "0", "1")],
           "JUnit: suites", done.stdout)
    verdict([suites.get(key) for key in ("tests", "failures", "errors")] == ["9", "4", "1"], "JUnit: sums", done.stdout)
    verdict([case[0].get("type") for case in suites[1].iter("testcase")] == ["not answered"] * 4 and
           not list(suites[0].iter("failure")), "JUnit: cases", done.stdout)
    expect("a list has no JUnit", call("list", "-f", "junit"), 2, "unknown format")
    done = call("grade", folder, "--format", "markdown")
    expect("markdown", done, 0, "## A tiny shop", "- right: How long", "4 of 4 right")


# What is written into lesson.json in place of what, and what is told of it.
BAD = [
    ('"title"', '"titel"', 'lesson.json:2:3: error: titel: unknown key', 'did you mean "title"?'),
    ('"unit": "%"', '"units": "%"', 'lesson.json:9:80: error: predict[0].units: unknown key', 'did you mean "unit"?'),
    ('"id": "busy"', '"id": "queue"', 'predict[1].id: another question has the id "queue"'),
    ('"answer": "sync.shop.busy", ', '', 'predict[0]: expected one of "answer" or "choices"'),
    (', "within": "5%" }', ' }', 'predict[0]: "within" is missing beside "answer"'),
    ('"hint": "Divide."', '"within": "2%"', 'check[3].within: has a meaning only beside "answer"'),
    ('"least": true', '"least": true, "most": true', '"least" and "most" cannot both be true'),
    ('"least": true', '"least": 1', 'check[2].least: found 1, expected true or false'),
    ('"yes": "sync.shop.wait.mean > 0ms"', '"yes": 1', 'predict[1].choices.yes: found 1, expected a claim'),
    ('["1/s", "2/s"]', '"2/s"', 'vary["load.0.open.constant"]: found "2/s", expected an array'),
    ('"solution": "50ms"', '"solution": "50ms",', 'error: '),
]


def test_bad_lessons():
    good = (LESSONS / "01-tiny" / "lesson.json").read_text(encoding="utf-8")
    for number, (old, new, *told) in enumerate(BAD):
        folder = Path(f"bad-{number}/01-tiny")
        folder.mkdir(parents=True)
        for name in ("lesson.md", "scenario.json"):
            (folder / name).write_bytes((LESSONS / "01-tiny" / name).read_bytes())
        assert old in good, old
        (folder / "lesson.json").write_text(good.replace(old, new, 1), encoding="utf-8")
        expect(f"a lesson with {new}", call("start", "1", "-o", "none", lessons=folder.parent), 2, *told)
    verdict(not Path("none").exists(), "nothing is made of a bad lesson")
    Path("bad-0/02-half").mkdir()
    Path("bad-0/02-half/lesson.json").write_text(good, encoding="utf-8")
    expect("half a lesson", call("start", "2", lessons="bad-0"), 3, "lesson 02-half: scenario.json cannot be read")
    expect("no lessons", call("list", lessons="bad-0/01-tiny"), 3, "there is no lesson in it")


def converse(words, lines):
    """What is on the screen when somebody types the lines; and the exit status."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(ENVIRONMENT)
        os.execv(TANDEM, [str(TANDEM), "lesson", *words, "--lessons", str(LESSONS)])
    os.write(terminal, "".join(line + "\n" for line in lines).encode())
    screen = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # so does Linux tell the end
            break
        if not part:
            break
        screen += part
    os.close(terminal)
    return screen.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_terminal():
    screen, code = converse(["start", "1", "-o", "t"], ["40", "forty", "40%", "3", "2"])
    verdict(code == 0 and 'found "40", expected a number such as "42%"' in screen and "1  yes" in screen,
           "it asks at a terminal, until there is an answer", screen)
    verdict(read(Path("t/01-tiny/answers.json"))["predict"] == {"busy": "40%", "queue": "no"}, "and keeps the answers")
    screen, code = converse(["start", "1", "-o", "u", "-p", "busy=1%"], [""])
    verdict(code == 0 and "How busy will it be" not in screen and "1 of 2 predictions are missing" in screen,
           "what is answered is not asked, an empty line is for later", screen)


def main():
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        test_list()
        test_start()
        test_variants()
        test_refusals()
        folder = test_grading()
        test_record(folder)
        test_class(folder)
        test_bad_lessons()
        test_terminal()
        os.chdir("/")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
