#!/usr/bin/env python3
"""The same bytes everywhere: runs the same commands by other builds and in other surroundings, and compares all that
they write and print with what a plain run of the first build does. TAP on standard output.

usage: same.py [--quick] WORK ROOT NAME=TANDEM...

WORK is a folder that is emptied; TANDEM are the builds, of which the first is compared with. --quick does with a few
scenarios what is slow. Files that tell the command line, which differs, are compared without it. Where bytes differ,
the file and its first line that does are named. Exit status: 0 all are the same, 1 some are not, 2 wrong usage.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))
from tap import finish, verdict

SHOWN = 160  # characters of a line
MOST = 10  # differences of a variant that are told
ALL, EVERY, FEW, SHORT = range(4)  # which commands: with all scenarios and lessons, with every scenario, ...
TELLING = ["chain", "retry-storm", "store-and-forward", "temporal-collage"]  # scenarios of many kinds, and quick


# ---- what is run ----


def run_of(path, *options):
    return ["run", "--quiet", "--no-expect", "--replications=2", *options, path]


def few_commands(scenarios):
    checkout, textbook = scenarios / "checkout.json", scenarios / "textbook.json"
    brief = ["--duration=90s", "--replications=2"]
    vary = ["--vary=links.billing-bank.delay=1ms..100ms*3", "--vary=components.bank.workers=8,16"]
    goal = ["--max=load.0.rate", "--such-that=response.p90 < 8s", "--resolution=20%", "--duration=20min"]
    precise = ["--set=run.precision=20%", '--set=run.precision_of=["throughput","response.mean"]', "--duration=10min"]
    commands = {
        "draws": run_of(HERE / "draws.json"),
        "sweep": ["sweep", *brief, *vary, "--get=response.mean", "--get=shop.blocked", checkout],
        "search": ["search", *goal, textbook],
        "precision": ["run", *precise, textbook],
        "claims": ["run", *brief, "--junit=claims.xml", checkout],
        "terminal": ["run", "--no-files", "--plot=terminal", *brief, checkout],
        "metrics": ["list", "metrics", checkout],
        "schema": ["schema"],
        "manual": ["manual"],
    }
    for form in ("table", "csv", "json", "markdown"):
        commands[f"run as {form}"] = ["run", "--no-files", f"--format={form}", *brief, checkout]
        commands[f"sweep as {form}"] = ["sweep", "--no-files", f"--format={form}", *brief, vary[0], checkout]
    return commands | {name: run_of(scenarios / f"{name}.json") for name in TELLING}


def commands_of(root, which):
    """By name, which is a folder that its files go to: the arguments of tandem."""
    scenarios = root / "scenarios"
    short = {"short": run_of(scenarios / "three-friends.json")}
    if which == SHORT:
        return short
    every = {path.stem: run_of(path) for path in sorted(scenarios.glob("*.json"))}
    if which == EVERY:
        return short | few_commands(scenarios) | every
    lessons = {path.parent.name: run_of(path) for path in sorted(scenarios.glob("lessons/*/scenario.json"))}
    return short | few_commands(scenarios) | (every | lessons if which == ALL else {})


class Variant:
    """A way to run: a build, what stands before the command, options behind it, surroundings, and where it stands."""

    def __init__(self, name, tandem, which=FEW, before=(), options=(), around=None, stands=None, drawn=False):
        self.name, self.tandem, self.which, self.drawn = name, tandem, which, drawn
        self.before, self.options, self.around, self.stands = list(before), list(options), around or {}, stands

    def run(self, root, work):
        """What went wrong, a line each; what was written is in the folder that is named after the variant."""
        path = os.environ.get("PATH", os.defpath)
        around = {"LC_ALL": "C.UTF-8", **self.around}
        for name, (verb, *arguments) in commands_of(root, self.which).items():
            here = work / self.name / name
            here.mkdir(parents=True)
            simulates = verb in ("run", "sweep", "search")
            writes = simulates and "--no-files" not in arguments
            options = (self.options if simulates else []) + ([f"--out={here}"] if writes else [])
            arguments = [str(argument).replace("--junit=", f"--junit={here}/") for argument in arguments]
            idle = writes and not self.drawn  # data and scripts are what is compared
            around["PATH"] = str(work / "no-gnuplot") if idle else path
            command = [*self.before, self.tandem, verb, *options, *arguments]
            done = subprocess.run(command, cwd=self.stands or here, env=around, capture_output=True, check=False)
            if done.returncode not in (0, 1):
                return [f"{name}: status {done.returncode}: {done.stderr.decode(errors='replace')[-500:].strip()}"]
            (here / "stdout").write_bytes(done.stdout)
        return []


# ---- comparison ----


def content(path):
    """Without the command line, which a manifest and a search tell, in a line of its own."""
    data = path.read_bytes()
    return re.sub(rb'(?m)^ *"command": \[.*\n', b"", data) if path.suffix == ".json" else data


def first_difference(plain, other):
    if b"\0" in plain[:1000]:
        return "other bytes"
    for number, (one, two) in enumerate(zip_longest(plain.split(b"\n"), other.split(b"\n"), fillvalue=b""), 1):
        if one != two:
            place = next((i for i, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two)))
            shown = [line[max(0, place - 60) :][:SHOWN].decode(errors="replace") for line in (one, two)]
            return f"line {number}: {shown[0]!r} is {shown[1]!r}"
    return "one has a line more"


def files_of(folder, drawn):
    """Without a sweep's journal, which has the tasks in the order in which threads came to their ends."""
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if path.parent.name != "tasks" and (drawn or path.suffix not in (".png", ".svg"))}


