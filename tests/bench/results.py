"""What the costs come to: medians, ratios, bytes, and whether everybody found the right answer."""

from dataclasses import dataclass
from math import sqrt
from statistics import median

NS_PER_S = 1e9
TOLD_APART_BYTES = 500e3  # a smaller difference of peaks is the allocator's, or chance
COUNTED_AS = {"event": "events", "completion": "events", "draw": "events", "request": "requests"}
STANDARD_ERRORS = 4.0  # so far from what is right chance takes a mean once in 16,000 times


@dataclass
class Line:
    """A row as it is shown. What does not exist is None."""

    row: object
    ratio: float | None
    ns: dict  # by unit
    bytes: dict  # by unit
    peak_bytes: float


@dataclass
class Check:
    name: str
    found_s: float
    expected_s: float
    standard_errors: float

    @property
    def right(self):
        return abs(self.standard_errors) <= STANDARD_ERRORS


class Results:
    def __init__(self, about, quick, sections, costs, machine_runs):
        self.about, self.quick, self.sections, self.costs = about, quick, sections, costs
        self.machine = {key: self._machine_ns(run) for key, run in machine_runs.items()}
        self.lines = {section.key: [self._line(section, row) for row in section.rows] for section in sections}

    def _machine_ns(self, run):
        return median(NS_PER_S * cost.user_s / cost.events for cost in self.costs[run])

    # ---- of one row ----

    def _count(self, row, unit, k):
        """How many of the unit the k-th round's time was spent on; None where that is not known."""
        if unit in row.counts:
            return row.counts[unit]
        more = getattr(self.costs[row.run][k], COUNTED_AS[unit])
        less = getattr(self.costs[row.less][k], COUNTED_AS[unit]) if row.less else 0
        return None if more is None or less is None else more - less

    def _ns(self, row, unit):
        """Nanoseconds for each, one number a round; None where they are not counted."""
        all_ns = []
        for k, cost in enumerate(self.costs[row.run]):
            seconds = getattr(cost, row.clock)
            seconds -= getattr(self.costs[row.less][k], row.clock) if row.less else 0.0
            n = self._count(row, unit, k)
            if not n:
                return None
            all_ns.append(NS_PER_S * seconds / n)
        return all_ns

    def _ratio(self, section, row):
        """To the row of reference, in the median over the rounds; None where that is not there."""
        name = row.reference or section.rows[0].name
        reference = next((other for other in section.rows if other.name == name), None)
        ours = self._ns(row, section.by)
        theirs = self._ns(reference, section.by) if reference else None
        return median(a / b for a, b in zip(ours, theirs) if b > 0) if ours and theirs and max(theirs) > 0 else None

    def _peak(self, run):
        return median(cost.peak_bytes for cost in self.costs[run])

    def _growth(self, run, base):
        more = self._peak(run) - self._peak(base)
        return more if abs(more) >= TOLD_APART_BYTES else 0.0

    def _bytes(self, section, row, unit):
        """By what the peak grows for each more: from the smallest row of the series, or from the shorter run."""
        if row.held:
            base = min((r for r in section.rows if r.series == row.series), key=lambda r: r.size)
            more = row.held.get(unit, 0) - base.held.get(unit, 0)
            return self._growth(row.run, base.run) / more if more else None
        n = self._count(row, unit, 0)
        return self._growth(row.run, row.less) / n if row.less and n else None

    def _line(self, section, row):
        ns = {unit: self._ns(row, unit) for unit in section.units}
        return Line(
            row,
            self._ratio(section, row),
            {unit: median(all_ns) if all_ns else None for unit, all_ns in ns.items()},
            {unit: self._bytes(section, row, unit) for unit in section.units},
            self._peak(row.run),
        )

    # ---- of all ----

    def line(self, key, name):
        """The line of that section and name; None where it was not measured."""
        return next((line for line in self.lines.get(key, []) if line.row.name == name), None)

    def _expected(self, section, row):
        mean = row.expect[0]
        if not isinstance(mean, str):
            return mean
        like = next(other for other in section.rows if other.name == mean)
        return self.costs[like.run][0].mean

    def checks(self):
        """The means that the programs found, beside what they must be."""
        checks = []
        for section in self.sections:
            for row in section.rows:
                if not row.expect:
                    continue
                cost, expected = self.costs[row.run][0], self._expected(section, row)
                error = row.expect[1] / sqrt(cost.requests or cost.events)
                checks.append(Check(f"{section.key}: {row.name}", cost.mean, expected, (cost.mean - expected) / error))
        return checks

    def all_right(self):
        return all(check.right for check in self.checks())
