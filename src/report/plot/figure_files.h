/* Figures as files: data, script, and the pictures that gnuplot makes of them. */
#ifndef TANDEM_REPORT_FIGURE_FILES_H
#define TANDEM_REPORT_FIGURE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "report/plot/plot_figure.h"

/* Writes NAME.csv and NAME.gp into `folder`. */
bool figure_write(const struct figure *figure, const char *folder, struct error *error);

/* Takes away what an earlier run left of the figure: beside the numbers of this one it would lie. */
void figure_remove(const char *name, const char *folder);

/* Lets gnuplot draw the scripts NAME.gp in `folder`, several at once. `ret_drawn` is false when there is no
 * gnuplot in PATH. False when gnuplot fails: the error is about the first that did. */
bool figures_draw(const char *folder, const char *const *names, size_t n, bool *ret_drawn,
                  struct error *error);

#endif
