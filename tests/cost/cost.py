#!/usr/bin/env python3
"""What a request costs, in instructions, against what it cost: the gate on speed.

usage: cost.py BUILD [--accept] [WORKLOAD...]

Each workload runs twice under callgrind, short and long; the difference, divided by the requests that the longer run
has more, is free of start and end. Instructions repeat exactly, on a loaded machine too; times do not.

More than 3 % above the figure in figures.json fails, and the functions that grew are named. Other compilers and other
libcs have other counts: there the gate does not apply, says so, and passes. --accept writes the figures anew.
Exit status: 0 all is well, 1 a workload costs more, 2 could not measure.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
FIGURES = HERE / "figures.json"
SOURCES = HERE.parent.parent / "src"
LIMIT = 0.03
KEPT_SHARE = 0.005  # a function with less of a workload's instructions has no line in the figures
NAMED = 5  # functions that are named where a workload grew
NOISE = 0.1  # instructions a request: the figures are rounded

# Which variant of memcpy() and log() glibc takes must not depend on the processor.
PLAIN_PROCESSOR = ["AVX512F", "AVX2", "AVX", "FMA", "FMA4", "BMI2", "ERMS", "FSRM", "SSSE3", "SSE4_1", "SSE4_2"]
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "LC_ALL": "C",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join("-" + feature for feature in PLAIN_PROCESSOR),
}


class CannotMeasure(Exception):
    pass


# ---- the workloads: each makes a command of a length, which prints requests and perhaps events ----


def kernel(work, pending):
    return lambda build, length: [build / "tests/cost/kernel", work, str(pending), str(length)]


def scenario(name, policy, *settings):
    def command(build, length):
        options = [f"--set={setting}" for setting in settings] + [f"--duration={length}s", f"--policy={policy}"]
        wanted = [f"--get={policy}.offered", f"--get={policy}.events"]
        return [build / "tandem", "run", "--threads=1", *options, *wanted, HERE / f"{name}.json"]

    return command


WORKLOADS = {  # name: command, length of the short and of the long run
    "hold, 20 pending": (kernel("hold", 20), 20_000, 120_000),
    "hold, 100000 pending": (kernel("hold", 100_000), 100_000, 400_000),
    "timeouts, 10000 pending": (kernel("timeouts", 10_000), 40_000, 160_000),
    "the same in a line": (kernel("line", 10_000), 40_000, 160_000),
    "mm1": (scenario("mm1", "sync"), 20, 320),
    "chain, sync": (scenario("chain", "sync"), 10, 210),
    "chain, async": (scenario("chain", "async"), 10, 210),
    "chain, queue": (scenario("chain", "queue"), 10, 210),
    "chain, each request traced": (scenario("chain", "sync", "run.timeline_requests=1000"), 2, 18),
    "redelivery": (scenario("redelivery", "queue"), 10, 70),
    "sharing": (scenario("sharing", "sync"), 20, 120),
    "backoff": (scenario("backoff", "async"), 10, 80),
}

# ---- callgrind's output ----


def plain_name(function):
    """Without what compilers add to a part or a variant of a function, and callgrind to one that calls itself."""
    return re.sub(r"[.'].*", "", function)


def read_profile(lines, program):
    """Instructions by function, of callgrind's output; those of a library together, as "libm.so.6"."""
    counts = Counter()
    names = {"ob": {}, "fn": {}}
    now = {"ob": "", "fn": ""}
    inclusive = False  # the next line of costs is a call's
    for line in lines:
        named = re.match(r"(c?)(ob|fn)=(\(\d+\))(?: (.*))?$", line)
        if named:
            called, kind, number, name = named.groups()
            name = names[kind].setdefault(number, name)
            if not called:
                now[kind] = name
        elif line.startswith("calls="):
            inclusive = True
        elif line[:1] in "0123456789+-*" and line.strip():
            if not inclusive:
                library = Path(now["ob"]).name
                counts[plain_name(now["fn"]) if library == program else library] += int(line.split()[1])
            inclusive = False
    return counts


