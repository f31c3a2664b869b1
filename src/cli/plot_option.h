/* --plot: where figures go. */
#ifndef TANDEM_CLI_PLOT_OPTION_H
#define TANDEM_CLI_PLOT_OPTION_H

#include <stdbool.h>

#include "cli/command.h"

/* clang-format off */
#define PLOT_OPTIONS \
    {"plot", 0, "files|none|terminal", "draw figures into files, not at all, or in letters below the table (files)"}, \
    {"no-plots", 0, NULL, "short for --plot=none"}
/* clang-format on */

enum plot_where { PLOT_FILES, PLOT_NONE, PLOT_TERMINAL };

/* What the options say; `format` is the name of what is printed. False, and told, when they make no sense;
 * `command` is as complain_usage() wants it. */
bool plot_option_read(const struct arguments *arguments, const char *command, const char *format,
                      enum plot_where *ret_where);

/* Prints the figures in letters that are in `text`; or tells that gnuplot was not found. Empties the text. */
bool plot_option_print(struct text *text, bool drawn);

#endif
