#!/usr/bin/env python3
"""Do the tests see a small mistake in src/des, src/stats and src/model? Mistakes are made, one at a time, in copies of
the tree, and the tests are run until one fails: the mutant is killed. Prints a table, and what survived.

usage: mutate.py [--seed N] [--jobs N] [--minutes N] [--again] [--long] [NUMBER [FILE...]]

NUMBER mutants (300) of these files, or of all; the same seed (1) takes the same ones, and more when there are to be
more. After --minutes no other is begun; what was killed is not run again while the code stays the same. --again takes
those that survived last time. Tests of more than 5 seconds are run with --long only, or for the file that they are
named after. What is argued in survivors.txt is not run, and counts apart. A mutant that does not compile, or whose
object code is that of the original or of another, is none.
Exit status: 0 at least 90 % were killed, 1 fewer, 2 it could not be told.
"""

import argparse
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from mutants import mutants_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build-mutants"
FOLDERS = ["src/des", "src/stats", "src/model"]
LEAST_SHARE = 0.9

# Those of the floors in question, and those that run systems; cli, reports and figures are others' matter.
UNIT_TESTS = """event_fifo event_list sim rng distribution histogram interval warmup batch_means time_average trace link
arrival system attempt effect split patience waitlist balance ledger queue_index queue broker guarantees failure
disturbance theory experiment metrics steadiness limits""".split()

# Cases of tests/theory that take less than a second: those whose id begins so.
THEORY_CASES = """A06b.mmcK A10a.rep B01a B01e B02. B03.win1 B03.exp B05 S0.1 S0.2 S0.3 S0.4 S1.1a S1.1c S1.2 S1.3
S1.4b S1.4d S1.7 S1.8 S2.3 S2.5b S2.6 C02.sre.243 C07 C09.drain C09.area C09.max C10.overloss C10.grow
C14.storm.l140""".split()

# Scenarios whose claims are checked, in whole runs.
CLAIMS = """dinner-party three-friends thousand-users retry-storm order-payment chain order-history handshake
store-and-forward cores-and-channels textbook deadlines not-up-together""".split()

RUNS_MODEL = r'^#include "(model|scenario|experiment|random_spec|small_run)'
LONG = 5.0  # seconds
TOGETHER = 8  # golden results that are compared at once
KINDS = ["unit", "theory", "claims", "golden"]


class CannotTell(Exception):
    pass


# ---- programs ----


class Outcome:
    def __init__(self, ok, seconds, output):
        self.ok, self.seconds, self.output = ok, seconds, output


def limit(cpu_seconds):
    def set_limits():
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return set_limits


