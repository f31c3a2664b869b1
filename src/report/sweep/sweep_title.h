/* The words above a sweep's figures: what is seen in them. */
#ifndef TANDEM_REPORT_SWEEP_TITLE_H
#define TANDEM_REPORT_SWEEP_TITLE_H

#include "base/text.h"
#include "report/plot/sweep_chart.h"
#include "report/sweep/sweep_finding.h"

/* "Above 37 ms async answers more than sync: 120/s against 70.3/s at 100 ms"; `findings` has those of each
 * panel. */
void sweep_title_add(struct text *title, const struct sweep_chart *chart,
                     const struct sweep_findings *findings);

/* "checkout · means of 20 replications with 95 % intervals" */
void sweep_subtitle_add(struct text *subtitle, const struct sweep_view *view);

/* "customers.rate 100/s": the axes but the last at a panel. */
void sweep_place_add(struct text *text, const struct sweep_chart *chart, size_t panel);

#endif
