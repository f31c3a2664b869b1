/* The comparison as a table for a terminal: policies side by side, in as many blocks as the width asks for.
 */
#ifndef TANDEM_REPORT_TABLE_H
#define TANDEM_REPORT_TABLE_H

#include <stdbool.h>

#include "base/text.h"
#include "model/spec.h"
#include "report/comparison.h"

struct table_style {
    int width; /* columns of the terminal */
    bool utf8; /* else ASCII: "+-" for the half-widths */
    bool bold; /* headings in bold, by ANSI escapes */
};

/* Headline, table, and the closing sentences. */
void table_add(struct text *text, const struct spec *spec, const struct comparison *comparison,
               const struct table_style *style);

/* A value as a person likes it: 3 significant digits, at most 3 decimals; whole numbers of things without
 * any. The half-width has as many decimals, or enough to show its first digit; "" where there is none, or all
 * was 0. */
struct table_cell {
    char value[40];
    char half_width[40];
};

struct table_cell table_cell(const struct metric *metric, double scale, int most_decimals);

/* The cell of a policy in a row of the comparison: its number, or the word that stands instead. */
struct table_cell table_row_cell(const struct comparison_row *row, size_t policy, double scale,
                                 int most_decimals);

enum {
    TABLE_DECIMALS = 3,
    TABLE_FEWER_DECIMALS = 2 /* where policies would not stand side by side otherwise */
};

#endif
