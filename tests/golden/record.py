"""The numbers that a run gave, as a text that people can read and `diff` can compare.

A record has a row for each metric that is not 0 under every policy, with all digits that tell a double apart; and
digests of what is too long to be kept: half-widths of intervals, the many metrics that mostly follow from others, time
series, requests.
"""

import csv
import hashlib
import re

ZERO = {"0", "nan"}
DIGITS = 16  # of a digest: enough, and short
REST = "half-widths and what has no row"  # a digest
HALF_WIDTHS = ["throughput", "response.mean", "response.p99"]  # kept with their digits
WITHOUT_ROW = re.compile(r".*\.(executed_\d|idle|workers\.\w+)")  # follow from others, or nearly
SERIES = ["timeseries.csv", "requests.csv"]
SHOWN = 5  # differences of a record that are told


class Record:
    """rows: values by metric, a value a policy; columns: names by file; digests by (file, policy)."""

    def __init__(self, source="", options="", policies=()):
        self.source, self.options, self.policies = source, options, list(policies)
        self.rows, self.columns, self.digests = {}, {}, {}

    def write(self):
        lines = [["source", self.source], ["options", self.options], ["policies", *self.policies]]
        lines += [[metric, *values] for metric, values in self.rows.items()]
        lines += [["columns", name, *columns] for name, columns in self.columns.items()]
        lines += [["digest", name, policy, digest] for (name, policy), digest in self.digests.items()]
        return "".join("\t".join(line) + "\n" for line in lines)

    @staticmethod
    def read(text):
        record = Record()
        for line in text.splitlines():
            first, *rest = line.split("\t")
            if first in ("source", "options"):
                setattr(record, first, rest[0])
            elif first == "policies":
                record.policies = rest
            elif first == "columns":
                record.columns[rest[0]] = rest[1:]
            elif first == "digest":
                record.digests[rest[0], rest[1]] = rest[2]
            else:
                record.rows[first] = rest
        return record


# ---- from what a run wrote ----


def digest_of(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:DIGITS]


def read_summary(folder):
    """Values and half-widths: by metric, a list with one for each policy; and the policies."""
    policies, values, widths = [], {}, {}
    with open(folder / "summary.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["policy"] not in policies:
                policies.append(row["policy"])
            place = policies.index(row["policy"])
            for numbers, key in ((values, "value"), (widths, "half_width")):
                line = numbers.setdefault(row["metric"], [])
                line += ["-"] * (place - len(line)) + [row[key] or "-"]
    for numbers in (values, widths):
        for line in numbers.values():
            line += ["-"] * (len(policies) - len(line))
    return policies, values, widths


def series_digest(path, columns):
    """Of these columns, or of all when there are none. Returns the columns, too."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        columns = columns or header
        places = [header.index(column) if column in header else None for column in columns]
        return columns, digest_of(",".join("" if p is None else row[p] for p in places) for row in rows)


def measure(folder, source, options, wanted=None, known=None):
    """The record of a run. `wanted` says which metrics have rows; the digests are of what `known` has digests of."""
    policies, values, widths = read_summary(folder)
    record = Record(source, options, policies)
    for metric, line in values.items():
        if not ZERO.issuperset(line) and not WITHOUT_ROW.fullmatch(metric) and (wanted is None or wanted(metric)):
            record.rows[metric] = line
    for metric in HALF_WIDTHS:
        if metric in widths:
            record.rows[f"{metric}.half_width"] = widths[metric]
    rest = [(metric, widths[metric]) for metric in (known or record).rows if metric in widths]
    rest += [(metric, line) for metric, line in values.items() if WITHOUT_ROW.fullmatch(metric)]
    for place, policy in enumerate(policies):
        record.digests[REST, policy] = digest_of(f"{metric} {line[place]}" for metric, line in rest)
        for name in SERIES:
            path = folder / policy / name
            if path.exists():
                columns = known.columns.get(name) if known else record.columns.get(name)
                record.columns[name], digest = series_digest(path, columns)
                record.digests[name, policy] = digest
    return record


# ---- comparison ----


def pattern_of(name):
    """`COMPONENT.busy` as the documentation of metrics has it: what is in capitals stands for a name."""
    return "".join(".+" if part.isupper() else re.escape(part) for part in re.split(r"([A-Z]+)", name))


class Metrics:
    """Those that were known when a record was written: what has no row in it was 0."""

    def __init__(self, names):
        self.names = list(names)
        self.known = re.compile("|".join(map(pattern_of, self.names)) or r"(?!)")

    def knows(self, metric):
        return self.known.fullmatch(metric) is not None

    def of_system(self, metric):
        return metric in self.names


def difference(old, new):
    try:
        before, after = float(old), float(new)
    except ValueError:
        return ""
    return f" ({(after - before) / before:+.3g} of it)" if before not in (0.0, after) and before == before else ""


def compare_rows(old, new, metrics):
    for metric in [*old.rows, *(name for name in new.rows if name not in old.rows)]:
        before, after = old.rows.get(metric), new.rows.get(metric)
        if before is None and not metrics.knows(metric):
            continue  # nobody had looked at it
        for place, policy in enumerate(old.policies):
            was = before[place] if before else "0"
            now = after[place] if after else "0"
            if was != now and not (now in ZERO and was in ZERO and not (before and after)):
                yield f"{policy} {metric}: was {was}, is {now}{difference(was, now)}"


def compare(old, new, metrics):
    """What is not as it was, a line each. Metrics and columns that are new do not count."""
    if old.policies != new.policies:
        return [f"policies: were {' '.join(old.policies)}, are {' '.join(new.policies)}"]
    lines = list(compare_rows(old, new, metrics))
    rows_alike = set(old.rows) == set(new.rows)
    for (name, policy), digest in old.digests.items():
        comparable = old.columns.get(name) == new.columns.get(name) if name in SERIES else rows_alike
        if comparable and new.digests.get((name, policy)) != digest:
            lines.append(f"{policy}: other {name}")
    return lines


def shorten(lines):
    return lines[:SHOWN] + ([f"... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else [])
