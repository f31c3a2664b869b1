#include "report/plot/plot_figure.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { END_LABELS_MOST = 64 };

/* ---- colours ---- */

static const char *const mode_colors[] = {
    [CALL_SYNC] = "#D55E00", [CALL_ASYNC] = "#0072B2", [CALL_QUEUE] = "#009E73"};
static const char *const other_colors[] = {"#CC79A7", "#56B4E9", "#E69F00", "#000000", "#8C6D31", "#7F7F7F"};
enum { N_OTHERS = sizeof other_colors / sizeof *other_colors };

/* The first policy of a mode that does nothing else; where all of them are mixed, the first of those. */
static bool owns_mode_color(const struct spec *spec, size_t policy)
{
    const struct policy_spec *self = &spec->policies[policy];
    for (size_t p = 0; p < spec->n_policies; p++) {
        const struct policy_spec *other = &spec->policies[p];
        if (p == policy || other->rule.mode != self->rule.mode)
            continue;
        bool purer = other->n_overrides == 0 && self->n_overrides > 0;
        bool alike = (other->n_overrides == 0) == (self->n_overrides == 0);
        if (purer || (alike && p < policy))
            return false;
    }
    return true;
}

const char *plot_policy_color(const struct spec *spec, size_t policy)
{
    if (owns_mode_color(spec, policy))
        return mode_colors[spec->policies[policy].rule.mode];
    size_t others = 0;
    for (size_t p = 0; p < policy; p++)
        others += !owns_mode_color(spec, p);
    return other_colors[others % N_OTHERS];
}

size_t plot_shown_policies(const struct plot_source *source)
{
    size_t n = source->experiment->n_policies;
    return n < FIGURE_POLICIES ? n : FIGURE_POLICIES;
}

double plot_line_width(size_t policy)
{
    return policy == 0 ? 2.2 : policy == 1 ? 1.7 : 1.3;
}

/* ---- the page ---- */

/* The comma between the families is written as XML writes it: gnuplot takes it for a part of one name, a
 * browser without Inter for a list to choose from. pngcairo counts in points of 4/3 pixels, svg in pixels:
 * hence 0.75. */
static const char preamble[] =
    "if (!exists('format')) format = 'svg'\n"
    "if (format eq 'svg') set terminal svg size width,height dynamic linewidth 2 background '#ffffff' "
    "font 'Inter&#44;Helvetica&#44;Arial&#44;sans-serif,24'\n"
    "if (format eq 'png') set terminal pngcairo size width,height linewidth 2 background '#ffffff' "
    "font 'Inter,24' fontscale 0.75\n"
    "set output name.'.'.format\n"
    "set encoding utf8\n"
    "X(pixels) = pixels / width\n"
    "Y(pixels) = 1 - pixels / height\n"
    "\n"
    "set datafile separator comma columnheaders\n"
    "set style fill solid 1 noborder\n"
    "set border 3 linecolor rgb '#555555' linewidth 0.5\n"
    "set tics out nomirror scale 0.4 font ',22' textcolor rgb '#444444'\n"
    "set grid ytics back linetype 1 linecolor rgb '" COLOR_GRID "' linewidth 0.5\n"
    "unset key\n"
    "set multiplot\n"
    "\n";

void figure_begin(struct figure *figure, int height, const char *title, const char *subtitle)
{
    text_addf(&figure->script, "# Draws %s.svg and %s.png from %s.csv: gnuplot %s.gp\nreset\n", figure->name,
              figure->name, figure->name, figure->name);
    text_addf(&figure->script, "name = '%s'; width = %d.0; height = %d.0\n", figure->name, PAGE_WIDTH,
              height);
    text_add(&figure->script, preamble);
    int room = PAGE_RIGHT - PAGE_LEFT, size = TITLE_PX;
    while (size > TEXT_PX && gnuplot_text_width(title, GNUPLOT_BOLD, size) > room)
        size -= 2;
    figure_label(figure,
                 (struct label){.x = PAGE_LEFT, .y = 40, .face = GNUPLOT_BOLD, .size = size, .room = room},
                 title);
    figure_label(figure, (struct label){.x = PAGE_LEFT, .y = 82, .color = COLOR_SOFT, .room = room},
                 subtitle);
}

