/* Pictures of a sweep: for each metric and each kind of figure a data file, a gnuplot script that draws it,
 * and what gnuplot made of them. */
#ifndef TANDEM_REPORT_SWEEP_PLOTS_H
#define TANDEM_REPORT_SWEEP_PLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "report/sweep/sweep_view.h"

struct figure;

/* A kind of figure; its files are named after it and the metric: "sweep-response.p99.svg". */
struct sweep_plot_type {
    const char *name;
    const char *about; /* one line */
    /* Fills the figure's data and script; what memory could not hold shows in their `failed`. */
    void (*draw)(const struct sweep_view *view, size_t metric, struct figure *figure);
    /* Whether the sweep has what the figure shows. */
    bool (*wanted)(const struct sweep_view *view);
};

extern const struct sweep_plot_type sweep_plot_types[];
extern const size_t n_sweep_plot_types;

/* Writes plots/KIND-METRIC.csv and .gp into `folder` (made when missing) for each metric that the view shows,
 * and lets gnuplot make .svg and .png of them. The files hold no date: the same sweep gives the same bytes.
 * `ret_drawn` is false when there is no gnuplot in PATH: data and scripts are written all the same. Figures
 * of these kinds that an earlier sweep left are taken away. False when a file cannot be written or gnuplot
 * fails. */
bool sweep_plots_write(const struct sweep_view *view, const char *folder, bool *ret_drawn,
                       struct error *error);

/* The kinds. One has lines along the last axis, in a panel for each value of the others, where those are few;
 * the other has two axes' values in rows and columns. */
void plot_sweep(const struct sweep_view *view, size_t metric, struct figure *figure);
bool plot_sweep_wanted(const struct sweep_view *view);
void plot_heat(const struct sweep_view *view, size_t metric, struct figure *figure);
bool plot_heat_wanted(const struct sweep_view *view);

#endif
