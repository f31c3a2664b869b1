"""The results as a table for the terminal, and as a page."""

import areas
from targets import number, slowness, verdicts

WIDTH, PAGE_WIDTH = 80, 120
NAME, RATIO, PEAK = 23, 7, 8
NS, BYTES = 22, 20  # of all units together

LABELS = {
    "processor": "processor",
    "memory": "memory",
    "system": "system",
    "compiler": "compiler",
    "tandem": "tandem",
    "peers": "peers",
    "date": "date",
    "rounds": "rounds",
}


def cell(value):
    """A number with about three digits; nothing where there is none."""
    return "" if value is None else number(value) if abs(value) >= 0.005 else "0"


def machine_text(results):
    return (
        f"a multiplication that needs the one before takes {number(results.machine['step'])} ns, "
        f"a load from somewhere in 64 MiB {number(results.machine['load'])} ns"
    )


def wrapped(text, width=WIDTH):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def elsewhere(results):
    """Of absolute times a reader must know on what they were to be reached."""
    slow = slowness(results)
    if slow is None:
        return "Times were set as targets on another machine, and no peer was measured that could tell how it compares."
    return (
        f"Times were set as targets on another machine. The same programs of the peers take {number(slow)} times as long "
        f"here, in the median, so tandem may, too."
    )


# ---- the terminal ----


def columns(texts, width):
    """Right-aligned, sharing the width."""
    each = width // len(texts)
    return "".join(f"{text:>{each}}" for text in texts).rjust(width)


def terminal_row(name, ratio, times, sizes, peak):
    return f"{name:<{NAME}}{ratio:>{RATIO}}{columns(times, NS)}{columns(sizes, BYTES)}{peak:>{PEAK}}".rstrip()


def terminal_section(results, section):
    head = terminal_row(
        "", "ratio", [f"ns/{unit}" for unit in section.units], [f"B/{unit}" for unit in section.units], "peak MB"
    )
    rows = [
        terminal_row(
            "  " + line.row.name,
            cell(line.ratio),
            [cell(line.ns[unit]) for unit in section.units],
            [cell(line.bytes[unit]) for unit in section.units],
            cell(line.peak_bytes / 1e6),
        )
        for line in results.lines[section.key]
    ]
    return "\n".join([section.title, head, *rows])


def terminal_targets(results):
    found = verdicts(results)
    if not found:
        return []
    rows = [f"  {v.what:<43}{v.goal_here:>20}{v.found:>8}  {'yes' if v.reached else 'NO'}" for v in found]
    table = "\n".join([f"{'Targets':<65}{'here':>8}  met", *rows])
    return [table, wrapped(elsewhere(results))]


def terminal_checks(results):
    checks = results.checks()
    if not checks:
        return []
    rows = [
        f"  {c.name:<34}{1e3 * c.found_s:>10.4g} ms{1e3 * c.expected_s:>10.4g} ms"
        f"{c.standard_errors:>+9.1f}  {'yes' if c.right else 'NO'}"
        for c in checks
    ]
    head = f"{'Right answers: the mean':<36}{'found':>11}{'expected':>13}{'std.errors':>11}  right"
    return ["\n".join([head, *rows])]


def terminal(results):
    about = results.about
    machine = [f"{LABELS[key]:<11}{about[key]}" for key in LABELS if about.get(key)]
    blocks = [
        "\n".join(machine),
        wrapped(f"On this machine {machine_text(results)}."),
        *[terminal_section(results, section) for section in results.sections],
        *terminal_targets(results),
        *terminal_checks(results),
        *(["\n".join(about["missing"])] if about["missing"] else []),
    ]
    return "\n\n".join(blocks)


# ---- the page ----


def markdown_table(head, rows, left=1):
    """The first `left` columns are words, the others numbers."""
    rule = ["---"] * left + ["---:"] * (len(head) - left)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows])


def page_section(results, section):
    times, sizes = [f"ns/{unit}" for unit in section.units], [f"bytes/{unit}" for unit in section.units]
    head = ["", "ratio", *times, *sizes, "peak MB"]
    rows = [
        [
            line.row.name,
            f"**{cell(line.ratio)}**" if line.ratio is not None else "",
            *[cell(line.ns[unit]) for unit in section.units],
            *[cell(line.bytes[unit]) for unit in section.units],
            cell(line.peak_bytes / 1e6),
        ]
        for line in results.lines[section.key]
    ]
    note = [wrapped(section.note, PAGE_WIDTH)] if section.note else []
    return "\n\n".join([f"### {section.title}", *note, markdown_table(head, rows)])


def page_targets(results):
    rows = [[v.what, v.goal, v.goal_here, v.found, "yes" if v.reached else "**no**"] for v in verdicts(results)]
    return markdown_table(["", "target", "on this machine", "found", "reached"], rows)


