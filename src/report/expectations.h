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

/* The lines of those alone that failed, or could not be told. */
void expectations_add_failures(struct text *text, const struct expectation_list *list,
                               const struct table_style *style);

void expectations_add_markdown(struct text *text, const struct expectation_list *list);

/* "expect": [{"text": ..., "verdict": "holds", "left": {"mean": 0.97, "half_width": 0.01}, "right": ...,
 * "difference": ..., "unit": "share", "replications": 20, "needed_replications": null, "problem": null,
 * "growing": null, "reason": ..., "hint": ...}]: in base units. The verdict is "holds", "fails", "undecided"
 * or "skipped"; "problem" says why there are no numbers, "growing" names a policy without a steady state. */
void expectations_add_json(struct json *json, const struct expectation_list *list);

/* ---- one of them ---- */

/* "61.2 ms ± 0.3 ms against 50 ms; cannot tell ...", or why there are no numbers. */
void expectation_add_numbers(struct text *text, const struct expectation *expectation,
                             const char *plus_minus);

/* What is to be shown below it; NULL = nothing. */
const char *expectation_reason(const struct expectation *expectation);
const char *expectation_hint(const struct expectation *expectation);

#endif
