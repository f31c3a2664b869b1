#!/usr/bin/env python3
"""Whether report.html is what it promises: sound HTML that loads nothing, in which no text of a scenario means more
than its letters; an answer that the numbers bear out; and, with Chromium, a page that fits on a phone, can be read in
light and dark, and whose script finds nothing to complain of. TAP on standard output.
usage: page_test.py TANDEM SOURCE"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

from tap import finish, skip, verdict

# Faults, events, losses, one component that waits, users who give up; what is small; and what grows.
SCENARIOS = "checkout crash-and-recover failure-propagation deadlines three-friends store-and-forward temporal-collage"
BROWSED = "checkout crash-and-recover failure-propagation three-friends nasty large many"
WIDTHS = {"checkout": (375, 1280), "large": (375, 1280), "many": (375, 1280)}  # else a phone's alone
VOID = {"meta", "link", "br", "img", "hr", "input", "wbr"}
NASTY = "</p></title><script>alert(1)</script><img src=x onerror=alert(2)> \"'&lt; ${7*7} `x` ]]> --> \u202e\u2028é"


class Page(HTMLParser):
    """The elements of a page, and what is wrong with them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.mistakes, self.open, self.ids, self.links, self.headings = [], [], [], [], []
        self.counts, self.texts, self.attributes, self.styles = {}, {}, [], []
        self.feed(text)
        self.close()
        self.mistakes += [f"never closed: {name}" for name in self.open]

    def handle_starttag(self, name, attrs):
        self.begin(name, attrs)
        if name not in VOID:
            self.open.append(name)

    def handle_startendtag(self, name, attrs):
        if "svg" not in self.open:
            self.mistakes.append(f"<{name}/> is no HTML")
        self.begin(name, attrs)

    def begin(self, name, attrs):
        self.counts[name] = self.counts.get(name, 0) + 1
        self.attributes += [(name, *attribute) for attribute in attrs]
        values = dict(attrs)
        if len(values) < len(attrs):
            self.mistakes.append(f"an attribute twice: {name} {attrs}")
        if "id" in values:
            self.ids.append(values["id"])
        if name == "a":
            self.links.append(values.get("href", ""))
        if re.fullmatch("h[1-6]", name):
            self.headings.append(int(name[1]))
        if name == "svg" and not (values.get("role") == "img" and values.get("aria-label")):
            self.mistakes.append("an svg without a name")

    def handle_endtag(self, name):
        if not self.open or self.open[-1] != name:
            self.mistakes.append(f"</{name}> closes {self.open[-1:]} at {self.getpos()}")
        elif self.open:
            self.open.pop()

    def handle_data(self, data):
        for name in set(self.open):
            self.texts.setdefault(name, []).append(data)

    def text(self, name):
        return "".join(self.texts.get(name, []))


def run(tandem, scenario, out, *options):
    command = [tandem, "run", "--quiet", "--no-plots", *options, "--out", str(out), str(scenario)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.stderr}")


# ---- scenarios of our own ----


