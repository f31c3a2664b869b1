#!/usr/bin/env python3
"""Disks that are full, folders that cannot be written to, closed pipes, signals, and gnuplots that fail: each is told in
a line, with the right exit status, and nothing is left half written. TAP on standard output.
usage: files_test.py TANDEM [CHECK...]"""

import ctypes
import json
import os
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tap import finish, skip, verdict

SCENARIO = {
    "name": "tiny",
    "run": {"duration": "4s", "warmup": "1s", "seed": 1, "replications": 2},
    "components": {
        "shop": {"workers": 2, "endpoints": {"buy": [{"work": "2ms"}, {"call": "bank.pay"}]}},
        "bank": {"workers": 2, "endpoints": {"pay": [{"work": {"exponential": "5ms"}}]}},
    },
    "links": {"wire": {"between": ["shop", "bank"], "delay": "10ms"}},
    "load": [{"request": "shop.buy", "open": {"poisson": "50/s"}}],
    "policies": {"sync": {"mode": "sync"}, "queue": {"mode": "queue"}},
    "expect": ["sync.ok > 0"],
}

# A call of each verb that prints something. "tandem --help" must name no other verb.
VERBS = {
    "check": ["check", "tiny.json"],
    "completion": ["completion", "bash"],
    "explain": ["explain", "components"],
    "lesson": ["lesson", "list"],
    "list": ["list", "metrics", "tiny.json"],
    "manual": ["manual"],
    "merge": ["merge", "--no-files", "swept/tiny"],
    "new": ["new"],
    "run": ["run", "--no-files", "tiny.json"],
    "schema": ["schema"],
    "search": ["search", "--no-files", "--max", "load.0.rate=50/s..60/s", "--such-that", "ok > 0", "--resolution",
               "20%", "tiny.json"],
    "sweep": ["sweep", "--no-files", "--vary", "links.wire.delay=1ms,9ms", "tiny.json"],
}

# Those that write files, into the folder OUT.
WRITERS = {
    "run": ["run", "--quiet", "--no-plots", "--out", "OUT", "tiny.json"],
    "sweep": ["sweep", "--quiet", "--no-plots", "--out", "OUT", "--vary", "links.wire.delay=1ms,9ms", "tiny.json"],
    "search": ["search", "--quiet", "--no-plots", "--out", "OUT", "--max", "load.0.rate=50/s..60/s", "--such-that",
               "ok > 0",
               "--resolution", "20%", "tiny.json"],
    "new": ["new", "OUT/new.json"],
    "lesson": ["lesson", "start", "LESSON", "--out", "OUT"],
    "junit": ["run", "--quiet", "--no-files", "--junit", "OUT/junit.xml", "tiny.json"],
}

def call(*arguments, **how):
    """Runs tandem; its output as text."""
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, "timeout": 60} | how
    return subprocess.run([TANDEM, *arguments], text=True, check=False, **how)


def lines_told(err):
    """What went wrong, without the remarks on what was written."""
    remarks = ("written: ", "recorded: ", "profiling:")  # the last of what counts coverage, where it may not write
    return [line for line in err.splitlines() if not line.startswith(remarks) and "gnuplot was not found" not in line]


def is_line(err, pattern):
    """One line, which begins with the program and says so."""
    told = lines_told(err)
    return len(told) == 1 and told[0].startswith("tandem: ") and re.search(pattern, told[0]) is not None


def mistake(path):
    """What is wrong with a file that should be whole, or ""."""
    data = path.read_bytes()
    try:
        if path.suffix in (".json", ".jsonc") and path.name not in ("new.json", "scenario.json", "answers.json"):
            json.loads(data)
        elif path.suffix == ".html":
            return "" if data.rstrip().endswith(b"</html>") else "half a page"
        elif path.suffix in (".svg", ".xml"):
            ElementTree.fromstring(data)
        elif path.suffix == ".png":
            return "" if data.endswith(b"IEND\xaeB`\x82") else "half a picture"
        return "" if data.endswith((b"\n", b">", b"\x82")) else "no end"
    except (ValueError, ElementTree.ParseError) as error:
        return str(error)


