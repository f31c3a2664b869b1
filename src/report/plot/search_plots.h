/* The picture of a search. */
#ifndef TANDEM_REPORT_SEARCH_PLOTS_H
#define TANDEM_REPORT_SEARCH_PLOTS_H

#include <stdbool.h>

#include "base/error.h"
#include "experiment/search.h"

struct figure;

/* Writes plots/knee.csv and plots/knee.gp into `folder` (made when missing), and lets gnuplot make knee.svg
 * and knee.png of them. `ret_drawn` is false when there is no gnuplot in PATH. `spec` is of the scenario, for
 * the colours of its policies, among which those of the search are. */
bool search_plots_write(const struct search *search, const struct spec *spec, const char *folder,
                        bool *ret_drawn, struct error *error);

/* The knee: what the goal's first claim is about, over the values that were tried. */
void plot_knee(const struct search *search, const struct spec *spec, struct figure *figure);

#endif