void figure_end(struct figure *figure)
{
    text_add(&figure->script, "unset multiplot\nset output\nif (format eq 'svg') format = 'png'; reread\n");
}

void plot_add_run(struct text *subtitle, const struct plot_source *source)
{
    const struct spec *spec = source->spec;
    text_add(subtitle, spec->name ? spec->name : "");
    if (spec->run.replications > 1)
        text_addf(subtitle, " · replication 1 of %u", (unsigned)spec->run.replications);
}

void plot_add_warmup_note(struct text *subtitle, const struct plot_source *source)
{
    if (source->spec->run.warmup_ns > 0)
        text_add(subtitle, " · dotted: end of the warm-up");
}

void plot_add_shown(struct text *subtitle, size_t shown, size_t all, const char *noun)
{
    if (shown < all)
        text_addf(subtitle, " · the first %zu of %zu %s", shown, all, noun);
}

void figure_label(struct figure *figure, struct label label, const char *text)
{
    static const char *const sides[] = {"left", "center", "right"};
    int size = label.size ? label.size : TEXT_PX;
    char *fitting = gnuplot_fit(text ? text : "", label.face, size, label.room ? label.room : INT_MAX);
    text_add(&figure->script, "set label ");
    gnuplot_add_string(&figure->script, fitting ? fitting : "", label.face);
    text_addf(&figure->script, " at screen X(%d), Y(%d) %s font ',%d' textcolor rgb '%s' %s front\n", label.x,
              label.y, sides[label.anchor], size, label.color ? label.color : COLOR_INK,
              label.face == GNUPLOT_BOLD ? "enhanced" : "noenhanced");
    figure->script.failed |= !fitting || !text;
    free(fitting);
}

static void add_point(struct text *script, int x, int y, int point, double size, const char *color)
{
    text_addf(script,
              "set label '' at screen X(%d), Y(%d) point pointtype %d pointsize %.1f linewidth 1.3 linecolor "
              "rgb '%s' front\n",
              x, y, point, size, color);
}

void figure_point(struct figure *figure, int x, int y, int point, const char *color)
{
    static const char white[] = "#FFFFFF";
    enum { RING = 6, DISC = 7 };
    add_point(&figure->script, x, y, point == RING ? DISC : point, 2.4, white);
    add_point(&figure->script, x, y, point, 1.7, color);
}

static void add_stroke(struct text *script, const char *color, double width, const int ends[4])
{
    text_addf(script,
              "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '%s' linewidth "
              "%.1f\n",
              ends[0], ends[1], ends[2], ends[3], color, width);
}

static void add_cross(struct text *script, const struct key_entry *entry, int x, int y, int width)
{
    int end = x + width - CROSS_PX;
    add_stroke(script, entry->color, 0.9, (int[]){x, y, end, y});
    add_stroke(script, entry->color, 1.3,
               (int[]){end - CROSS_PX, y - CROSS_PX, end + CROSS_PX, y + CROSS_PX});
    add_stroke(script, entry->color, 1.3,
               (int[]){end - CROSS_PX, y + CROSS_PX, end + CROSS_PX, y - CROSS_PX});
}

static void add_swatch(struct text *script, const struct key_entry *entry, int x, int y, int width)
{
    if (entry->swatch == SWATCH_FILL)
        text_addf(script,
                  "set object rectangle from screen X(%d), Y(%d) to screen X(%d), Y(%d) fillcolor rgb '%s' "
                  "fillstyle solid 1 noborder\n",
                  x, y - 11, x + width, y + 11, entry->color);
    else if (entry->swatch == SWATCH_ARROW)
        text_addf(script,
                  "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) head size screen 0.008,20 "
                  "filled fixed linecolor rgb '%s' linewidth 1.3\n",
                  x, y, x + width, y, entry->color);
    else
        add_cross(script, entry, x, y, width);
}

