"""What is to be reached, and whether it was."""

from dataclasses import dataclass
from statistics import median
from typing import Callable

from workloads import PEERS, SHAPES


TIMES = ("ns", "s")  # units of which a slower machine needs more

# Targets are times on one machine. On another they are as many times as long as the peers take there: nanoseconds on
# the first machine, by section, row and unit.
PEERS_THERE = {
    ("mm1", "ns-3", "request"): 315,
    ("mm1", "SimGrid", "request"): 1490,
    ("mm1", "SimPy", "request"): 5500,
    ("chain", "SimPy, sync", "request"): 53000,
    ("peers", "ns-3, 100", "event"): 152,
    ("peers", "ns-3, 10k", "event"): 238,
    ("peers", "ns-3, 1M", "event"): 2117,
    ("peers", "SimPy, 100", "event"): 969,
    ("peers", "SimPy, 10k", "event"): 1425,
}


@dataclass(frozen=True)
class Target:
    what: str
    unit: str
    limit: float
    at_least: bool
    found: Callable  # of Results: the number, or None


@dataclass(frozen=True)
class Verdict:
    what: str
    goal: str  # as it was set
    goal_here: str  # the same for this machine
    found: str
    reached: bool


def of_line(key, name, number_of):
    """What a line has, if it was measured."""

    def find(results):
        line = results.line(key, name)
        return number_of(line) if line else None

    return find


def ns(key, name, unit):
    return of_line(key, name, lambda line: line.ns[unit])


def ratio(key, name):
    return of_line(key, name, lambda line: line.ratio)


def worst(key, names, unit):
    def find(results):
        found = [ns(key, name, unit)(results) for name in names]
        return None if None in found else max(found)

    return find


def least(key, names):
    """The smallest ratio among those that are there: how far ahead of the next best."""

    def find(results):
        found = [r for r in (ratio(key, name)(results) for name in names) if r is not None]
        return min(found) if found else None

    return find


def some_bytes(key, name, unit):
    return of_line(key, name, lambda line: line.bytes[unit])


def peak(key, name):
    return of_line(key, name, lambda line: line.peak_bytes / 1e6)


def start_s(results):
    line = results.line("start", "100k components")
    return line.ns["component"] * 1e5 / 1e9 if line else None


def more_share(key, name):
    def find(results):
        found = ratio(key, name)(results)
        return None if found is None else 100.0 * (found - 1.0)

    return find


def speed_up(results):
    found = ratio("threads", "2 threads")(results)
    return 1.0 / found if found else None


def at_most(what, unit, limit, found):
    return Target(what, unit, limit, False, found)


def at_least(what, unit, limit, found):
    return Target(what, unit, limit, True, found)


def hold_targets():
    targets = []
    for limit, size in ((25, "100"), (50, "1M"), (110, "10M")):
        found = ns("hold", f"exponential, {size}", "event")
        targets.append(at_most(f"hold, exponential, {size} pending", "ns", limit, found))
        if size != "10M":
            found = worst("hold", [f"{shape}, {size}" for shape in SHAPES], "event")
            targets.append(at_most(f"hold, worst of the others, {size} pending", "ns", limit, found))
    found = some_bytes("hold", "exponential, 10M", "event")
    return [*targets, at_most("memory of a pending event, of 10M", "bytes", 20, found)]


def chain_targets():
    return [
        at_most(f"chain, {policy}, a request", "ns", 500, ns("chain", f"tandem, {policy}", "request"))
        for policy in ("sync", "async", "queue")
    ]


TARGETS = [
    at_most("M/M/1 from JSON, a customer", "ns", 60, ns("mm1", "tandem", "request")),
    *chain_targets(),
    at_least("M/M/1: the fastest peer here takes", "times as long", 10, least("mm1", PEERS)),
    at_least("chain: the fastest peer here takes", "times as long", 10, least("chain", [f"{p}, sync" for p in PEERS])),
    at_least("chain: SimPy takes", "times as long", 100, ratio("chain", "SimPy, sync")),
    *hold_targets(),
    at_most("timeouts, 300k pending, in turn", "ns", 80, ns("timeouts", "in turn, 300k", "completion")),
    at_most("timeouts, 300k pending, in any order", "ns", 80, ns("timeouts", "any order, 300k", "completion")),
    at_most("10M requests open at once: memory", "MB", 1500, peak("open", "10M open")),
    at_most("10M requests open at once: a request takes", "times that of 10k", 3, ratio("open", "10M open")),
    at_most("graph of 100k components, an event", "ns", 150, ns("graph", "100k components", "event")),
    at_most("graph of 100k components, to start", "s", 2, start_s),
    at_most("traces on: more time", "%", 5, more_share("traces", "on")),
    at_least("16 replications on 2 threads: faster", "times", 1.9, speed_up),
    at_most("memory of 9M requests more, M/M/1", "bytes each", 0.1, some_bytes("length", "10M requests", "request")),
]


def number(value):
    return f"{value:.0f}" if abs(value) >= 99.5 else f"{value:.1f}" if abs(value) >= 9.95 else f"{value:.2f}"


def slowness(results):
    """How many times as long as on the first machine the same work takes here; None where no peer was measured."""
    here = {key: ns(*key)(results) for key in PEERS_THERE}
    ratios = [here[key] / there for key, there in PEERS_THERE.items() if here[key]]
    return median(ratios) if ratios else None


def verdict(target, found, slow):
    sign, factor = "≥" if target.at_least else "≤", slow if target.unit in TIMES else 1.0
    limit = factor * target.limit
    return Verdict(
        target.what,
        f"{sign} {target.limit:g} {target.unit}",
        f"{sign} {limit:g} {target.unit}" if factor == 1.0 else f"{sign} {number(limit)} {target.unit}",
        number(found),
        found >= limit if target.at_least else found <= limit,
    )


def verdicts(results):
    """Of the targets whose rows were measured."""
    found = [(target, target.found(results)) for target in TARGETS]
    slow = slowness(results) or 1.0
    return [verdict(target, value, slow) for target, value in found if value is not None]
