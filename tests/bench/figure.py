"""How the cost grows, as a figure: four panels in the style of tandem's own figures, drawn by gnuplot."""

import subprocess
from dataclasses import dataclass
from math import ceil, floor, log10

from runs import CannotMeasure
from targets import number
from workloads import PEERS

WIDTH, HEIGHT = 1600, 1300
INK, SOFT, GRID, PALE = "#222222", "#666666", "#E4E4E4", "#A9C8DE"
LINE_PX = 27  # from one label to the next
COLORS = {  # Okabe and Ito's
    "tandem": "#0072B2",
    "ns-3": "#009E73",
    "SimGrid": "#E69F00",
    "SimPy": "#D55E00",
    "length": "#444444",
    "users": "#0072B2",
    "open": "#CC79A7",
    "graph": "#009E73",
    "fifo": "#D55E00",
}

BEGIN = """reset
width = {width}.0; height = {height}.0
set terminal svg size width,height dynamic linewidth 2 background '#ffffff' \\
    font 'Inter&#44;Helvetica&#44;Arial&#44;sans-serif,24'
set output '{path}'
set encoding utf8
X(pixels) = pixels / width
Y(pixels) = 1 - pixels / height
set border 3 linecolor rgb '#555555' linewidth 0.5
set tics out nomirror scale 0.4 font ',22' textcolor rgb '#444444'
set grid ytics back linetype 1 linecolor rgb '{grid}' linewidth 0.5
unset key
set multiplot
"""


@dataclass(frozen=True)
class Panel:
    left: int
    right: int
    top: int
    bottom: int
    x: tuple  # range, logarithmic
    y: tuple

    def y_pixel(self, value):
        low, high = log10(self.y[0]), log10(self.y[1])
        share = (log10(min(max(value, self.y[0]), self.y[1])) - low) / (high - low)
        return self.bottom - share * (self.bottom - self.top)


@dataclass(frozen=True)
class Curve:
    name: str  # empty: it has no label
    color: str
    width: float
    points: list  # (size, value), sorted


# ---- gnuplot's words ----


def quoted(text):
    return "'" + text.replace("'", "’").replace("\n", " ") + "'"


def label(x, y, text, color=INK, size=22, anchor="left", bold=False):
    shown = quoted("{/:Bold " + text + "}") if bold else quoted(text)
    mode = "enhanced" if bold else "noenhanced"
    place = f"at screen X({x:.0f}), Y({y:.0f}) {anchor}"
    return f"set label {shown} {place} font ',{size}' textcolor rgb '{color}' {mode} front\n"