def nasty_scenario(folder):
    """Everything that a scenario may name freely is named to do harm."""
    document = {
        "name": "nasty",
        "about": NASTY,
        "run": {"duration": "2s", "replications": 2},
        "components": {
            "shop": {"endpoints": {"buy": [{"work": "1ms"}, {"call": "bank.pay"}]}},
            "bank": {"endpoints": {"pay": [{"work": "2ms"}]}},
        },
        "links": {"default": {"delay": "1ms"}},
        "load": [{"request": "shop.buy", "open": {"poisson": "50/s"}}],
        "events": [{"at": "1s", "for": "100ms", "slow": "bank", "factor": 2, "name": NASTY[:99]}],
        "policies": {"sync": {"mode": "sync"}, "queue": {"mode": "queue"}},
        "expect": [{"claim": "sync.throughput < 1/s", "reason": NASTY, "hint": NASTY}, "queue.throughput > 1/s"],
    }
    path = folder / "<b>'n\"asty & <script>.json"
    comment = "// </code></pre></details><script>alert(3)</script>\n/* <!-- */\n"
    path.write_text(comment + json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def large_scenario(folder, n=150):
    components = {
        f"c{i}": {"workers": 4, "endpoints": {"do": [{"work": "1ms"}] + ([{"call": f"c{i + 1}.do"}] if i + 1 < n else [])}}
        for i in range(n)
    }
    document = {
        "name": "large",
        "run": {"duration": "5s", "replications": 2},
        "components": components,
        "links": {"default": {"delay": "1ms"}},
        "load": [{"request": "c0.do", "open": {"poisson": "20/s"}}],
        "policies": {"sync": {"mode": "sync"}, "async": {"mode": "async"}, "queue": {"mode": "queue"}},
    }
    path = folder / "large.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def many_policies_scenario(folder):
    document = {
        "name": "many-policies",
        "about": "Twelve of them.",
        "run": {"duration": "5s", "replications": 2},
        "components": {
            "shop": {"workers": 8, "endpoints": {"buy": [{"work": "1ms"}, {"call": "bank.pay"}]}},
            "bank": {"workers": 2, "endpoints": {"pay": [{"work": {"exponential": "5ms"}}]}},
        },
        "links": {"default": {"delay": "5ms", "loss": 0.05}},
        "load": [{"request": "shop.buy", "open": {"poisson": "50/s"}}],
        "policies": {
            f"policy-with-a-rather-long-name-{i}": {"mode": "sync", "timeout": f"{20 + 10 * i}ms", "retries": i % 4}
            for i in range(12)
        },
    }
    path = folder / "many-policies.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


# ---- without a browser ----


def check_html(name, path):
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    verdict(text.startswith("<!doctype html>\n<html lang=\"en\">"), f"{name}: begins as HTML")
    verdict(not page.mistakes, f"{name}: tags match", page.mistakes[:5])
    doubled = sorted({i for i in page.ids if page.ids.count(i) > 1})
    verdict(not doubled, f"{name}: each id once", doubled)
    dead = [
        link
        for link in page.links
        if not (link[1:] in page.ids if link.startswith("#") else (path.parent / link).exists())
    ]
    verdict(page.links and not dead, f"{name}: links lead somewhere", dead)
    outside = [
        attribute
        for attribute in page.attributes
        if attribute[1] in ("src", "srcset", "action", "data", "poster", "background", "xlink:href")
        or attribute[1].startswith("on")
        or (attribute[1] == "href" and re.match(r"[a-z+]*:|//", attribute[2]) and attribute[2] != "data:,")
        or re.search(r"url\(|@import", attribute[2] or "")
    ]
    outside += re.findall(r"url\([^)]*\)|@import", page.text("style"))
    verdict(not outside, f"{name}: loads nothing", outside)
    steps = list(zip(page.headings, page.headings[1:]))
    verdict(
        page.headings.count(1) == 1 and page.headings[0] == 1 and all(b <= a + 1 for a, b in steps),
        f"{name}: headings in order",
        page.headings,
    )
    verdict(len(text.encode()) < 2_000_000, f"{name}: below 2 MB", len(text))
    books = re.findall(r">(adds up|does not add up)<", text)
    verdict(books and set(books) == {"adds up"}, f"{name}: the books add up", books)
    return page


def check_nasty(page, path):
    verdict(page.counts["script"] == 1, "one script, the page's own", page.counts)
    verdict(not {"img", "b"} & (page.counts.keys() - {"b"}), "nothing injected", page.counts)
    verdict(NASTY in page.text("p"), "what it is about stands there letter by letter", page.text("p")[:300])
    verdict(NASTY[:99] in page.text("th"), "an event's name, too", page.text("th"))
    source = path.read_text(encoding="utf-8")
    verdict(source in page.text("pre"), "the scenario stands there letter by letter", page.text("pre")[:500])
    verdict(page.text("li").count(NASTY) == 2, "and why it should be so", page.text("li"))
    verdict(str(path) in page.text("summary"), "and its path", page.text("summary"))


def check_bytes(tandem, scenario, folder):
    pages = []
    for name, options in (("one", []), ("two", ["--threads", "1"])):
        run(tandem, scenario, folder / name, "--replications=2", *options)
        pages.append(next((folder / name).glob("*/report.html")).read_bytes())
    verdict(pages[0] == pages[1], "the same run, the same bytes")


# ---- the answer beside the numbers ----

FACTORS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400, "%": 0.01}


def number(text):
    value, unit = text.split()
    return float(value) * FACTORS[unit]


