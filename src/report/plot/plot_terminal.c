#include "report/plot/plot_terminal.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "report/plot/gnuplot.h"
#include "report/plot/plot_figure.h"
#include "report/wrap.h"

enum { MOST_COLUMNS = 120, MARGIN = 14 /* the numbers at the vertical axis and what is left at the right */ };

/* Values that are so far apart ask for a logarithmic axis. */
static const double far_apart = 30.0;

/* ---- making ---- */

static bool is_taken(const struct letter_plot *plot, size_t n, char letter)
{
    bool taken = false;
    for (size_t i = 0; i < n; i++)
        taken |= plot->curves[i].letter == letter;
    return taken;
}

/* The first letter of the name that no other curve has. */
static char choose_letter(const struct letter_plot *plot, size_t curve)
{
    for (const char *c = plot->curves[curve].name; *c; c++)
        if (isalpha((unsigned char)*c) && !is_taken(plot, curve, *c))
            return *c;
    return (char)('1' + curve);
}

void letter_plot_init(struct letter_plot *plot, const char *const *names, size_t n_names)
{
    *plot = (struct letter_plot){.n_curves = n_names < LETTER_CURVES ? n_names : LETTER_CURVES,
                                 .least = INFINITY};
    for (size_t i = 0; i < plot->n_curves; i++) {
        plot->curves[i].name = names[i];
        plot->curves[i].letter = choose_letter(plot, i);
    }
}

void letter_plot_finish(struct letter_plot *plot)
{
    for (size_t i = 0; i < plot->n_curves; i++)
        text_finish(&plot->curves[i].points);
    text_finish(&plot->x_tics);
}

static int width_of(const struct table_style *style)
{
    int width = style->width - 2;
    return width > MOST_COLUMNS ? MOST_COLUMNS : width < 40 ? 40 : width;
}

int letter_plot_columns(const struct table_style *style)
{
    return width_of(style) - MARGIN;
}

double letter_plot_turn(const struct letter_plot *plot, size_t curve, size_t i, size_t n)
{
    return ((double)(i * plot->n_curves + curve) + 0.5) / (double)(n * plot->n_curves);
}

void letter_plot_point(struct letter_plot *plot, size_t curve, double x, double y)
{
    struct letter_curve *c = &plot->curves[curve];
    if (!isfinite(y))
        return;
    text_addf(&c->points, "%.9g %.9g\n", x, y);
    c->most = fmax(c->most, y);
    plot->most = fmax(plot->most, y);
    if (y > 0.0)
        plot->least = fmin(plot->least, y);
}

/* ---- the axis ---- */

struct letter_axis {
    bool logarithmic;
    double unit, from, to; /* in that unit */
    const char *suffix;
};

/* Counts of 0 have a place of their own on a logarithmic axis, below 1. */
static const double zero_at = 0.5;

/* The greatest values of the curves are far apart: the least would lie on the ground. */
static bool curves_are_far_apart(const struct letter_plot *plot)
{
    double low = INFINITY;
    for (size_t i = 0; i < plot->n_curves; i++)
        if (plot->curves[i].points.length > 0)
            low = fmin(low, fmax(plot->curves[i].most, 1.0));
    return plot->most > far_apart * low;
}

static struct letter_axis axis_of(const struct letter_plot *plot)
{
    struct letter_axis axis = {.unit = 1.0, .suffix = ""};
    if (plot->unit == LETTER_TIME) {
        struct time_unit unit = plot_time_unit(plot->most);
        axis.logarithmic = plot->most > far_apart * plot->least;
        axis.unit = unit.seconds;
        axis.suffix = unit.suffix;
    } else if (plot->unit == LETTER_COUNT) {
        axis.logarithmic = curves_are_far_apart(plot);
    } else if (plot->unit == LETTER_RATE) {
        struct units_rate unit = units_of_rate(plot->most);
        axis.unit = 1.0 / unit.scale;
        axis.suffix = unit.name;
    } else {
        axis.unit = 0.01;
        axis.suffix = " %%";
    }
    double low = plot->unit == LETTER_COUNT ? zero_at : plot->least / axis.unit / 2.0;
    axis.from = axis.logarithmic ? low : 0.0;
    axis.to = plot->most > 0.0 ? plot->most / axis.unit * (axis.logarithmic ? 1.5 : 1.05) : 1.0;
    return axis;
}

/* Powers of ten of the units that people use. */
static void add_time_tics(struct text *script, double unit)
{
    static const double seconds[] = {1e-9, 1e-8, 1e-7, 1e-6, 1e-5,  1e-4,   1e-3,    1e-2,
                                     0.1,  1.0,  10.0, 60.0, 600.0, 3600.0, 36000.0, 864000.0};
    text_add(script, "set ytics (");
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
        text_addf(script, "%s'%s' %.9g", i ? ", " : "", units_format_duration(seconds[i], 1).chars,
                  seconds[i] / unit);
    text_add(script, ")\n");
}

