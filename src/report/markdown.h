/* The comparison as markdown: for a README, an issue, a report. */
#ifndef TANDEM_REPORT_MARKDOWN_H
#define TANDEM_REPORT_MARKDOWN_H

#include "base/text.h"
#include "model/spec.h"
#include "report/comparison.h"

void markdown_add(struct text *text, const struct spec *spec, const struct comparison *comparison);

#endif
