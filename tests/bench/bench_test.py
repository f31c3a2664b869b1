#!/usr/bin/env python3
"""Whether the numbers that ./dev bench tells follow from what was measured: with costs that are made up."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import areas  # noqa: E402
import figure  # noqa: E402
import report  # noqa: E402
from results import Results  # noqa: E402
from runs import Cost, Kernel, Peer, Tandem  # noqa: E402
from targets import slowness, verdicts  # noqa: E402
from workloads import SECTIONS, Row, Scale, Section  # noqa: E402

STEP, LOAD = Kernel(("steps", 1)), Kernel(("loads", 1))
LONG, SHORT, PEER = Tandem("a", "sync"), Tandem("b", "sync"), Peer("SimPy", ("mm1", 1))
ABOUT = {"processor": "made up", "date": "today", "rounds": "3, in 0 minutes", "missing": ["ns-3 is left out"]}
ABOUT["profile"] = {"mm1": {name: 25.0 for name in (*areas.AREAS, areas.OTHER)}}


def cost(user_s, events, requests, peak_bytes=10_000_000, mean=0.04):
    return Cost(user_s, 0.5, 9.0, peak_bytes, events, requests, mean)


def made_up(rows, key="mm1", units=("event", "request"), by="request"):
    """One second more for a million requests more in the median, in a long run that is slow once."""
    costs = {
        STEP: [cost(0.001, 1_000_000, None)],
        LOAD: [cost(0.1, 1_000_000, None)],
        LONG: [cost(1.5, 2_200_000, 1_100_000), cost(1.6, 2_200_000, 1_100_000), cost(7.0, 2_200_000, 1_100_000)],
        SHORT: [cost(0.5, 200_000, 100_000, 8_000_000)] * 3,
        PEER: [cost(9.0, None, 1_000_000), cost(20.0, None, 1_000_000), cost(60.0, None, 1_000_000)],
    }
    section = Section(key, "Made up", rows, units, by)
    return Results(ABOUT, False, [section], costs, {"step": STEP, "load": LOAD})


class Numbers(unittest.TestCase):
    def test_start_and_end_do_not_count(self):
        line = made_up([Row("tandem", LONG, SHORT)]).line("mm1", "tandem")
        self.assertAlmostEqual(line.ns["request"], 1100)  # 1.6 s - 0.5 s for a million
        self.assertAlmostEqual(line.ns["event"], 550)

    def test_ratios_are_within_a_round(self):
        line = made_up([Row("tandem", LONG, SHORT), Row("SimPy", PEER)]).line("mm1", "SimPy")
        self.assertAlmostEqual(line.ratio, 60.0 / 6.5)  # of 9 / 1.0, 60 / 6.5 and 20 / 1.1
        self.assertIsNone(line.ns["event"])

    def test_the_clock_is_the_rows(self):
        line = made_up([Row("tandem", LONG, clock="wall_s", counts={"request": 9})]).line("mm1", "tandem")
        self.assertAlmostEqual(line.ns["request"], 1e9)
        line = made_up([Row("tandem", LONG, clock="cpu_s", counts={"request": 1})]).line("mm1", "tandem")
        self.assertAlmostEqual(line.ns["request"], 2.1e9)

    def test_bytes_of_what_is_done_and_of_what_is_held(self):
        line = made_up([Row("tandem", LONG, SHORT)]).line("mm1", "tandem")
        self.assertAlmostEqual(line.bytes["request"], 2.0)  # 2 MB more for a million
        held = [
            Row("small", SHORT, series="a", size=100, held={"request": 100}),
            Row("large", LONG, series="a", size=1100, held={"request": 1100}),
            Row("other", LONG, series="b", size=1100, held={"request": 1100}),
        ]
        results = made_up(held)
        self.assertAlmostEqual(results.line("mm1", "large").bytes["request"], 2000.0)
        self.assertIsNone(results.line("mm1", "other").bytes["request"])

    def test_a_wrong_answer_is_told(self):
        right = made_up([Row("tandem", LONG, expect=(0.0401, 0.356))])
        wrong = made_up([Row("tandem", LONG, expect=(0.042, 0.356))])
        self.assertTrue(right.all_right())
        self.assertFalse(wrong.all_right())
        self.assertIn("NO", report.terminal(wrong))

    def test_targets(self):
        results = made_up([Row("tandem", LONG, SHORT), Row("SimPy", PEER)])
        self.assertEqual([v.reached for v in verdicts(results)], [False, False])  # 1100 ns of 60; 9.2 times of 10

    def test_times_that_are_to_be_reached_are_longer_on_a_slower_machine(self):
        results = made_up([Row("tandem", LONG, SHORT), Row("SimPy", PEER)])
        self.assertAlmostEqual(slowness(results), 20e3 / 5.5e3)  # 20 us each, 5.5 us there
        self.assertEqual([v.goal for v in verdicts(results)], ["≤ 60 ns", "≥ 10 times as long"])
        self.assertEqual([v.goal_here for v in verdicts(results)], ["≤ 218 ns", "≥ 10 times as long"])
        self.assertIsNone(slowness(made_up([Row("tandem", LONG, SHORT)])))


class Profiled(unittest.TestCase):
    def test_inlined_code_counts_where_it_is_written(self):
        lines = """\