def mess(folder):
    """What is half written below a folder, or left behind by a writer."""
    found = []
    for path in sorted(Path(folder).rglob("*")):
        if ".part" in path.name:
            found.append(f"{path}: left behind")
        elif path.is_file() and not path.name.startswith("ballast"):
            wrong = mistake(path)
            found += [f"{path}: {wrong}"] if wrong else []
    return found


def put(arguments, out):
    return [word.replace("OUT", str(out)).replace("LESSON", LESSON) for word in arguments]


def fresh(name):
    shutil.rmtree(name, ignore_errors=True)
    Path(name).mkdir(parents=True)
    return Path(name)


def difference(first, second):
    return subprocess.run(["diff", "-r", "--exclude=manifest.json", "--exclude=tasks", first, second],
                          capture_output=True, text=True,
                          check=False)


# ---- standard streams ----


def check_streams():
    named = re.findall(r"^  ([a-z]+) ", call("--help").stdout, re.MULTILINE)
    verdict(set(VERBS) <= set(named) and not set(named) - set(VERBS) - {"help"}, "every verb is tried", named)
    cases = VERBS | {"--help": ["--help"], "--version": ["--version"], "help of a verb": ["run", "--help"]}
    closed, full, gone = [], [], []
    for name, arguments in cases.items():
        got = call(*arguments, stdout=None, preexec_fn=lambda: os.close(1))
        if got.returncode != 3 or not is_line(got.stderr, "standard output is closed"):
            closed.append((name, got.returncode, got.stderr))
        with open("/dev/full", "w", encoding="utf-8") as device:
            got = call(*arguments, stdout=device)
        if got.returncode != 3 or not is_line(got.stderr, "standard output: No space left"):
            full.append((name, got.returncode, got.stderr))
        read_end, write_end = os.pipe()
        os.close(read_end)
        got = call(*arguments, stdout=write_end)
        os.close(write_end)
        if got.returncode != 3 or lines_told(got.stderr):
            gone.append((name, got.returncode, got.stderr))
    verdict(not closed, "standard output is closed: a line and exit status 3, of each verb", closed)
    verdict(not full, "standard output is full: a line and exit status 3, of each verb", full)
    verdict(not gone, "nobody reads standard output any more: exit status 3 without a word, of each verb", gone)


def check_streams_and_files():
    """What cannot be printed is written all the same; and what is printed never gets into a file."""
    fresh("out")
    read_end, write_end = os.pipe()
    os.close(read_end)
    got = call("run", "--no-plots", "tiny.json", stdout=write_end)
    os.close(write_end)
    verdict(got.returncode == 3 and Path("out/tiny/report.html").exists() and not mess("out"),
            "a closed pipe: files are written",
            (got, mess("out")))
    call("run", "--no-plots", "--out", "first", "tiny.json")
    same = difference("first", "out")
    verdict(same.returncode == 0, "and hold what they should", same.stdout)
    for closed in ([2], [0, 2], [0, 1, 2]):
        fresh("out")
        got = call("run", "--no-plots", "tiny.json", stdin=None, stdout=None if 1 in closed else subprocess.PIPE,
                   stderr=None,
                   preexec_fn=lambda closed=closed: [os.close(i) for i in closed])
        same = difference("first", "out")
        verdict(got.returncode == (3 if 1 in closed else 0) and same.returncode == 0,
                f"streams {closed} closed: the same files",
                (got, same.stdout))
    got = call("run", "--no-files", "-", stdin=None, preexec_fn=lambda: os.close(0))
    verdict(got.returncode == 3 and is_line(got.stderr, "-: "), "standard input is closed", got)
    got = call("run", "--no-files", ".")
    verdict(got.returncode == 3 and is_line(got.stderr, "directory"), "a folder is no scenario", got)