def read_answers(text):
    """{question: plain words} with policies as {name}."""
    part = text[text.index('<div class="answer">') : text.index("<h2>Key figures</h2>")]
    part = re.sub(r'<span class="policy[^>]*>([^<]*)</span>', r"{\1}", part)
    pairs = re.findall(r"<h3>(.*?)</h3><p>(.*?)</p>", part, re.DOTALL)
    return {question: re.sub(r"<[^>]*>", "", words).replace("&nbsp;", " ") for question, words in pairs}


def claims(words):
    """(values, policies) of "9 ms on average under {mixed}, and 81 ms to 82 ms under {a} and {b}"."""
    value = r"[0-9.]+ (?:ns|us|ms|s|min|h|d|%)"
    for found in re.finditer(rf"({value})(?: to ({value}))?([^{{}};.0-9]*?) under ((?:\{{[^}}]*\}}(?:, | and )?)+)", words):
        values = [number(text) for text in found.group(1, 2) if text]
        yield values, re.findall(r"\{([^}]*)\}", found[4])


def check_claims(name, what, words, summary, metric):
    """Each value is the metric's, and policies with different values really differ from the first one."""
    said, wrong = {}, []
    for values, policies in claims(words):
        for policy in policies:
            measured = summary["policies"][policy][metric]["value"]
            said[policy] = values
            if not min(values) * 0.99 <= measured <= max(values) * 1.01:
                wrong.append(f"{policy}: {values}, measured {measured}")
    first = next(iter(summary["policies"]))
    for policy, values in said.items():
        difference = summary["differences"].get(policy, {}).get(metric)
        if difference and first in said and values != said[first] and difference["none"]:
            wrong.append(f"{policy} and {first} do not differ in {metric}")
    verdict(not wrong, f"{name}: {what}", wrong)
    return said


def check_answer(name, folder):
    text = (folder / "report.html").read_text(encoding="utf-8")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    answers = read_answers(text)
    component = re.match(r"[\w-]+", answers["Who waits?"])[0]
    waits = check_claims(name, "who waits", answers["Who waits?"], summary, f"{component}.blocked")
    response = answers["What does it cost?"].split(". ")[0]
    costs = check_claims(name, "what it costs", response, summary, "response.mean")
    return len(waits) + len(costs)


# ---- with a browser ----