def compare(plain, other, drawn):
    """What differs between two folders, a line each."""
    lines = []
    for path in sorted(files_of(plain, drawn) | files_of(other, drawn)):
        if not (plain / path).exists() or not (other / path).exists():
            lines.append(f"{path}: is there only once")
        elif content(plain / path) != content(other / path):
            lines.append(f"{path}: {first_difference(content(plain / path), content(other / path))}")
    return lines


def judge(variant, root, work, plain):
    """What went wrong or differs, a line each, and the number of files that were compared."""
    lines, n = variant.run(root, work), 0
    for name in () if lines else commands_of(root, variant.which):
        here = work / variant.name / name
        lines += [f"{name}: {line}" for line in compare(work / plain.name / name, here, variant.drawn)]
        n += len(files_of(here, variant.drawn))
    return lines, n


# ---- what is tried ----


def other_libc(work):
    """A library to be loaded before libc and GSL, or None: it could not be made."""
    made = work / "other_libc.so"
    command = ["cc", "-O1", "-fno-builtin", "-fPIC", "-shared", "-o", made, HERE / "other_libc.c", "-ldl"]
    return made if subprocess.run(command, capture_output=True, check=False).returncode == 0 else None


def german(work):
    """A folder with a locale that has a decimal comma, or None."""
    if not shutil.which("localedef"):
        return None
    command = ["localedef", "-i", "de_DE", "-f", "UTF-8", work / "de_DE.UTF-8"]
    subprocess.run(command, capture_output=True, check=False)
    return work if (work / "de_DE.UTF-8/LC_NUMERIC").exists() else None


def surroundings(work):
    around = {"TZ": "Asia/Kathmandu", "HOME": "/nonexistent", "NO_COLOR": "1"}
    if german(work):
        around |= {"LOCPATH": str(work), "LC_ALL": "de_DE.UTF-8"}
    else:
        print("# no locale with a decimal comma: C instead")
        around["LC_ALL"] = "C"
    return around


def variants(work, builds, quick):
    (_, plain), *others = builds.items()
    plainest = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"
    drawn = not quick and shutil.which("gnuplot") is not None
    most = EVERY if quick else ALL
    yield Variant("plain", plain, most, drawn=drawn)
    yield Variant("one thread without FMA", plain, most, options=["--threads=1"], around={"GLIBC_TUNABLES": plainest})
    yield Variant("16 threads", plain, FEW, options=["--threads=16"], drawn=drawn)
    setarch, valgrind = shutil.which("setarch"), shutil.which("valgrind")
    fixed = [setarch, "-R"] if setarch else []
    yield Variant("another place", plain, FEW, before=fixed, around=surroundings(work), stands="/")
    yield Variant("memory full of bytes", plain, FEW, around={"GLIBC_TUNABLES": "glibc.malloc.perturb=165"})
    library = other_libc(work)
    if library:
        yield Variant("another libc", plain, FEW if quick else most, around={"LD_PRELOAD": str(library)})
    for name, tandem in others:
        yield Variant(name, tandem, FEW)
    if valgrind:
        yield Variant("valgrind", plain, SHORT, before=[valgrind, "--quiet", "--error-exitcode=99"])


def main(arguments):
    quick = "--quick" in arguments
    arguments = [argument for argument in arguments if argument != "--quick"]
    if len(arguments) < 3 or not all("=" in build for build in arguments[2:]):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    work, root = Path(arguments[0]).resolve(), Path(arguments[1]).resolve()
    builds = {name: Path(path).resolve() for name, path in (build.rsplit("=", 1) for build in arguments[2:])}
    shutil.rmtree(work, ignore_errors=True)
    (work / "no-gnuplot").mkdir(parents=True)
    plain, *others = variants(work, builds, quick)
    lines = plain.run(root, work)
    if lines:
        print("Bail out! " + lines[0])
        return 1
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        results = threads.map(lambda variant: judge(variant, root, work, plain), others)
        for variant, (lines, n) in zip(others, results):
            verdict(not lines, f"{variant.name}: {n} files", "\n".join(lines[:MOST]))
    return finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