def check_outlets():
    """What is no file is written to, not replaced."""
    got = call("run", "--quiet", "--no-files", "--junit", "/dev/stdout", "tiny.json")
    good = got.returncode == 0 and got.stdout.startswith("<?xml") and ElementTree.fromstring(got.stdout).tag == "testsuites"
    verdict(good and Path("/dev/stdout").is_symlink(), "/dev/stdout as a file", got)
    with open("redirected", "w", encoding="utf-8") as file:
        got = call("run", "--quiet", "--no-files", "--junit", "/dev/stdout", "tiny.json", stdout=file)
    verdict(got.returncode == 0 and not mistake_of_xml("redirected") and Path("/dev/stdout").is_symlink(),
            "redirected into one", got)
    device = Path("null")
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        with open(device, "wb"):
            pass
    except OSError:
        skip("a device stays one", "no device can be made here")
    else:
        got = call("run", "--quiet", "--no-files", "--junit", "null", "tiny.json")
        verdict(got.returncode == 0 and device.is_char_device(), "a device stays one", got)
    os.mkfifo("tube")
    with subprocess.Popen(["cat", "tube"], stdout=subprocess.PIPE) as reader:
        got = call("run", "--quiet", "--no-files", "--junit", "tube", "tiny.json")
        text = reader.communicate()[0]
    verdict(got.returncode == 0 and text.startswith(b"<?xml") and stat.S_ISFIFO(os.stat("tube").st_mode),
            "so does a pipe", got)
    got = call("run", "--quiet", "--no-files", "--junit", "/dev/full", "tiny.json")
    verdict(got.returncode == 3 and is_line(got.stderr, "/dev/full: No space"), "a full one is told", got)


def mistake_of_xml(name):
    try:
        ElementTree.parse(name)
    except ElementTree.ParseError as error:
        return str(error)
    return ""


# ---- what stands there already ----


def check_old_files():
    Path("kept.json").write_text("mine\n", encoding="utf-8")
    got = call("new", "kept.json")
    verdict(got.returncode == 3 and is_line(got.stderr, "kept.json: File exists")
            and Path("kept.json").read_text(encoding="utf-8") == "mine\n",
            "new: a file that is there stays", got)
    os.symlink("nowhere", "dangling.json")
    got = call("new", "dangling.json")
    verdict(got.returncode == 3 and not Path("nowhere").exists(), "new: nor is a link followed", got)
    got = call("new", "made.json")
    verdict(got.returncode == 0 and stat.S_IMODE(os.stat("made.json").st_mode) == 0o666 & ~UMASK
            and os.stat("made.json").st_nlink == 1,
            "new: as any new file", got)
    # A link in the folder of results is replaced, not followed.
    fresh("out")
    call("run", "--quiet", "--no-plots", "tiny.json")
    Path("victim").write_text("mine\n", encoding="utf-8")
    for name in ("report.html", "sync/trace.json"):
        os.unlink(f"out/tiny/{name}")
        os.symlink(os.path.abspath("victim"), f"out/tiny/{name}")
    got = call("run", "--quiet", "--no-plots", "tiny.json")
    verdict(got.returncode == 0 and Path("victim").read_text(encoding="utf-8") == "mine\n" and not mess("out"),
            "links are not followed", got)
    # What a process that was killed left behind is in nobody's way.
    for i in range(3):
        Path(f"out/tiny/report.html.1.{i}.part").write_text("half", encoding="utf-8")
    got = call("run", "--quiet", "--no-plots", "tiny.json")
    verdict(got.returncode == 0, "what others left behind is in nobody's way", got)


def check_in_the_way():
    """A file where a folder should be, a folder where a file should be."""
    for name, arguments in WRITERS.items():
        shutil.rmtree("out", ignore_errors=True)
        Path("out").write_text("mine\n", encoding="utf-8")
        got = call(*put(arguments, "out"))
        kept = Path("out").read_text(encoding="utf-8") == "mine\n"
        Path("out").unlink()
        verdict(got.returncode == 3 and is_line(got.stderr, "out.*: Not a directory") and kept,
                f"{name}: a file for a folder", got)
    for name in ("report.html", "summary.json", "manifest.json", "sync/requests.csv"):
        fresh("out")
        (Path("out/tiny") / name / "inner").mkdir(parents=True)
        got = call("run", "--quiet", "--no-plots", "tiny.json")
        verdict(got.returncode == 3 and is_line(got.stderr, f"{name}: Is a directory") and not mess("out"),
                f"a folder for {name}",
                (got, mess("out")))


