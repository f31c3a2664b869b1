/* A value of a scenario that is varied: its path in the document, and the values it takes. */
#ifndef TANDEM_SCENARIO_AXIS_H
#define TANDEM_SCENARIO_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "scenario/scenario.h"

enum axis_kind {
    AXIS_WORDS, /* not numbers, or not all with the same unit */
    AXIS_SECONDS,
    AXIS_PER_SECOND,
    AXIS_BYTES,
    AXIS_BYTES_PER_SECOND,
    AXIS_SHARE,
    AXIS_NUMBER
};

enum { AXIS_MOST_VALUES = 100000 };

struct axis {
    char **paths; /* owned; >= 1: all of them get the same value */
    size_t n_paths;
    char **values;   /* owned; as in PATH=VALUE */
    double *numbers; /* owned; the values in seconds, per second, bytes, shares from 0 to 1; NULL: words */
    size_t n;
    enum axis_kind kind;
    bool logarithmic; /* evenly spaced by factors, or nearly so (1, 2, 5, 10): three values or more, above 0
                       */
};

/* Reads "PATH=1ms,5ms,20ms", "PATH=0ms..100ms:20ms" (steps; the last value stands if it is met within a
 * billionth of the step), "PATH=1ms..1s*7" (7 values, evenly spaced by factors), "PATH=1ms..1s/7" (7 values,
 * evenly spaced), and several of these behind each other, with commas; "PATH,PATH=..." varies several alike.
 * A value in brackets, braces or quotation marks is JSON, and its commas are its own. Values of a range are
 * written with units as good as those of its ends, so that reading the text gives the number back; values
 * between evenly spaced ends that have no short text are rounded to four digits. The error says what was
 * found and what was expected. */
bool axis_read(const char *text, struct axis *ret_axis, struct error *error);
void axis_finish(struct axis *axis);

/* "PATH=VALUE", for the sets of scenario_read(); free() it. NULL when memory is gone. */
char *axis_set(const struct axis *axis, size_t path, size_t value);

/* The last keys of a path that tell what is varied: "workers" is not enough, "shop.workers" is. A pointer
 * into the first path. */
const char *axis_label(const struct axis *axis);

/* The axes that the section "sweep" of a document gives, in its order; none: n = 0. They belong to the
 * caller: axis_finish() each, then free() the array. False: errors were added. */
bool scenario_axes(const struct scenario_source *source, struct axis **ret_axes, size_t *ret_n,
                   struct problem_list *problems);

/* The value at a path of a document that scenario_read() found good, the sets made, as the VALUE of
 * PATH=VALUE (free() it): "120/s", "8", "{\"exponential\":\"5ms\"}". Where it is absent what that means, if
 * it means a value. */
bool scenario_value(const struct scenario_source *source, const char *path, char **ret_value,
                    struct error *error);

#endif