def page_checks(results):
    rows = [
        [c.name, f"{1e3 * c.found_s:.4g} ms", f"{1e3 * c.expected_s:.4g} ms", f"{c.standard_errors:+.1f}"]
        + ["yes" if c.right else "**no**"]
        for c in results.checks()
    ]
    return markdown_table(["", "found", "expected", "standard errors", "right"], rows)


PAGE = """# Performance

Written by `./dev bench`, from what it measured. [How it comes that it costs so little](speed.md) is another page.

Ratios come first: they are of programs that ran in turn, within the same minutes, and say more than times, which differ
from machine to machine and from day to day. Times are user CPU time, medians of {rounds}. Where a run could be made
longer, the difference of a longer and a shorter one counts, so that to start and to end costs nothing here. Bytes are
what the peak of memory grows by with each one more: of what is pending or open where that grows, else of what is done.

    ./dev bench              # all of it, and this page: about twelve minutes
    ./dev bench --quick      # a look, in a minute
    ./dev bench chain hold   # some of it

{sections}

{machine}

On this machine {calibration}.
{missing}
![How the cost grows](performance.svg)

## Targets

{targets}

{elsewhere}

## Where the instructions go

Of a request, by what the code is about, functions that are inlined counted where they are written (callgrind; the
workloads are those of `./dev cost`).

{profile}

{limits}

## Beside the peers and the floor

The peers' programs are in [tests/bench/peers/](../tests/bench/peers), written as their users would write them, and find
what they must ([below](#right-answers)).

{peers}

## The kernel

{kernel}

## How it grows

{growth}

## Traces and threads

{rest}

## Right answers

A fast wrong answer is worth nothing. M/M/1 has a mean response of 40 ms in theory, the gaps of hold and the exponential
draws have a mean of one second, and the peers' chain must have the mean response of tandem's.

{checks}
"""

PARTS = {
    "peers": ("mm1", "chain", "peers"),
    "kernel": ("hold", "timeouts", "draws"),
    "growth": ("length", "users", "open", "graph", "start", "overload"),
    "rest": ("traces", "threads"),
}


def limits_of_memory(results):
    line = results.line("open", "10M open")
    if not line or not line.bytes["request"]:
        return ""
    return (
        f"Of ten million requests that are open at once each takes {number(line.bytes['request'])} bytes: its own record; "
        "that of its message, which knows whom to answer, where in the tree of calls it stands and what it has waited "
        "for, as any message may be lost, given up or done twice at any moment; and its event. All are found by "
        "pointers of eight bytes, and times have 64 bits."
    )


def limits_of_size(results):
    line = results.line("graph", "100k components")
    if not line:
        return ""
    return (
        f"In the graph of 100,000 components an event takes {number(line.ns['event'])} ns, mostly to wait for memory. "
        "What it looks at lies in some fifteen places that no cache holds any more (the message, its request, its stack, "
        "the component, its replica, the step, the call, the link, the histogram: "
        "[speed.md](speed.md#what-makes-an-event-dear) has the count), and a load from memory takes "
        f"{number(results.machine['load'])} ns here. The same holds for a timeout among 300,000 that is cancelled in any "
        "order: the call and its timeout are two such places."
    )


def limits_of_time(results):
    """What stands between a request and no time at all."""
    lines = {name: results.line("mm1", name) for name in ("tandem", "kernel, no model", "Lindley's recursion")}
    if not all(lines.values()):
        return ""
    whole, kernel, draws = (line.ns["request"] for line in lines.values())
    return (
        f"A customer of M/M/1 takes {number(whole)} ns here. Lindley's recursion, with the same random numbers and no "
        f"events, takes {number(draws)} ns; the kernel alone, with two events a customer and nothing else, "
        f"{number(kernel)} ns: that is what no model could be faster than. What comes on top is the model: a request, "
        "a message and a stack that are made and given back, two stretches of time that are charged to their causes, "
        "sixteen changes of numbers whose integral is kept to the nanosecond, three histograms, and at each step the "
        "question whether something is not as usual. Nothing of it stands out; so there is no single thing left that "
        "could be made faster, only a model with fewer ledgers."
    )


def page(results):
    about = results.about
    parts = {
        part: "\n\n".join(page_section(results, section) for section in results.sections if section.key in keys)
        for part, keys in PARTS.items()
    }
    missing = "".join(f"\n{line}.\n" for line in about["missing"])
    return PAGE.format(
        rounds=about["rounds"].replace(", in", " rounds, in").split(",")[0],
        machine=markdown_table(["", ""], [[LABELS[key], about[key]] for key in LABELS if about.get(key)], left=2),
        calibration=machine_text(results),
        sections=wrapped(f"The parts are {', '.join(section.key for section in results.sections)}.", PAGE_WIDTH),
        missing=missing,
        targets=page_targets(results),
        checks=page_checks(results),
        elsewhere=wrapped(elsewhere(results), PAGE_WIDTH),
        profile=markdown_table(*areas.table(about["profile"])),
        limits="\n\n".join(wrapped(text(results), PAGE_WIDTH) for text in (limits_of_time, limits_of_size, limits_of_memory)),
        **parts,
    )