def check_long_names():
    deep = "x" * 300
    got = call("run", "--quiet", "--out", deep, "tiny.json")
    verdict(got.returncode == 3 and is_line(got.stderr, "File name too long"), "a folder's name is too long", got)
    got = call("new", deep)
    verdict(got.returncode == 3 and is_line(got.stderr, "File name too long"), "a file's name is too long", got)


# ---- disks ----


def limit_size(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


# Where coverage is counted, the files of that would be cut short as well.
UNCOUNTED = {**os.environ, "GCOV_PREFIX": "/dev/null"}


def check_size_limit():
    for name, arguments in WRITERS.items():
        fresh("out")
        got = call(*put(arguments, "out"), preexec_fn=limit_size(100), env=UNCOUNTED)
        verdict(got.returncode == 3 and is_line(got.stderr, "File too large") and not mess("out"),
                f"{name}: files that get too large",
                (got, mess("out")))
    fresh("out")
    call("run", "--quiet", "--no-plots", "tiny.json")
    before = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    got = call("run", "--quiet", "--no-plots", "--no-expect", "--seed", "7", "tiny.json", preexec_fn=limit_size(30000),
               env=UNCOUNTED)
    report = Path("out/tiny/report.html")
    verdict(got.returncode == 3 and is_line(got.stderr, "report.html: File too large")
            and report.read_bytes() == before[report] and not mess("out"),
            "an older file stays as it was", got)


class Disk:
    """A small disk of one's own, where that can be had."""

    def __init__(self, size):
        self.path, self.size, self.mounted = Path("disk"), size, False

    def __enter__(self):
        self.path.mkdir(exist_ok=True)
        libc = ctypes.CDLL(None, use_errno=True)
        self.mounted = os.geteuid() == 0 and libc.mount(b"tandem", bytes(self.path.absolute()), b"tmpfs", 0,
                                                        f"size={self.size}".encode()) == 0
        return self

    def make_read_only(self):
        libc = ctypes.CDLL(None, use_errno=True)
        return libc.mount(b"tandem", bytes(self.path.absolute()), b"tmpfs", 32 | 1, None) == 0  # MS_REMOUNT | MS_RDONLY

    def __exit__(self, *_):
        if self.mounted:
            ctypes.CDLL(None).umount2(bytes(self.path.absolute()), 2)  # MNT_DETACH


def check_full_disk():
    names = {name: [] for name in WRITERS}
    for kilobytes in (0, 4, 8, 64, 150):
        for name, arguments in WRITERS.items():
            with Disk("512k") as disk:
                if not disk.mounted:
                    skip("a full disk", "no disk can be mounted here")
                    return
                try:
                    with open(disk.path / "ballast", "wb", buffering=0) as ballast:
                        while True:
                            ballast.write(bytes(4096))
                except OSError:
                    pass
                os.truncate(disk.path / "ballast", (512 - kilobytes) * 1024)
                got = call(*put(arguments, disk.path))
                good = got.returncode == 0 and not lines_told(got.stderr) and kilobytes > 0
                good |= got.returncode == 3 and is_line(got.stderr, "No space left on device")
                wrong = mess(disk.path)
                if not good or wrong:
                    names[name].append((kilobytes, got, wrong))
    for name, wrong in names.items():
        verdict(not wrong, f"{name}: a disk that gets full", wrong)


def check_pictures_on_full_disk():
    """gnuplot looks neither whether it could write nor whether it was whole."""
    if not shutil.which("gnuplot"):
        skip("pictures on a disk that gets full", "there is no gnuplot")
        return
    arguments = ["run", "--quiet", "--out", "OUT", "tiny.json"]
    wrong, statuses = [], set()
    for kilobytes in (560, 900):
        with Disk(f"{kilobytes}k") as disk:
            if not disk.mounted:
                skip("pictures on a disk that gets full", "no disk can be mounted here")
                return
            got = call(*put(arguments, disk.path))
            statuses.add(got.returncode)
            good = got.returncode == 0 or (got.returncode == 3 and is_line(got.stderr, "disk|No space|gnuplot"))
            left = mess(disk.path)
            if not good or left:
                wrong.append((kilobytes, got, left))
    verdict(not wrong and 3 in statuses, "pictures on a disk that gets full", (wrong, statuses))


def check_read_only():
    with Disk("4m") as disk:
        if disk.mounted and disk.make_read_only():
            for name, arguments in WRITERS.items():
                got = call(*put(arguments, disk.path))
                verdict(got.returncode == 3 and is_line(got.stderr, "Read-only file system"),
                        f"{name}: a disk that can only be read", got)
        else:
            skip("a disk that can only be read", "no disk can be mounted here")
    fresh("locked").chmod(0o555)
    as_nobody = {}
    if os.geteuid() == 0:
        for path in [Path.cwd(), *Path.cwd().parents]:
            if path != Path("/") and path.stat().st_uid == 0 and str(path).startswith(tempfile.gettempdir() + "/"):
                path.chmod(0o755)
        as_nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    try:
        if call("--version", **as_nobody).returncode != 0:
            raise OSError("it cannot be run")
    except OSError as error:
        skip("a folder of somebody else", f"as nobody: {error}")
        return
    for name, arguments in WRITERS.items():
        got = call(*put(arguments, "locked"), **as_nobody)
        verdict(got.returncode == 3 and is_line(got.stderr, "Permission denied") and not list(Path("locked").iterdir()),
                f"{name}: a folder that cannot be written to", got)
    Path("secret.json").write_text("{}", encoding="utf-8")
    Path("secret.json").chmod(0)
    for verb in ("check", "run"):
        got = call(verb, "secret.json", **as_nobody)
        verdict(got.returncode == 3 and is_line(got.stderr, "secret.json: Permission denied"),
                f"{verb}: a file that cannot be read", got)


# ---- signals ----


def begin(*arguments, **how):
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | how
    return subprocess.Popen([TANDEM, *arguments], text=True, **how)


def end(process, number):
    """Its exit status and what it told, some time after the signal."""
    process.send_signal(number)
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += "(it did not hear)"
    return process.returncode, out, err, time.monotonic() - began


def wait_until(condition, seconds=10.0):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.005)
    return condition()


