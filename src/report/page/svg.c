#include "report/page/svg.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_key.h"
#include "report/plot/gnuplot.h"

enum { USUAL_SIZE = 11 };

/* A page takes what sans-serif there is: DejaVu, the widest that is common, is so much wider than measured.
 */
static const double widest_font = 1.08;

/* ---- numbers ---- */

static const double largest = 1e6; /* no picture is as big: beyond it, a mistake */

void svg_add_fixed(struct text *svg, double value, int decimals)
{
    uint64_t power = 1;
    for (int i = 0; i < decimals; i++)
        power *= 10;
    if (!isfinite(value) || fabs(value) * (double)power > 1e17)
        value = 0.0;
    uint64_t scaled = (uint64_t)(fabs(value) * (double)power + 0.5);
    text_addf(svg, "%s%llu", value < 0.0 && scaled > 0 ? "-" : "", (unsigned long long)(scaled / power));
    uint64_t fraction = scaled % power;
    if (fraction > 0)
        text_add(svg, ".");
    for (power /= 10; fraction > 0; fraction %= power, power = power >= 10 ? power / 10 : 1)
        text_addf(svg, "%llu", (unsigned long long)(fraction / power));
}

void svg_add_number(struct text *svg, double value)
{
    svg_add_fixed(svg, fabs(value) < largest ? value : 0.0, 1);
}

void svg_add_attribute(struct text *svg, const char *name, double value)
{
    text_addf(svg, " %s=\"", name);
    svg_add_number(svg, value);
    text_add(svg, "\"");
}

/* ---- texts ---- */

/* Not those of report/xml.h: a page is HTML, where one set serves attributes in either quotes and what stands
 * between tags, and what cannot be shown becomes a blank. */
static const char *entity(char byte)
{
    switch (byte) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\n': return "&#10;";
    default: return (unsigned char)byte < ' ' || byte == '\x7f' ? " " : NULL;
    }
}

/* The noncharacters that XML forbids count as wrong, too. */
static size_t good_bytes(const char *at, const char *end)
{
    unsigned long code = 0;
    size_t n = json_utf8(at, end, &code);
    return n > 0 && code != 0xfffe && code != 0xffff ? n : 0;
}

void svg_add_escaped(struct text *svg, const char *string)
{
    const char *end = string + strlen(string);
    while (string < end) {
        const char *safe = (unsigned char)*string < 0x80 ? entity(*string) : NULL;
        size_t n = (unsigned char)*string < 0x80 ? 1 : good_bytes(string, end);
        if (safe)
            text_add(svg, safe);
        else if (n > 0)
            text_add_bytes(svg, string, n);
        else
            text_add(svg, "?");
        string += n > 0 ? n : 1;
    }
}

void svg_add_text_attribute(struct text *svg, const char *name, const char *value)
{
    text_addf(svg, " %s=\"", name);
    svg_add_escaped(svg, value);
    text_add(svg, "\"");
}

double svg_text_width(const char *string, double size, bool bold)
{
    enum { FINE = 10 }; /* the width of a whole text is told in whole pixels: measure it larger */
    int width = gnuplot_text_width(string, bold ? GNUPLOT_BOLD : GNUPLOT_PLAIN, (int)(size * FINE + 0.5));
    return (double)width / FINE * widest_font;
}

static bool has_class(const char *classes, const char *class)
{
    size_t length = strlen(class);
    for (const char *at = strstr(classes, class); at; at = strstr(at + 1, class))
        if ((at == classes || at[-1] == ' ') && (at[length] == ' ' || at[length] == 0))
            return true;
    return false;
}

void svg_add_label(struct text *svg, struct svg_label label, const char *string)
{
    enum { FINE = 10 };
    double size = label.size > 0.0 ? label.size : USUAL_SIZE;
    bool bold = has_class(label.classes, "name");
    bool fits = label.room <= 0.0 || svg_text_width(string, size, bold) <= label.room;
    text_addf(svg, "<text class=\"%s\"", label.classes);
    svg_add_attribute(svg, "x", label.x);
    svg_add_attribute(svg, "y", label.y);
    if (size != (double)USUAL_SIZE)
        svg_add_attribute(svg, "font-size", size);
    if (label.style)
        svg_add_text_attribute(svg, "style", label.style);
    if (!fits)
        svg_add_text_attribute(svg, "data-tip", string);
    text_add(svg, ">");
    if (fits) {
        svg_add_escaped(svg, string);
    } else {
        char *fitting = gnuplot_fit(string, bold ? GNUPLOT_BOLD : GNUPLOT_PLAIN, (int)(size * FINE + 0.5),
                                    (int)(label.room / widest_font * FINE));
        text_add(svg, "<title>");
        svg_add_escaped(svg, string);
        text_add(svg, "</title>");
        svg_add_escaped(svg, fitting ? fitting : "");
        svg->failed |= !fitting;
        free(fitting);
    }
    text_add(svg, "</text>\n");
}

/* ---- shapes ---- */

void svg_end_with_tip(struct text *svg, const char *element, const char *tip)
{
    if (!tip) {
        text_add(svg, "/>\n");
        return;
    }
    svg_add_text_attribute(svg, "data-tip", tip);
    text_add(svg, "><title>");
    svg_add_escaped(svg, tip);
    text_addf(svg, "</title></%s>\n", element);
}

void svg_add_box(struct text *svg, struct svg_box box, const char *classes, const char *style,
                 const char *tip)
{
    const double least = 0.05; /* less would be written as 0 */
    if (!(box.width >= least) || !(box.height >= least))
        return;
    text_addf(svg, "<rect class=\"%s\"", classes);
    svg_add_attribute(svg, "x", box.x);
    svg_add_attribute(svg, "y", box.y);
    svg_add_attribute(svg, "width", box.width);
    svg_add_attribute(svg, "height", box.height);
    if (style)
        svg_add_text_attribute(svg, "style", style);
    svg_end_with_tip(svg, "rect", tip);
}

void svg_add_line(struct text *svg, double x1, double y1, double x2, double y2, const char *classes)
{
    text_addf(svg, "<line class=\"%s\"", classes);
    svg_add_attribute(svg, "x1", x1);
    svg_add_attribute(svg, "y1", y1);
    svg_add_attribute(svg, "x2", x2);
    svg_add_attribute(svg, "y2", y2);
    text_add(svg, "/>\n");
}

void svg_path_point(struct svg_path *path, double x, double y)
{
    x = isfinite(x) ? round(x * 10.0) / 10.0 : 0.0;
    y = isfinite(y) ? round(y * 10.0) / 10.0 : 0.0;
    if (path->down && x == path->x && y == path->y)
        return;
    text_add(path->svg, path->down ? "L" : "M");
    svg_add_number(path->svg, x);
    text_add(path->svg, " ");
    svg_add_number(path->svg, y);
    path->down = true;
    path->x = x;
    path->y = y;
}

void svg_path_gap(struct svg_path *path)
{
    path->down = false;
}
