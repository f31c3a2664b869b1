"""The peers' workloads as SimPy's users would write them (SimPy 3 or later).

usage: simpy_peer.py hold PENDING EVENTS | mm1 CUSTOMERS | chain REQUESTS
"""

import json
import random
import sys

import simpy


class Tally:
    """Of what is measured: how many, and their mean."""

    def __init__(self):
        self.n, self.sum = 0, 0.0

    def add(self, value):
        self.n += 1
        self.sum += value

    def mean(self):
        return self.sum / self.n if self.n else 0.0


# ---- hold: each process waits, again and again ----


def waiter(env, rng, happened):
    while True:
        yield env.timeout(rng.expovariate(1.0))
        happened.add(env.now)


def hold(pending, events):
    env, rng, happened = simpy.Environment(), random.Random(1), Tally()
    for _ in range(pending):
        env.process(waiter(env, rng, happened))
    env.run(until=events / pending)
    return {"events": happened.n, "mean": events / happened.n}


# ---- M/M/1: 100 customers a second, 8 ms each ----


def customer(env, server, rng, responses):
    arrived = env.now
    with server.request() as turn:
        yield turn
        yield env.timeout(rng.expovariate(125.0))
    responses.add(env.now - arrived)


def customers(env, n, server, rng, responses):
    for _ in range(n):
        yield env.timeout(rng.expovariate(100.0))
        env.process(customer(env, server, rng, responses))


def mm1(n):
    env, rng, responses = simpy.Environment(), random.Random(1), Tally()
    server = simpy.Resource(env, capacity=1)
    env.process(customers(env, n, server, rng, responses))
    env.run()
    return {"requests": n, "mean": responses.mean()}


# ---- the chain: three components that call synchronously, over links that lose a message now and then ----

LINK_S, LOSS, TIMEOUT_S = 0.020, 0.001, 1.0


class Component:
    def __init__(self, env, rng, workers, work_s, callee=None):
        self.env, self.rng, self.work_s, self.callee = env, rng, work_s, callee
        self.workers = simpy.Resource(env, capacity=workers)

    def serve(self):
        with self.workers.request() as worker:
            yield worker
            yield self.env.timeout(self.rng.expovariate(1.0 / self.work_s))
            if not self.callee:
                return True
            answer = self.env.event()
            self.env.process(self.call(answer))
            yield answer | self.env.timeout(TIMEOUT_S)
            return answer.triggered and answer.value

    def call(self, answer):
        if self.rng.random() < LOSS:
            return
        yield self.env.timeout(LINK_S)
        ok = yield self.env.process(self.callee.serve())
        if self.rng.random() < LOSS:
            return
        yield self.env.timeout(LINK_S)
        answer.succeed(ok)


def user(env, front, responses):
    asked = env.now
    ok = yield env.process(front.serve())
    if ok:
        responses.add(env.now - asked)


def users(env, n, rng, front, responses):
    for _ in range(n):
        yield env.timeout(rng.expovariate(50.0))
        env.process(user(env, front, responses))


def chain(n):
    env, rng, responses = simpy.Environment(), random.Random(1), Tally()
    back = Component(env, rng, 4, 0.020)
    middle = Component(env, rng, 8, 0.010, back)
    front = Component(env, rng, 16, 0.010, middle)
    env.process(users(env, n, rng, front, responses))
    env.run()
    return {"requests": n, "mean": responses.mean(), "failed": n - responses.n}


if __name__ == "__main__":
    WORKLOADS = {"hold": hold, "mm1": mm1, "chain": chain}
    print(json.dumps(WORKLOADS[sys.argv[1]](*map(int, sys.argv[2:]))))