def is_waiting(process):
    """Does it wait in the kernel (for what it reads)?"""
    try:
        return Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "S"
    except OSError:
        return True


def is_started(process):
    """Has tandem got as far as hearing signals?"""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"SigCgt:\s*([0-9a-f]+)", status)[1], 16) >> signal.SIGTERM - 1 & 1 == 1
    except (OSError, TypeError):
        return True


def check_reading():
    """While it waits for input, from a pipe or from who types."""
    os.mkfifo("input")
    Path("trace.json").write_text(
        json.dumps(SCENARIO | {"load": [{"request": "shop.buy", "trace": {"file": "input"}}]}), encoding="utf-8")
    cases = [["run", "input"], ["check", "input"], ["run", "--no-plots", "tiny.json", "input"], ["sweep", "--vary",
                                                                                                 "run.seed=1,2",
                                                                                                 "input"],
             ["search", "--max", "load.0.rate", "--such-that", "ok > 0", "input"], ["list", "metrics", "input"], ["run",
                                                                                                                  "-"]]
    for arguments in cases:
        for number in (signal.SIGINT, signal.SIGTERM):
            fresh("out")
            with begin(*arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
                wait_until(lambda p=process: is_started(p) and is_waiting(p))
                time.sleep(0.3 if "tiny.json" in arguments else 0.02)
                code, _, err, took = end(process, number)
            told = lines_told(err)
            verdict(code == 130 and told == ["tandem: interrupted"] and took < 5 and not mess("out"),
                    f"{' '.join(arguments)}: {number.name} while it waits for input", (code, err, took))


LONG = ["--replications", "600", "--threads", "2", "--set", "run.duration=300s"]


def check_simulating():
    for verb, arguments in {
        "run": ["run", *LONG, "--no-plots", "--out", "out", "tiny.json"],
        "sweep": ["sweep", *LONG, "--no-plots", "--out", "out", "--vary", "links.wire.delay=1ms,9ms", "tiny.json"],
        "search": ["search", "--no-plots", "--out", "out", "--max", "load.0.rate=1/s..1000000/s", "--such-that",
                   "response.p99 < 1s",
                   "--set", "run.duration=1h", "tiny.json"],
    }.items():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            fresh("out")
            with begin(*arguments) as process:
                wait_until(lambda: any(Path("out").rglob("*.txt")))
                time.sleep(0.05)
                code, _, err, took = end(process, number)
            told = [line for line in lines_told(err) if line.startswith("tandem: ")]
            verdict(code == 130 and len(told) == 1 and "interrupted" in told[0] and took < 15 and not mess("out"),
                    f"{verb}: {number.name} while it simulates", (code, err, took, mess("out")))
    fresh("out")
    with begin("run", *LONG, "--no-expect", "--out", "out", "tiny.json", env=install(DRAWS)) as process:
        wait_until(lambda: len(list(Path("out").rglob("*.txt"))) > 8)
        code, _, err, took = end(process, signal.SIGTERM)
    verdict(code == 130 and is_line(err, "interrupted: .* were finished; --resume goes on") and not mess("out")
            and Path("out/tiny/plots/throughput.svg").exists(), "what was finished is drawn, too", (code, err, took,
                                                                                                    mess("out")))
    fresh("out")
    with begin("run", *LONG, "--no-plots", "--out", "out", "tiny.json") as process:
        wait_until(lambda: any(Path("out").rglob("*.txt")))
        process.send_signal(signal.SIGTERM)
        code, _, err, took = end(process, signal.SIGINT)
    verdict(code == 130 and took < 5, "a second signal ends it at once", (code, err, took))
    fresh("out")
    with begin("run", "--quiet", "--replications", "200", "--no-plots", "--out", "out", "tiny.json",
               preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as process:
        wait_until(lambda: is_started(process))
        code, _, err, _ = end(process, signal.SIGHUP)
    verdict(code == 0, "one that is ignored (nohup) stays ignored", (code, err))


def check_blocked_output():
    """Nobody reads what it prints, and the pipe is full."""
    for arguments in (["list", "reference"], ["run", "--no-plots", "--format", "json", "tiny.json"]):
        fresh("out")
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        try:
            while True:
                os.write(write_end, b"x" * 4096)
        except BlockingIOError:
            os.set_blocking(write_end, True)
        with begin(*arguments, stdout=write_end) as process:
            wait_until(lambda p=process: is_started(p))
            time.sleep(0.5)
            code, _, err, took = end(process, signal.SIGTERM)
        os.close(write_end)
        os.close(read_end)
        verdict(code == 130 and took < 5 and is_line(err, "interrupted") and not mess("out"),
                f"{arguments[0]}: nobody reads what it prints",
                (code, err, took, mess("out")))


def check_any_time():
    """At times as they come, with and without pictures."""
    chance = random.Random(1)
    wrong = []
    for i in range(16):
        fresh("out")
        verb = ["sweep", "--vary", "links.wire.delay=1ms,9ms"] if i % 4 == 3 else ["run"]
        with begin(*verb, *([] if i % 5 == 0 else ["--no-plots"]), "--replications", "20", "--out", "out",
                   "tiny.json") as process:
            wait_until(lambda p=process: is_started(p))
            time.sleep(chance.uniform(0.0, 0.8 if i % 5 == 0 else 0.15))
            number = chance.choice([signal.SIGINT, signal.SIGTERM])
            code, _, err, took = end(process, number)
        if code not in (0, 130) or (code == 130 and "interrupted" not in err) or took > 10 or mess("out"):
            wrong.append((code, err, took, mess("out")))
    verdict(not wrong, "a signal at any time leaves nothing half written", wrong)


# ---- gnuplot ----

# Something that can pass for pictures.
DRAWS = "b=$(basename \"$4\" .gp); printf '<svg>%50s</svg>\\n' '' >$b.svg; printf '\\211PNG%50sIEND\\256B`\\202' '' >$b.png"

# What a gnuplot may do instead of drawing, and what is told of it.
GNUPLOTS = {
    "fails without a word": ("exit 1", "gnuplot: ended with status 1 and without a word"),
    "fails with words": ("printf '\\nplot x\\n  ^\\n\"x.gp\" line 7: no such thing\\n' >&2; exit 2",
                         "gnuplot: .*line 7: no such thing"),
    "complains in colours": ("printf '\\033[2J\\033]0;x\\007\\n' >&2; exit 1", r"gnuplot: \\x1b\[2J"),
    "is killed": ("kill -KILL $$", "gnuplot: ended by signal 9"),
    "crashes": ("kill -SEGV $$", "gnuplot: ended by signal 11"),
    "hangs": ("sleep 600", "gnuplot: not done after 1 s"),
    "hangs in a child": ("sleep 600 & wait", "gnuplot: not done after 1 s"),
    "hears no signal": ("trap '' TERM INT; while :; do sleep 600; done", "gnuplot: not done after 1 s"),
    "closes its streams and hangs": ("exec >&- 2>&-; sleep 600", "gnuplot: not done after 1 s"),
    "does not stop complaining": ("exec yes >&2", "gnuplot: not done after 1 s"),
    "draws nothing": ("exit 0", r"\.svg: gnuplot has not drawn all of it"),
    "draws nothing and warns": ("echo warning >&2; exit 0", r"\.svg: gnuplot has not drawn all of it"),
    "draws half a picture": ("b=$(basename \"$4\" .gp); printf '<svg><g>' >$b.svg; printf '\\211PNG' >$b.png",
                             r"gnuplot has not drawn all of it"),
    "draws half a PNG": ("b=$(basename \"$4\" .gp); printf '<svg>%50s</svg>\\n' '' >$b.svg; printf '\\211PNG' >$b.png",
                         r"\.png: gnuplot has not"),
    "leaves a child behind": ("sleep 600 & exit 1", "gnuplot: ended with status 1"),
}


def install(script, first="#!/bin/sh", folder="bin"):
    """An environment in which gnuplot is a script of ours."""
    folder = fresh(folder)
    (folder / "gnuplot").write_text(f"{first}\n{script}\n", encoding="utf-8")
    (folder / "gnuplot").chmod(0o755)
    return os.environ | {"PATH": f"{folder.absolute()}:{os.environ['PATH']}", "TANDEM_GNUPLOT_SECONDS": "1"}


def sleepers(below="."):
    """The processes that gnuplots of ours have begun below a folder and that are still there."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if os.readlink(path).startswith(str(Path(below).absolute()) + "/"):
                found.append(path.parent.name)
        except OSError:
            pass
    return [pid for pid in found if int(pid) != os.getpid()]


def try_gnuplot(case):
    """A run with a gnuplot that fails so, in a folder of its own."""
    i, (name, (script, pattern)) = case
    env = install(script, folder=f"case{i}/bin")
    began = time.monotonic()
    got = call("run", "--quiet", "--out", f"case{i}/out", "tiny.json", env=env)
    took = time.monotonic() - began
    left = mess(f"case{i}") + [str(path) for path in Path(f"case{i}").rglob("*.[sp][vn]g")] + sleepers(f"case{i}")
    good = got.returncode == 3 and is_line(got.stderr, pattern) and took < 15 and not left
    return good and Path(f"case{i}/out/tiny/manifest.json").exists(), f"a gnuplot that {name}", (got, left, took)


def try_letters(case):
    i, (name, (script, pattern)) = case
    got = call("run", "--quiet", "--no-files", "--plot=terminal", "tiny.json", env=install(script,
                                                                                           folder=f"letters{i}"))
    good = got.returncode == 3 and is_line(got.stderr, pattern)
    return good and not sleepers(f"letters{i}"), f"plots in letters: one that {name}", got


def check_gnuplots():
    letters = {name: GNUPLOTS[name] for name in ("fails with words", "is killed", "hangs", "does not stop complaining")}
    letters["does not stop"] = ("exec yes", "not done after 1 s")
    with ThreadPoolExecutor(4) as pool: # they mostly sleep
        for result in [*pool.map(try_gnuplot, enumerate(GNUPLOTS.items())), *pool.map(try_letters,
                                                                                      enumerate(letters.items()))]:
            verdict(*result)
    for verb, arguments in {"sweep": WRITERS["sweep"], "search": WRITERS["search"]}.items():
        fresh("out")
        got = call(*[word for word in put(arguments, "out") if word != "--no-plots"], env=install("exit 1"))
        verdict(got.returncode == 3 and is_line(got.stderr, "gnuplot: ended with status 1") and not mess("out"),
                f"{verb}: one that fails", got)
    fresh("out")
    got = call("run", "--quiet", "tiny.json", env=install("", "#!/nowhere/at/all"))
    verdict(got.returncode == 3 and is_line(got.stderr, "gnuplot: cannot be started") and not mess("out"),
            "one that cannot be started", got)
    fresh("out")
    got = call("run", "--quiet", "tiny.json", env=os.environ | {"PATH": "/nowhere"})
    verdict(got.returncode == 0 and "gnuplot was not found" in got.stderr and not mess("out"),
            "none at all: exit status 0", got)


def check_real_gnuplot():
    if not shutil.which("gnuplot"):
        skip("pictures", "there is no gnuplot")
        return
    fresh("out")
    got = call("run", "--quiet", "tiny.json", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    drawn = {path.name for path in Path("out/tiny/plots").iterdir()}
    verdict(got.returncode == 0 and not mess("out") and {"throughput.svg", "throughput.png"} <= drawn,
            "pictures are drawn", (got, mess("out")))
    before = Path("out/tiny/plots/throughput.png").read_bytes()
    Path("out/tiny/plots/throughput.png").unlink()
    Path("out/tiny/plots/throughput.svg").unlink()
    subprocess.run(["gnuplot", "throughput.gp"], cwd="out/tiny/plots", check=False, capture_output=True)
    again = Path("out/tiny/plots/throughput.png")
    verdict(again.exists() and again.read_bytes() == before, "by hand they come out the same")


def check_drawing():
    """A signal while gnuplot draws, which goes with all it has begun."""
    for number in (signal.SIGINT, signal.SIGTERM):
        for script in ("sleep 600", "trap '' INT TERM; sleep 600 & wait; wait"):
            fresh("out")
            env = install("echo $$ >>../../../../started; " + script) | {"TANDEM_GNUPLOT_SECONDS": "100"}
            Path("started").unlink(missing_ok=True)
            with begin("run", "--quiet", "tiny.json", env=env) as process:
                begun = wait_until(Path("started").exists)
                code, _, err, took = end(process, number)
            gone = wait_until(lambda: not sleepers(), 3)
            verdict(begun and code == 130 and is_line(err, "interrupted") and took < 5 and not mess("out") and gone,
                    f"{number.name} while it draws", (code, err, took, mess("out"), sleepers()))
            verdict(any(Path("out/tiny/tasks").rglob("*.txt")), "what was simulated is kept")
    fresh("out")
    env = install("echo $$ >>../../../../started; sleep 600") | {"TANDEM_GNUPLOT_SECONDS": "100"}
    Path("started").unlink(missing_ok=True)
    with begin("run", "--quiet", "tiny.json", env=env) as process:
        wait_until(Path("started").exists)
        process.kill()
        process.communicate()
    gone = wait_until(lambda: not [pid for pid in Path("started").read_text(encoding="utf-8").split() if is_alive(pid)],
                      3)
    verdict(gone or sys.platform != "linux", "killed: its gnuplots go with it")
    wait_until(lambda: not kill_all(sleepers()), 3)  # what they had begun


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    time.sleep(0.1 if pids else 0)
    return pids


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def main():
    global UMASK
    UMASK = os.umask(0o022)
    os.umask(UMASK)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="tandem-files-") as folder:
        os.chdir(folder)
        Path("tiny.json").write_text(json.dumps(SCENARIO), encoding="utf-8")
        call("sweep", "--quiet", "--no-plots", "--out", "swept", "--vary", "links.wire.delay=1ms,9ms", "tiny.json")
        for check in (check_streams, check_streams_and_files, check_outlets, check_old_files, check_in_the_way,
                      check_long_names,
                      check_size_limit, check_full_disk, check_pictures_on_full_disk, check_read_only, check_reading,
                      check_simulating,
                      check_blocked_output, check_any_time, check_gnuplots, check_real_gnuplot, check_drawing):
            if len(sys.argv) <= 2 or check.__name__ in sys.argv[2:]:
                check()
        os.chdir("/")
    return finish()


if __name__ == "__main__":
    TANDEM = os.path.abspath(sys.argv[1])
    UMASK = 0
    LESSON = call("lesson", "list").stdout.split()[0]
    sys.exit(main())
