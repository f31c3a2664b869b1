/* A small table of texts: lines and columns, printed for a terminal or as markdown. */
#ifndef TANDEM_REPORT_GRID_H
#define TANDEM_REPORT_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "report/table.h"

enum { GRID_MOST_COLUMNS = 16 };

struct grid {
    char **cells; /* owned, as are the texts; line by line, the first has the headings */
    size_t n_lines, n_columns;
    bool to_the_right[GRID_MOST_COLUMNS]; /* else a column's texts begin at its left */
    size_t loose; /* the column that is cut where the terminal is too narrow; the first, as a rule */
};

/* Of empty cells; n_columns <= GRID_MOST_COLUMNS. False when memory is gone. */
bool grid_init(struct grid *grid, size_t n_lines, size_t n_columns);
void grid_finish(struct grid *grid);

/* Hands a text over, or NULL: then memory was gone. */
bool grid_put(struct grid *grid, size_t line, size_t column, char *text);

/* Indented lines. What the loose column's cut cannot save goes beyond the width. */
void grid_add(struct text *text, const struct grid *grid, const struct table_style *style);
void grid_add_markdown(struct text *text, const struct grid *grid);

#endif
