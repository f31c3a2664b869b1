#!/usr/bin/env python3
"""Whether trace.json keeps the rules of the Trace Event Format, as Perfetto and chrome://tracing read it.

usage: trace_test.py TANDEM SOURCE
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tap import finish, verdict

# Chains, queues, replicas and cores, losses with retries and second copies, crashes; requests without links.
SCENARIOS = (
    *("scenarios/checkout.json", "scenarios/chain.json", "scenarios/link-failure.json", "scenarios/retry-storm.json"),
    *("scenarios/crash-and-recover.json", "scenarios/mostly-async.json", "scenarios/cores-and-channels.json"),
    *("tests/coverage/chain-of-three.json", "tests/cost/mm1.json"),
)
KEYS = {  # that each phase must have
    "M": {"name", "pid", "tid", "args"},
    "X": {"name", "pid", "tid", "ts", "dur", "args"},
    "s": {"name", "cat", "id", "pid", "tid", "ts"},
    "f": {"name", "cat", "id", "pid", "tid", "ts", "bp"},
    "i": {"name", "pid", "tid", "ts", "s", "args"},
}


def ns(event, key="ts"):
    """Times are microseconds with a fraction."""
    return round(1000 * event[key])


def find_mistakes(trace):
    events = trace["traceEvents"]
    slices, flows = defaultdict(list), defaultdict(list)
    names = {(e["name"], e["pid"], e["tid"]) for e in events if e["ph"] == "M"}
    for event in events:
        track = (event["pid"], event["tid"])
        if event["ph"] not in KEYS or event.keys() - {"ph"} != KEYS[event["ph"]]:
            yield f"keys: {event}"
            continue
        if event["ph"] == "M":
            continue
        if ("process_name", event["pid"], 0) not in names or ("thread_name", *track) not in names:
            yield f"a track without a name: {event}"
        if event["ph"] == "X":
            slices[track].append((ns(event), ns(event) + ns(event, "dur"), event["name"]))
        elif event["ph"] in "sf":
            flows[event["id"]].append(event)
    for track, all_of_it in slices.items():
        all_of_it.sort()
        for (begin, end, name), (next_begin, _, next_name) in zip(all_of_it, all_of_it[1:]):
            if end > next_begin or end < begin:
                yield f"track {track}: {name} until {end} and {next_name} from {next_begin} overlap"
    for number, ends in flows.items():
        if [end["ph"] for end in ends] != ["s", "f"] or ns(ends[0]) > ns(ends[1]):
            yield f"flow {number}: {ends}"
    for event in events:
        if event["ph"] in "sfi":
            around = slices[event["pid"], event["tid"]]
            if not any(begin <= ns(event) <= end for begin, end, _ in around):
                yield f"no slice around {event}"


def held_ns(trace, component):
    """How long workers of a component were held, and how long its waits lasted."""
    pids = [e["pid"] for e in trace["traceEvents"] if e["ph"] == "M" and e["args"]["name"] == component]
    busy = [e for e in trace["traceEvents"] if e["ph"] == "X" and e["pid"] in pids and e["name"] == "busy"]
    return sum(ns(event, "dur") for event in busy)


def main():
    tandem, source = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for scenario in SCENARIOS:
            command = [tandem, "run", "--quiet", "--no-plots", "--replications=1", "--out", folder]
            subprocess.run([*command, f"{source}/{scenario}"], check=False, capture_output=True)
        files = sorted(Path(folder).glob("*/*/trace.json"))
        verdict(len(files) > 2 * len(SCENARIOS), "each policy has a trace", len(files))
        phases = set()
        for path in files:
            trace = json.loads(path.read_text(encoding="utf-8"))
            phases |= {event["ph"] for event in trace["traceEvents"]}
            mistakes = list(find_mistakes(trace))
            verdict(not mistakes, f"{path.parent.parent.name}, {path.parent.name}", "\n".join(mistakes[:5]))
        verdict(phases == KEYS.keys(), "all kinds of events are there", phases)

        # Five components that work 10 ms for each request, twelve requests.
        chain = json.loads((Path(folder) / "chain/sync/trace.json").read_text(encoding="utf-8"))
        for component in ("c1", "c5"):
            busy = held_ns(chain, component)
            verdict(busy == 12 * 10_000_000, f"{component} works for 10 ms a request", busy)
        flows = sum(event["ph"] == "s" for event in chain["traceEvents"])
        verdict(flows == 12 * 8, "four calls and four replies a request", flows)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
