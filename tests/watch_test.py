#!/usr/bin/env python3
"""tandem run --watch and --plot=terminal: on a terminal (a small one that this test interprets), and in a pipe.

usage: watch_test.py TANDEM SOURCE
"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time

from tap import finish, verdict

CHECKOUT, COLLAGE = "scenarios/checkout.json", "scenarios/temporal-collage.json"


class Screen:
    """A terminal that knows what every terminal knows, and complains of all else and of what passes its edges."""

    def __init__(self, columns, rows):
        self.resize(columns, rows)
        self.mistakes = []
        self.rest = ""

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [[" "] * columns for _ in range(rows)]
        self.x = self.y = 0

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.lines)

    def feed(self, text):
        text = self.rest + text
        self.rest = ""
        while text:
            if text[0] == "\033":
                match = re.match(r"\033\[([0-9;]*)([A-Za-z])", text)
                if not match:
                    self.rest = text
                    return
                self.escape(match[1], match[2])
                text = text[match.end() :]
            else:
                self.put(text[0])
                text = text[1:]

    def escape(self, numbers, letter):
        if letter == "H" and numbers == "":
            self.x = self.y = 0
        elif letter == "K" and numbers == "":
            self.lines[self.y][self.x :] = [" "] * (self.columns - self.x)
        elif letter == "J" and numbers == "":
            self.lines[self.y][self.x :] = [" "] * (self.columns - self.x)
            for y in range(self.y + 1, self.rows):
                self.lines[y] = [" "] * self.columns
        elif letter == "J" and numbers == "2":
            self.lines = [[" "] * self.columns for _ in range(self.rows)]
        elif letter != "m":
            self.mistakes.append(f"escape {numbers}{letter}")

    def put(self, character):
        if character == "\r":
            self.x = 0
        elif character == "\n":
            self.y += 1
            if self.y == self.rows:
                self.lines = [*self.lines[1:], [" "] * self.columns]
                self.y -= 1
        elif character < " ":
            self.mistakes.append(f"control {character!r}")
        elif self.x >= self.columns:
            self.mistakes.append(f"column {self.x + 1} in {''.join(self.lines[self.y])!r}")
        else:
            self.lines[self.y][self.x] = character
            self.x += 1


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, command, columns=80, rows=24, **environment):
        self.screen = Screen(columns, rows)
        self.bytes = b""
        self.leader, self.follower = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.follower)
        settings = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment}
        self.process = subprocess.Popen(
            command,
            stdin=self.follower,
            stdout=self.follower,
            stderr=self.follower,
            env={name: value for name, value in settings.items() if value is not None},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def resize(self, columns, rows):
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and select.select([self.leader], [], [], left)[0]:
            piece = os.read(self.leader, 65536)
            self.bytes += piece
            self.screen.feed(piece.decode("utf-8", "replace"))

    def wait_for(self, condition, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.read(0.05)
            if condition(self.screen.text()):
                return True
        return False

    def press(self, keys):
        os.write(self.leader, keys.encode())

    def end(self, seconds=20):
        """Its exit status; the terminal is as it was before, or that is a mistake."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.05)
        self.read(0.1)
        if self.process.poll() is None:
            self.process.kill()
            self.screen.mistakes.append("it does not end")
        status = self.process.wait()
        if termios.tcgetattr(self.follower) != self.before:
            self.screen.mistakes.append("the terminal is not as it was")
        os.close(self.leader)
        os.close(self.follower)
        return status


def clock(text):
    """The simulated time of a frame, in seconds."""
    match = re.search(r"(\d+):(\d\d\.\d) of", text)
    return 60 * int(match[1]) + float(match[2]) if match else -1.0