void figure_key(struct figure *figure, int x, int y, const struct key_entry *entries, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int width = entries[i].swatch == SWATCH_FILL ? 22 : 40;
        add_swatch(&figure->script, &entries[i], x, y, width);
        figure_label(figure, (struct label){.x = x + width + 10, .y = y, .size = TICS_PX}, entries[i].text);
        x += width + 36 + gnuplot_text_width(entries[i].text, GNUPLOT_PLAIN, TICS_PX);
    }
}

/* ---- panels ---- */

struct panel panel_at(struct panel body, int rows, int columns, int row, int column, int gap_x, int gap_y)
{
    int width = (body.right - body.left - (columns - 1) * gap_x) / columns;
    int height = (body.bottom - body.top - (rows - 1) * gap_y) / rows;
    int left = body.left + column * (width + gap_x), top = body.top + row * (height + gap_y);
    return (struct panel){.left = left, .right = left + width, .top = top, .bottom = top + height};
}

/* 1, 2 or 5 times a power of ten. */
static double round_step(double least)
{
    double power = units_decade(least);
    double factor = least / power;
    return power * (factor <= 1.0 ? 1.0 : factor <= 2.0 ? 2.0 : factor <= 5.0 ? 5.0 : 10.0);
}

struct magnitude {
    double from, unit;
    const char *suffix;
};

static struct magnitude magnitude_of(double number)
{
    static const struct magnitude magnitudes[] = {{1e9, 1e9, "G"}, {1e6, 1e6, "M"}, {1e5, 1e3, "k"}};
    for (size_t i = 0; i < sizeof magnitudes / sizeof *magnitudes; i++)
        if (number >= magnitudes[i].from)
            return magnitudes[i];
    return (struct magnitude){0.0, 1.0, ""};
}

struct units_text plot_short_count(double count)
{
    struct magnitude magnitude = magnitude_of(count);
    struct units_text text = units_format_number(count / magnitude.unit, 3);
    size_t length = strlen(text.chars);
    snprintf(text.chars + length, sizeof text.chars - length, "%s", magnitude.suffix);
    return text;
}

struct plot_axis axis_up_to(double to, int tics, bool whole)
{
    if (!(to > 0.0))
        to = 1.0;
    double step = round_step(to / tics);
    if (whole)
        step = fmax(step, 1.0);
    struct magnitude magnitude = magnitude_of(to);
    return (struct plot_axis){.to = step * ceil(to / step * (1.0 - 1e-9)),
                              .step = step,
                              .labels = true,
                              .unit = magnitude.unit,
                              .suffix = magnitude.suffix};
}

struct plot_axis axis_in_unit(double to, int tics, double scale, const char *suffix)
{
    struct plot_axis axis = axis_up_to(to * scale, tics, false);
    axis.to /= scale;
    axis.step /= scale;
    axis.unit = 1.0 / scale;
    axis.suffix = suffix;
    return axis;
}

struct plot_axis axis_of_rate(double to, int tics)
{
    struct units_rate unit = units_of_rate(to);
    return unit.scale > 1.0 ? axis_in_unit(to, tics, unit.scale, unit.name) : axis_up_to(to, tics, false);
}

double axis_pixel(struct plot_axis axis, struct panel panel, double value)
{
    return panel.bottom - (value - axis.from) / (axis.to - axis.from) * (panel.bottom - panel.top);
}

/* At multiples of the step. */
static double tic_value(struct plot_axis axis, int tic)
{
    return axis.step * (ceil(axis.from / axis.step * (1.0 - 1e-9)) + tic);
}

struct tic_text {
    char chars[32]; /* a number and a unit */
};

static struct tic_text tic_label(struct plot_axis axis, int tic)
{
    struct tic_text text;
    double value = tic_value(axis, tic) / (axis.unit > 0.0 ? axis.unit : 1.0);
    snprintf(text.chars, sizeof text.chars, "%.9g%s", value, axis.suffix && value != 0.0 ? axis.suffix : "");
    return text;
}

static int count_tics(struct plot_axis axis)
{
    if (axis.step <= 0.0)
        return 0;
    return (int)floor((axis.to - tic_value(axis, 0)) / axis.step + 1e-9) + 1;
}

