"""Where a request's instructions go, by what the code is about: callgrind's counts by source file, inlined code too."""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from runs import CannotMeasure

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cost"))
import cost  # noqa: E402

WORKLOADS = ("mm1", "chain, sync", "chain, async", "chain, queue")

# The first that a path begins with. What stands in no file of ours is the C library's, or not worth a line.
AREAS = {
    "random numbers": ("des/rng", "des/distribution", "des/exponential", "Random123/"),
    "event list and clock": ("des/",),
    "statistics: time averages, histograms, splits": ("stats/", "model/split", "model/ledger", "base/int128"),
    "requests and load": ("model/request", "model/effect", "model/workload", "model/arrival"),
    "steps, workers, inboxes": (
        *("model/activation", "model/turn", "model/execute", "model/component", "model/worker", "model/instance"),
        *("model/waitlist", "model/list", "model/failure", "model/program"),
    ),
    "calls, timeouts, queues, links": ("model/",),
    "memory": ("base/pool",),
}
OTHER = "anything else"


def read_files(lines):
    """Instructions by source file, of callgrind's output of a program with debug information."""
    counts, names = Counter(), {}
    now = ""
    inclusive = False  # the next line of costs is a call's
    for line in lines:
        named = re.match(r"(fl|fi|fe|cfi|cfl)=(\(\d+\))(?: (.*))?$", line)
        if named:
            kind, number, name = named.groups()
            name = names.setdefault(number, name)
            now = now if kind.startswith("c") else name
        elif line.startswith("calls="):
            inclusive = True
        elif line[:1] in "0123456789+-*" and line.strip():
            if not inclusive:
                counts[now] += int(line.split()[1])
            inclusive = False
    return counts


def area(path):
    """The area of a file as callgrind names it, which may be a path from anywhere."""
    for name, beginnings in AREAS.items():
        if any(re.search(rf"(^|/){re.escape(beginning)}", path) for beginning in beginnings):
            return name
    return OTHER


def by_area(counts):
    total = Counter({name: 0 for name in (*AREAS, OTHER)})
    for path, count in counts.items():
        total[area(path)] += count
    return dict(total)


def measure(build):
    """{workload: {area: instructions a request}}, of a build with debug information."""
    profiles = {}
    for name in WORKLOADS:
        command, *lengths = cost.WORKLOADS[name]
        try:
            (before, less), (after, more) = (cost.run_counted(command(build, n), read_files) for n in lengths)
        except (cost.CannotMeasure, OSError) as error:
            raise CannotMeasure(error) from error
        more.subtract(less)
        requests = after[0] - before[0]
        profiles[name] = {name: count / requests for name, count in by_area(more).items()}
    return profiles


def table(profiles):
    """Head and rows: shares of each workload, and all in all."""
    totals = {name: sum(areas.values()) for name, areas in profiles.items()}
    rows = [
        [name, *(f"{100 * areas[name] / totals[work]:.0f} %" for work, areas in profiles.items())]
        for name in (*AREAS, OTHER)
    ]
    return ["", *profiles], [*rows, ["instructions a request", *(f"{total:.0f}" for total in totals.values())]]


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]).resolve()), indent=1))