# Runs in the page itself: tells its window's owner what is wrong.
PROBE = r"""
(function () {
  var findings = [];
  function find(text) { if (findings.length < 20 && findings.indexOf(text) < 0) findings.push(text); }
  window.addEventListener("error", function (event) { find("error: " + event.message); });
  document.addEventListener("securitypolicyviolation", function (event) { find("blocked: " + event.blockedURI); });
  ["error", "warn"].forEach(function (name) {
    console[name] = function () { find("console." + name + ": " + Array.prototype.join.call(arguments, " ")); };
  });
  function rgb(text) {
    var n = (text.match(/[0-9.]+(e-?[0-9]+)?/g) || []).map(Number);
    if (/^color\(srgb/.test(text)) n = n.map(function (v, i) { return i < 3 ? 255 * v : v; });
    return { c: n.slice(0, 3), a: n.length > 3 ? n[3] : 1 };
  }
  function light(c) {
    var l = c.map(function (v) { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  }
  function contrast(a, b) {
    var x = light(a), y = light(b);
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  }
  function paper(element) {
    for (; element; element = element.parentElement) {
      var color = rgb(getComputedStyle(element).backgroundColor);
      if (color.c.length === 3 && color.a === 1) return color.c;
    }
    return [255, 255, 255];
  }
  // The shapes of a picture in the order in which they are painted.
  function shapesOf(svg) {
    return Array.prototype.map.call(svg.querySelectorAll("rect"), function (shape) {
      var style = getComputedStyle(shape), fill = rgb(style.fill);
      return { shape: shape, at: shape.getBoundingClientRect(), c: fill.c,
               part: fill.a * Number(style.opacity) * Number(style.fillOpacity) };
    }).filter(function (shape) { return shape.c.length === 3 && shape.part > 0; });
  }
  // What is below the middle of a text in a picture.
  function ground(text, shapes, bare) {
    var box = text.getBoundingClientRect(), found = bare;
    var x = box.left + box.width / 2, y = box.top + box.height / 2;
    shapes.forEach(function (shape) {
      var at = shape.at;
      if (at.left > x || x > at.right || at.top > y || y > at.bottom ||
          !(shape.shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) return;
      found = found.map(function (under, i) { return shape.part * shape.c[i] + (1 - shape.part) * under; });
    });
    return { c: found, free: found === bare };
  }
  function checkContrast(when) {
    var walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), seen = 0, known = new Map();
    function below(element) {
      var svg = element.closest("svg");
      if (!svg) return { c: paper(element), free: true };
      if (!known.has(svg)) known.set(svg, { shapes: shapesOf(svg), bare: paper(svg) });
      return ground(element, known.get(svg).shapes, known.get(svg).bare);
    }
    while (walker.nextNode()) {
      var parent = walker.currentNode.parentElement, style = getComputedStyle(parent);
      if (!walker.currentNode.data.trim() || /^(script|style|title)$/i.test(parent.tagName)) continue;
      if (parent.closest(".skip") || !parent.getClientRects().length) continue;
      var ink = rgb(parent.closest("svg") ? style.fill : style.color);
      var large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
      var under = below(parent), found = contrast(ink.c, under.c);
      seen++;
      if (found < (large || !under.free ? 3 : 4.5)) // on a bar: what it says stands beside it, too
        find(when + ": contrast " + found.toFixed(2) + " of " + parent.tagName + "." + parent.getAttribute("class") +
             " \"" + walker.currentNode.data.trim().slice(0, 40) + "\"");
    }
    if (!seen) find("no text");
  }
  function checkLayout() {
    var root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      find("scrolls sideways: " + root.scrollWidth + " > " + root.clientWidth);
      Array.prototype.forEach.call(document.body.querySelectorAll("*"), function (element) {
        if (!element.closest(".scroll, pre, .contents, svg") && element.getBoundingClientRect().right > root.clientWidth + 1)
          find("too wide: " + element.tagName + "." + element.className);
      });
    }
    Array.prototype.forEach.call(document.querySelectorAll("svg, img"), function (picture) {
      var box = picture.getBoundingClientRect();
      if (!(box.width > 20 && box.height > 20)) find("a picture of " + box.width + " x " + box.height);
      if (!(picture.getAttribute("aria-label") || picture.alt)) find("a picture without a name");
    });
    var level = 0;
    Array.prototype.forEach.call(document.querySelectorAll("h1, h2, h3, h4, h5, h6"), function (heading) {
      if (Number(heading.tagName[1]) > level + 1) find("heading out of order: " + heading.textContent);
      level = Number(heading.tagName[1]);
    });
    if (performance.getEntriesByType("resource").length) find("something was loaded");
  }
  function point(svg, element) {
    var box = element.getBoundingClientRect();
    element.dispatchEvent(new PointerEvent("pointermove", { bubbles: true,
      clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }));
    var tip = document.getElementById("tip");
    var said = tip && !tip.hidden ? tip.textContent : "";
    if (!said.trim() || /NaN|undefined/.test(said)) find("no tooltip over " + svg.getAttribute("aria-label") + ": " + said);
  }
  function key(svg) {
    svg.focus();
    svg.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "ArrowRight" }));
    var tip = document.getElementById("tip");
    if (!tip || tip.hidden || !tip.textContent.trim()) find("no tooltip by key in " + svg.getAttribute("aria-label"));
    svg.blur();
  }
  function checkHover() {
    Array.prototype.forEach.call(document.querySelectorAll("svg[data-plot]"), function (svg) {
      svg.scrollIntoView();
      point(svg, svg);
      key(svg);
    });
    Array.prototype.forEach.call(document.querySelectorAll("figure"), function (figure) {
      var one = figure.querySelector("svg:not([data-plot]) [data-tip]");
      if (!one) return;
      one.scrollIntoView();
      point(one.closest("svg"), one);
      key(one.closest("svg"));
    });
  }
  function checkSorting() {
    var table = document.querySelector("table.sortable"), column = 1;
    if (!table) return find("nothing to sort");
    function values() {
      return Array.prototype.map.call(table.tBodies[0].rows, function (row) {
        return row.cells[column].getAttribute("data-v");
      }).filter(function (value) { return value !== null; }).map(Number);
    }
    table.tHead.rows[0].cells[column].querySelector("button").click();
    var sorted = values();
    if (!sorted.every(function (value, i) { return i === 0 || value <= sorted[i - 1]; })) find("not sorted: " + sorted);
    table.tHead.rows[0].cells[0].querySelector("button").click();
  }
  window.addEventListener("load", function () {
    document.documentElement.style.scrollBehavior = "auto";
    checkLayout();
    var before = getComputedStyle(document.body).backgroundColor, button = document.querySelector(".top button");
    checkContrast("at first");
    if (button) {
      button.click();
      if (getComputedStyle(document.body).backgroundColor === before) find("light and dark are the same");
      checkContrast("after the choice");
      button.click();
      checkHover();
      checkSorting();
    } else {
      find("no button for light and dark");
    }
    parent.postMessage({ page: window.name, findings: findings, svgs: document.querySelectorAll("svg").length }, "*");
  });
})();
"""

