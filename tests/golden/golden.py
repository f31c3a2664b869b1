#!/usr/bin/env python3
"""The numbers of all scenarios and lessons, of a sweep and of a search, against those that they had: TAP on standard
output. What differs is named: scenario, policy, metric, what it was and what it is.

usage: golden.py TANDEM SOURCE_ROOT [--update] [NAME...]

--update writes the files of tests/golden anew, or those named, unless numbers changed of which CHANGELOG.md has no new
entry under "Numbers changed" (changes.py). Exit status: 0 all is well, 1 numbers changed, 2 wrong usage.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
from changes import GOLDEN, LIST, History, NoHistory, entry_since, unexplained
from record import Metrics, Record, compare, measure, shorten
from tap import finish, skip, verdict

UPDATE = "./dev golden --update"


class CannotRun(Exception):
    pass


def run(tandem, arguments, folder):
    done = subprocess.run([tandem, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", cwd=folder)
    if done.returncode not in (0, 1):  # what is claimed need not hold in so few replications
        raise CannotRun(f"tandem {' '.join(map(str, arguments))}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def text_digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Subject:
    """What has a golden file: a run, and which of its metrics have rows. One of a name is in `scenarios`."""

    def __init__(self, name, path, wanted=None):
        self.name, self.path, self.wanted = name, path, wanted
        self.options = ["--replications=2"]

    def measure(self, tandem, known):
        with tempfile.TemporaryDirectory() as folder:
            wrote = ["--quiet", "--no-plots", "--no-expect", "--threads=1", f"--out={folder}"]
            run(tandem, ["run", *wrote, *self.options, self.path], folder)
            results = [path for path in Path(folder).iterdir() if path.is_dir()]
            return measure(results[0], text_digest(self.path), " ".join(self.options), self.wanted, known)


class TableSubject(Subject):
    """A command that prints CSV: the first cells of a line name its row."""

    def __init__(self, name, path, n_names, arguments):
        super().__init__(name, path)
        self.n_names, self.options = n_names, arguments

    def measure(self, tandem, known):
        with tempfile.TemporaryDirectory() as folder:
            arguments = [*self.options, "--format=csv", "--no-files", "--threads=1", self.path]
            header, *rows = [line.split(",") for line in run(tandem, arguments, folder).splitlines()]
        record = Record(text_digest(self.path), " ".join(self.options), header[self.n_names :])
        for row in rows:
            record.rows[" ".join(row[: self.n_names])] = row[self.n_names :]
        return record


def subjects(root, metrics):
    found = [Subject(path.stem, path) for path in sorted((root / "scenarios").glob("*.json"))]
    for path in sorted((root / "scenarios/lessons").glob("*/scenario.json")):
        found.append(Subject(f"lesson-{path.parent.name}", path, metrics.of_system))
    found.append(Subject("draws", root / "tests/same/draws.json"))
    sweep = ["sweep", "--replications=2", "--duration=90s", "--vary=links.billing-bank.delay=0ms..100ms:50ms"]
    sweep += ["--get=throughput", "--get=response.mean", "--get=shop.blocked"]
    search = ["search", "--duration=20min", "--max=load.0.rate=0.5/s..1/s", "--such-that=response.p90 < 8s"]
    search += ["--resolution=10%"]
    found.append(TableSubject("sweep", root / "scenarios/checkout.json", 3, sweep))
    found.append(TableSubject("search", root / "scenarios/textbook.json", 2, search))
    return found


def list_metrics(tandem, root):
    """The names of all metrics, with capitals where a name of the scenario's stands, as the reference has them."""
    return re.findall(r"^\| `([^`]+)` \|", run(tandem, ["list", "reference-metrics"], root), re.MULTILINE)


def measure_all(tandem, chosen, known):
    """The records, by name, or what went wrong instead: a text."""

    def one(subject):
        try:
            return subject.measure(tandem, known.get(subject.name))
        except CannotRun as problem:
            return str(problem)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return dict(zip([subject.name for subject in chosen], threads.map(one, chosen)))


# ---- the test ----


