#!/usr/bin/env python3
"""Whether the drawings of a report are whole: well-formed, with every coordinate a number within the picture, and what
a pointer finds there fits what is drawn.

usage: draw_test.py DRAW_PAGES
"""

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from tap import finish, verdict

N_RUNS = 40
SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
PATH = re.compile(r"(?:[MLC](?:-?\d+(?:\.\d+)?[ ,]?)+|Z)+")
EDGE = 1.0  # a rounded corner, half of a stroke
KINDS = "topology workers response throughput backlog disturbance belief timeline".split()


def numbers(text):
    return [float(match.group()) for match in NUMBER.finditer(text)]


def within(x, y, width, height):
    return -EDGE <= x <= width + EDGE and -EDGE <= y <= height + EDGE


def points_of(element):
    """All points that the element names, by its kind; ValueError where one is no number."""

    def get(*names):
        return [float(element.get(name, "0")) for name in names]

    tag = element.tag.removeprefix(SVG)
    if tag == "rect":
        x, y, width, height = get("x", "y", "width", "height")
        if width <= 0 or height < 0:
            raise ValueError("a box without a size")
        return [(x, y), (x + width, y + height)]
    if tag == "line":
        x1, y1, x2, y2 = get("x1", "y1", "x2", "y2")
        return [(x1, y1), (x2, y2)]
    if tag == "circle":
        return [tuple(get("cx", "cy"))]
    if tag == "text":
        return [tuple(get("x", "y"))]
    if tag == "path":
        if element.get("d") and not PATH.fullmatch(element.get("d")):
            raise ValueError(f"path {element.get('d')[:80]}")
        values = numbers(element.get("d"))
        return list(zip(values[::2], values[1::2]))
    if tag in ("title", "svg"):
        return []
    raise ValueError(f"<{tag}>")


def panel_mistakes(panel):
    _, _, width, height = numbers(panel.get("viewBox"))
    if panel.get("role") != "img" or len(panel.get("aria-label", "")) < 10:
        yield "no description"
    for element in panel.iter():
        try:
            outside = [point for point in points_of(element) if not within(*point, width, height)]
        except ValueError as error:
            yield str(error)
            continue
        if outside:
            yield f"{element.tag.removeprefix(SVG)} {element.attrib} leaves {width} x {height} at {outside[0]}"
        title = element.find(f"{SVG}title")
        if (title is None) != ("data-tip" not in element.attrib) or (title is not None and
                                                                    title.text != element.get("data-tip")):
            yield f"tooltip and title differ: {element.attrib}"
        if float(element.get("font-size", "11")) < 10:
            yield f"text too small: {element.text}"
    yield from hover_mistakes(panel)


def hover_mistakes(panel):
    if "data-x" not in panel.attrib:
        return
    left, _, right, _ = numbers(panel.get("data-plot"))
    xs = [float(x) for x in panel.get("data-x").split()]
    if xs != sorted(xs) or (xs and (xs[0] < left - 0.1 or xs[-1] > right + 0.1)):
        yield "points are not in order, or outside of the frame"
    if "data-heads" in panel.attrib and len(panel.get("data-heads").split("|")) != len(xs):
        yield "heads and points differ in number"
    lines = [line for line in panel.iter() if "data-v" in line.attrib]
    if len(xs) > 300:
        yield f"{len(xs)} points"
    for line in lines:
        if len(line.get("data-v").split("|")) != len(xs) or not line.get("data-name"):
            yield f"{line.get('data-name')}: {len(line.get('data-v').split('|'))} values at {len(xs)} points"


def bar_mistakes(figure):
    """The bars of a component fill their row, and no more."""
    for panel in figure.iter(f"{SVG}svg"):
        rows = {}
        for bar in panel.iter(f"{SVG}rect"):
            rows.setdefault(bar.get("y"), []).append((float(bar.get("x")), float(bar.get("width"))))
        for row in rows.values():
            row.sort()
            end = row[-1][0] + row[-1][1]
            if abs(row[0][0]) > 0.3 or not 338 < end < 340.3:
                yield f"a row from {row[0][0]} to {end}"
            for (x, width), (next_x, _) in zip(row, row[1:]):
                if x + width > next_x + 0.3 or next_x - (x + width) > 2.5:
                    yield f"bars at {x} + {width} and {next_x}"


def box_mistakes(figure):
    for panel in figure.iter(f"{SVG}svg"):
        boxes = [[float(box.get(key)) for key in ("x", "y", "width", "height")] for box in panel.iter(f"{SVG}rect")
                 if box.get("class").split()[0] in ("box", "users")]
        for i, (x, y, width, height) in enumerate(boxes):
            for x2, y2, width2, height2 in boxes[:i]:
                if x < x2 + width2 and x2 < x + width and y < y2 + height2 and y2 < y + height:
                    yield f"boxes at {x}, {y} and {x2}, {y2} overlap"


def mistakes(path):
    page = ET.parse(path).getroot()
    figures = page.findall("figure")
    names = [figure.get("id").removeprefix("draw-") for figure in figures]
    if names != [name for name in KINDS if name in names]:
        yield f"figures {names}"
    for figure in figures:
        panels = list(figure.iter(f"{SVG}svg"))
        if len(panels) != min(6, int(page.get("policies"))) and figure.get("id") != "draw-timeline":
            yield f"{figure.get('id')}: {len(panels)} panels"
        if not (figure.findtext("figcaption") or "").endswith("."):
            yield f"{figure.get('id')}: caption"
        if "#" in re.sub("&#[0-9]+;", "", " ".join(value for element in figure.iter() for key, value in
                                                  element.attrib.items() if key == "style")):
            yield f"{figure.get('id')}: a colour of its own"
        for panel in panels:
            for mistake in panel_mistakes(panel):
                yield f"{figure.get('id')}: {mistake}"
    for figure in page.findall("figure[@id='draw-workers']"):
        yield from bar_mistakes(figure)
    for figure in page.findall("figure[@id='draw-topology']"):
        yield from box_mistakes(figure)


def main(draw_pages):
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        made = subprocess.run([draw_pages, first, "1", str(N_RUNS)], check=False).returncode == 0
        verdict(made, "drawings of runs made by chance")
        found, kinds = [], set()
        for path in sorted(Path(first).iterdir()):
            try:
                found += [f"{path.name}: {mistake}" for mistake in mistakes(path)]
                kinds |= {figure.get("id") for figure in ET.parse(path).getroot().findall("figure")}
            except ET.ParseError as error:
                found.append(f"{path.name}: {error}")
        verdict(not found, "they are whole", "\n".join(found))
        verdict(len(kinds) == len(KINDS), "every kind of drawing was among them", kinds)
        subprocess.run([draw_pages, second, "1", "10"], check=False)
        same = all((Path(first) / path.name).read_bytes() == path.read_bytes() for path in Path(second).iterdir())
        verdict(same, "the same run, the same bytes")
    return finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
