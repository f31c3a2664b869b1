/* The comparison as markdown: for a README, an issue, a report. */
#ifndef TANDEM_REPORT_MARKDOWN_H
#define TANDEM_REPORT_MARKDOWN_H

#include "base/text.h"
#include "model/spec.h"
#include "report/comparison.h"

void markdown_add(struct text *text, const struct spec *spec, const struct comparison *comparison);

/* Adds a text that shall be shown as it is: what has a meaning in markdown is escaped, and what would end the
 * line of a table's cell is a blank. */
void markdown_add_plain(struct text *text, const char *string);

#endif
