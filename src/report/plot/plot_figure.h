/* A figure while it is drawn: a page of pixels, panels on it, and a table of numbers.
 *
 * A figure is a script and a data file, and both are made here rather than kept as templates: the layout
 * depends on the run (how many policies, components, lanes; how long the names are), and an installed program
 * has no folder of templates to look for. The scripts that come out are meant for people: `gnuplot NAME.gp`
 * draws both pictures. */
#ifndef TANDEM_REPORT_PLOT_FIGURE_H
#define TANDEM_REPORT_PLOT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/units.h"
#include "experiment/experiment.h"
#include "model/spec.h"
#include "report/plot/gnuplot.h"

/* What figures are drawn from; borrowed. */
struct plot_source {
    const struct spec *spec;
    const struct experiment *experiment;
};

struct figure {
    const char *name;
    struct text data;   /* NAME.csv */
    struct text script; /* NAME.gp */
    unsigned n_curves;  /* in the panel that is being drawn */
};

enum {
    PAGE_WIDTH = 1600,
    PAGE_LEFT = 40,
    PAGE_RIGHT = 1560,
    PAGE_BODY = 128, /* where panels may begin, below title and subtitle */
    TEXT_PX = 24,
    TICS_PX = 22,
    HEADING_PX = 26,
    TITLE_PX = 34,
    LINE_PX = 28,          /* from one line of text to the next */
    FIGURE_COMPONENTS = 6, /* at most so many are shown */
    FIGURE_POLICIES = 6,
};

/* Okabe and Ito's palette, which the colour-blind can tell apart, and some greys. */
#define COLOR_INK     "#222222"
#define COLOR_SOFT    "#666666"
#define COLOR_GRID    "#E4E4E4"
#define COLOR_BUSY    "#0072B2"
#define COLOR_READY   "#56B4E9"
#define COLOR_BLOCKED "#E69F00"
#define COLOR_IDLE    "#E6E6E6"
#define COLOR_DOWN    "#444444"
#define COLOR_REPLY   "#CC79A7"

/* sync, async and queue have a colour each; a second policy of a mode, or a mixed one, takes another. */
const char *plot_policy_color(const struct spec *spec, size_t policy);

/* How many of the policies a figure shows: the first ones. */
size_t plot_shown_policies(const struct plot_source *source);

/* The width of a line of this policy. Lines that lie on each other show all the same: the first is the
 * widest. */
double plot_line_width(size_t policy);

/* ---- the page ---- */

/* Begins the script: both pictures' terminals, the common style, title and subtitle. The page is `height`
 * pixels high; pixels count from the upper left corner, here and in the script. */
void figure_begin(struct figure *figure, int height, const char *title, const char *subtitle);
void figure_end(struct figure *figure);

/* Adds "checkout · replication 1 of 20", with which subtitles begin. */
void plot_add_run(struct text *subtitle, const struct plot_source *source);

/* Adds a name to a title or header, shortened when it is very long, so that the numbers still find room. */
void plot_add_name(struct text *sentence, const char *name);

/* Adds " · dotted: end of the warm-up" when there is one. */
void plot_add_warmup_note(struct text *subtitle, const struct plot_source *source);

/* Adds " · the first 6 of 9 components" when not all are shown. */
void plot_add_shown(struct text *subtitle, size_t shown, size_t all, const char *noun);

enum anchor { ANCHOR_LEFT, ANCHOR_CENTER, ANCHOR_RIGHT };

struct label {
    int x, y; /* y: the middle of the line */
    enum anchor anchor;
    enum gnuplot_face face;
    int size;          /* 0 = TEXT_PX */
    const char *color; /* NULL = COLOR_INK */
    int room;          /* pixels; what is wider is cut off; 0 = no limit */
};

/* A text on the page; it belongs to the panel that is drawn next. */
void figure_label(struct figure *figure, struct label label, const char *text);

/* A symbol on the page, with a white rim; `point` is gnuplot's number of it. It belongs to the panel that is
 * drawn next. */
void figure_point(struct figure *figure, int x, int y, int point, const char *color);

