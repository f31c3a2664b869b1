/* Two axes of a sweep in rows and columns, as a figure shows them: how many times more of a metric there is
 * under a policy than under the first; of a single policy, the metric itself. */
#ifndef TANDEM_REPORT_SWEEP_HEAT_H
#define TANDEM_REPORT_SWEEP_HEAT_H

#include <stdbool.h>
#include <stddef.h>

#include "report/sweep/sweep_view.h"

struct heat {
    const struct sweep_view *view; /* borrowed */
    size_t metric;
    size_t n_rows, n_columns; /* values of the first axis, and of the second */
    size_t n_panels;          /* policies but the first; or 1 */
    bool ratios;              /* else the metric itself, of the only policy */
    double low, high;         /* of the shades: -log and log of the greatest ratio; or of the values */
    bool logarithmic;         /* shades of values */
    struct heat_cell *cells;  /* owned; [(panel * n_rows + row) * n_columns + column] */
};

/* False when memory is gone. */
bool heat_init(struct heat *heat, const struct sweep_view *view, size_t metric);
void heat_finish(struct heat *heat);

/* The policy that a panel is about. */
size_t heat_policy(const struct heat *heat, size_t panel);

/* The point at a place. Rows count from the bottom, of words from the top; columns from the left. */
size_t heat_point(const struct heat *heat, size_t row, size_t column);

/* What stands there. */
struct heat_cell {
    double
        value; /* the ratio, or the metric; 0 and infinite also where one of the two grows; NAN = unknown */
    double shade; /* from -1 (the first policy has more) over 0 to 1; of a single policy from 0, and 2 where
                   * it grows; NAN likewise */
    int sign;     /* sweep_who_has_more(): 1 = this policy, -1 = the first; 0 of a single policy */
    bool grows;   /* under one of them */
};

const struct heat_cell *heat_cell(const struct heat *heat, size_t panel, size_t row, size_t column);

/* What is written in a cell: "2.7", "0.31", "1/12", "∞"; of a single policy "120/s", "grows". */
struct units_text heat_cell_text(const struct heat *heat, const struct heat_cell *cell);

/* The ends of the shades' range: "1/5" and "5×"; "10/s" and "120/s". */
struct units_text heat_range_text(const struct heat *heat, bool high);

struct rgb {
    int red, green, blue; /* 0 to 255 */
};

/* The colours of shades: of 0 and of 2; and of -1 and 1 in a panel. */
extern const struct rgb heat_paper, heat_growth;
struct rgb heat_end(const struct heat *heat, size_t panel, bool first);
struct rgb heat_color(const struct heat *heat, size_t panel, double shade);

/* Of text on that colour. */
const char *heat_ink(struct rgb color);

#endif
