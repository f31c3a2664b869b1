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
sys.path.insert(0, str(HERE))
from changes import History, NoHistory, entries, new_entries, unexplained
from record import Metrics, Record, compare

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

number = failures = 0


def check(name, right, shown=""):
    global number, failures
    number += 1
    failures += not right
    print(f"{'ok' if right else 'not ok'} {number} - {name}")
    if not right:
        print(f"# {shown}")


# ---- CHANGELOG ----


def test_entries():
    check("entries by section", entries(CHANGELOG) == {
        "Unreleased": ["Timeouts come after answers."], "0.1.0": ["All of them."]}, entries(CHANGELOG))  # fmt: skip
    with_second = CHANGELOG.replace(FIRST, SECOND)
    check("a new one", new_entries(with_second, CHANGELOG) == ["Draws are made otherwise."])
    check("the same ones", new_entries(CHANGELOG, CHANGELOG) == [])
    check("broken into other lines", new_entries(CHANGELOG.replace("come\n  after", "come after"), CHANGELOG) == [])
    check("in other words", new_entries(CHANGELOG.replace("come\n  after", "follow"), CHANGELOG) == [])
    elsewhere = CHANGELOG.replace("- Something.", "- Something.\n- Draws are made otherwise.")
    check("under another heading", new_entries(elsewhere, CHANGELOG) == [])
    released = CHANGELOG.replace("- All of them.", "- All of them.\n- Draws are made otherwise.")
    check("in a section that is released", new_entries(released, CHANGELOG) == [])
    moved = CHANGELOG.replace("## Unreleased", "## Unreleased\n\n## 0.2.0")
    check("an entry that was released since", new_entries(moved, CHANGELOG) == [])
    again = moved.replace("## Unreleased\n", "## Unreleased\n\n### Numbers changed\n- More.\n")
    check("the first one after a release", new_entries(again, CHANGELOG) == ["More."], new_entries(again, CHANGELOG))
    check("without any before", new_entries(CHANGELOG, "") == ["Timeouts come after answers."])


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
    check("what was written is read again", Record.read(old.write()).write() == old.write())
    check("alike", compare(old, record(throughput="1.5 2", shop_busy="0.5 0.25"), metrics) == [])
    told = compare(old, record(throughput="1.5 2", shop_busy="0.5 0.2500000000000001"), metrics)
    shown = "async shop.busy: was 0.25, is 0.2500000000000001 (+4.44e-16 of it)"
    check("the last digit", told == [shown], told)
    told = compare(old, record(throughput="1.5 2", shop_busy="0.5 0.25", lost="0 3"), metrics)
    check("what was 0", told == ["async lost: was 0, is 3"], told)
    told = compare(old, record(throughput="1.5 2", shop_busy="0.5 0.25", sold="0 3"), metrics)
    check("a new metric does not count", told == [], told)
    told = compare(old, record(throughput="1.5 2"), metrics)
    check("what is 0 now", len(told) == 2 and told[0].startswith("sync shop.busy: was 0.5, is 0"), told)
    other = record(throughput="1.5 2", shop_busy="0.5 0.25")
    other.digests["requests.csv", "async"] = "f1"
    check("another request", compare(old, other, metrics) == ["async: other requests.csv"])
    other.policies = ["sync"]
    check("other policies", len(compare(old, other, metrics)) == 1)


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
    check("without git there is no update", status == 2 and "git" in said and not tree.golden.exists(), said)
    try:
        History(tree.root)
        check("without git there is no history", False)
    except NoHistory:
        check("without git there is no history", True)
    tree.git("init", "--quiet")
    tree.commit()
    shutil.copy(HERE / "metrics.list", tree.root / "tests/golden/metrics.list")
    check("the first ones need no entry", tree.update()[0] == 0 and tree.golden.exists() and told(tree) == [])
    tree.commit()
    first = tree.golden.read_text(encoding="utf-8")
    check("nothing changed", tree.update()[0] == 0 and tree.read() == first and told(tree) == [])

    tree.spoil()
    lines = told(tree)
    check("edited by hand", len(lines) == 1 and lines[0].startswith("tiny.txt: async throughput: was "), lines)
    tree.replace("CHANGELOG.md", FIRST, SECOND)
    check("with an entry", told(tree) == [])
    tree.commit()
    check("and committed", told(tree) == [])

    # The program gives the first numbers still: from the commit's point of view, others.
    status, said = tree.update()
    refused = status == 1 and "no new entry" in said and "throughput: was" in said
    check("an update with an entry that was used", refused, said)
    check("it writes nothing", tree.read() != first)
    tree.replace("CHANGELOG.md", "made otherwise", "made differently")
    check("with the entry in other words", tree.update()[0] == 1)
    tree.replace("CHANGELOG.md", "made differently.\n", "made differently.\n- They are made as before.\n")
    status, said = tree.update()
    check("with one more entry, too", status == 0 and tree.read() == first, said)
    check("once more, before it is committed", tree.update()[0] == 0 and told(tree) == [])
    tree.commit()

    tree.spoil()
    tree.commit()
    lines = told(tree)
    check("committed without an entry", len(lines) == 1 and lines[0].startswith("in commit "), lines)
    tree.replace("CHANGELOG.md", "as before.\n", "as before.\n- Not quite.\n")
    tree.git("add", "--all")
    tree.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--amend", "--no-edit")
    check("mended", told(tree) == [])

    tree.replace("scenarios/tiny.json", "10/s", "11/s")
    status, said = tree.update()
    check("numbers of another scenario need no entry", status == 0 and told(tree) == [], said)
    tree.commit()
    check("when they are committed, neither", told(tree) == [])
    tree.golden.with_name("more.txt").write_text(first, encoding="utf-8")
    check("nor those of a new one", told(tree) == [])


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
    check("in a folder that another repository leaves out", tree.update()[0] == 2)


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
    print(f"1..{number}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
