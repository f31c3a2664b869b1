/* Which of a scenario's claims came true, in each form of output. Nothing is written where none were made. */
#ifndef TANDEM_REPORT_EXPECTATIONS_H
#define TANDEM_REPORT_EXPECTATIONS_H

#include "base/text.h"
#include "experiment/expectation.h"
#include "report/json.h"
#include "report/table.h"

/* The section "expected" below the table. */
void expectations_add_table(struct text *text, const struct expectation_list *list,
                            const struct table_style *style);

/* The lines of those alone that failed. */
void expectations_add_failures(struct text *text, const struct expectation_list *list,
                               const struct table_style *style);

void expectations_add_markdown(struct text *text, const struct expectation_list *list);

/* "expect": [{"text": ..., "left": 0.97, "right": 0.5, "half_width": 0.01, "unit": "share", "holds": true,
 * "reason": null}]: in base units; the half-width is that of left - right; "holds" is null where the claim
 * was skipped. */
void expectations_add_json(struct json *json, const struct expectation_list *list);

#endif
