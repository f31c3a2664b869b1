#!/usr/bin/env python3
"""Names and texts of a scenario, of files and of the command line that try to leave the folder of results, to run
something, or to reach the terminal they are shown on. TAP on standard output.
usage: hostile_test.py TANDEM [CHECK...]"""

import csv
import io
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tap import finish, verdict

# What must not come to be, whatever is named so.
CANARY = "hacked"

PATHS = ["../up", "../../up", "/tmp/up", "..", ".", "", "-rf", "--out=x", ".hidden", "a/b", "a\\b", "a\0b", "nul\u0000",
         "x" * 64,
         "x" * 300, "x" * 5000, "tab\t", "line\nbreak", "bell\a", "esc\x1b[2J", "del\x7f", "ünï", "\u202eevil", "dot.",
         "sp ace", "`touch hacked`",
         "$(touch hacked)", "a|b", "a;b", "<b>", "'", '"', "@x", "=1+1", "+1", "%n%s", "{x}", "*", "~", "\ufeffx",
         "\ud83d\ude00", "_x", "-"]

# Each of these is tried in every free text.
TEXTS = [
    "`touch hacked`",
    "\"`touch hacked`\"",
    "'; system('touch hacked'); '",
    "''; system \"touch hacked\"",
    "\\`touch hacked\\` @x %n%s %1 {/:Bold x} _a^b~c\\",
    "| touch hacked",
    "< touch hacked",
    "$(touch hacked); touch hacked & touch hacked #",
    "=cmd|'/c touch hacked'!A1",
    "+1+1|x",
    "-2+3+cmd",
    "@SUM(1;2)",
    "＝1+1",
    " =1+1",
    "a;=1+1",
    "x\",=1+1,\"",
    "<script>alert(1)</script><img src=x onerror=y>",
    "]]> --> &lt; &#27; &amp",
    "| a | b |\\| [x](javascript:y) ![z](w) **b** _i_ # h ~~s~~",
    "\u009b2J\u009d0;x\u009c end",
    "\u202eevil\u202c \u2066x\u2069 \u200f",
    "\u2028line\u2029para",
    "x" * 150,
    "é ü 漢字 \U0001f600",
    "-3.5",
]

# And these where the reader lets control characters through.
CONTROLS = ["\x1b[2J\x1b]0;title\x07 \x1b[31mred", "\rover", "a\nb", "\tTAB", "\r=1+1", "\b\b\b", "\x7f", "\x1bc",
            "\x1b[1mbold\x1b[0m"]

def call(*arguments, **how):
    how = {"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 120} | how
    return subprocess.run([TANDEM, *arguments], check=False, **how)


def scenario(**more):
    return {
        "name": "tiny",
        "run": {"duration": "2s", "warmup": "0s", "seed": 1, "replications": 2},
        "components": {
            "shop": {"workers": 2, "endpoints": {"buy": [{"work": "2ms"}, {"call": "bank.pay"}]}},
            "bank": {"workers": 2, "endpoints": {"pay": [{"work": {"exponential": "5ms"}}]}},
        },
        "links": {"wire": {"between": ["shop", "bank"], "delay": "10ms"}},
        "load": [{"request": "shop.buy", "open": {"poisson": "50/s"}}],
        "policies": {"sync": {"mode": "sync", "timeout": "1s"}, "queue": {"mode": "queue"}},
    } | more


def write(name, document):
    Path(name).write_text(json.dumps(document), encoding="utf-8", errors="surrogatepass")
    return name


def dangers(data, bold=False):
    """The characters in bytes for a terminal that would do something to it, or b"" that it is UTF-8 at all."""
    if bold:
        data = data.replace(b"\x1b[1m", b"").replace(b"\x1b[0m", b"")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return [str(error)]
    return sorted({f"{ord(c):#x}" for c in text if (unicodedata.category(c) == "Cc" and c not in "\n\t")
                   or unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI",
                                                       "PDI") or c in "\u200e\u200f\u061c"})


def canaries():
    return [str(path) for path in [*Path(".").rglob(CANARY), *Path("..").glob(CANARY), *Path("..").glob("up"),
                                   Path("/tmp/up")] if path.exists()]


# ---- names ----


