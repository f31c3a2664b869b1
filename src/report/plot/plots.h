/* Pictures of a run: for each figure a data file, a gnuplot script that draws it, and what gnuplot made of
 * them. */
#ifndef TANDEM_REPORT_PLOTS_H
#define TANDEM_REPORT_PLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "experiment/experiment.h"
#include "model/spec.h"

struct figure;
struct plot_source;

/* A kind of figure; its files are named after it. */
struct plot_type {
    const char *name;
    const char *about; /* one line */
    /* Fills the figure's data and script; what memory could not hold shows in their `failed`. */
    void (*draw)(const struct plot_source *source, struct figure *figure);
    /* False when the run has nothing to show in it: no file is made. NULL = it always is drawn. */
    bool (*wanted)(const struct plot_source *source);
};

extern const struct plot_type plot_types[];
extern const size_t n_plot_types;

/* Writes plots/NAME.csv and plots/NAME.gp into `folder` (made when missing) for each kind of figure wanted
 * and lets gnuplot make plots/NAME.svg and plots/NAME.png of them; `gnuplot NAME.gp` in that folder does it
 * again. The files hold no date: the same run gives the same bytes. `ret_drawn` is false when there is no
 * gnuplot in PATH: data and scripts are written all the same. What an earlier run left of the figures is
 * taken away. False when a file cannot be written or gnuplot fails: the error tells its first line of
 * complaint. */
bool plots_write(const struct spec *spec, const struct experiment *experiment, const char *folder,
                 bool *ret_drawn, struct error *error);

#endif
