/* What replication 0 of a policy did over time, and some of its requests: as CSV. */
#ifndef TANDEM_REPORT_TRACES_H
#define TANDEM_REPORT_TRACES_H

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"

/* timeseries.csv: a line for each stretch of the run; rates and shares are of the stretch, all else is as it
 * stands at its end, time_s. The shares of a stretch in which the warm-up ends are those of what came after.
 */
void timeseries_add(struct text *text, const struct spec *spec, const struct series *series);

/* requests.csv: the sample of requests, in order of offer. Times that never came are empty fields. */
void requests_add(struct text *text, const struct spec *spec, const struct request_sample *requests);

#endif