def run(command, folder, cpu_seconds, wall_seconds):
    """What does not end is killed, with all that it started."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(scratch), "CCACHE_NOHASHDIR": "1"}
    with open(folder / "output", "w+b") as output:
        process = subprocess.Popen([str(word) for word in command], cwd=folder, env=environment, stdout=output,
                                   stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
                                   preexec_fn=limit(cpu_seconds))
        timer = threading.Timer(wall_seconds, kill_group, [process.pid])
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        timer.cancel()
        kill_group(process.pid)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    shutil.rmtree(scratch, ignore_errors=True)
    return Outcome(process.returncode == 0, usage.ru_utime + usage.ru_stime, text)


def kill_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


# ---- the tests ----


class Test:
    def __init__(self, kind, name, command):
        self.kind, self.name, self.command = kind, name, command
        self.seconds, self.runs_model = 0.0, True
        self.kills = Counter()  # by file

    def run(self, place, most=600.0):
        command = [word.replace("BUILD", str(place.build)).replace("TREE", str(place.tree)) for word in self.command]
        return run(command, place.folder, int(most) + 2, 30 + 20 * most)

    def inputs(self):
        if self.kind == "unit":
            return [f"build/tests/test_{self.name}.p/*.o"]
        return ["tree/theory/*"] if self.kind == "theory" else ["tree/scenarios/**/*.json", "tree/tests/golden/*"]

    def is_namesake(self, file):
        return self.name in (Path(file).stem, Path(file).stem.split("_")[0])

    def is_asked(self, file, long):
        """A test of a floor below the model runs none of it."""
        if self.kind == "unit" and file.startswith("src/model/") and not self.runs_model:
            return False
        return long or self.seconds <= LONG or self.is_namesake(file)

    def worth(self, file):
        """Kills that are to be expected, a second."""
        hopes = 0.2 + self.kills[file] + 0.05 * sum(self.kills.values()) + 5 * self.is_namesake(file)
        return self.kind != "golden", hopes / (0.1 + self.seconds)


def all_tests(tree):
    golden = [path.stem for path in sorted((tree / "tests/golden").glob("*.txt"))]
    golden.sort(key=lambda name: not name.startswith("lesson"))  # these are short
    tests = [Test("unit", name, [f"BUILD/tests/test_{name}", "--tap", "-j1", "--fail-fast"]) for name in UNIT_TESTS]
    for test in tests:
        text = (tree / f"tests/test_{test.name}.c").read_text(encoding="utf-8")
        test.runs_model = re.search(RUNS_MODEL, text, re.MULTILINE) is not None
    tests += [Test("theory", "theory", ["BUILD/tests/theory/theory", "--threads", "1", "TREE/theory"])]
    tests += [Test("claims", name, ["BUILD/tandem", "run", "--quiet", "--no-files", "--threads=1",
                                    f"TREE/scenarios/{name}.json"]) for name in CLAIMS]
    for i in range(0, len(golden), TOGETHER):
        names = golden[i : i + TOGETHER]
        tests.append(Test("golden", f"{names[0]}...", ["TREE/tests/golden/golden.py", "BUILD/tandem", "TREE", *names]))
    return tests


def choose_theory_cases(tree):
    shutil.copytree(tree / "tests/theory", tree / "theory", dirs_exist_ok=True)
    lines = {name: (tree / "tests/theory" / name).read_text(encoding="utf-8").splitlines()
             for name in ("cases.csv", "left-out.csv", "ids.txt")}
    cases = [line for line in lines["cases.csv"] if line.startswith(("id,", *THEORY_CASES)) and ",long," not in line]
    known = {line.split(",")[0].split("/")[0] for line in cases + lines["left-out.csv"]}
    (tree / "theory/cases.csv").write_text("\n".join(cases) + "\n", encoding="utf-8")
    ids = [line for line in lines["ids.txt"] if line in known]
    (tree / "theory/ids.txt").write_text("\n".join(ids) + "\n", encoding="utf-8")


# ---- a copy of the tree, and its build ----


class Place:
    def __init__(self, number):
        self.folder = WORK / str(number)
        self.tree, self.build = self.folder / "tree", self.folder / "build"

    def ninja(self, *targets):
        return run(["ninja", "-j1", "-C", self.build, *targets], self.folder, 3600, 3600)

    def prepare(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        copy_tree(self.tree)
        choose_theory_cases(self.tree)
        if not (self.build / "build.ninja").exists():
            options = ["-Dbuildtype=plain", "-Doptimization=1", "-Dtests=enabled"]
            done = run(["meson", "setup", *options, self.build, self.tree], self.folder, 600, 600)
            if not done.ok:
                raise CannotTell(done.output)
        done = self.ninja("tandem", "tests/theory/theory", *(f"tests/test_{name}" for name in UNIT_TESTS))
        if not done.ok:
            raise CannotTell(done.output[-3000:])

    def code(self, *more):
        """A digest of the object code of the library, and of what else these patterns say."""
        digest = hashlib.sha256()
        for pattern in ("build/src/*.p/*.o", *more):
            for path in sorted(self.folder.glob(pattern)):
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def all_code(self):
        return self.code("build/tests/*.p/*.o")


def write_if_new(path, data):
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def copy_tree(tree):
    """The library becomes a shared one: a mutant is linked once, not with each test."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        raise CannotTell("git knows nothing of this tree: " + listed.stderr)
    for name in listed.stdout.splitlines():
        if not (ROOT / name).is_file():
            continue
        data = (ROOT / name).read_bytes()
        if name == "src/meson.build":
            data = data.replace(b"static_library('tandem'", b"shared_library('tandem'")
        write_if_new(tree / name, data)
        shutil.copymode(ROOT / name, tree / name)


# ---- which mutants ----


