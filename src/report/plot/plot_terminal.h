/* Plots in letters, for a terminal or a log: gnuplot draws them, on the terminal that it calls dumb. */
#ifndef TANDEM_REPORT_PLOT_TERMINAL_H
#define TANDEM_REPORT_PLOT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"
#include "report/sweep/sweep_view.h"
#include "report/table.h"

/* Adds the backlog, the throughput and the response times of each policy's first replication, which must have
 * been kept. *ret_drawn is false when there is no gnuplot in PATH: then nothing is added. */
bool plots_add_letters(struct text *text, const struct spec *spec, const struct experiment *experiment,
                       const struct table_style *style, bool *ret_drawn, struct error *error);

/* Adds each metric along the last axis of the sweep, for each value of the others where those are few. */
bool sweep_plots_add_letters(struct text *text, const struct sweep_view *view,
                             const struct table_style *style, bool *ret_drawn, struct error *error);

/* ---- for the two above ---- */

enum { LETTER_CURVES = 8, LETTER_ROWS = 20 };

/* A curve: its points are one letter each. */
struct letter_curve {
    const char *name; /* borrowed */
    char letter;
    struct text points; /* "x y" */
    double most;        /* y */
};

enum letter_unit { LETTER_COUNT, LETTER_RATE, LETTER_TIME, LETTER_SHARE };

/* A plot while it is made. */
struct letter_plot {
    const char *title, *x_title; /* borrowed */
    double x_from, x_to;
    struct text x_tics; /* "'50 %' 2, '75 %' 4"; empty: as gnuplot likes */
    enum letter_unit unit;
    struct letter_curve curves[LETTER_CURVES];
    size_t n_curves;
    double least, most; /* of the y above 0 */
};

/* A plot of so many policies, at most LETTER_CURVES, with the letters that their names suggest. */
void letter_plot_init(struct letter_plot *plot, const char *const *names, size_t n_names);
void letter_plot_finish(struct letter_plot *plot);

/* Points so many columns apart are not on the same spot. */
int letter_plot_columns(const struct table_style *style);

/* The i-th of n points of a curve, from 0 to 1: those of the curves take turns, so that curves that lie on
 * each other show all the same. */
double letter_plot_turn(const struct letter_plot *plot, size_t curve, size_t i, size_t n);

void letter_plot_point(struct letter_plot *plot, size_t curve, double x, double y);

/* Lets the gnuplot at `program` draw it, and adds what it drew, with a legend below. */
bool letter_plot_add(struct text *text, struct letter_plot *plot, const char *program,
                     const struct table_style *style, struct error *error);

#endif