def run_counted(command, read=None):
    """The numbers that a command prints, and its instructions by function, or what `read` makes of the profile."""
    read = read or (lambda lines: read_profile(lines, Path(command[0]).name))
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}"]
        done = subprocess.run([*valgrind, *command], capture_output=True, text=True, env=ENVIRONMENT, cwd=folder)
        if done.returncode != 0:
            raise CannotMeasure(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stderr}")
        with open(profile, encoding="utf-8") as lines:
            return [float(number) for number in done.stdout.split()], read(lines)


def measure(build, name):
    command, short, long = WORKLOADS[name]
    (before, counts_before), (after, counts) = (run_counted(command(build, length)) for length in (short, long))
    requests, *events = (b - a for a, b in zip(before, after))
    counts.subtract(counts_before)
    return {
        "instructions": sum(counts.values()) / requests,
        "events": events[0] / requests if events else 1.0,
        "functions": {function: count / requests for function, count in counts.items()},
    }


def measure_all(build, names):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(names, pool.map(lambda name: measure(build, name), names)))


# ---- now against then ----


def change(now, then):
    return now["instructions"] / then["instructions"] - 1.0


def growth(now, then):
    """By how many instructions a request each function grew, at least; those first that grew most."""
    unlisted = KEPT_SHARE * then["instructions"]  # what a function may have had that is not in the figures
    functions = now["functions"].keys() | then["functions"].keys()
    grown = ((now["functions"].get(f, 0.0) - then["functions"].get(f, unlisted), f) for f in functions)
    return sorted(grown, key=lambda pair: (-pair[0], pair[1]))


def place(function):
    """Where a function stands: " in des/sim.c", or nothing. Static ones may share a name."""
    define = re.compile(rf"^\w[^;=\n]*\b{re.escape(function)}\([^;{{]*\)\n{{", re.MULTILINE)
    files = sorted(path for path in SOURCES.rglob("*.[ch]") if define.search(path.read_text(encoding="utf-8")))
    return " in " + " or ".join(str(path.relative_to(SOURCES)) for path in files) if files else ""


def growth_lines(name, now, then):
    yield f"{name}: {now['instructions'] - then['instructions']:.1f} instructions a request more"
    grown = growth(now, then)
    named = [(by, function) for by, function in grown[:NAMED] if by >= NOISE]
    for by, function in named:
        was = f"{then['functions'][function]:.1f} becomes" if function in then["functions"] else "now"
        yield f"  {by:+9.1f}  {function}{place(function)}: {was} {now['functions'][function]:.1f}"
    if not named:
        yield "  a little in each of many functions"
    known = [(by, function) for by, function in reversed(grown) if function in then["functions"]]
    shrunk = [f"{function} {by:+.1f}" for by, function in known[:NAMED] if by <= -NOISE]
    if shrunk:
        yield f"  less, and perhaps only moved: {', '.join(shrunk)}"


def table_lines(now, then):
    yield f"{'instructions a request':28}{'now':>9}{'before':>9}{'change':>9}{'events':>9}{'an event':>10}"
    for name, cost in now.items():
        known = then.get(name)
        before = f"{known['instructions']:9.1f}{100 * change(cost, known):+8.1f}%" if known else f"{'':9}{'new':>9}"
        an_event = cost["instructions"] / cost["events"]
        yield f"{name:28}{cost['instructions']:9.1f}{before}{cost['events']:9.2f}{an_event:10.1f}"


def report(now, then):
    """The table, and for what became dearer the functions that grew."""
    lines = list(table_lines(now, then))
    for name in now:
        if name in then and change(now[name], then[name]) > LIMIT:
            lines += ["", *growth_lines(name, now[name], then[name])]
    return "\n".join(lines)


def judge(now, then):
    """What is to be done, in words, and whether it passes as it is."""
    unknown = [name for name in now if name not in then]
    dearer = [name for name in now if name in then and change(now[name], then[name]) > LIMIT]
    cheaper = [name for name in now if name in then and change(now[name], then[name]) < -LIMIT]
    advice = []
    if cheaper:
        advice += [f"Cheaper by more than {LIMIT:.0%}: {'; '.join(cheaper)}. To hold on to it: ./dev cost --accept"]
    if unknown:
        advice += [f"Without a figure: {'; '.join(unknown)}. To give it one: ./dev cost --accept"]
    if dearer:
        advice += [f"Dearer by more than {LIMIT:.0%}: {'; '.join(dearer)}. If it is worth it: ./dev cost --accept"]
    return "\n".join(advice) or f"Nothing is dearer or cheaper by more than {LIMIT:.0%}.", not dearer and not unknown


