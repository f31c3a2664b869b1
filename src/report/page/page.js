// What a page of a run gains by a script: the reader's choice of light or dark, numbers under the pointer, tables that
// can be sorted. Without it all is there to be read. Nothing is loaded, and no text ever becomes markup.
(function () {
  "use strict";
  var svgNamespace = "http://www.w3.org/2000/svg";

  // ---- light or dark: the rules for prefers-color-scheme apply always, or never ----
  var conditions = [];
  Array.prototype.forEach.call(document.styleSheets, function (sheet) {
    Array.prototype.forEach.call(sheet.cssRules, function (rule) {
      if (rule.media && /prefers-color-scheme/.test(rule.media.mediaText))
        conditions.push({ media: rule.media, usual: rule.media.mediaText });
    });
  });
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  var chosen = "";
  try { chosen = window.localStorage.getItem("tandem-theme") || ""; } catch (error) { chosen = ""; }

  function isDark() {
    return chosen ? chosen === "dark" : system.matches;
  }

  var button = document.createElement("button");
  button.type = "button";
  document.querySelector(".top").appendChild(button);

  function paint() {
    conditions.forEach(function (condition) {
      condition.media.mediaText = chosen === "dark" ? "screen" : chosen ? "not all" : condition.usual;
    });
    document.documentElement.style.colorScheme = chosen || "";
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Show on light paper" : "Show on dark paper");
  }

  button.addEventListener("click", function () {
    chosen = isDark() ? "light" : "dark";
    try { window.localStorage.setItem("tandem-theme", chosen); } catch (error) { /* it holds for this visit */ }
    paint();
  });
  system.addEventListener("change", paint);
  paint();

  // ---- the tooltip ----
  var tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");
  document.body.appendChild(tip);

  function show(text, x, y) {
    tip.textContent = text;
    tip.hidden = false;
    var box = tip.getBoundingClientRect(), gap = 14;
    var left = x + gap + box.width > document.documentElement.clientWidth ? x - gap - box.width : x + gap;
    var top = y - gap - box.height < 0 ? y + gap : y - gap - box.height;
    tip.style.left = Math.max(left, 4) + "px";
    tip.style.top = Math.min(top, window.innerHeight - box.height - 4) + "px";
  }

  function hide() {
    tip.hidden = true;
    Array.prototype.forEach.call(document.querySelectorAll(".cursor"), function (line) { line.remove(); });
    Array.prototype.forEach.call(document.querySelectorAll(".found"), function (one) { one.classList.remove("found"); });
  }

  // What a <title> says, the tooltip says.
  Array.prototype.forEach.call(document.querySelectorAll("[data-tip] > title"), function (title) {
    title.remove();
  });

  // ---- panels of curves: the nearest point of all curves ----
  function numbers(text) {
    return (text || "").split(" ").map(Number);
  }

  function headOf(panel, at) {
    if (panel.heads)
      return panel.heads[at] || "";
    if (!panel.scale)
      return "";
    var part = (panel.points[at] - panel.box[0]) / (panel.box[2] - panel.box[0]);
    var value = Number(panel.scale[0]) + part * (Number(panel.scale[1]) - Number(panel.scale[0]));
    return Number(value.toPrecision(4)) + " " + panel.scale.slice(2).join(" ");
  }

  function readPanel(svg) {
    return {
      svg: svg,
      box: numbers(svg.getAttribute("data-plot")),
      points: numbers(svg.getAttribute("data-x")),
      scale: svg.hasAttribute("data-at") ? svg.getAttribute("data-at").split(" ") : null,
      heads: svg.hasAttribute("data-heads") ? svg.getAttribute("data-heads").split("|") : null,
      curves: Array.prototype.map.call(svg.querySelectorAll("[data-v]"), function (curve) {
        return { name: curve.getAttribute("data-name") || "", values: curve.getAttribute("data-v").split("|") };
      }),
      at: -1
    };
  }

  function showPoint(panel, at, extra, x, y) {
    var lines = [headOf(panel, at)];
    panel.curves.forEach(function (curve) {
      if (curve.values[at])
        lines.push(curve.name + ": " + curve.values[at]);
    });
    hide();
    panel.at = at;
    var line = document.createElementNS(svgNamespace, "line");
    line.setAttribute("class", "cursor");
    line.setAttribute("x1", panel.points[at]);
    line.setAttribute("x2", panel.points[at]);
    line.setAttribute("y1", panel.box[1]);
    line.setAttribute("y2", panel.box[3]);
    panel.svg.appendChild(line);
    show(lines.concat(extra || []).filter(Boolean).join("\n"), x, y);
  }

  function nearest(points, x) {
    var best = 0;
    points.forEach(function (point, i) {
      if (Math.abs(point - x) < Math.abs(points[best] - x))
        best = i;
    });
    return best;
  }

  function toScreen(svg, x, y) {
    var point = svg.createSVGPoint();
    point.x = x;
    point.y = y;
    return point.matrixTransform(svg.getScreenCTM());
  }

  function toPanel(svg, event) {
    var point = svg.createSVGPoint();
    point.x = event.clientX;
    point.y = event.clientY;
    return point.matrixTransform(svg.getScreenCTM().inverse());
  }

  function tipOf(target) {
    var found = target && target.closest ? target.closest("[data-tip]") : null;
    return found ? found.getAttribute("data-tip") : "";
  }

  function follow(panel) {
    var svg = panel.svg;
    function point(event) {
      var at = toPanel(svg, event), box = panel.box;
      if (at.x < box[0] - 4 || at.x > box[2] + 4 || at.y < box[1] - 4 || at.y > box[3] + 4)
        return;
      event.stopPropagation();
      showPoint(panel, nearest(panel.points, at.x), tipOf(event.target), event.clientX, event.clientY);
    }
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step)
        return;
      var at = Math.min(Math.max(panel.at + step, 0), panel.points.length - 1);
      var place = toScreen(svg, panel.points[at], panel.box[1]);
      showPoint(panel, at, "", place.x, place.y);
      event.preventDefault();
    });
  }

  // ---- other panels: whatever has something to say, one after another ----
  function walk(svg) {
    var all = svg.querySelectorAll("[data-tip]"), at = -1;
    svg.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step)
        return;
      at = Math.min(Math.max(at + step, 0), all.length - 1);
      var box = all[at].getBoundingClientRect();
      hide();
      all[at].classList.add("found");
      show(all[at].getAttribute("data-tip"), box.left + box.width / 2, box.top);
      event.preventDefault();
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("svg.panel"), function (svg) {
    var curves = svg.hasAttribute("data-plot") && svg.hasAttribute("data-x");
    if (!curves && !svg.querySelector("[data-tip]"))
      return;
    svg.setAttribute("tabindex", "0");
    if (curves)
      follow(readPanel(svg));
    else
      walk(svg);
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("blur", hide);
  });

  function point(event) {
    var text = tipOf(event.target);
    if (text)
      show(text, event.clientX, event.clientY);
    else
      hide();
  }
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape")
      hide();
  });
  document.addEventListener("scroll", hide, { passive: true });

  // ---- sorting ----
  function sortBy(table, column, descending) {
    var body = table.tBodies[0];
    function key(row) {
      var cell = row.cells[column], value = cell.getAttribute("data-v");
      return column === 0 ? Number(row.getAttribute("data-place")) : value === null ? null : Number(value);
    }
    Array.prototype.slice.call(body.rows).sort(function (a, b) {
      var x = key(a), y = key(b);
      if (x === null || y === null)
        return (x === null) - (y === null);
      return descending ? y - x : x - y;
    }).forEach(function (row) { body.appendChild(row); });
  }

  Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), function (table) {
    Array.prototype.forEach.call(table.tBodies[0].rows, function (row, place) { row.setAttribute("data-place", place); });
    var headings = table.tHead.rows[0].cells;
    Array.prototype.forEach.call(headings, function (heading, column) {
      var sorter = document.createElement("button");
      sorter.type = "button";
      sorter.append.apply(sorter, Array.prototype.slice.call(heading.childNodes));
      sorter.title = column ? "Sort" : "In the order of the scenario";
      heading.appendChild(sorter);
      sorter.addEventListener("click", function () {
        var descending = column > 0 && heading.getAttribute("aria-sort") !== "descending";
        Array.prototype.forEach.call(headings, function (other) { other.removeAttribute("aria-sort"); });
        if (column > 0)
          heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sortBy(table, column, descending);
      });
    });
  });

  // ---- tables that need not scroll keep their heads in sight ----
  function measureTables() {
    Array.prototype.forEach.call(document.querySelectorAll(".scroll"), function (box) {
      box.classList.remove("fits");
      box.classList.toggle("fits", box.scrollWidth <= box.clientWidth);
    });
  }
  measureTables();
  window.addEventListener("resize", measureTables);

  // ---- where the reader is ----
  var links = document.querySelectorAll(".contents a");
  if (window.IntersectionObserver) {
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting)
          return;
        Array.prototype.forEach.call(links, function (link) {
          if (link.getAttribute("href") === "#" + entry.target.id)
            link.setAttribute("aria-current", "true");
          else
            link.removeAttribute("aria-current");
        });
      });
    }, { rootMargin: "-15% 0px -75% 0px" });
    Array.prototype.forEach.call(document.querySelectorAll("main > section"), function (section) { watcher.observe(section); });
  }

  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("details"), function (details) { details.open = true; });
  });
})();
