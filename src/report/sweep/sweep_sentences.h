/* What stands above and below a sweep's tables, sentence by sentence. */
#ifndef TANDEM_REPORT_SWEEP_SENTENCES_H
#define TANDEM_REPORT_SWEEP_SENTENCES_H

#include "base/text.h"
#include "report/sweep/sweep_view.h"

/* "6 points; 10 min simulated, the first 1 min not counted; seed 1; means of 20 replications ± the half-width
 * of the 95 % interval." What the points do not share is left out. */
void sweep_add_facts(struct text *text, const struct sweep_view *view, const char *plus_minus);

/* Whether a policy's backlog grows as long as it runs, at any point, so that times stand as "grows". */
bool sweep_any_grows(const struct sweep_view *view);

extern const char sweep_grows_note[];

/* Calls `tell` with each sentence: "throughput: above 37 ms (between 30 ms and 50 ms) async answers more than
 * sync.", at most SWEEP_MOST_SENTENCES, then how many were left out, and how many changes of place the noise
 * may have made. False when memory is gone. */
bool sweep_tell(const struct sweep_view *view, void (*tell)(void *data, const char *sentence), void *data);

enum { SWEEP_MOST_SENTENCES = 24 };

#endif