# ---- the figures ----


def read_compilers(program):
    """Those that left their names in a program, such as "gcc 12.2.0"."""
    done = subprocess.run(["readelf", "-p", ".comment", program], capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotMeasure(f"cannot read {program}: {done.stderr}")
    told = re.findall(r"\](.*(clang|GCC).* ([0-9][0-9.]+).*)", done.stdout)
    return ", ".join(sorted({f"{name.lower()} {version}" for _, name, version in told}))


def read_conditions(build):
    """What counts depend on besides the code."""
    return {
        "compiler": read_compilers(build / "tandem"),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
    }


def check_build(build):
    """Another kind of build has other counts, which say nothing."""
    try:
        rows = json.loads((build / "meson-info/intro-buildoptions.json").read_text(encoding="utf-8"))
    except OSError as missing:
        raise CannotMeasure(f"{build} is not a build folder: {missing}") from missing
    options = {row["name"]: row["value"] for row in rows}
    plain = {"buildtype": "release", "c_args": [], "b_sanitize": "none", "b_coverage": False, "b_lto": False}
    other = [f"{name} is {options[name]}" for name, value in plain.items() if options.get(name, value) != value]
    if other:
        raise CannotMeasure(f"{build} is not a plain build: {', '.join(other)}")


def kept(cost):
    least = KEPT_SHARE * cost["instructions"]
    functions = sorted(cost["functions"].items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "instructions": round(cost["instructions"], 1),
        "events": round(cost["events"], 2),
        "functions": {function: round(count, 1) for function, count in functions if count >= least},
    }


def accept(conditions, now, then):
    """Writes the figures, those of workloads that were not measured as they were; says which changed."""
    told = []
    for name in now:
        if name not in then:
            told += [f"{name}: {now[name]['instructions']:.1f} is new"]
        elif abs(change(now[name], then[name])) > 0.001:
            told += [f"{name}: {then[name]['instructions']:.1f} becomes {now[name]['instructions']:.1f}"]
    merged = {name: kept(now[name]) if name in now else then[name] for name in WORKLOADS if name in now or name in then}
    FIGURES.write_text(json.dumps({"conditions": conditions, "workloads": merged}, indent=1) + "\n", encoding="utf-8")
    return "\n".join(["Accepted:", *told]) if told else "Accepted: no figure changed by more than 0.1 %."


# ---- the command ----


def parse(arguments):
    accepts = "--accept" in arguments
    build, *names = [argument for argument in arguments if argument != "--accept"] or [""]
    unknown = [name for name in names if name not in WORKLOADS]
    if unknown:
        raise CannotMeasure(f"no workload {unknown[0]!r}; there are: {'; '.join(WORKLOADS)}")
    if not build:
        raise CannotMeasure(__doc__)
    return accepts, Path(build).resolve(), names or list(WORKLOADS)


def main(arguments):
    accepts, build, names = parse(arguments)
    check_build(build)
    conditions = read_conditions(build)
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    comparable = figures.get("conditions") == conditions
    if figures and not comparable and not accepts:
        told = [f"{what}: {value}, here {conditions[what]}" for what, value in figures["conditions"].items()]
        print("\n  ".join(["The figures do not apply here, nothing was compared. They are of", *told]))
        return True
    then = figures["workloads"] if comparable else {}
    now = measure_all(build, names)
    advice, passes = judge(now, then)
    print(report(now, then))
    print("\n" + (accept(conditions, now, then) if accepts else advice))
    return passes or accepts


if __name__ == "__main__":
    try:
        sys.exit(0 if main(sys.argv[1:]) else 1)
    except CannotMeasure as why:
        print(f"cost.py: {why}", file=sys.stderr)
        sys.exit(2)