/* gnuplot takes a label for a format: its % is doubled. */
static void add_tic(struct text *script, struct plot_axis axis, int tic)
{
    struct tic_text label = tic_label(axis, tic);
    text_add(script, tic > 0 ? ", '" : "'");
    for (const char *c = axis.labels ? label.chars : ""; *c; c++)
        text_addf(script, "%c%s", *c, *c == '%' ? "%" : "");
    text_addf(script, "' %.9g", tic_value(axis, tic));
}

static void add_axis(struct text *script, char which, struct plot_axis axis)
{
    text_addf(script, "set %crange [%.9g:%.9g]\n", which, axis.from, axis.to);
    if (axis.step <= 0.0)
        return;
    text_addf(script, "set %ctics (", which);
    for (int i = 0; i < count_tics(axis); i++)
        add_tic(script, axis, i);
    text_add(script, ")\n");
}

void panel_begin(struct figure *figure, struct panel panel, struct plot_axis x, struct plot_axis y)
{
    text_addf(&figure->script, "set lmargin at screen X(%d); set rmargin at screen X(%d)\n", panel.left,
              panel.right);
    text_addf(&figure->script, "set tmargin at screen Y(%d); set bmargin at screen Y(%d)\n", panel.top,
              panel.bottom);
    add_axis(&figure->script, 'x', x);
    add_axis(&figure->script, 'y', y);
    figure->n_curves = 0;
}

