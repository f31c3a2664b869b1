"""What is measured: sections of rows, each row a program, and what is counted of it."""

from dataclasses import dataclass, field

from runs import Kernel, Peer, Tandem

CHAIN = "coverage/chain-of-three.json"
PEERS = ("ns-3", "SimGrid", "SimPy")


@dataclass(frozen=True)
class Row:
    name: str
    run: object
    less: object = None  # the same but shorter: only the difference counts, so that to start and to end do not
    series: str = ""  # the rows of one series grow from one to the next
    size: int | None = None
    counts: dict = field(default_factory=dict)  # unit: number, where the runs do not tell it
    held: dict = field(default_factory=dict)  # unit: how many there are at once; bytes are shared among them
    clock: str = "user_s"  # or "cpu_s", with the system's share, or "wall_s"
    reference: str | None = None  # name of the row with ratio 1; None: the first of the section
    expect: tuple | None = None  # the mean that it must find, and the standard deviation of one observation


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    rows: list
    units: tuple = ("event", "request")
    by: str = "request"  # the unit whose time is compared
    note: str = ""


def short(n):
    """1k, 300k, 10M"""
    for power, letter in ((10**6, "M"), (10**3, "k")):
        if n >= power and n % power == 0:
            return f"{n // power}{letter}"
    return str(n)


def duration(seconds):
    return f"run.duration={round(seconds * 1e9)}ns"


class Scale:
    """Sizes and lengths: all of them, or for a quick look less."""

    def __init__(self, quick):
        self.quick = quick

    def length(self, n):
        return n // 5 if self.quick else n

    def sizes(self, *sizes, quick_most=10**5):
        return [size for size in sizes if not self.quick or size <= quick_most]


# ---- against the floor and the peers ----

# The standard deviation of one response, all correlations included: for M/M/1 by Daley, J. Appl. Prob. 5(3), 1968, at a
# load of 0.8; for the chain the root of the sum of the variances of work, and half as much again for what is waited.
MM1_MEAN_S, MM1_SPREAD_S = 0.040, 44.5 * 0.008
CHAIN_SPREAD_S = 0.037


