#include "cli/plot_option.h"

#include <string.h>

#include "cli/print.h"

/* Sorted, as enum plot_where. */
static const char *const places[] = {"files", "none", "terminal"};
enum { PLACES_OF_PLOTS = sizeof places / sizeof *places };

/* What is printed besides a table is read by programs. */
static bool make_sense(const struct arguments *arguments, const char *command, const char *format,
                       enum plot_where where)
{
    if (arguments_have(arguments, "no-plots") && where != PLOT_NONE)
        complain_usage(command, "--plot=%s and --no-plots: one of them", places[where]);
    else if (where == PLOT_TERMINAL && strcmp(format, "table") != 0)
        complain_usage(command, "--plot=terminal goes with --format=table, not with %s", format);
    else
        return true;
    return false;
}

bool plot_option_read(const struct arguments *arguments, const char *command, const char *format,
                      enum plot_where *ret_where)
{
    const char *value = arguments_value(arguments, "plot");
    int i = arguments_have(arguments, "no-plots") ? PLOT_NONE : PLOT_FILES;
    if (value)
        for (i = 0; i < PLACES_OF_PLOTS && strcmp(value, places[i]) != 0;)
            i++;
    if (i == PLACES_OF_PLOTS) {
        complain_usage(command, "--plot needs files, none or terminal, not \"%s\"", value);
        return false;
    }
    if (!make_sense(arguments, command, format, (enum plot_where)i))
        return false;
    *ret_where = (enum plot_where)i;
    return true;
}

bool plot_option_print(struct text *text, bool drawn)
{
    if (!drawn)
        complain("gnuplot was not found: there are no plots");
    return print_text(text);
}