def source_files(chosen):
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.[ch]"))]
    names = [str(path.relative_to(ROOT)) for path in files]
    unknown = [name for name in chosen if not any(name in file for file in names)]
    if unknown:
        raise CannotTell(f"no file of {', '.join(FOLDERS)} has this in its name: {' '.join(unknown)}")
    return [file for file in names if not chosen or any(name in file for name in chosen)]


def sample(files, number, seed):
    """Of each file its share, in an order of its own."""
    found = {file: mutants_of(file, (ROOT / file).read_text(encoding="utf-8")) for file in files}
    total = sum(map(len, found.values()))
    chosen = []
    for file, mutants in found.items():
        random.Random(f"{seed} {file}").shuffle(mutants)
        chosen += mutants[: round(number * len(mutants) / total)]
    return chosen


def read_survivors(path):
    """A paragraph each: the file, "- " and the line, "+ " and what becomes of it, and the argument."""
    known = {}
    if path.exists():
        for paragraph in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in paragraph.strip().splitlines() if not line.startswith("#")]
            if len(lines) >= 3:
                known[lines[0].split(":")[0], lines[1][2:], lines[2][2:]] = " ".join(lines[3:])
    return known


def last_survivors(files):
    keys = read_survivors(WORK / "survivors.txt")
    return [mutant for file in files for mutant in mutants_of(file, (ROOT / file).read_text(encoding="utf-8"))
            if mutant.key() in keys]


# ---- the judgement ----


class Diary:
    """What became of each mutant, a line each, with the digest of the library that it was a mutant of."""

    def __init__(self, of):
        self.path, self.of, self.known = WORK / "diary.txt", of, {}
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []:
            code, key, verdict = json.loads(line)
            if code == of and verdict[0] in KINDS[:-1] + ["none"]:
                self.known[tuple(key)] = tuple(verdict)

    def keep(self, mutant, verdict):
        with open(self.path, "a", encoding="utf-8") as diary:
            diary.write(json.dumps([self.of, mutant.key(), verdict]) + "\n")


class Judge:
    """Takes file after file, in several places at once."""

    def __init__(self, tests, mutants, diary, options):
        self.tests, self.diary, self.long, self.lock = tests, diary, options.long, threading.Lock()
        self.until = time.monotonic() + 60.0 * options.minutes
        self.results = [(mutant, diary.known[mutant.key()]) for mutant in mutants if mutant.key() in diary.known]
        self.files = {}
        for mutant in mutants:
            if mutant.key() not in diary.known:
                self.files.setdefault(mutant.file, []).append(mutant)
        self.n = len(mutants)

    def next_file(self):
        with self.lock:
            return self.files.popitem() if self.files else (None, [])

    def work(self, place, original):
        file, mutants = self.next_file()
        while file:
            path, seen = place.tree / file, {original: "same code"}
            text = path.read_text(encoding="utf-8")
            for mutant in mutants:
                if time.monotonic() < self.until:
                    path.write_text(mutant.apply(text), encoding="utf-8")
                    self.enter(mutant, self.judge(place, mutant, seen))
            path.write_text(text, encoding="utf-8")
            place.ninja(*self.targets(file))
            file, mutants = self.next_file()

    def targets(self, file):
        """Other programs need not be made anew for a header: what they do, they do in the library."""
        namesakes = [test.name for test in self.tests if test.kind == "unit" and test.is_namesake(file)]
        return ["src/libtandem.so", *(f"tests/test_{name}" for name in namesakes)]

    def enter(self, mutant, verdict):
        with self.lock:
            self.results.append((mutant, verdict))
            self.diary.keep(mutant, verdict)
            line = f"{len(self.results)}/{self.n} {verdict[0]} {verdict[1]} {mutant.file}:{mutant.line}: {mutant.after}"
            print(line[:160], file=sys.stderr)

    def judge(self, place, mutant, seen):
        """(kind of the test, its name), or what it is instead."""
        if not place.ninja(*self.targets(mutant.file)).ok:
            return "none", "does not compile"
        code = place.all_code()
        if code in seen:
            return "none", seen[code]
        seen[code] = "same as another"
        asked = [test for test in self.tests if test.is_asked(mutant.file, self.long)]
        for test in sorted(asked, key=lambda test: test.worth(mutant.file), reverse=True):
            if not test.run(place, 3.0 * test.seconds).ok:
                with self.lock:
                    test.kills[mutant.file] += 1
                return test.kind, test.name
        return "survived", ""