static void add_axis(struct text *script, const struct letter_plot *plot, const struct letter_axis *axis)
{
    text_addf(script, "set format y '%%g%s'\nset yrange [%.9g:%.9g]\n", axis->suffix, axis->from, axis->to);
    if (axis->logarithmic)
        text_add(script, "set logscale y\n");
    if (axis->logarithmic && plot->unit == LETTER_TIME)
        add_time_tics(script, axis->unit);
    if (axis->logarithmic && plot->unit == LETTER_COUNT)
        text_addf(script, "set ytics add ('0' %g)\n", zero_at);
}

/* ---- the script ---- */

static void add_data(struct text *script, const struct letter_plot *plot)
{
    for (size_t i = 0; i < plot->n_curves; i++)
        if (plot->curves[i].points.length > 0)
            text_addf(script, "$c%zu << EOD\n%sEOD\n", i, text_string(&plot->curves[i].points));
}

static void add_curves(struct text *script, const struct letter_plot *plot, const struct letter_axis *axis)
{
    const char *before = "plot ";
    for (size_t i = 0; i < plot->n_curves; i++) {
        if (plot->curves[i].points.length == 0)
            continue;
        text_addf(script, "%s$c%zu using 1:($2/%.9g > %.9g ? $2/%.9g : %.9g) with points pointtype '%c'",
                  before, i, axis->unit, axis->from, axis->unit, axis->from, plot->curves[i].letter);
        before = ", ";
    }
    text_add(script, "\n");
}

static void add_script(struct text *script, const struct letter_plot *plot, const struct table_style *style)
{
    struct letter_axis axis = axis_of(plot);
    text_addf(script, "set terminal dumb nofeed size %d,%d mono noenhanced\n", width_of(style), LETTER_ROWS);
    text_add(script, "set encoding utf8\nset key off\nset border 3 back\n"
                     "set tics back nomirror scale 0.5\nset title ");
    gnuplot_add_string(script, plot->title, GNUPLOT_PLAIN);
    text_add(script, "\nset xlabel ");
    gnuplot_add_string(script, plot->x_title, GNUPLOT_PLAIN);
    text_addf(script, "\nset xrange [%.9g:%.9g]\n", plot->x_from, plot->x_to);
    if (plot->x_tics.length > 0)
        text_addf(script, "set xtics (%s)\n", text_string(&plot->x_tics));
    add_axis(script, plot, &axis);
    add_data(script, plot);
    add_curves(script, plot, &axis);
    for (size_t i = 0; i < plot->n_curves; i++)
        script->failed |= plot->curves[i].points.failed;
    script->failed |= plot->x_tics.failed;
}

/* ---- what it drew ---- */

/* A line without the blanks at its end; in ASCII alone where the terminal has no more. */
static void add_line(struct text *text, const char *line, size_t length, bool utf8)
{
    while (length > 0 && strchr(" \r", line[length - 1]))
        length--;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];
        if (utf8 || c < 0x80)
            text_add_bytes(text, &line[i], 1);
        else if (c >= 0xc0)
            text_add(text, strncmp(&line[i], "’", 3) == 0 ? "'" : "?");
    }
    text_add(text, "\n");
}

/* All lines but the empty ones above and below, and form feeds. */
static void add_drawing(struct text *text, const char *drawing, bool utf8)
{
    bool begun = false;
    size_t empty = 0;
    while (*drawing) {
        size_t length = strcspn(drawing, "\n");
        size_t skipped = strspn(drawing, "\f");
        bool is_empty = skipped + strspn(drawing + skipped, " \r") >= length;
        if (is_empty) {
            empty += begun;
        } else {
            for (; empty > 0; empty--)
                text_add(text, "\n");
            add_line(text, drawing + skipped, length - skipped, utf8);
            begun = true;
        }
        drawing += length + (drawing[length] == '\n');
    }
}

static void add_legend(struct text *text, const struct letter_plot *plot, const struct table_style *style)
{
    struct text line = {0};
    text_add(&line, "   ");
    for (size_t i = 0; i < plot->n_curves; i++) {
        bool none = plot->curves[i].points.length == 0;
        text_addf(&line, "%s %c = %s%s", i ? "," : "", plot->curves[i].letter, plot->curves[i].name,
                  none ? " (none)" : "");
    }
    text_add(text, "  ");
    wrap_add(text, text_string(&line), style->width - 2, 2);
    text->failed |= line.failed;
    text_finish(&line);
}

bool letter_plot_add(struct text *text, struct letter_plot *plot, const char *program,
                     const struct table_style *style, struct error *error)
{
    struct text script = {0}, drawing = {0};
    bool any = false;
    for (size_t i = 0; i < plot->n_curves; i++)
        any |= plot->curves[i].points.length > 0;
    if (!any)
        return true;
    if (plot->most <= 0.0) {
        text_addf(text, "\n  %s: 0 throughout\n", plot->title);
        return true;
    }
    add_script(&script, plot, style);
    bool ok = script.failed ? error_set(error, "out of memory")
                            : gnuplot_print(program, text_string(&script), &drawing, error);
    if (ok) {
        text_add(text, "\n");
        add_drawing(text, text_string(&drawing), style->utf8);
        add_legend(text, plot, style);
        text->failed |= drawing.failed;
    }
    text_finish(&script);
    text_finish(&drawing);
    return ok;
}