def main():
    tandem, source = map(os.path.abspath, sys.argv[1:])

    def run(*arguments, **environment):
        settings = {**os.environ, "LC_ALL": "C.UTF-8", **environment}
        return subprocess.run([tandem, *arguments], cwd=source, env=settings, capture_output=True, check=False)

    def watch(*arguments, **how):
        return Terminal([tandem, "run", "--watch", *arguments], **how)

    os.chdir(source)

    # ---- in a pipe ----
    plain = run("run", "--watch", CHECKOUT, COLUMNS="80", LINES="24")
    frames = plain.stdout.decode().split("\n\n")
    verdict((plain.returncode, len(frames)) == (0, 21), "a pipe gets twenty frames and what was seen", plain)
    verdict(not re.search(rb"[\x00-\x09\x0b-\x1f]", plain.stdout), "without escapes")
    widest = max(len(line) for line in plain.stdout.decode().splitlines())
    verdict(widest <= 80, "within 80 columns", widest)
    verdict(max(len(frame.splitlines()) for frame in frames) <= 21, "and 21 rows")
    times = [clock(frame) for frame in frames[:20]]
    verdict(times == [30.0 * k for k in range(1, 21)], "at times of the simulation", times)
    verdict(run("run", "--watch", CHECKOUT, COLUMNS="80", LINES="24").stdout == plain.stdout, "the same each time")
    other = run("run", "--watch", "--seed=2", CHECKOUT, COLUMNS="80", LINES="24").stdout
    verdict(other != plain.stdout, "another seed, other frames")
    ascii_only = run("run", "--watch", CHECKOUT, LC_ALL="C").stdout
    verdict(max(ascii_only) < 128, "ASCII where the locale has no more")
    # What the run itself says of the first replication.
    single = run("run", "--no-files", "--replications=1", "--get=sync.shop.blocked", "--set=run.warmup=0s", CHECKOUT)
    blocked = round(100 * float(single.stdout.split()[0]))
    shown = re.search(r"Workers of shop waiting, on average: sync (\d+) %", plain.stdout.decode())
    verdict(shown and int(shown[1]) == blocked, "the end says what the run's numbers say", (blocked, frames[-1]))
    cut = run("run", "--watch", COLLAGE).stdout.decode()
    announced = ("next: slow mailer at 1:00.0", "! slow mailer (until 2:00.0); cut wire (until 1:50.0)", "cut wire (over)")
    verdict(all(line in cut for line in announced), "what happens is announced", cut)
    verdict("CUT" in cut, "and seen", cut)
    for wrong in (["--watch", "--get=x"], ["--speed=2"], ["--watch", "--speed=0"], ["--watch", "--speed=fast"]):
        verdict(run("run", *wrong, CHECKOUT).returncode == 2, f"refused: {' '.join(wrong)}")

    # ---- on a terminal ----
    terminal = watch("--speed=max", CHECKOUT)
    status, screen = terminal.end(), terminal.screen
    verdict(status == 0 and clock(screen.text()) == 600.0, "to the end", screen.text())
    verdict(not screen.mistakes, "nothing passes 80 columns", screen.mistakes)
    verdict("".join(screen.lines[0]).startswith("checkout"), "nor 24 rows", screen.text())
    verdict("Workers of shop waiting" in screen.text(), "the last frame stays, and says what was seen", screen.text())
    verdict(b"\033[33m" in terminal.bytes, "in colour")
    last = [line for line in screen.text().splitlines() if not line.startswith(("[", "checkout"))]
    verdict(any("users waiting   29959" in line for line in last), "with what a pipe shows", screen.text())

    terminal = watch("--speed=max", CHECKOUT, NO_COLOR="1")
    terminal.end()
    verdict(not re.search(rb"\033\[[0-9;]*m", terminal.bytes), "no colour with NO_COLOR")
    verdict("wwwwwww" in terminal.screen.text(), "and the same information", terminal.screen.text())

    terminal = watch("--speed=max", CHECKOUT, TERM="dumb")
    verdict(terminal.end() == 0 and b"\033" not in terminal.bytes, "a dumb terminal gets frames", terminal.bytes[-500:])

    for columns, rows in ((132, 40), (60, 20), (40, 12), (20, 6), (5, 2)):
        terminal = watch("--speed=max", "--duration=70s", CHECKOUT, columns=columns, rows=rows)
        status = terminal.end()
        verdict(status == 0 and not terminal.screen.mistakes, f"{columns}x{rows}", terminal.screen.mistakes)

    terminal = watch("--speed=20", CHECKOUT)
    verdict(terminal.wait_for(lambda text: clock(text) > 8), "it goes on", terminal.screen.text())
    terminal.press(" ")
    verdict(terminal.wait_for(lambda text: "PAUSED" in text), "space pauses", terminal.screen.text())
    held = clock(terminal.screen.text())
    terminal.read(0.4)
    verdict(clock(terminal.screen.text()) == held, "and time stands still", terminal.screen.text())
    terminal.press(".")
    verdict(terminal.wait_for(lambda text: clock(text) > held), "a step", terminal.screen.text())
    stepped = clock(terminal.screen.text())
    verdict(abs(stepped - held - 2.0) < 0.11, "is a frame's time", (held, stepped))
    terminal.press("+")
    verdict(terminal.wait_for(lambda text: "1 s shows 40 s" in text), "+ doubles the speed", terminal.screen.text())
    terminal.press("--")
    verdict(terminal.wait_for(lambda text: "1 s shows 10 s" in text), "- halves it", terminal.screen.text())
    terminal.resize(100, 30)
    terminal.screen.resize(100, 30)
    grown = terminal.wait_for(lambda text: "checkout" in text and len(text.splitlines()[0]) == 99)
    verdict(grown and not terminal.screen.mistakes, "another size is taken up", terminal.screen.text())
    terminal.press("q")
    verdict(terminal.end() == 0 and not terminal.screen.mistakes, "q ends it as it should", terminal.screen.mistakes)

    for name, act in (
        ("Ctrl-C", lambda t: t.press("\003")),
        ("SIGTERM", lambda t: t.process.send_signal(signal.SIGTERM)),
        ("SIGHUP", lambda t: t.process.send_signal(signal.SIGHUP)),
    ):
        terminal = watch("--speed=10", CHECKOUT)
        terminal.wait_for(lambda text: clock(text) > 0.5)
        act(terminal)
        verdict(terminal.end() == 130, f"{name}: 130", terminal.screen.text())
        verdict(not terminal.screen.mistakes, "... and the terminal is as it was", terminal.screen.mistakes)

    # A shell that looks after jobs: what has no such parent cannot be stopped.
    script = '"$0" "$@"; sleep 2; fg >/dev/null; exit $?'
    terminal = Terminal(["bash", "-mc", script, tandem, "run", "--watch", "--speed=10", CHECKOUT])
    terminal.wait_for(lambda text: clock(text) > 0.5)
    held = termios.tcgetattr(terminal.follower)
    terminal.press("\032")
    given_back = terminal.wait_for(lambda _: termios.tcgetattr(terminal.follower) == terminal.before, 1.5)
    verdict(given_back and held != terminal.before, "Ctrl-Z gives the terminal back", terminal.screen.text())
    stood = clock(terminal.screen.text())
    verdict(terminal.wait_for(lambda text: clock(text) > stood + 1), "and it goes on", terminal.screen.text())
    verdict(termios.tcgetattr(terminal.follower) == held, "with keys")
    terminal.press("q")
    verdict(terminal.end() == 0 and not terminal.screen.mistakes, "to its end", terminal.screen.mistakes)

    # ---- plots in letters ----
    quick = ["--no-files", "--quiet", "--plot=terminal"]
    for wrong in (["--plot=paper"], ["--plot=terminal", "--no-plots"], ["--plot=terminal", "--format=csv"]):
        for verb in ("run", "sweep"):
            verdict(run(verb, *wrong, CHECKOUT).returncode == 2, f"refused: {verb} {' '.join(wrong)}")
    verdict(run("run", "--plot=terminal", "--get=sync.throughput", CHECKOUT).returncode == 2, "refused: with --get")
    without = run("run", *quick, "--replications=1", "--duration=90s", CHECKOUT, PATH="/nowhere")
    verdict(without.stderr.decode().count("gnuplot was not found") == 1, "no gnuplot is told in a line", without.stderr)
    verdict(without.stdout == b"", "and nothing else is missed", without.stdout)

    if shutil.which("gnuplot"):
        plots = run("run", *quick, "--replications=1", CHECKOUT, COLUMNS="80")
        lines = plots.stdout.decode().splitlines()
        verdict(sum("s = sync, a = async, q = queue, m = mixed" in line for line in lines) == 3, "three plots", lines)
        verdict(len(lines) <= 3 * 22, "of at most 22 lines each", len(lines))
        verdict(max(map(len, lines)) <= 80, "within 80 columns")
        verdict(not re.search(rb"[\x00-\x09\x0b-\x1f]", plots.stdout), "without escapes or form feeds")
        ascii_only = run("run", *quick, "--replications=1", "--duration=90s", CHECKOUT, LC_ALL="C")
        verdict(max(ascii_only.stdout) < 128, "ASCII where the locale has no more")
        # Eight workers that are held for 7 ms and 2 delays of the link, and the bank's 40 ms.
        delays = "links.billing-bank.delay=30ms,100ms,300ms"
        order = ["--replications=1", "--duration=90s", "--policy=sync", "--get=throughput", f"--vary={delays}"]
        drawn = run("sweep", *quick, *order, CHECKOUT, COLUMNS="80")
        rows = drawn.stdout.decode().splitlines()
        inside = [row.partition("|")[2] for row in rows[:-2]]
        down = [y for _, y in sorted((match.start(), y) for y, row in enumerate(inside) for match in re.finditer("s", row))]
        verdict(len(down) == 3 and down == sorted(set(down)), "a sweep's curve goes where it should", rows)
        verdict("throughput" in rows[1] and "billing-bank" in rows[-2], "its name stands above, its axis below", rows)
    else:
        print("# no gnuplot: no plots")

    return finish()


if __name__ == "__main__":
    sys.exit(main())
