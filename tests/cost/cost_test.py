#!/usr/bin/env python3
"""The gate on speed, tried on profiles made by hand: what it reads, what it lets through, and whom it names."""

import sys

import cost

# Names are given once, then by number alone; a line after "calls=" is the callee's cost; a library is one function.
SHORT = """\
# callgrind format
version: 1
positions: line
events: Ir
summary: 5500

ob=(1) /build/tandem
fl=(1) ???
fn=(1) sift_down.isra.0
0 1000
fn=(2) walk'2
12 400
+3 100
cob=(2) /usr/lib/libm.so.6
cfi=(2) ./math/e_log.c
cfn=(3) log
calls=10 0
0 900
* 500

ob=(2)
fl=(2)
fn=(3)
0 700
fn=(4) exp
0 200

ob=(1)
fl=(1)
fn=(5) sift_down
0 2600
fn=(2)

totals: 5500
"""
READ = {"sift_down": 3600, "walk": 1000, "libm.so.6": 900}

BEFORE = {"instructions": 1000.0, "events": 2.0, "functions": {"sift_down": 600.0, "walk": 300.0, "libm.so.6": 100.0}}


def grown(**by):
    functions = dict(BEFORE["functions"])
    for name, more in by.items():
        functions[name] = functions.get(name, 0.0) + more
    return {"chain": {**BEFORE, "instructions": sum(functions.values()), "functions": functions}}


failures = []


def expect(what, found, expected):
    if found != expected:
        failures.append(f"{what}: expected {expected!r}, found {found!r}")


def expect_words(what, text, words, absent=()):
    for word in words:
        expect(f"{what} says {word!r}", word in text, True)
    for word in absent:
        expect(f"{what} says {word!r}", word in text, False)


def check_reading():
    counts = cost.read_profile(SHORT.splitlines(keepends=True), "tandem")
    expect("functions", dict(counts), READ)
    longer = SHORT.replace("0 2600", "0 4600")
    counts = cost.read_profile(longer.splitlines(), "tandem") - counts
    expect("what the longer run has more", dict(counts), {"sift_down": 2000})


def check_judging():
    then = {"chain": BEFORE}
    for more, passes in [(0.0, True), (29.0, True), (31.0, False), (-29.0, True), (-31.0, True)]:
        now = grown(sift_down=more)
        expect(f"{more:+} of 1000 pass", cost.judge(now, then)[1], passes)
        expect(f"{more:+} of 1000 name a function", "sift_down" in cost.report(now, then), not passes)
    expect_words("cheaper", cost.judge(grown(walk=-31.0), then)[0], ["Cheaper", "chain", "--accept"], ["Dearer"])
    expect_words("dearer", cost.judge(grown(walk=31.0), then)[0], ["Dearer", "chain", "--accept"], ["Cheaper"])
    expect("a workload without a figure passes", cost.judge(grown(), {})[1], False)


def check_naming():
    now = grown(walk=80.0, sift_down=-20.0, main=15.0)
    report = cost.report(now, {"chain": BEFORE})
    expect_words("the report", report, ["+7.5%", "walk: 300.0 becomes 380.0", "+10.0", "sift_down -20.0"], ["libm"])
    expect_words("the report", report, ["main in cli/main.c"])
    crumbs = cost.report(grown(**{f"crumb{i}": 4.0 for i in range(10)}), {"chain": BEFORE})
    expect_words("the report", crumbs, ["many functions"], ["crumb"])
    expect("those first that grew most", report.index("walk") < report.index("main"), True)


def check_keeping():
    kept = cost.kept({**BEFORE, "functions": {"walk": 6.04, "sift_down": 989.96, "tiny": 4.0}})
    expect("functions that are kept", kept["functions"], {"sift_down": 990.0, "walk": 6.0})


check_reading()
check_judging()
check_naming()
check_keeping()
print("\n".join(failures))
sys.exit(1 if failures else 0)