def measure(tests, place):
    """Without a mutant each passes; of what has not changed since last time it is known how long it takes."""
    kept, known = WORK / "times.json", {}
    if kept.exists():
        known = json.loads(kept.read_text(encoding="utf-8"))
    for test in tests:
        of = place.code(*test.inputs())
        label = f"{test.kind} {test.name}"
        if known.get(label, ["", 0])[0] != of:
            outcome = test.run(place)
            if not outcome.ok:
                raise CannotTell(f"{label} fails without a mutant:\n{outcome.output[-2000:]}")
            known[label] = [of, outcome.seconds]
            kept.write_text(json.dumps(known, indent=0), encoding="utf-8")
        test.seconds = known[label][1]
    print(f"{len(tests)} tests take {sum(test.seconds for test in tests):.0f} s", file=sys.stderr)


def judge_all(mutants, options):
    places = [Place(number) for number in range(options.jobs)]
    for place in places:
        place.prepare()
    os.environ["CCACHE_DISABLE"] = "1"  # nobody makes the same mutant twice
    tests = all_tests(places[0].tree)
    measure(tests, places[0])
    judge = Judge(tests, mutants, Diary(places[0].code()), options)
    threads = [threading.Thread(target=judge.work, args=[place, place.all_code()]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return judge.results


# ---- the report ----


def tell(results, argued):
    columns = [*KINDS, "argued", "survived"]
    by_file = {}
    for mutant, (verdict, _) in results + [(mutant, ("argued", "")) for mutant in argued]:
        if verdict != "none":
            by_file.setdefault(mutant.file, Counter())[verdict] += 1
    total = sum(by_file.values(), Counter())
    print(f"{'':34}{'mutants':>9}" + "".join(f"{column:>9}" for column in columns))
    for name, count in [*sorted(by_file.items()), ("all", total)]:
        print(f"{name:34}{sum(count.values()):9}" + "".join(f"{count[column] or '.':>9}" for column in columns))
    killed, judged = sum(total[kind] for kind in KINDS), sum(total.values()) - total["argued"]
    why = Counter(name for _, (verdict, name) in results if verdict == "none")
    print("\nnone: " + ", ".join(f"{n} {name}" for name, n in why.items()))
    if judged == 0:
        return True
    real, enough = killed - total["golden"], killed >= LEAST_SHARE * judged
    print(f"killed: {killed} of {judged}, {100 * killed / judged:.1f} %")
    print(f"  without golden numbers: {real}, {100 * real / judged:.1f} %")
    judged += total["argued"]
    print(f"  with those argued as survivors: of {judged}, {100 * killed / judged:.1f} %")
    return enough


def keep_survivors(results):
    text = ""
    for mutant, (verdict, name) in sorted(results, key=lambda item: (item[0].file, item[0].line)):
        if verdict in ("survived", "golden"):
            text += f"{mutant.file}:{mutant.line}: {verdict} {name}\n- {mutant.before}\n+ {mutant.after}\n\n"
    (WORK / "survivors.txt").write_text(text, encoding="utf-8")
    if text:
        print(f"\nWhat survived, or was seen by golden numbers alone (build-mutants/survivors.txt):\n\n{text}", end="")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("number", type=int, nargs="?", default=300)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    files = source_files(options.files)
    random.Random(options.seed).shuffle(files)
    mutants = last_survivors(files) if options.again else sample(files, options.number, options.seed)
    known = read_survivors(HERE / "survivors.txt")
    argued = [mutant for mutant in mutants if mutant.key() in known]
    os.nice(15)
    since = time.monotonic()
    results = judge_all([mutant for mutant in mutants if mutant.key() not in known], options)
    enough = tell(results, argued)
    keep_survivors(results)
    print(f"{time.monotonic() - since:.0f} s", file=sys.stderr)
    return 0 if enough else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotTell as problem:
        print(f"mutate.py: {problem}", file=sys.stderr)
        sys.exit(2)