def judge(subject, record, known, metrics):
    """What is wrong, a line each."""
    if isinstance(record, str):
        return [record]
    if known is None:
        return [f"there is no {GOLDEN}/{subject.name}.txt; {UPDATE} writes it"]
    if record.source != known.source or record.options != known.options:
        return [f"the scenario, or how it is run, has another text than the golden numbers are of: {UPDATE}"]
    lines = compare(known, record, metrics)
    return shorten(lines) + ([f"if that is meant: an entry under \"Numbers changed\", and {UPDATE}"] if lines else [])


def test(tandem, root, chosen, known, metrics):
    records = measure_all(tandem, chosen, known)
    for subject in chosen:
        lines = judge(subject, records[subject.name], known.get(subject.name), metrics)
        verdict(not lines, subject.name, "\n".join(f"{subject.name}: {line}" for line in lines))
    try:
        lines = unexplained(root)
        lines = shorten(lines) + (["CHANGELOG.md has no new entry under \"Numbers changed\""] if lines else [])
        verdict(not lines, "golden files that changed come with an entry", "\n".join(lines))
    except NoHistory as problem:
        skip("golden files that changed come with an entry", problem)
    return finish()


# ---- the update ----


def committed(root):
    """What the last commit has: the history, the records by name, and the metrics that there were."""
    history = History(root)
    last = history.last_change()
    files = history.files(last) if last else {}
    records = {name[: -len(".txt")]: Record.read(text) for name, text in files.items() if name != LIST}
    return history, records, Metrics(files.get(LIST, "").split())


def update(tandem, root, chosen, everything):
    try:
        history, known, metrics = committed(root)
        changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
        free = entry_since(history, changelog)
    except NoHistory as problem:
        print(f"golden.py: what changed is told by git, but {problem}", file=sys.stderr)
        return 2
    records = measure_all(tandem, chosen, known)
    problems, changed = [record for record in records.values() if isinstance(record, str)], []
    for subject in () if problems else chosen:
        old, new = known.get(subject.name), records[subject.name]
        if old and (old.source, old.options) == (new.source, new.options):
            changed += [f"{subject.name}: {line}" for line in compare(old, new, metrics)]
    if problems or (changed and not free):
        for line in problems + shorten(changed):
            print(line)
        if changed:
            print('golden.py: these numbers changed, and CHANGELOG.md has no new entry under "Numbers changed" of'
                  ' "Unreleased": say there what changed, and why, then update', file=sys.stderr)
        return 1
    write(tandem, root, chosen, everything)
    print(f"{len(chosen)} files in {GOLDEN}/" + (f"; {len(changed)} numbers changed" if changed else ""))
    return 0


def write(tandem, root, chosen, everything):
    """All of what there is to be known now, new metrics and columns, too."""
    for subject, record in zip(chosen, measure_all(tandem, chosen, {}).values()):
        (root / GOLDEN / f"{subject.name}.txt").write_text(record.write(), encoding="utf-8")
    if everything:
        (root / GOLDEN / LIST).write_text("\n".join(list_metrics(tandem, root)) + "\n", encoding="utf-8")
        for path in (root / GOLDEN).glob("*.txt"):
            if path.stem not in {subject.name for subject in chosen}:
                path.unlink()


def main(arguments):
    options = [argument for argument in arguments if argument.startswith("-")]
    names = [argument for argument in arguments if not argument.startswith("-")]
    if len(names) < 2 or set(options) - {"--update"}:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    tandem, root, names = Path(names[0]).resolve(), Path(names[1]).resolve(), names[2:]
    listed = root / GOLDEN / LIST
    there = listed.read_text(encoding="utf-8").split() if listed.exists() else list_metrics(tandem, root)
    metrics = Metrics(list_metrics(tandem, root) if "--update" in options else there)
    everything = subjects(root, metrics)
    unknown = set(names) - {subject.name for subject in everything}
    if unknown:
        print(f"golden.py: there is no {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    chosen = [subject for subject in everything if not names or subject.name in names]
    if "--update" in options:
        return update(tandem, root, chosen, not names)
    files = {subject.name: root / GOLDEN / f"{subject.name}.txt" for subject in chosen}
    known = {name: Record.read(path.read_text(encoding="utf-8")) for name, path in files.items() if path.exists()}
    return test(tandem, root, chosen, known, metrics)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
