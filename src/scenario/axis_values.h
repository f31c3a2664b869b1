/* The values of an axis: quantities as texts and numbers, and ranges of them. Private to src/scenario. */
#ifndef TANDEM_SCENARIO_AXIS_VALUES_H
#define TANDEM_SCENARIO_AXIS_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "scenario/axis.h"

/* The number that a text says, in the unit of its kind: a JSON number, or a quantity with its unit. False:
 * neither. */
bool quantity_read(const char *text, enum axis_kind *ret_kind, double *ret_number);

struct value_list {
    char **texts; /* owned */
    size_t n, capacity;
};

/* Adds a text, which is handed over either way; NULL is one for which there was no memory. False: memory is
 * gone, or there are AXIS_MOST_VALUES already. */
bool value_list_add(struct value_list *list, char *text, struct error *error);
void value_list_finish(struct value_list *list);

enum range_spacing {
    RANGE_STEPS, /* from, from + step, ...; `to` too if it is met within a billionth of the step */
    RANGE_EVEN,  /* `count` values, the ends among them */
    RANGE_FACTORS
};

enum range_part { RANGE_FROM, RANGE_TO, RANGE_STEP, RANGE_COUNT };

struct range {
    const char *from, *to; /* quantities; the greater may stand first */
    enum range_spacing spacing;
    const char *step; /* RANGE_STEPS; above 0 whichever way it goes */
    size_t count;     /* else; 2 to AXIS_MOST_VALUES */
};

/* Adds the values of a range, each as a text that gives the number back. What lies within a range of even
 * spacing or factors and has more than nine digits is rounded to four, or as many as keep it within a
 * thousandth of the way to its neighbours; sizes are rounded to whole bytes. False: *ret_fault is the part
 * that is wrong. */
bool range_expand(const struct range *range, struct value_list *list, enum range_part *ret_fault,
                  struct error *error);

/* A step that would suit the range, as a text (free() it); NULL when its ends are no good. */
char *range_step_for(const struct range *range, struct error *error);

/* ---- axes in the making ---- */

/* False when memory is gone. */
bool axis_add_path(struct axis *axis, const char *path, size_t length);

/* Finds out what the values are, of which there must be some: fills in `numbers`, `kind` and `logarithmic`.
 * False when memory is gone. */
bool axis_settle(struct axis *axis);

#endif