void panel_curve(struct figure *figure, const char *format, ...)
{
    char curve[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(curve, sizeof curve, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof curve)
        figure->script.failed = true;
    else if (figure->n_curves++ == 0)
        text_addf(&figure->script, "plot '%s.csv' %s", figure->name, curve);
    else
        text_addf(&figure->script, ", \\\n     '' %s", curve);
}

void panel_end(struct figure *figure)
{
    text_add(&figure->script, figure->n_curves == 0 ? "plot NaN\n" : "\n");
    text_add(&figure->script, "unset label; unset arrow; unset object\n\n");
}

void figure_empty(struct figure *figure, const char *title, const char *subtitle, const char *remark)
{
    struct panel panel = {.left = PAGE_LEFT, .right = PAGE_RIGHT, .top = PAGE_BODY, .bottom = 380};
    figure_begin(figure, 400, title, subtitle);
    text_add(&figure->script, "unset border; unset tics\n");
    figure_label(figure,
                 (struct label){.x = (panel.left + panel.right) / 2,
                                .y = (panel.top + panel.bottom) / 2,
                                .anchor = ANCHOR_CENTER,
                                .color = COLOR_SOFT},
                 remark);
    panel_begin(figure, panel, (struct plot_axis){.to = 1.0}, (struct plot_axis){.to = 1.0});
    text_add(&figure->script, "plot -1\n");
    figure_end(figure);
}

int axis_width(struct plot_axis axis)
{
    int width = 0;
    for (int i = 0; i < count_tics(axis); i++) {
        int here = gnuplot_text_width(tic_label(axis, i).chars, GNUPLOT_PLAIN, TICS_PX);
        width = here > width ? here : width;
    }
    return width + 20;
}

void plot_add_name(struct text *sentence, const char *name)
{
    char *fitting = gnuplot_fit(name, GNUPLOT_BOLD, TITLE_PX, 300);
    text_add(sentence, fitting ? fitting : "");
    sentence->failed |= !fitting;
    free(fitting);
}

static void add_end_label(struct figure *figure, struct panel panel, const struct end_label *label, int y,
                          int room)
{
    int value_px = gnuplot_text_width(label->value, GNUPLOT_PLAIN, TICS_PX);
    char *name = gnuplot_fit(label->name, GNUPLOT_PLAIN, TICS_PX, room - 24 - value_px);
    char *text = name ? text_format("%s %s", name, label->value) : NULL;
    figure_label(figure,
                 (struct label){.x = panel.right + 14, .y = y, .size = TICS_PX, .color = label->color}, text);
    figure->script.failed |= !text;
    free(name);
    free(text);
}

void figure_label_ends(struct figure *figure, struct panel panel, const struct end_label *labels, size_t n,
                       int room)
{
    double ends[END_LABELS_MOST];
    n = n < END_LABELS_MOST ? n : END_LABELS_MOST;
    for (size_t i = 0; i < n; i++)
        ends[i] = labels[i].at;
    plot_spread(ends, n, LINE_PX, panel.top, panel.bottom);
    for (size_t i = 0; i < n; i++)
        add_end_label(figure, panel, &labels[i], (int)ends[i], room);
}

/* Insertion sort of the order, then a pass down and a pass back up: few labels, and the result is the same
 * for the same input. */
void plot_spread(double *positions, size_t n, double gap, double low, double high)
{
    size_t order[END_LABELS_MOST];
    if (n == 0 || n > END_LABELS_MOST)
        return;
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0 && positions[order[at - 1]] > positions[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    gap = fmin(gap, n > 1 ? (high - low) / (double)(n - 1) : gap);
    double least = low;
    for (size_t i = 0; i < n; i++, least += gap)
        least = positions[order[i]] = fmax(positions[order[i]], least);
    double most = high;
    for (size_t i = n; i-- > 0; most -= gap)
        most = positions[order[i]] = fmin(positions[order[i]], most);
}

/* ---- time ---- */

struct time_unit plot_time_unit(double seconds)
{
    static const struct {
        struct time_unit unit;
        double from;
    } units[] = {
        {{"days", " days", 86400.0}, 3 * 86400.0},
        {{"h", " h", 3600.0}, 3 * 3600.0},
        {{"min", " min", 60.0}, 180.0},
        {{"s", " s", 1.0}, 1.0},
        {{"ms", " ms", 1e-3}, 1e-3},
        {{"us", " us", 1e-6}, 1e-6},
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (seconds >= units[i].from)
            return units[i].unit;
    return (struct time_unit){"ns", " ns", 1e-9};
}

struct plot_axis axis_of_time(double seconds, struct time_unit unit, int width)
{
    double to = seconds / unit.seconds;
    int tics = width / 90 > 2 ? width / 90 : 2;
    struct plot_axis axis = axis_up_to(to, tics, false);
    while (to > 0.0 && axis.step > to) /* else the only tic would be 0 */
        axis = axis_up_to(to, ++tics, false);
    axis.to = to > 0.0 ? to : 1.0;
    axis.unit = 0.0;
    axis.suffix = NULL;
    return axis;
}

void figure_time_unit(struct figure *figure, struct time_unit unit)
{
    text_addf(&figure->script, "t(seconds) = seconds / %.9g # in %s\n\n", unit.seconds, unit.name);
}

void figure_time_title(struct figure *figure, struct panel panel, const char *what, struct time_unit unit)
{
    char *text = text_format("%s (%s)", what, unit.name);
    figure_label(figure,
                 (struct label){.x = (panel.left + panel.right) / 2,
                                .y = panel.bottom + 62,
                                .anchor = ANCHOR_CENTER,
                                .size = TICS_PX,
                                .color = COLOR_SOFT},
                 text);
    free(text);
}

void figure_warmup(struct figure *figure, struct panel panel, const struct spec *spec)
{
    if (spec->run.warmup_ns <= 0)
        return;
    double share = (double)spec->run.warmup_ns / (double)spec->run.duration_ns;
    int x = panel.left + (int)(share * (panel.right - panel.left) + 0.5);
    text_addf(&figure->script,
              "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '#888888' "
              "linewidth 0.7 "
              "dashtype (2,3) front\n",
              x, panel.bottom, x, panel.top);
}

void plot_add_seconds(struct text *text, int64_t ns)
{
    uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    text_addf(text, "%s%llu", ns < 0 ? "-" : "", (unsigned long long)(size / 1000000000));
    char fraction[12];
    snprintf(fraction, sizeof fraction, ".%09llu", (unsigned long long)(size % 1000000000));
    size_t length = strlen(fraction);
    while (fraction[length - 1] == '0')
        length--;
    text_add_bytes(text, fraction, length > 1 ? length : 0);
}