enum swatch { SWATCH_FILL, SWATCH_ARROW, SWATCH_CROSS };

struct key_entry {
    const char *text, *color;
    enum swatch swatch;
};

/* Half the size of the cross at the end of what got lost. */
enum { CROSS_PX = 8 };

/* A row of swatches and words that begins at (x, y). */
void figure_key(struct figure *figure, int x, int y, const struct key_entry *entries, size_t n);

/* ---- panels ---- */

struct panel {
    int left, right, top, bottom;
};

/* The panel at `row` and `column` of a grid that fills `body`, with gaps between them. */
struct panel panel_at(struct panel body, int rows, int columns, int row, int column, int gap_x, int gap_y);

struct plot_axis {
    double from, to;
    double step;        /* between tics */
    bool labels;        /* numbers at the tics */
    double unit;        /* the numbers are in; 0 = 1 */
    const char *suffix; /* behind the numbers; NULL = none */
};

/* From 0 to a round number not below `to`, with about `tics` tics; whole steps when `whole`; great numbers
 * are shown as 200k, 50M. */
struct plot_axis axis_up_to(double to, int tics, bool whole);

/* The same for values that are shown `scale` times as great, with `suffix` behind them. */
struct plot_axis axis_in_unit(double to, int tics, double scale, const char *suffix);

/* Of a rate per second: little ones are shown as 5/min or 4/h. */
struct plot_axis axis_of_rate(double to, int tics);

/* Where a value stands, in pixels from the page's upper edge. */
double axis_pixel(struct plot_axis axis, struct panel panel, double value);

/* "812", "113k", "50.0M" */
struct units_text plot_short_count(double count);

/* The room in pixels that the numbers at a vertical axis take. */
int axis_width(struct plot_axis axis);

/* Begins a panel: margins, axes, grid. What follows, up to panel_end(), is the panel's. */
void panel_begin(struct figure *figure, struct panel panel, struct plot_axis x, struct plot_axis y);

/* Adds a curve to the panel, printf-style, as it would stand behind `plot`: "using 1:2 with lines ..."
 * without the name of the data file. */
void panel_curve(struct figure *figure, const char *format, ...) __attribute__((format(printf, 2, 3)));
void panel_end(struct figure *figure);

/* The whole script of a figure that has nothing to show but a remark. */
void figure_empty(struct figure *figure, const char *title, const char *subtitle, const char *remark);

/* "sync 120/s", at the height where a curve ends. */
struct end_label {
    double at; /* pixels */
    const char *name, *value, *color;
};

/* Labels to the right of the panel, moved apart, in at most `room` pixels. A long name is cut, a value never.
 */
void figure_label_ends(struct figure *figure, struct panel panel, const struct end_label *labels, size_t n,
                       int room);

/* Moves the `n` positions apart, keeping their order, until neighbours are `gap` from each other and all lie
 * within [low, high] as far as there is room. */
void plot_spread(double *positions, size_t n, double gap, double low, double high);

/* ---- time ---- */

struct time_unit {
    const char *name;   /* "ms" */
    const char *suffix; /* " ms" */
    double seconds;     /* that one of it has */
};

/* The unit in which a stretch of time is a number between about 1 and 1000. */
struct time_unit plot_time_unit(double seconds);

/* The axis from 0 to `seconds` in `unit`, ending where time ends rather than at a round number. */
struct plot_axis axis_of_time(double seconds, struct time_unit unit, int width);

/* Tells the script about `unit`: t(s) is a time in seconds in that unit. */
void figure_time_unit(struct figure *figure, struct time_unit unit);

/* Under the panel: "time (ms)", where `what` is "time". */
void figure_time_title(struct figure *figure, struct panel panel, const char *what, struct time_unit unit);

/* A thin dotted line where the warm-up ends, in a panel over time that has begun; none when there is no
 * warm-up. */
void figure_warmup(struct figure *figure, struct panel panel, const struct spec *spec);

/* Nanoseconds as seconds, with all digits: "0.0025". */
void plot_add_seconds(struct text *text, int64_t ns);

#endif
