/* The numbers of a search as a figure shows them: a line of points for each policy, and their places on the
 * page. Of plot_knee.c alone. */
#ifndef TANDEM_REPORT_KNEE_H
#define TANDEM_REPORT_KNEE_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/search.h"
#include "report/plot/plot_duration.h"
#include "report/plot/plot_figure.h"

/* A policy's points, by growing values. */
struct knee_line {
    size_t policy;
    const struct search_probe **points; /* owned; the probes are borrowed */
    size_t n;
    size_t first; /* line of the data, from 0 */
};

/* The limit of a policy, and the name above it. */
struct knee_mark {
    int x, y;
    char *text; /* owned */
    int left, row;
    const char *color;
};

struct knee {
    const struct search *search; /* borrowed, as the spec */
    const struct spec *spec;
    struct knee_line lines[FIGURE_POLICIES];
    size_t n_lines;
    struct knee_mark marks[FIGURE_POLICIES];
    size_t n_marks;
    double from, to; /* of the values */
    bool logarithmic;
    struct duration_axis y; /* in the unit of the first claim */
    struct panel panel;
};

/* The claim that is shown: the goal's first. */
const struct goal_claim *knee_claim(const struct knee *knee);

const char *knee_color(const struct knee *knee, size_t policy);

/* Finds the lines of the policies that have points. False when memory is gone. */
bool knee_find_lines(struct knee *knee);

/* Finds the axes, of lines of which there is one at least. */
void knee_find_axes(struct knee *knee);

/* Of a point; NAN where it has none, or grows: then a mean would only say how long the run was. */
double knee_mean(const struct search_probe *probe);
double knee_half_width(const struct search_probe *probe);

/* On the page; a number beyond the panel is at its edge. */
int knee_x(const struct knee *knee, double value);
int knee_y(const struct knee *knee, double number);

/* The values' tics and what stands at them, for the panel that is drawn next. */
void knee_add_tics(struct figure *figure, const struct knee *knee);

/* A line for each point, line by line: policy, value, mean, the interval's ends, verdict, whether it grows.
 */
void knee_add_data(struct figure *figure, const struct knee *knee);

#endif
