/* Which numbers of a run are worth a person's while, policies side by side: what the terminal table and the
 * markdown report both show, each in its own form. */
#ifndef TANDEM_REPORT_COMPARISON_H
#define TANDEM_REPORT_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"
#include "report/differences.h"

struct comparison_row {
    char *label; /* owned */
    int depth;   /* 1 = a part of the row above that has depth 0 */
    enum metric_unit unit;
    const struct metric *
        *cells;         /* owned, one a policy; each borrowed from the experiment, NULL = it has none */
    const char **words; /* owned, one a policy: what stands instead of the number; NULL = the number does */
    double minuend;     /* of differences: the greatest value that they are between, which small rates take
                           their unit from; else 0 */
};

struct comparison_section {
    char *title;                 /* owned */
    struct comparison_row *rows; /* owned */
    size_t n_rows, capacity;
};

struct comparison {
    const struct experiment *experiment;
    struct comparison_section *sections; /* owned */
    size_t n_sections, capacity;
    struct differences differences;
    struct metric *difference_cells; /* owned; of row i and policy p: [i * n_policies + p] */
    char *left_out; /* owned: a sentence about what of many is not shown; NULL = nothing is left out */
    bool failed;    /* memory ran out: something is missing */
};

/* Borrows both. False when memory is gone. */
bool comparison_init(struct comparison *comparison, const struct spec *spec,
                     const struct experiment *experiment);
void comparison_finish(struct comparison *comparison);

/* A row's numbers share one unit, so that they can be compared at a glance: what a value is multiplied by,
 * and the unit's name ("ms", "%", "/min", ""). */
double comparison_row_scale(const struct comparison_row *row, size_t n_cells, const char **ret_unit);

#endif
