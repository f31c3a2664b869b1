"""One run of one program, and what it cost."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


class CannotMeasure(Exception):
    pass


@dataclass(frozen=True)
class Cost:
    """Of a run. What it does not tell is None."""

    user_s: float
    system_s: float
    wall_s: float
    peak_bytes: int
    events: float | None = None
    requests: float | None = None
    mean: float | None = None  # a response, or a gap, in seconds
    failed: float | None = None  # requests that had no good answer

    @property
    def cpu_s(self):
        return self.user_s + self.system_s


@dataclass(frozen=True)
class Kernel:
    """A workload of bench.c, which times itself: to begin does not count."""

    arguments: tuple
    requests: bool = False  # what it counts are customers, of two events each

    def command(self, bench):
        return [bench.build / "tests/bench/bench", *map(str, self.arguments)]

    def read(self, output, cost):
        told = json.loads(output)
        n = told["n"]
        counted = {"events": 2 * n, "requests": n} if self.requests else {"events": n}
        return {"user_s": told["user_s"], "mean": told["mean"], **counted}


@dataclass(frozen=True)
class Tandem:
    """A run of the command, from JSON."""

    scenario: str  # a file of tests/, or one that was made in the bench's own folder
    policy: str
    settings: tuple = ()  # "run.duration=5s"
    replications: int = 1
    threads: int = 1
    repeated: int = 1  # the same file so many times in one command
    files: bool = False

    def command(self, bench):
        made = bench.folder / self.scenario
        path = made if made.exists() else bench.source / "tests" / self.scenario
        command = [bench.build / "tandem", "run", f"--policy={self.policy}", f"--threads={self.threads}"]
        command += [f"--replications={self.replications}"]
        command += [f"--set={setting}" for setting in self.settings]
        command += [f"--get={self.policy}.{name}" for name in ("events", "offered", "response.mean")]
        command += ["--no-plots", f"--out={bench.folder / 'out'}"] if self.files else ["--no-files"]
        return command + [path] * self.repeated

    def read(self, output, cost):
        numbers = [float(line) for line in output.split()]
        times = self.replications * self.repeated
        return {"events": times * numbers[0], "requests": times * numbers[1], "mean": numbers[2]}


@dataclass(frozen=True)
class Peer:
    """A run of another simulator."""

    peer: str
    arguments: tuple

    def command(self, bench):
        return [*bench.peers[self.peer].command, *map(str, self.arguments)]

    def read(self, output, cost):
        told = json.loads(output)
        return {key: told.get(key) for key in ("events", "requests", "mean", "failed")}


def measure(run, bench):
    """Runs it, alone on the machine if nobody else disturbs, and returns its Cost."""
    command = [str(part) for part in run.command(bench)]
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "cost.json"
        done = subprocess.run(
            [bench.build / "tests/bench/measure", told, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        cost = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {"status": done.returncode}
    if cost.pop("status") != 0:
        raise CannotMeasure(f"failed: {' '.join(command)}\n{done.stderr.strip()}")
    try:
        return Cost(**{**cost, **run.read(done.stdout, cost)})
    except (ValueError, IndexError, KeyError) as error:
        raise CannotMeasure(f"unreadable: {' '.join(command)}\n{done.stdout}") from error