fl=(1) ../src/des/sim.c
fn=(1) sim_step
10 100
fi=(2) ../src/des/event_list.h
20 30
cfi=(3) ../src/model/call.c
cfn=(2) call_travel
calls=7 10
+1 4000
fe=(1)
* 5
fl=(3)
fn=(2)
12 4000
fl=(4) /build/glibc/memcpy.c
fn=(3) memcpy
1 7
""".splitlines(keepends=True)
        counts = areas.read_files(lines)
        self.assertEqual(counts["../src/des/sim.c"], 105)
        self.assertEqual(counts["../src/des/event_list.h"], 30)
        found = areas.by_area(counts)
        self.assertEqual(found["event list and clock"], 135)
        self.assertEqual(found["calls, timeouts, queues, links"], 4000)
        self.assertEqual(found[areas.OTHER], 7)

    def test_each_file_of_the_library_has_its_area(self):
        self.assertEqual(areas.area("../src/des/rng.c"), "random numbers")
        self.assertEqual(areas.area("/usr/include/Random123/threefry.h"), "random numbers")
        self.assertEqual(areas.area("../src/model/split.h"), "statistics: time averages, histograms, splits")
        self.assertEqual(areas.area("../src/model/link.c"), "calls, timeouts, queues, links")
        self.assertEqual(areas.area("../src/base/text.c"), areas.OTHER)


class Shown(unittest.TestCase):
    def test_the_terminal_has_80_columns(self):
        results = made_up([Row("tandem", LONG, SHORT), Row("SimPy", PEER)])
        self.assertLessEqual(max(map(len, report.terminal(results).splitlines())), 80)
        self.assertIn("ns-3 is left out", report.terminal(results))

    def test_the_page_and_its_figure_need_no_section(self):
        for rows in ([Row("tandem", LONG, SHORT), Row("SimPy", PEER)], [Row("tandem", LONG, size=10)]):
            for key in SECTIONS:
                results = made_up(rows, key)
                self.assertIn("Made up", report.page(results))
                self.assertIn("set multiplot", figure.script(results, "x.svg"))

    def test_names_fit(self):
        for quick in (False, True):
            for make in SECTIONS.values():
                names = [row.name for row in make(Scale(quick)).rows]
                self.assertEqual(len(set(names)), len(names))
                self.assertLess(max(map(len, names)), report.NAME - 1)

    def test_labels_do_not_overlap(self):
        self.assertEqual(figure.spread([10, 12, 90], 20, 0, 100), [10, 30, 90])
        self.assertEqual(figure.spread([80, 95, 99], 20, 0, 100), [60, 80, 100])


if __name__ == "__main__":
    unittest.main()
