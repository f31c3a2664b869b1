/* Going on until the numbers are precise enough. */
#ifndef TANDEM_EXPERIMENT_PRECISION_H
#define TANDEM_EXPERIMENT_PRECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiment/experiment.h"
#include "model/spec.h"

/* Checks spec.precise against the metrics that there are. NULL: all of them exist; else the first that does
 * not, borrowed from the spec. */
const char *precision_unknown(const struct spec *spec, const struct experiment *outline);

/* Have all metrics of spec.precise reached spec.run.precision? Policies whose backlog grows are not asked.
 * `ret_needed`, which may be NULL, gets the replications that it will take, by what is known so far; SIZE_MAX
 * when that cannot be said. */
bool precision_reached(const struct spec *spec, const struct policy_run *runs, size_t *ret_needed);

#endif