def with_name(kind, name):
    """A scenario in which a thing of this kind has that name."""
    base = scenario()
    if kind == "scenario":
        base["name"] = name
    elif kind == "component":
        base["components"][name] = base["components"].pop("bank")
        base = json.loads(json.dumps(base).replace('"bank.pay"', json.dumps(name + ".pay")).replace('"bank"',
                                                                                                    json.dumps(name)))
    elif kind == "endpoint":
        base["components"]["bank"]["endpoints"] = {name: base["components"]["bank"]["endpoints"]["pay"]}
        base = json.loads(json.dumps(base).replace('"bank.pay"', json.dumps("bank." + name)))
    elif kind == "link":
        base["links"] = {name: base["links"]["wire"]}
    elif kind == "policy":
        base["policies"][name] = {"mode": "async"}
    elif kind == "load":
        base["load"][0]["name"] = name
    elif kind == "queue":
        base["policies"]["queue"]["queue"] = name
    return base


def check_names():
    """Names of things are letters, digits, _ and -; all else is refused before anything is written."""
    for kind in ("scenario", "component", "endpoint", "link", "policy", "load", "queue"):
        wrong = []
        for name in PATHS:
            write("named.json", with_name(kind, name))
            shutil.rmtree("out", ignore_errors=True)
            got = call("run", "--quiet", "--no-plots", "named.json")
            if got.returncode != 2 or Path("out").exists() or dangers(got.stderr) or dangers(got.stdout):
                wrong.append((name, got))
        verdict(not wrong and not canaries(), f"hostile names of a {kind} are refused", wrong[:3])
    for kind in ("scenario", "policy", "load", "component"):
        shutil.rmtree("out", ignore_errors=True)
        write("named.json", with_name(kind, "x" * 63))
        got = call("run", "--quiet", "--no-plots", "named.json")
        verdict(got.returncode == 0 and Path("out").exists(), f"the longest name of a {kind} is fine", got)


