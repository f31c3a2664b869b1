/* Metrics by their full name, POLICY.METRIC; a policy's name may hold points. */
#ifndef TANDEM_EXPERIMENT_METRIC_LOOKUP_H
#define TANDEM_EXPERIMENT_METRIC_LOOKUP_H

#include "experiment/experiment.h"

/* NULL when there is no such metric; `ret_policy`, which may be NULL, gets the place of its policy. */
const struct metric *metric_lookup(const struct experiment *experiment, const char *full_name,
                                   size_t *ret_policy);

/* Did memory run out while names were made? Then a metric that was not found may be there all the same. */
bool metric_lookup_failed(const struct experiment *experiment);

/* The full name of a metric that `name` may have meant (free() it), or NULL: a slip in the metric or in the
 * policy, or the policy forgotten. */
char *metric_lookup_nearest(const struct experiment *experiment, const char *name);

#endif
