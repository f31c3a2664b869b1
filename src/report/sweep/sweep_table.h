/* A sweep as a table for a terminal, and as markdown: for each metric the points below each other and the
 * policies side by side; then from where on one policy does better than another. */
#ifndef TANDEM_REPORT_SWEEP_TABLE_H
#define TANDEM_REPORT_SWEEP_TABLE_H

#include "base/text.h"
#include "report/sweep/sweep_view.h"
#include "report/table.h"

enum {
    SWEEP_TABLE_MOST_POINTS = 200 /* of a table: the first ones; the files have all */
};

void sweep_table_add(struct text *text, const struct sweep_view *view, const struct table_style *style);
void sweep_markdown_add(struct text *text, const struct sweep_view *view);

#endif
