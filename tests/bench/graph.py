#!/usr/bin/env python3
"""Writes a scenario of many components that call each other at random, the same one for the same number.

usage: graph.py COMPONENTS > graph.json

A component calls three of those behind it, each with a chance of 0.3: a request works at ten components or fewer
(1 + 0.9 + 0.9^2 + ...), wherever it begins and however many there are. Users ask one of ten components, 20 times a
second, so that a component is as busy in a large graph as in a small one.
"""

import json
import random
import sys

CALLS, CHANCE = 3, 0.3
ASKED = 10  # one of so many
REQUESTS_PER_S = 20


def component(rng, i, n):
    reach = max(n // 10, CALLS)
    callees = [i + rng.randint(1, reach) for _ in range(CALLS)]
    calls = [{"call": f"c{callee}.do", "chance": CHANCE} for callee in callees if callee < n]
    work = {"exponential": f"{rng.uniform(1.0, 9.0):.3f}ms"}
    return {"workers": 4, "endpoints": {"do": [{"work": work}, *calls]}}


def graph(n):
    rng = random.Random(1)
    return {
        "name": f"graph-{n}",
        "run": {"duration": "10s", "seed": 1},
        "components": {f"c{i}": component(rng, i, n) for i in range(n)},
        "links": {"default": {"delay": "1ms"}},
        "load": [
            {"request": f"c{i}.do", "open": {"poisson": f"{REQUESTS_PER_S}/s"}} for i in range(0, n, ASKED)
        ],
        "policies": {"sync": {"mode": "sync"}},
    }


if __name__ == "__main__":
    print(json.dumps(graph(int(sys.argv[1])), separators=(",", ":")))  # dump() would take three times as long