def check_folders():
    """Policies whose folders would be one, or one that is there for something else."""
    shutil.rmtree("out", ignore_errors=True)
    names = ["sync", "Sync", "SYNC", "plots", "tasks", "search-tasks", "con", "report", "manifest"]
    write("alike.json", scenario(policies={name: {"mode": "sync"} for name in names}))
    got = call("run", "--quiet", "--no-plots", "alike.json")
    folders = [path.name for path in Path("out/tiny").iterdir() if path.is_dir()]
    whole = [name for name in folders if (Path("out/tiny") / name / "trace.json").exists()]
    named = {name.split("/")[-2] for name in json.loads(Path("out/tiny/manifest.json").read_text(encoding="utf-8"))["files"] if "/" in name}
    verdict(got.returncode == 0 and len(whole) == len(names) and len({name.lower() for name in whole}) == len(names)
            and named == set(whole),
            "a folder for each policy, on disks that know no case, too", (got, folders, named))
    page = Path("out/tiny/report.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#:]+)"', page)
    verdict(links and all((Path("out/tiny") / link).exists() for link in links if not link.startswith("plots")),
            "and the page finds them", links)
    got = call("run", "--quiet", "--no-plots", "alike.json")
    verdict(got.returncode == 0, "a second time, too", got)


# ---- texts ----


def with_texts(text):
    """A scenario that says it wherever one may say what one likes."""
    events = [
        {"at": "500ms", "for": "200ms", "cut": "wire", "name": text[:98]},
        {"at": "1s", "for": "200ms", "down": "bank", "name": text[:95] + " 2"},
    ]
    return scenario(
        about=text,
        events=events,
        expect=[{"claim": "sync.ok > 0", "reason": text, "hint": text}, {"claim": "sync.ok < 0", "reason": text,
                                                                         "hint": text}],
    )


def check_texts():
    """All ways to show a run."""
    shown = {format: [] for format in ("table", "markdown", "csv", "json", "letters", "list", "estimate", "watch")}
    for text in TEXTS:
        write("texts.json", with_texts(text))
        base = ["run", "--no-files", "texts.json"]
        calls = {format: [*base, "--format", format] for format in ("table", "markdown", "csv", "json")}
        if TEXTS.index(text) % 4 == 3:
            calls |= {"letters": [*base, "--plot=terminal"], "estimate": [*base, "--estimate", "--format", "markdown"],
                      "watch": [*base, "--watch", "--speed", "max", "--policy", "sync"]}
        calls |= {
            "list": ["list", "metrics", "texts.json"],
        }
        for format, arguments in calls.items():
            got = call(*arguments)
            bad = dangers(got.stdout) + dangers(got.stderr)
            if got.returncode not in (0, 1) or bad:
                shown[format].append((text, got.returncode, bad, got.stderr))
            if format == "csv":
                shown[format] += formulas(got.stdout.decode())
            if format == "json":
                json.loads(got.stdout)
            if format == "markdown":
                shown[format] += odd_markdown(got.stdout.decode())
    for format, wrong in shown.items():
        verdict(not wrong, f"hostile texts as {format}", wrong[:3])
    verdict(not canaries(), "nothing was run", canaries())


def check_controls():
    """Control characters are refused in names of events, and shown as what they are elsewhere."""
    wrong = []
    for text in CONTROLS:
        document = with_texts("fine") | {"about": text}
        document["expect"] = [{"claim": "sync.ok < 0", "reason": text, "hint": text}]
        write("controls.json", document)
        for format in ("table", "markdown", "csv", "json"):
            got = call("run", "--no-files", "--format", format, "controls.json")
            if got.returncode != 1 or dangers(got.stdout) or dangers(got.stderr):
                wrong.append((text, format, got))
        got = call("list", "scenarios", ".")
        if dangers(got.stdout) or dangers(got.stderr):
            wrong.append((text, "list", got))
        if text != CONTROLS[-1]:
            write("controls.json", with_texts(text))
            got = call("check", "controls.json")
            if got.returncode != 2 or dangers(got.stderr):
                wrong.append((text, "event", got))
    verdict(not wrong, "control characters", wrong[:3])


def formulas(text):
    """The cells that a spreadsheet would work out; whatever it takes for the mark between cells."""
    found = []
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                cell = cell.lstrip(" ")
                if cell[:1] in tuple("=+-@\t\r＝＋－＠") and cell and not re.fullmatch(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?",
                                                                                   cell):
                    found.append(cell)
    return found


def odd_markdown(text):
    """Rows that have not as many cells as their table, and raw HTML."""
    wrong, cells = [], None
    for line in text.split("\n"):
        bars = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        if not line.startswith("|"):
            cells = None
        elif cells is None:
            cells = bars
        elif bars != cells:
            wrong.append(line)
        line = re.sub(r"`sync\.ok [<>] 0`", "", line)  # a claim, which is read before it is shown
        if re.search(r"(?<!\\)(?:\\\\)*[<`]", line):
            wrong.append(line)
    return wrong


def outside_quotes(script):
    """What of a gnuplot script stands outside of single quotes and comments."""
    kept = []
    for line in script.splitlines():
        parts = line.split("'")
        kept.append("".join(parts[::2]).split("#")[0])
        if len(parts) % 2 == 0:
            kept.append("`")
    return "\n".join(kept)


def check_file(path):
    data = path.read_bytes()
    if path.suffix == ".json":
        json.loads(data)
        return [f"{path}: {bad}" for bad in dangers(data) if bad in ("0x1b", "0x7") or path.name == "trace.json"
                and bad.startswith("0x1b")]
    if path.suffix == ".svg":
        root = ElementTree.fromstring(data)
        return [f"{path}: {node.tag}" for node in root.iter() if node.tag.endswith(("script", "foreignObject"))]
    if path.suffix == ".csv":
        return [f"{path}: {cell}" for cell in formulas(data.decode())]
    if path.suffix == ".gp":
        outside = outside_quotes(data.decode())
        return [f"{path}: {word}" for word in ("`", "system", "touch", "|", "@", "$(") if word in outside
                and not (word == "|" and "||" in outside)]
    return []


def draw(figures):
    """Lets the real gnuplot run scripts; those that cannot be drawn."""
    failed = []
    for figure in figures:
        got = subprocess.run(["gnuplot", "-d", f"{figure}.gp"], cwd="out/tiny/plots", capture_output=True, check=False)
        failed += [(figure, got.stderr)] if got.returncode else []
    return failed


def check_files():
    """What is written, and what gnuplot makes of it."""
    wrong = []
    gnuplot = shutil.which("gnuplot") is not None
    folder = Path("bin")
    folder.mkdir(exist_ok=True)
    (folder / "gnuplot").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (folder / "gnuplot").chmod(0o755)
    for i, text in enumerate([*TEXTS[:5], *TEXTS[16:20]]):
        shutil.rmtree("out", ignore_errors=True)
        write("texts.json", with_texts(text))
        got = call("run", "--quiet", "--junit", "out.xml", "texts.json",
                   env=os.environ | {"PATH": str(folder.absolute())})
        if got.returncode != 3 or dangers(got.stderr):
            wrong.append((text, got))
        if gnuplot and i % 2 == 0 and i < 5:
            wrong += draw(["disturbance"])
        for path in Path("out").rglob("*"):
            wrong += check_file(path) if path.is_file() else []
        ElementTree.parse("out.xml")
        inside = [path for path in Path(".").rglob("*") if path.is_file() and path.stat().st_mtime > START]
        wrong += [str(path) for path in inside if path.parts[0] not in ("out", "bin") and path.name not in KNOWN]
    verdict(not wrong and not canaries(), "hostile texts in files", wrong[:5])


KNOWN = {"texts.json", "named.json", "alike.json", "controls.json", "out.xml", "tiny.json", "sweep.json", "times.csv",
         "lesson.json", "lesson.md",
         "scenario.json", "answers.json", "plan.txt"}


# ---- sweeps and searches ----


def check_sweeps():
    """Values of a sweep are words like any other."""
    wrong = []
    document = with_texts("fine")
    values = [text for text in TEXTS if len(text) < 100]
    document["sweep"] = {"vary": "events.0.name", "over": values}
    write("sweep.json", document)
    for format in ("table", "markdown", "csv", "json"):
        got = call("sweep", "--no-files", "--format", format, "--get", "response.mean", "--policy", "sync",
                   "sweep.json")
        text = got.stdout.decode()
        wrong += [(format, got.returncode,
                   got.stderr)] if got.returncode or dangers(got.stdout) or dangers(got.stderr) else []
        if format == "csv":
            wrong += formulas(text)
            column = [row[0] for row in csv.reader(io.StringIO(text, newline="")) if row]
            wrong += [] if '"-3.5"' in column and "'=cmd|'/c touch hacked'!A1" in column else [column]
        if format == "markdown":
            wrong += odd_markdown(text)
    verdict(not wrong, "hostile values of a sweep, as they are printed", wrong[:4])
    got = call("sweep", "--no-files", "--format", "csv", "--get", "response.mean", "--vary", "load.0.priority=-3,7",
               "sweep.json")
    first = {row.split(",")[0] for row in got.stdout.decode().splitlines()[1:]}
    verdict(first == {"-3", "7"}, "numbers stay numbers", (got, first))
    shutil.rmtree("out", ignore_errors=True)
    got = call("sweep", "--quiet", "--get", "response.mean", "--policy", "sync", "sweep.json")
    wrong = [bad for path in Path("out").rglob("*") if path.is_file() for bad in check_file(path)]
    verdict(got.returncode == 0 and not wrong and not canaries(), "and as they are written", (got, wrong[:5]))
    got = call("sweep", "--tasks", "--vary", 'events.0.name="a\tb","`touch hacked`"', "tiny.json")
    verdict(not dangers(got.stdout) and not dangers(got.stderr), "and as tasks", got)
    shutil.rmtree("out", ignore_errors=True)
    write("texts.json", with_texts("`touch hacked`' =1+1"))
    got = call("search", "--max", "load.0.rate=50/s..60/s", "--such-that", "ok > 0 and ok > -1", "--resolution", "20%",
               "--policy", "sync", "texts.json")
    wrong = [bad for path in Path("out").rglob("*") if path.is_file() for bad in check_file(path)]
    verdict(got.returncode == 0 and not wrong and not dangers(got.stdout) and not canaries(), "a search", (got,
                                                                                                           wrong[:5]))


# ---- what is told of mistakes ----

ESCAPES = "\x1b]0;x\x07\x1b[2J\x9b\u202e"


def check_mistakes():
    """Whatever was said wrong is told; the terminal stays as it is."""
    odd = ESCAPES.replace("\x9b", "\u009b")
    write("tiny.json", scenario())
    Path("times.csv").write_text(f"time_s,endpoint\n1,{odd}\n{odd},x\n", encoding="utf-8")
    write("texts.json", scenario(load=[{"request": "shop.buy", "trace": {"file": "times.csv"}}]))
    Path("controls.json").write_bytes(b'{"name": "\x1b[2J' + b"\x9b" + b'"}')
    mistakes = [
        [odd], [f"--{odd}"], ["run", f"--{odd}"], ["run", f"-{odd}"], ["run", odd], ["run", "--format", odd,
                                                                                     "tiny.json"],
        ["run", "--get", odd, "tiny.json"], ["run", "--policy", odd, "tiny.json"], ["run", "--set", odd, "tiny.json"],
        ["run", "--set", f"{odd}=1", "tiny.json"], ["run", "--set", f"name={odd}", "tiny.json"], ["run", "--threads",
                                                                                                  odd, "tiny.json"],
        ["run", "--seed", odd, "tiny.json"], ["run", "--plot=" + odd, "tiny.json"], ["run", "--speed", odd, "--watch",
                                                                                     "tiny.json"],
        ["run", "--junit", f"/nowhere/{odd}", "--no-files", "--quiet", "tiny.json"], ["run", "--out",
                                                                                      f"/dev/null/{odd}", "--quiet",
                                                                                      "tiny.json"],
        ["check", "texts.json"], ["check", "controls.json"], ["check", odd], ["list", odd], ["list", "metrics", odd],
        ["list", "scenarios", odd],
        ["explain", odd], ["explain", f"components.{odd}"], ["completion", odd], ["lesson", odd], ["lesson", "start",
                                                                                                   odd],
        ["lesson", "grade", odd], ["lesson", "start", "01", "--student", odd], ["lesson", "start", "01", "--predict",
                                                                                odd],
        ["lesson", "list", "--lessons", odd], ["merge", odd], ["new", f"/nowhere/{odd}"], ["new", odd, odd],
        ["sweep", "--vary", odd, "tiny.json"], ["sweep", "--vary", f"{odd}=1,2", "tiny.json"], ["sweep", "--vary",
                                                                                                f"name={odd},{odd}",
                                                                                                "tiny.json"],
        ["sweep", "--shard", odd, "tiny.json"], ["search", "--max", odd, "--such-that", odd, "tiny.json"],
        ["search", "--max", "load.0.rate", "--such-that", odd, "tiny.json"], ["search", "--max", f"load.0.rate={odd}",
                                                                              "--such-that", "ok > 0", "tiny.json"],
        ["search", "--resolution", odd, "--max", "load.0.rate", "--such-that", "ok > 0", "tiny.json"],
    ]
    for key in ("name", "about", odd, "components", "links", "load", "policies", "events", "expect", "run"):
        write(f"{len(mistakes)}.json", scenario() | {key: odd if key != "about" else {odd: odd}})
        mistakes.append(["check", f"{len(mistakes)}.json"])
    for claim in (odd, f"sync.ok > {odd}", f"{odd}.ok > 1", f"sync.{odd} > 1"):
        write(f"{len(mistakes)}.json", scenario(expect=[claim]))
        mistakes.append(["check", f"{len(mistakes)}.json"])
    wrong = []
    for arguments in mistakes:
        got = call(*arguments)
        if got.returncode not in (2, 3) or dangers(got.stdout) or dangers(got.stderr) or not got.stderr:
            wrong.append((arguments, got.returncode, dangers(got.stderr), got.stderr))
    verdict(not wrong, f"{len(mistakes)} mistakes", wrong[:4])
    wrong = []
    for bytes_odd in (b"\xff\xfe", b"\x9b2J", b"\xed\xa0\x80", b"\xc0\x9b"):
        got = call(b"run", bytes_odd + b".json")
        if got.returncode != 3 or dangers(got.stderr):
            wrong.append(got)
    verdict(not wrong, "file names that are not UTF-8", wrong)


def check_terminal():
    """The same on a terminal, with colours, the bar of progress and --watch."""
    document = with_texts("\u009b2J\u202e`touch hacked`") | {"about": "\x1b]0;x\x07\x1b[2J", "run": {"duration": "20s",
                                                                                                     "replications": 3}}
    document["expect"] = [{"claim": "sync.ok < 0", "reason": "\x1b]0;x\x07", "hint": "\x1b[31mred"}]
    write("texts.json", document)
    ours = rb"\x1b\[(?:[HJK]|2J|m|[0-9;]*m)|\r"
    for arguments in (["run", "--no-files", "texts.json"], ["run", "--no-files", "--watch", "--speed", "max",
                                                            "texts.json"],
                      ["run", "--no-files", "--plot=terminal", "texts.json"]):
        leader, follower = pty.openpty()
        with subprocess.Popen([TANDEM, *arguments], stdin=follower, stdout=follower, stderr=follower,
                              env=os.environ | {"TERM": "xterm-256color"}) as process:
            os.close(follower)
            told, until = b"", time.monotonic() + 60
            while time.monotonic() < until:
                ready, _, _ = select.select([leader], [], [], 1.0)
                try:
                    piece = os.read(leader, 65536) if ready else b""
                except OSError:
                    break
                told += piece
                if not piece and process.poll() is not None:
                    break
        os.close(leader)
        rest = re.sub(ours, b"", told)
        foreign = [word for word in (b"\x1b]0;", b"\x1b[31mred", b"\xc2\x9b", b"\xe2\x80\xae") if word in told]
        verdict(len(told) > 500 and not dangers(rest) and not foreign, f"on a terminal: {' '.join(arguments[1:-1])}",
                (dangers(rest), foreign, told[:600]))


# ---- lessons and plans ----


def check_lessons():
    """A folder that a student hands in, and a shelf of lessons from somebody else."""
    got = call("lesson", "start", "01", "--student", "=1+1")
    folder = next(Path(".").glob("01-*"))
    answers = json.loads(re.sub(r"^\s*//.*$", "", (folder / "answers.json").read_text(encoding="utf-8"),
                                flags=re.MULTILINE))
    verdict(got.returncode == 0 and answers["student"] == "=1+1", "an odd student", got)
    wrong = []
    for name in ("../../etc", "/etc/passwd", "..", "", "01/../..", "\x1b[2J", "`touch hacked`"):
        write(folder / "answers.json", answers | {"lesson": name})
        got = call("lesson", "grade", str(folder))
        if got.returncode not in (2, 3) or dangers(got.stderr) or dangers(got.stdout):
            wrong.append((name, got))
    for student in ("../../x", "\x1b[2J", "\u009b2J\u202e", "<script>", "| a |", "`touch hacked`"):
        write(folder / "answers.json", answers | {"student": student})
        for format in ("table", "json", "junit", "markdown"):
            got = call("lesson", "grade", "--format", format, str(folder))
            if dangers(got.stderr) or dangers(got.stdout):
                wrong.append((student, format, got))
    verdict(not wrong and not canaries(), "what a student hands in", wrong[:3])
    shutil.rmtree(folder)
    for name in ("../escaped", "/tmp/up", "..", ".", "a/b"):
        got = call("lesson", "start", name)
        wrong += [(name, got)] if got.returncode != 2 or Path("../escaped").exists() else []
    verdict(not wrong, "lessons that are none", wrong)


def check_plans():
    """What another machine has left of a sweep: its plan names a scenario, which says where results go."""
    shutil.rmtree("out", ignore_errors=True)
    write("tiny.json", scenario())
    call("sweep", "--quiet", "--no-plots", "--vary", "links.wire.delay=1ms,2ms", "tiny.json")
    plan = Path("out/tiny/plan.txt")
    text = plan.read_bytes()
    wrong = []
    for odd in (b"../up", b"/tmp/up", b"\x1b[2J", b"\xff", b"\0"):
        for old in (b'"tiny"', b"tiny.json", b"links.wire.delay", b"1ms"):
            plan.write_bytes(text.replace(old, odd))
            got = call("merge", "--quiet", "--out", "merged", "out/tiny")
            if got.returncode not in (0, 2, 3) or dangers(got.stderr) or dangers(got.stdout):
                wrong.append((old, odd, got))
    verdict(not wrong and not canaries(), "hostile plans", wrong[:3])


def main():
    with tempfile.TemporaryDirectory(prefix="tandem-hostile-") as outer:
        inner = Path(outer) / "a" / "b"
        inner.mkdir(parents=True)
        os.chdir(inner)
        for check in (check_names, check_folders, check_texts, check_controls, check_files, check_sweeps,
                      check_mistakes, check_terminal, check_lessons,
                      check_plans):
            if len(sys.argv) <= 2 or check.__name__ in sys.argv[2:]:
                check()
        verdict(not canaries() and {path.name for path in Path("..").iterdir()} == {"b"},
                "nothing was run, nothing got out", canaries())
        os.chdir("/")
    return finish()


if __name__ == "__main__":
    TANDEM = os.path.abspath(sys.argv[1])
    START = time.time() - 1
    os.environ |= {"LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    sys.exit(main())