def mm1(scale):
    n = scale.length(10**6)
    right = (MM1_MEAN_S, MM1_SPREAD_S)

    def tandem(customers):
        return Tandem("bench/mm1.json", "sync", (duration(customers / 100),))

    rows = [
        Row("tandem", tandem(n + n // 10), tandem(n // 10), expect=right),
        Row("kernel, no model", Kernel(("mm1", n), requests=True), expect=right),
        Row("Lindley's recursion", Kernel(("lindley", 4 * n), requests=True), expect=right),
    ]
    lengths = {"ns-3": n, "SimGrid": n // 4, "SimPy": n // 10}
    for peer in PEERS:
        m = lengths[peer]
        rows.append(Row(peer, Peer(peer, ("mm1", m)), Peer(peer, ("mm1", m // 10)), expect=right))
    return Section(
        "mm1",
        "M/M/1: a customer, at a load of 0.8",
        rows,
        note="tandem reads it from JSON and keeps all its statistics. Its kernel alone has two events a customer and "
        "draws its random numbers likewise; the recursion has no events at all.",
    )


def chain(scale):
    n = scale.length(300_000)

    def tandem(policy, requests):
        return Tandem(CHAIN, policy, (duration(requests / 50), "run.warmup=0s"))

    rows = [Row(f"tandem, {p}", tandem(p, n + n // 10), tandem(p, n // 10)) for p in ("sync", "async", "queue")]
    lengths = {"ns-3": n // 2, "SimGrid": n // 15, "SimPy": n // 15}
    for peer in PEERS:
        m = lengths[peer]
        expect = ("tandem, sync", CHAIN_SPREAD_S)
        rows.append(Row(f"{peer}, sync", Peer(peer, ("chain", m)), Peer(peer, ("chain", m // 10)), expect=expect))
    return Section(
        "chain",
        "Three components in a row: a request",
        rows,
        note="50 requests a second; 16, 8 and 4 workers; exponential work of 10, 10 and 20 ms; links of 20 ms that "
        "lose one message in a thousand; timeouts of 1 s.",
    )


# ---- the kernel alone ----

SHAPES = ("uniform", "constant", "bimodal", "pareto", "ties")


def hold_row(scale, what, series, shape, pending):
    events = max(scale.length(2 * 10**6), pending)
    run = Kernel((what, shape, pending, events))
    return Row(f"{series}, {short(pending)}", run, series=series, size=pending, held={"event": pending})


def peers(scale):
    rows = []
    for pending in scale.sizes(100, 10_000, 1_000_000, 10_000_000):
        rows.append(hold_row(scale, "events", "tandem", "exponential", pending))
        own = rows[-1].name
        lengths = {"ns-3": 10**6, "SimGrid": 4 * 10**5, "SimPy": 2 * 10**5}
        mosts = {"ns-3": 10**6, "SimGrid": 10**4, "SimPy": 10**5}
        for peer in PEERS:
            n = max(scale.length(lengths[peer]), pending)
            if pending > mosts[peer]:
                continue
            runs = [Peer(peer, ("hold", pending, length)) for length in (n + n // 10, n // 10)]
            grown = {"series": peer, "size": pending, "held": {"event": pending}}
            rows.append(Row(f"{peer}, {short(pending)}", *runs, **grown, reference=own, expect=(1.0, 1.0)))
    return Section(
        "peers",
        "Hold, with a call at each event: what happens schedules itself again",
        rows,
        units=("event",),
        by="event",
        note="By how many are pending; exponential times. In SimPy and SimGrid each is a process that sleeps again and "
        "again.",
    )


def hold(scale):
    rows = []
    for shape in ("exponential", *SHAPES):
        sizes = scale.sizes(100, 10_000, 1_000_000)
        if shape == "exponential":
            sizes = scale.sizes(100, 1000, 10_000, 100_000, 1_000_000, 10_000_000)
        elif shape == "pareto":
            sizes = scale.sizes(100, 10_000, 1_000_000, 10_000_000)
        rows += [hold_row(scale, "hold", shape, shape, pending) for pending in sizes]
    return Section(
        "hold",
        "Hold, in the event list alone: take the earliest, push it again later",
        rows,
        units=("event",),
        by="event",
        note="By how long until an event is due again, and how many are pending. Pareto's tail exponent is 1.5; ties "
        "are all due at the same instant, again and again.",
    )


def timeouts(scale):
    sizes = (100, 10_000, 300_000)
    n = scale.length(2 * 10**6)
    rows = [
        Row(f"{series}, {short(size)}", Kernel((how, size, n)), series=series, size=size, held={"completion": size})
        for how, series in (("in-turn", "in turn"), ("in-any", "any order"), ("drawn", "any length"))
        for size in sizes
    ]
    return Section(
        "timeouts",
        "Timeouts armed and cancelled",
        rows,
        units=("completion",),
        by="completion",
        note="Calls complete in turn, or in any order; each completion cancels a timeout, and another is armed. Timeouts "
        "of one length, as most are, stand in a line of their own; of any length they are like other events. By how "
        "many are pending.",
    )


def draws(scale):
    n = scale.length(10**7)
    rows = [
        Row(name, Kernel((how, n)), expect=expect)
        for name, how, expect in (
            ("exponential, named", "exponential", (1.0, 1.0)),
            ("uniform, named", "uniform", (0.5, 0.29)),
            ("exponential, taus2", "taus2", (1.0, 1.0)),
            ("exponential, mt19937", "mt19937", (1.0, 1.0)),
        )
    ]
    return Section(
        "draws",
        "Random numbers",
        rows,
        units=("draw",),
        by="draw",
        note="Named: each is a function of what it is for, and depends on nothing drawn before. Beside them GSL's sampler "
        "with two of its generators, whose numbers come in a row.",
    )


# ---- growth ----


def length(scale):
    def tandem(requests):
        return Tandem("bench/mm1.json", "sync", (duration(requests / 100),))

    sizes = scale.sizes(100_000) + [scale.length(1_000_000), scale.length(10_000_000)]
    rows = [Row(f"{short(n)} requests", tandem(n), tandem(n // 10), size=n) for n in sizes]
    return Section("length", "Length: M/M/1 for more and more requests", rows)


def users(scale):
    def tandem(n, requests):
        settings = (f"load[0].closed.users={n}", f"components.site.workers={max(n // 500, 2)}")
        return Tandem("bench/users.json", "sync", (*settings, duration(10 * requests / n)))

    rows = []
    for n in scale.sizes(1000, 10_000, 100_000, 1_000_000):
        requests = max(scale.length(10**6), n)
        held = {"event": n, "request": n}
        rows.append(Row(f"{short(n)} users", tandem(n, 1.2 * requests), tandem(n, 0.2 * requests), size=n, held=held))
    return Section(
        "users",
        "A closed model: users who think, ask, and think again",
        rows,
        by="event",
        note="Bytes are for each user, of whom each has one event pending.",
    )


def open_at_once(scale):
    def tandem(n, requests):
        replications = max(1, requests // n)
        return Tandem("bench/open.json", "sync", (f"load[0].open.poisson={n / 1000:g}/s",), replications)

    rows = []
    for n in scale.sizes(10_000, 100_000, 1_000_000, 10_000_000):
        less = tandem(n, n) if n < 10**6 else tandem(1000, 1000)
        held = {"event": n, "request": n}
        rows.append(Row(f"{short(n)} open", tandem(n, scale.length(10**6)), less, size=n, held=held, clock="cpu_s"))
    return Section(
        "open",
        "Open at once: requests that are all on their way at the same time",
        rows,
        note="Each comes, travels for 1000 to 2000 s, is answered, and its answer travels as long. Small numbers have "
        "several replications. What the system does, clearing memory, counts.",
    )


GRAPHS = (10, 1000, 10_000, 100_000)


def graph_run(n, seconds):
    return Tandem(f"graph-{n}.json", "sync", (duration(seconds),))


def graph(scale):
    rows = []
    for n in scale.sizes(*GRAPHS, quick_most=10**4):
        seconds = scale.length(200_000) / (2 * n)  # two requests a second and component
        name = f"{short(n)} components"
        rows.append(Row(name, graph_run(n, 0.2 + seconds), graph_run(n, 0.2), size=n))
    return Section(
        "graph",
        "A random graph: components that call three others each",
        rows,
        by="event",
        note="A request works at about eight of them. Two requests a second and component.",
    )


def start(scale):
    rows = []
    for n in scale.sizes(*GRAPHS, quick_most=10**4):
        held = {"component": n}
        rows.append(Row(f"{short(n)} components", graph_run(n, 1e-9), size=n, counts=held, held=held, clock="cpu_s"))
    return Section(
        "start",
        "The same, only started: reading, checking, building, ending",
        rows,
        units=("component",),
        by="component",
        note="What the system does counts.",
    )


def overload(scale):
    def tandem(n, policy, waves):
        rate = n / 18  # the queue keeps messages for 10 s, and before a wave's end there are 18 for each per second
        settings = (f"load[0].open.sinusoidal.mean={rate:.9g}/s", f"components.bank.workers={max(round(rate / 50), 1)}")
        return Tandem("bench/overload.json", policy, (*settings, duration(30 * waves)))

    rows = []
    for policy in ("fifo", "priority"):
        for n in scale.sizes(1000, 10_000, 100_000, *([1_000_000] if policy == "fifo" else [])):
            waves = max(scale.length(600_000) // (2 * n), 1)
            grown = {"series": policy, "size": n, "held": {"request": n}}
            rows.append(Row(f"{policy}, {short(n)}", tandem(n, policy, 1 + waves), tandem(n, policy, 1), **grown))
    return Section(
        "overload",
        "A durable queue under overload: retention, redelivery, dead letters",
        rows,
        note="In waves, twice as many messages as its consumers can do. A request is a message; bytes are for each "
        "that waits.",
    )


# ---- traces and threads ----


def traces(scale):
    n = scale.length(100_000)

    def tandem(samples, requests, spans, **how):
        settings = (f"run.samples={samples}", f"run.sample_requests={requests}", f"run.timeline_requests={spans}")
        settings += (duration(n / 50), "run.warmup=0s")
        return Tandem(CHAIN, "sync", settings, repeated=5, **how)

    rows = [
        Row("off", tandem(1, 0, 0)),
        Row("on", tandem(1000, 1000, 1000)),
        Row("on, files written", tandem(1000, 1000, 1000, files=True)),
    ]
    return Section(
        "traces",
        f"Traces: the chain, runs of {short(n)} requests",
        rows,
        note="On: 1000 samples over time, 1000 requests listed one by one, all spans of 1000 requests. Start and end "
        "count.",
    )


def threads(scale):
    n = scale.length(50_000)

    def tandem(threads):
        return Tandem(CHAIN, "sync", (duration(n / 50), "run.warmup=0s"), replications=16, threads=threads)

    rows = [Row(f"{k} thread{'s' * (k > 1)}", tandem(k), clock="wall_s") for k in (1, 2)]
    return Section(
        "threads",
        f"Threads: the chain, 16 replications of {short(n)} requests, by the clock on the wall",
        rows,
    )


# In the order of the page.
SECTIONS = {
    "mm1": mm1,
    "chain": chain,
    "peers": peers,
    "hold": hold,
    "timeouts": timeouts,
    "draws": draws,
    "length": length,
    "users": users,
    "open": open_at_once,
    "graph": graph,
    "start": start,
    "overload": overload,
    "traces": traces,
    "threads": threads,
}