HARNESS = """<!doctype html><meta charset="utf-8"><title>harness</title><pre id="out"></pre>
<script>
var told = [];
window.addEventListener("message", function (event) {
  told.push(event.data);
  document.getElementById("out").textContent = JSON.stringify(told);
});
</script>
"""

BROKEN = """<!doctype html><html lang="en"><head><title>broken</title><script>PROBE</script></head>
<body style="background:#fff"><h1>a</h1><h3>b</h3><div style="width:900px">wide</div>
<p style="color:#bbb">pale</p><svg viewBox="0 0 1 1" style="width:0"></svg><script>undefinedFunction()</script></body></html>"""


def browse(chromium, folder, pages):
    """What the probe found in each page, as {(page, width): message}."""
    harness = HARNESS
    for name, text in pages.items():
        probed = text.replace("<meta charset", f"<script>{PROBE}</script><meta charset", 1).replace("PROBE", PROBE, 1)
        (folder / f"{name}.html").write_text(probed, encoding="utf-8")
        for width in WIDTHS.get(name, (375,)):
            harness += f'<iframe name="{name}|{width}" src="{name}.html" width="{width}" height="900"></iframe>\n'
    (folder / "harness.html").write_text(harness, encoding="utf-8")
    command = [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"]
    command += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=10000", "--dump-dom"]
    done = subprocess.run(
        [*command, (folder / "harness.html").as_uri()], capture_output=True, text=True, timeout=280, check=False
    )
    found = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.DOTALL)
    told = json.loads(re.sub("&lt;", "<", re.sub("&gt;", ">", found[1])).replace("&amp;", "&")) if found and found[1] else []
    return {tuple(message["page"].split("|")): message for message in told}


def check_browser(chromium, folder, pages):
    told = browse(chromium, folder, {**pages, "broken": BROKEN})
    broken = " ".join(told.get(("broken", "375"), {"findings": []})["findings"])
    for sign in ("scrolls sideways", "contrast", "a picture of 0", "out of order", "error:"):
        verdict(sign in broken, f"the probe finds: {sign}", broken)
    for name in pages:
        for width in WIDTHS.get(name, (375,)):
            message = told.get((name, str(width)))
            good = message is not None and not message["findings"] and message["svgs"] > 0
            verdict(good, f"{name} in Chromium, {width} px wide", "\n".join(message["findings"]) if message else "silent")


# ---- the whole ----


def main(tandem, source):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out, own = folder / "out", folder / "own"
        own.mkdir()
        scenarios = {name: Path(source) / f"scenarios/{name}.json" for name in SCENARIOS.split()}
        scenarios |= {"nasty": nasty_scenario(own), "large": large_scenario(own), "many": many_policies_scenario(own)}
        pages, compared = {}, 0
        for name, path in scenarios.items():
            run(tandem, path, out / name, "--replications=3")
            report = next((out / name).glob("*/report.html"))
            page = check_html(name, report)
            pages[name] = report.read_text(encoding="utf-8")
            if name == "nasty":
                check_nasty(page, path)
            else:
                compared += check_answer(name, report.parent)
        verdict(compared > 20, "answers were compared with numbers", compared)
        check_bytes(tandem, scenarios["checkout"], folder)
        chromium = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
        if chromium:
            check_browser(chromium, folder, {name: pages[name] for name in BROWSED.split()})
        else:
            skip("in Chromium", "there is none")
    return finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
