"""Numbers change only with a word about it: which entries of CHANGELOG.md are new, and what git says.

An entry counts that stands under "Numbers changed" of the section "Unreleased", and that was not there when the numbers
changed last: in the commit in which a golden file changed last. One that only has other words is not new, so there must
be more that are new than that are gone.
"""

import os
import subprocess

from record import Metrics, Record, compare

GOLDEN = "tests/golden"
CHANGELOG = "CHANGELOG.md"
LIST = "metrics.list"
OF_A_HOOK = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}  # name a repository, perhaps another


class NoHistory(Exception):
    """There is no git, or it knows nothing of this tree."""


# ---- CHANGELOG.md ----


def entries(text):
    """The entries under "Numbers changed", by section; the words of each, however they are broken into lines."""
    found, section, counts = {}, None, False
    for line in text.splitlines():
        if line.startswith("## "):
            section, counts = line[3:].strip(), False
            found.setdefault(section, [])
        elif line.startswith("### "):
            counts = line[4:].strip() == "Numbers changed"
        elif counts and section is not None and line.startswith("- "):
            found[section].append(line[2:].strip())
        elif counts and section is not None and line.startswith(" ") and line.strip() and found[section]:
            found[section][-1] += " " + line.strip()
    return {name: [" ".join(entry.split()) for entry in of if entry] for name, of in found.items()}


def new_entries(now, before):
    """Those of `now`, the text of a CHANGELOG, that `before` did not have."""
    now = entries(now)
    had = [entry for of in entries(before).values() for entry in of]
    have = [entry for of in now.values() for entry in of]
    fresh = [entry for entry in now.get("Unreleased", []) if entry not in had]
    gone = [entry for entry in had if entry not in have]
    return fresh if len(fresh) > len(gone) else []


# ---- git ----


class History:
    def __init__(self, root):
        self.root = root
        if self.show("HEAD", CHANGELOG) is None:
            raise NoHistory(f"git knows no {CHANGELOG} here")

    def git(self, *arguments):
        command = ["git", "-C", str(self.root), *arguments]
        plain = {name: value for name, value in os.environ.items() if name not in OF_A_HOOK}
        try:
            return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, env=plain)
        except OSError as problem:
            raise NoHistory(f"git cannot be run: {problem.strerror}") from problem

    def show(self, commit, path):
        """A file of a commit, or None: it has none."""
        done = self.git("show", f"{commit}:./{path}")
        return done.stdout if done.returncode == 0 else None

    def last_change(self, before="HEAD"):
        """The last commit up to `before` in which a golden file changed, or None."""
        return self.git("log", "-1", "--format=%H", before, "--", f"{GOLDEN}/*.txt").stdout.strip() or None

    def files(self, commit):
        """The golden files of a commit, by name."""
        listed = self.git("ls-tree", "--name-only", commit, f"{GOLDEN}/").stdout.split()
        names = [path.rsplit("/", 1)[-1] for path in listed]
        return {name: self.show(commit, f"{GOLDEN}/{name}") for name in names if name.endswith((".txt", LIST))}


def files_now(root):
    folder = root / GOLDEN
    return {path.name: path.read_text(encoding="utf-8") for path in sorted([*folder.glob("*.txt"), folder / LIST])}


# ---- the rule ----


def changed_numbers(old, new):
    """What two sets of golden files say differently of the same thing: lines. What is there in one alone does not
    count, nor the numbers of a scenario that has another text."""
    metrics = Metrics(old.get(LIST, "").split())
    lines = []
    for name in sorted(set(old) & set(new) - {LIST}):
        before, after = Record.read(old[name]), Record.read(new[name])
        if (before.source, before.options) == (after.source, after.options):
            lines += [f"{name}: {line}" for line in compare(before, after, metrics)]
    return lines


def entry_since(history, now):
    """The new entries of a CHANGELOG of today, since the golden files last changed; True before they first did."""
    last = history.last_change()
    return last is None or new_entries(now, history.show(last, CHANGELOG) or "")


def unexplained(root):
    """What changed in the golden files without an entry in the CHANGELOG: lines, none when all is well.

    Looks at the files as they are against the last commit that changed them, and at that commit itself."""
    history = History(root)
    last = history.last_change()
    if last is None:
        return []
    changelog = (root / CHANGELOG).read_text(encoding="utf-8")
    lines = changed_numbers(history.files(last), files_now(root))
    if lines and not new_entries(changelog, history.show(last, CHANGELOG) or ""):
        return lines
    before = history.last_change(f"{last}^")
    if before is None:
        return []
    lines = changed_numbers(history.files(before), history.files(last))
    if lines and not new_entries(history.show(last, CHANGELOG) or "", history.show(before, CHANGELOG) or ""):
        return [f"in commit {last[:12]}: {line}" for line in lines]
    return []
