#!/usr/bin/env python3
"""Does the comparison with the golden numbers see what changed, and is nobody let through without a word in the
CHANGELOG? Tried in git repositories made for it. TAP on standard output.
usage: golden_test.py TANDEM"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))
from changes import History, NoHistory, entries, new_entries, unexplained
from record import Metrics, Record, compare
from tap import finish, verdict

SCENARIO = """{
  "name": "tiny",
  "run": { "duration": "60s", "replications": 2 },
  "components": { "shop": { "endpoints": { "buy": [ {"work": {"exponential": "20ms"}} ] } } },
  "load": [ { "request": "shop.buy", "open": {"poisson": "10/s"} } ],
  "policies": { "sync": { "mode": "sync" }, "async": { "mode": "async" } }
}
"""
CHANGELOG = """# Changelog

## Unreleased

### Added
- Something.

### Numbers changed
- Timeouts come
  after answers.

## 0.1.0

### Numbers changed
- All of them.
"""
FIRST = "- Timeouts come\n  after answers.\n"
SECOND = FIRST + "- Draws are made otherwise.\n"

# ---- CHANGELOG ----


def test_entries():
    verdict(entries(CHANGELOG) == {
        "Unreleased": ["Timeouts come after answers."], "0.1.0": ["All of them."]}, "entries by section", entries(CHANGELOG))  # fmt: skip
    with_second = CHANGELOG.replace(FIRST, SECOND)
    verdict(new_entries(with_second, CHANGELOG) == ["Draws are made otherwise."], "a new one")
    verdict(new_entries(CHANGELOG, CHANGELOG) == [], "the same ones")
    verdict(new_entries(CHANGELOG.replace("come\n  after", "come after"), CHANGELOG) == [], "broken into other lines")
    verdict(new_entries(CHANGELOG.replace("come\n  after", "follow"), CHANGELOG) == [], "in other words")
    elsewhere = CHANGELOG.replace("- Something.", "- Something.\n- Draws are made otherwise.")
    verdict(new_entries(elsewhere, CHANGELOG) == [], "under another heading")
    released = CHANGELOG.replace("- All of them.", "- All of them.\n- Draws are made otherwise.")
    verdict(new_entries(released, CHANGELOG) == [], "in a section that is released")
    moved = CHANGELOG.replace("## Unreleased", "## Unreleased\n\n## 0.2.0")
    verdict(new_entries(moved, CHANGELOG) == [], "an entry that was released since")
    again = moved.replace("## Unreleased\n", "## Unreleased\n\n### Numbers changed\n- More.\n")
    verdict(new_entries(again, CHANGELOG) == ["More."], "the first one after a release", new_entries(again, CHANGELOG))
    verdict(new_entries(CHANGELOG, "") == ["Timeouts come after answers."], "without any before")


# ---- comparison ----


def record(**rows):
    made = Record("abc", "", ["sync", "async"])
    made.rows = {name.replace("_", "."): values.split() for name, values in rows.items()}
    made.columns = {"requests.csv": ["load", "number"]}
    made.digests = {("requests.csv", "sync"): "0f", ("requests.csv", "async"): "f0"}
    return made


def test_comparison():
    metrics = Metrics(["throughput", "lost", "COMPONENT.busy"])
    old = record(throughput="1.5 2", shop_busy="0.5 0.25")
    verdict(Record.read(old.write()).write() == old.write(), "what was written is read again")
    verdict(compare(old, record(throughput="1.5 2", shop_busy="0.5 0.25"), metrics) == [], "alike")
    told = compare(old, record(throughput="1.5 2", shop_busy="0.5 0.2500000000000001"), metrics)
    shown = "async shop.busy: was 0.25, is 0.2500000000000001 (+4.44e-16 of it)"
    verdict(told == [shown], "the last digit", told)
    told = compare(old, record(throughput="1.5 2", shop_busy="0.5 0.25", lost="0 3"), metrics)
    verdict(told == ["async lost: was 0, is 3"], "what was 0", told)
    told = compare(old, record(throughput="1.5 2", shop_busy="0.5 0.25", sold="0 3"), metrics)
    verdict(told == [], "a new metric does not count", told)
    told = compare(old, record(throughput="1.5 2"), metrics)
    verdict(len(told) == 2 and told[0].startswith("sync shop.busy: was 0.5, is 0"), "what is 0 now", told)
    other = record(throughput="1.5 2", shop_busy="0.5 0.25")
    other.digests["requests.csv", "async"] = "f1"
    verdict(compare(old, other, metrics) == ["async: other requests.csv"], "another request")
    other.policies = ["sync"]
    verdict(len(compare(old, other, metrics)) == 1, "other policies")


# ---- git ----


class Tree:
    """A source tree with one scenario, in a repository."""

    def __init__(self, folder, tandem):
        self.root, self.tandem = folder, tandem
        (folder / "tests/golden").mkdir(parents=True)
        (folder / "scenarios").mkdir()
        self.golden = folder / "tests/golden/tiny.txt"
        self.write("scenarios/tiny.json", SCENARIO)
        self.write("CHANGELOG.md", CHANGELOG)

    def write(self, path, text):
        (self.root / path).write_text(text, encoding="utf-8")

    def replace(self, path, old, new):
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, f"{path}: {old}"
        self.write(path, text.replace(old, new, 1))

    def git(self, *arguments):
        who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", self.root, *who, *arguments], check=True, capture_output=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message=a change")

    def update(self):
        """The exit status of an update of the golden numbers, and what it said."""
        command = [sys.executable, HERE / "golden.py", self.tandem, self.root, "--update", "tiny"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def read(self):
        return self.golden.read_text(encoding="utf-8")

    def spoil(self, by="7"):
        """As if another build had given another number: the last digit of the first."""
        lines = self.read().split("\n")
        place = next(i for i, line in enumerate(lines) if line.startswith("throughput"))
        lines[place] += by
        self.golden.write_text("\n".join(lines), encoding="utf-8")


def told(tree):
    return unexplained(tree.root)


def test_history(tree):
    status, said = tree.update()
    verdict(status == 2 and "git" in said and not tree.golden.exists(), "without git there is no update", said)
    try:
        History(tree.root)
        verdict(False, "without git there is no history")
    except NoHistory:
        verdict(True, "without git there is no history")
    tree.git("init", "--quiet")
    tree.commit()
    shutil.copy(HERE / "metrics.list", tree.root / "tests/golden/metrics.list")
    verdict(tree.update()[0] == 0 and tree.golden.exists() and told(tree) == [], "the first ones need no entry")
    tree.commit()
    first = tree.golden.read_text(encoding="utf-8")
    verdict(tree.update()[0] == 0 and tree.read() == first and told(tree) == [], "nothing changed")

    tree.spoil()
    lines = told(tree)
    verdict(len(lines) == 1 and lines[0].startswith("tiny.txt: async throughput: was "), "edited by hand", lines)
    tree.replace("CHANGELOG.md", FIRST, SECOND)
    verdict(told(tree) == [], "with an entry")
    tree.commit()
    verdict(told(tree) == [], "and committed")

    # The program gives the first numbers still: from the commit's point of view, others.
    status, said = tree.update()
    refused = status == 1 and "no new entry" in said and "throughput: was" in said
    verdict(refused, "an update with an entry that was used", said)
    verdict(tree.read() != first, "it writes nothing")
    tree.replace("CHANGELOG.md", "made otherwise", "made differently")
    verdict(tree.update()[0] == 1, "with the entry in other words")
    tree.replace("CHANGELOG.md", "made differently.\n", "made differently.\n- They are made as before.\n")
    status, said = tree.update()
    verdict(status == 0 and tree.read() == first, "with one more entry, too", said)
    verdict(tree.update()[0] == 0 and told(tree) == [], "once more, before it is committed")
    tree.commit()

    tree.spoil()
    tree.commit()
    lines = told(tree)
    verdict(len(lines) == 1 and lines[0].startswith("in commit "), "committed without an entry", lines)
    tree.replace("CHANGELOG.md", "as before.\n", "as before.\n- Not quite.\n")
    tree.git("add", "--all")
    tree.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--amend", "--no-edit")
    verdict(told(tree) == [], "mended")

    tree.replace("scenarios/tiny.json", "10/s", "11/s")
    status, said = tree.update()
    verdict(status == 0 and told(tree) == [], "numbers of another scenario need no entry", said)
    tree.commit()
    verdict(told(tree) == [], "when they are committed, neither")
    tree.golden.with_name("more.txt").write_text(first, encoding="utf-8")
    verdict(told(tree) == [], "nor those of a new one")


def test_inside_another(folder, tandem):
    """A tree that was unpacked in somebody's repository is none of it."""
    inner = folder / "build/tree"
    inner.mkdir(parents=True)
    tree = Tree(inner, tandem)
    subprocess.run(["git", "-C", folder, "init", "--quiet"], check=True, capture_output=True)
    (folder / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    outer = Tree.__new__(Tree)
    outer.root = folder
    (folder / ".gitignore").write_text("/build\n", encoding="utf-8")
    outer.commit()
    verdict(tree.update()[0] == 2, "in a folder that another repository leaves out")


def main():
    test_entries()
    test_comparison()
    if shutil.which("git"):
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            del os.environ[name]
        os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        with tempfile.TemporaryDirectory() as folder:
            # No repository around the folder for temporary files shall count.
            os.environ["GIT_CEILING_DIRECTORIES"] = folder
            test_history(Tree(Path(folder) / "tree", Path(sys.argv[1]).resolve()))
            test_inside_another(Path(folder) / "outer", Path(sys.argv[1]).resolve())
    else:
        print("# there is no git: the rules about commits are not tried")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
