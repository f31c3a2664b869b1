#!/usr/bin/env python3
"""What `tandem run --junit` writes is read with a parser that is not ours, and held against the rules of the schema
that build servers use. TAP on standard output.
usage: junit_test.py TANDEM"""

import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tap import finish, verdict

# junit-10.xsd of Jenkins' xunit plugin: attributes (those that have to be there first) and children of an element.
RULES = {
    "testsuites": ([], ["name", "time", "tests", "failures", "errors"], ["testsuite"]),
    "testsuite": (
        ["name", "tests"],
        ["failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log"],
        ["testsuite", "properties", "testcase", "system-out", "system-err"],
    ),
    "properties": ([], [], ["property"]),
    "property": (["name", "value"], [], []),
    "testcase": (
        ["name"],
        ["time", "classname", "group"],
        ["skipped", "error", "failure", "system-out", "system-err"],
    ),
    "skipped": ([], ["type", "message"], []),
    "error": ([], ["type", "message"], []),
    "failure": ([], ["type", "message"], []),
    "system-out": ([], [], []),
    "system-err": ([], [], []),
}

COUNTS = ("tests", "failures", "errors", "skipped")

ODD = 'a\tb\n<&>"\'\r ]]> \u0001\u007f\ufffe \U0001f600 é'


def scenario(name, claims):
    """One worker, loaded by one half with work of 1 s: its users wait for 2 s in the mean."""
    return {
        "name": name,
        "run": {"duration": "600s", "warmup": "100s", "replications": 5},
        "components": {"server": {"endpoints": {"serve": [{"work": {"exponential": "1s"}}]}}},
        "load": [{"request": "server.serve", "open": {"poisson": "0.5/s"}}],
        "policies": {"sync": {"mode": "sync"}, "async": {"mode": "async"}},
        "expect": claims,
    }


FILES = {
    "good.json": scenario("good", ["sync.server.busy > 0.1", "sync.lost == 0", "async.ok > 0"]),
    "bad.json": scenario(
        "bad",
        [
            {"claim": "sync.response.mean < 1s", "reason": ODD, "hint": "the work alone takes it"},
            {"claim": "sync.response.mean ~ 2s within 0.1%", "hint": "more"},
            {"claim": "sync.server.rejected == 0", "reason": "no limit", "hint": "not shown"},
            "async.ok > 0",
            "sync.server.busy / sync.lost > 1",
        ],
    ),
    "none.json": {key: value for key, value in scenario("none", []).items() if key != "expect"},
    "slip.json": scenario("slip", ["sync.okk > 1", "sync.lost < 3ms"]),
}

def mistakes(element):
    """What is against the rules in an element and those inside it."""
    needed, allowed, children = RULES[element.tag]
    for attribute in needed:
        if attribute not in element.attrib:
            yield f"{element.tag} has no {attribute}"
    for attribute, value in element.attrib.items():
        if attribute not in needed + allowed:
            yield f"{element.tag} has {attribute}"
        if attribute in COUNTS and not re.fullmatch("[0-9]+", value):
            yield f"{element.tag}: {attribute} is {value}"
    for child in element:
        if child.tag not in children:
            yield f"{child.tag} in {element.tag}"
        else:
            yield from mistakes(child)


def counted(suite):
    """What the attributes of a suite have to say, from its cases."""
    cases = suite.findall("testcase")
    holding = [sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")]
    return [len(cases), *holding]


def check_document(tree):
    found = list(mistakes(tree))
    verdict(not found, "the document keeps the rules", "\n".join(found))
    for suite in tree:
        told = [int(suite.get(count)) for count in COUNTS]
        verdict(told == counted(suite), f"{suite.get('name')} counts its cases", f"{told}, {counted(suite)}")
    for count in ("tests", "failures", "errors"):
        total = sum(int(suite.get(count)) for suite in tree)
        verdict(int(tree.get(count)) == total, f"so does the whole: {count}")


def check_claims(suites):
    good, bad = suites["good"], suites["bad"]
    verdict([case.get("name") for case in good.iter("testcase")] == FILES["good.json"]["expect"], "a case a claim")
    verdict(good.findtext("testcase/system-out", "").startswith("0.") or "%" in good.findtext("testcase/system-out"),
            "what holds has its values")
    cases = bad.findall("testcase")
    kinds = [None if case.find("failure") is None else case.find("failure").get("type") for case in cases]
    skipped = [case.find("skipped") is not None for case in cases]
    verdict(kinds == ["fails", "undecided", None, None, "fails"], "what fails, and what cannot be told", kinds)
    verdict(skipped == [False, False, False, True, False], "a policy that was not run is skipped", skipped)
    fails, undecided = cases[0].find("failure"), cases[1].find("failure")
    verdict(re.match(r"\S+ s ± .* against 1 s$", fails.get("message")), "the message has the values",
            fails.get("message"))
    replaced = re.sub("[\u0001\ufffe]", "\ufffd", ODD)
    verdict(f"why: {replaced}\n" in fails.text, "the reason is there, whatever it is made of", repr(fails.text))
    verdict(fails.text.endswith("\nhint: the work alone takes it"), "and the hint", repr(fails.text))
    verdict(re.search(r"run about \d+ replications \(5 now\)", undecided.get("message")), "what it would take",
            undecided.get("message"))
    verdict("not shown" not in ElementTree.tostring(cases[2], encoding="unicode"), "no hint where all is well")
    verdict("division by zero" in cases[4].find("failure").get("message"), "why there is no number")


def check_errors(suites):
    slip = suites["slip.json"].find("testcase/error")
    verdict('expect[0]: no metric "sync.okk"' in slip.text and "did you mean" in slip.text, "mistakes are told",
            slip.text)
    verdict("expect[1]: " in slip.text, "all of them", slip.text)
    verdict("No such file" in suites["nowhere.json"].findtext("testcase/error", ""), "a file that is not there")
    verdict(len(suites["none"].findall("testcase")) == 0, "a scenario that claims nothing has no case")


def main():
    tandem = [Path(sys.argv[1]).resolve(), "run", "--no-files", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:

        def run(*words):
            return subprocess.run([*tandem, *words], cwd=folder, capture_output=True, check=False)

        for name, document in FILES.items():
            (Path(folder) / name).write_text(json.dumps(document), encoding="utf-8")
        (Path(folder) / "all.xml").write_text("older", encoding="utf-8")
        before = set(Path(folder).iterdir())
        operands = [*FILES, "nowhere.json"]
        verdict(run("--junit", "all.xml", "--policy", "sync", *operands).returncode == 3, "the worst exit status")
        verdict(set(Path(folder).iterdir()) == before, "no other file is left")
        first = (Path(folder) / "all.xml").read_bytes()
        tree = ElementTree.fromstring(first)
        check_document(tree)
        suites = {suite.get("name"): suite for suite in tree}
        verdict(list(suites) == ["good", "bad", "none", "slip.json", "nowhere.json"], "a suite a scenario", list(suites))
        check_claims(suites)
        check_errors(suites)
        run("--junit", "again.xml", "--policy", "sync", *operands)
        verdict((Path(folder) / "again.xml").read_bytes() == first, "the same again is the same bytes")
        verdict(run("--junit", "good.xml", "good.json").returncode == 0, "all is well")
        verdict(run("--junit", "nowhere/x.xml", "good.json").returncode == 3, "a file that cannot be written")
        verdict(run("--junit", "x.xml", "--estimate", "good.json").returncode == 2, "an estimate checks no claim")
    return finish()


if __name__ == "__main__":
    sys.exit(main())
