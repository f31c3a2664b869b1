#!/usr/bin/env python3
"""What an event, a request and a byte cost: tandem beside its peers and the floor, and how the cost grows.

Every program runs once in each round, one after another, so that a machine that slows down slows all of them; what is
told are medians over the rounds, and first of all ratios within a round. Times are user CPU time. Where a row has a
shorter run, the difference of both counts: to start and to end costs the same in both.

  --quick        smaller sizes, shorter runs, three rounds: under a minute
  --rounds N     so many rounds (5)
  --docs FOLDER  writes performance.md and performance.svg there; needs all parts, and --profile
  --profile DIR  a build with debug information, to count by what the code is about
  --again        measures nothing, and shows what was measured last
  PART...        of these: """

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import areas
import figure
import graph
import machine
import report
from results import Results
from runs import CannotMeasure, Cost, Kernel, Peer, measure
from workloads import GRAPHS, SECTIONS, Scale

SOURCE = Path(__file__).resolve().parent.parent.parent
__doc__ += ", ".join(SECTIONS)

MACHINE_RUNS = {  # what this machine is, in two numbers
    "step": Kernel(("steps", 10**8)),
    "load": Kernel(("loads", 10**6)),
}


@dataclass
class Bench:
    source: Path
    build: Path
    folder: Path  # for what is made on the way
    peers: dict


# ---- measuring ----


def keep_runnable(section, peers):
    """The section without rows of peers that are not here."""
    section.rows[:] = [row for row in section.rows if not isinstance(row.run, Peer) or row.run.peer in peers]
    return section


def needed_runs(sections):
    """Each run once, however many rows use it."""
    runs = dict.fromkeys(MACHINE_RUNS.values())
    for section in sections:
        for row in section.rows:
            runs.update(dict.fromkeys(run for run in (row.run, row.less) if run))
    return list(runs)


def make_graphs(bench, runs):
    for n in GRAPHS:
        path = bench.folder / f"graph-{n}.json"
        if any(getattr(run, "scenario", "") == path.name for run in runs):
            path.write_text(json.dumps(graph.graph(n)), encoding="utf-8")


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text[:78]}", end="", file=sys.stderr, flush=True)


def measure_all(bench, runs, rounds):
    """{run: its costs, one a round}"""
    costs = {run: [] for run in runs}
    for k in range(rounds):
        if not sys.stderr.isatty():
            print(f"round {k + 1} of {rounds}: {len(runs)} programs", file=sys.stderr, flush=True)
        for i, run in enumerate(runs):
            name = " ".join(str(part).rpartition("/")[2] for part in run.command(bench))
            progress(f"round {k + 1} of {rounds}, {i + 1} of {len(runs)}: {name}")
            costs[run].append(measure(run, bench))
    progress("")
    return costs


# ---- keeping ----


def save(path, results, costs):
    kept = {
        "about": results.about,
        "quick": results.quick,
        "sections": [section.key for section in results.sections],
        "runs": [[repr(run), [asdict(cost) for cost in list_of]] for run, list_of in costs.items()],
    }
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def load(path):
    kept = json.loads(path.read_text(encoding="utf-8"))
    sections = [SECTIONS[key](Scale(kept["quick"])) for key in kept["sections"]]
    measured = {name: [Cost(**cost) for cost in list_of] for name, list_of in kept["runs"]}
    for section in sections:
        section.rows[:] = [row for row in section.rows if repr(row.run) in measured]
    costs = {run: measured[repr(run)] for run in needed_runs(sections)}
    return Results(kept["about"], kept["quick"], sections, costs, MACHINE_RUNS)


# ---- the command ----


def arguments():
    parser = argparse.ArgumentParser(
        usage="bench.py BUILD [--quick] [--rounds N] [--docs FOLDER] [--again] [PART...]\n\n" + __doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--docs", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--profile", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--again", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("sections", nargs="*", metavar="PART", help=argparse.SUPPRESS)
    given = parser.parse_intermixed_args()
    for key in given.sections:
        if key not in SECTIONS:
            parser.error(f"no part {key!r}: {', '.join(SECTIONS)}")
    if given.docs and (given.sections or given.quick):
        parser.error("the page needs all parts, in full")
    if given.docs and not (given.profile or given.again):
        parser.error("the page needs --profile")
    return given


def run(given, folder):
    peers, missing = machine.find_peers(SOURCE / "tests/bench/peers", folder)
    bench = Bench(SOURCE, given.build.resolve(), folder, peers)
    keys = given.sections or SECTIONS
    sections = [keep_runnable(SECTIONS[key](Scale(given.quick)), peers) for key in SECTIONS if key in keys]
    runs = needed_runs(sections)
    make_graphs(bench, runs)
    about = machine.describe(bench.build)
    began = time.monotonic()
    rounds = given.rounds or (3 if given.quick else 5)
    costs = measure_all(bench, runs, rounds)
    about["peers"] = ", ".join(f"{name} {peer.version}" for name, peer in sorted(peers.items()))
    about["rounds"] = f"{rounds}, in {(time.monotonic() - began) / 60:.1f} minutes"
    about["missing"] = missing
    about["profile"] = areas.measure(given.profile.resolve()) if given.profile else {}
    results = Results(about, given.quick, sections, costs, MACHINE_RUNS)
    save(folder / "results.json", results, costs)
    return results


def main():
    given = arguments()
    folder = (given.build / "tests/bench/made").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        results = load(folder / "results.json") if given.again else run(given, folder)
    except (CannotMeasure, OSError) as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        progress("")
        return 130
    print(report.terminal(results))
    if given.docs:
        (given.docs / "performance.md").write_text(report.page(results), encoding="utf-8")
        figure.draw(results, given.docs / "performance.svg", folder)
    return 0 if results.all_right() else 1


if __name__ == "__main__":
    sys.exit(main())