def decades(values):
    """The range of whole powers of ten around the values; at least one."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)) - 1e-9)
    return 10.0**low, 10.0 ** max(high, low + 1)


def tics(limits, texts):
    """A tic at each power of ten within the limits."""
    powers = range(round(log10(limits[0])), round(log10(limits[1])) + 1)
    return "(" + ", ".join(f"{quoted(texts(10.0**p))} 1e{p}" for p in powers) + ")"


def size_text(n):
    return f"{n / 1e6:g}M" if n >= 1e6 else f"{n / 1e3:g}k" if n >= 1e3 else f"{n:g}"


def time_text(ns):
    return f"{ns / 1e6:g} ms" if ns >= 1e6 else f"{ns / 1e3:g} µs" if ns >= 1e3 else f"{ns:g} ns"


def memory_text(n):
    return f"{n / 1e9:g} GB" if n >= 1e9 else f"{n / 1e6:g} MB"


# ---- panels ----


def spread(heights, gap, low, high):
    """Moved apart as far as needed, in the same order."""
    moved = []
    for height in heights:
        moved.append(max(height, moved[-1] + gap if moved else low))
    over = max(0.0, moved[-1] - high) if moved else 0.0
    for i in range(len(moved) - 1, -1, -1):
        limit = moved[i + 1] - gap if i + 1 < len(moved) else high
        moved[i] = min(moved[i], limit) if over else moved[i]
    return moved


def just_around(limits):
    """So that no tic at an end is lost to rounding."""
    return f"[{limits[0] * 0.9999:.6g}:{limits[1] * 1.0001:.6g}]"


def begin_panel(panel, heading, x_texts, y_texts):
    return (
        label(panel.left, panel.top - 38, heading, size=26, bold=True)
        + "set logscale xy\nunset mxtics\nunset mytics\n"
        + f"set xtics {tics(panel.x, x_texts)}\nset ytics {tics(panel.y, y_texts)}\n"
        + f"set lmargin at screen X({panel.left}); set rmargin at screen X({panel.right})\n"
        + f"set tmargin at screen Y({panel.top}); set bmargin at screen Y({panel.bottom})\n"
        + f"set xrange {just_around(panel.x)}\nset yrange {just_around(panel.y)}\n"
    )


END_PANEL = "unset label; unset arrow; unset logscale\n"


def end_labels(panel, curves):
    named = sorted((c for c in curves if c.name), key=lambda c: panel.y_pixel(c.points[-1][1]))
    heights = spread([panel.y_pixel(c.points[-1][1]) for c in named], LINE_PX, panel.top, panel.bottom)
    return "".join(label(panel.right + 16, y, curve.name, curve.color) for curve, y in zip(named, heights))


def curves_panel(place, heading, under, curves, y_texts):
    """Curves with their names at their ends; nothing where there are none."""
    curves = [curve for curve in curves if curve.points]
    if not curves:
        return ""
    values = [value for curve in curves for _, value in curve.points]
    sizes = [size for curve in curves for size, _ in curve.points]
    panel = Panel(*place, decades(sizes), decades(values))
    script = begin_panel(panel, heading, size_text, y_texts) + end_labels(panel, curves)
    script += label((panel.left + panel.right) / 2, panel.bottom + 74, under, SOFT, anchor="center")
    for i, curve in enumerate(curves):
        rows = "\n".join(f"{size:g} {value:.6g}" for size, value in curve.points)
        script += f"$curve{i} << END\n{rows}\nEND\n"
    style = "with linespoints pointtype 7 pointsize 0.5"
    plots = [
        f"$curve{i} using 1:2 {style} linewidth {curve.width} linecolor rgb '{curve.color}'"
        for i, curve in enumerate(curves)
    ]
    return script + "plot " + ", \\\n     ".join(plots) + "\n" + END_PANEL


def dots_panel(place, heading, under, dots):
    """A dot for each (name, color, value), one under the other, with its name and its number."""
    if not dots:
        return ""
    values = [value for _, _, value in dots]
    x = decades(values)
    panel = Panel(*place, x, (1.0, 10.0))
    script = begin_panel(panel, heading, time_text, size_text) + "unset ytics\nset border 1\nset grid xtics noytics\n"
    script += label((panel.left + panel.right) / 2, panel.bottom + 74, under, SOFT, anchor="center")
    step = (panel.bottom - panel.top) / len(dots)
    rows = ""
    for i, (name, color, value) in enumerate(dots):
        y = panel.top + (i + 0.5) * step
        rows += f"{value:.6g} {10 ** ((panel.bottom - y) / (panel.bottom - panel.top)):.6g} 0x{color[1:]}\n"
        script += label(panel.left - 16, y, name, color, anchor="right")
        script += label(panel.right + 16, y, time_text(float(f"{value:.3g}")), color)
    script += f"$dots << END\n{rows}END\n"
    script += "plot $dots using 1:2:3 with points pointtype 7 pointsize 1.3 linecolor rgb variable\n"
    return script + END_PANEL + f"set border 3\nset grid ytics noxtics linecolor rgb '{GRID}'\n"


# ---- what is in them ----


def grown(results, key, value, series=""):
    """(size, value) of the rows of a section that have both."""
    points = [
        (line.row.size, value(line))
        for line in results.lines.get(key, [])
        if line.row.size and (not series or line.row.series == series)
    ]
    return sorted(point for point in points if point[1] and point[1] > 0)


def time_of(unit):
    return lambda line: line.ns[unit]


def peak(line):
    return line.peak_bytes


def kernel_curves(results):
    shapes = dict.fromkeys(line.row.series for line in results.lines.get("hold", []))
    curves = [Curve("", PALE, 1.0, grown(results, "hold", time_of("event"), shape)) for shape in shapes]
    for name in ("tandem", *PEERS):
        curves.append(Curve(name, COLORS[name], 1.8, grown(results, "peers", time_of("event"), name)))
    return curves


GROWING = {  # section: (name of the curve, series)
    "length": ("requests in all", ""),
    "users": ("users", ""),
    "open": ("open requests", ""),
    "graph": ("components", ""),
    "overload": ("messages waiting", "fifo"),
}


def growth_curves(results, value):
    curves = []
    for key, (name, series) in GROWING.items():
        curves.append(Curve(name, COLORS[series or key], 1.8, grown(results, key, value, series)))
    return curves


def peer_dots(results):
    dots = []
    for key, what in (("mm1", "M/M/1"), ("chain", "chain")):
        for line in results.lines.get(key, []):
            who = line.row.name.split(",")[0]
            name = who if key == "chain" and who != "tandem" else line.row.name
            dots.append((f"{what}: {name}", COLORS.get(who, SOFT), line.ns["request"]))
    return dots


def title(results):
    """By how much the worst of the curves has grown from its smallest size to its largest."""
    curves = [c.points for c in growth_curves(results, time_of("event")) if len(c.points) > 1]
    worst = max((points[-1][1] / points[0][1] for points in curves), default=0.0)
    if not worst:
        return "What an event costs"
    return f"An event of the largest models takes at most {number(worst)} times as long as of small ones"


def script(results, path):
    about = results.about
    text = BEGIN.format(width=WIDTH, height=HEIGHT, path=path, grid=GRID)
    text += label(40, 40, title(results), size=34, bold=True)
    text += label(40, 82, f"{about['processor']} · {about['date']} · CPU time, medians", SOFT, 24)
    text += curves_panel(
        (130, 590, 210, 620),
        "The kernel: an event that schedules another",
        "events pending; pale: the event list alone",
        kernel_curves(results),
        time_text,
    )
    text += curves_panel(
        (900, 1380, 210, 620),
        "The whole simulator: an event",
        "how many there are",
        growth_curves(results, time_of("event")),
        time_text,
    )
    text += curves_panel(
        (130, 590, 780, 1190),
        "Memory at its peak",
        "how many there are",
        growth_curves(results, peak),
        memory_text,
    )
    text += dots_panel((1130, 1460, 780, 1190), "A request, beside the peers", "time", peer_dots(results))
    return text + "unset multiplot\nset output\n"


def draw(results, path, folder):
    """Draws into `path`; the script stays in `folder`."""
    file = folder / "performance.gp"
    file.write_text(script(results, path), encoding="utf-8")
    try:
        subprocess.run(["gnuplot", "-d", file], check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise CannotMeasure(f"gnuplot is not here, which draws {path}") from error
    except subprocess.CalledProcessError as error:
        raise CannotMeasure(f"gnuplot: {error.stderr.strip()}") from error
