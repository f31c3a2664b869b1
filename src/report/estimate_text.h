/* What a run or a sweep will take, told before it begins. */
#ifndef TANDEM_REPORT_ESTIMATE_TEXT_H
#define TANDEM_REPORT_ESTIMATE_TEXT_H

#include "base/text.h"
#include "experiment/estimate.h"
#include "model/spec.h"
#include "report/table.h"

/* `spec` is that of the first point. */
void estimate_add_table(struct text *text, const struct spec *spec, const struct estimate *estimate,
                        const struct table_style *style);
void estimate_add_markdown(struct text *text, const struct spec *spec, const struct estimate *estimate);

/* A line a policy: policy, tasks, found, requests, events, cpu_s, memory_bytes, share_run, grows. */
void estimate_add_csv(struct text *text, const struct estimate *estimate);
void estimate_add_json(struct text *text, const struct spec *spec, const struct estimate *estimate);

#endif
