/* One replication with a bound on its events, and what must hold in every one. */
#ifndef TANDEM_TESTS_BOUNDED_RUN_H
#define TANDEM_TESTS_BOUNDED_RUN_H

#include <stdint.h>

#include "model/spec.h"

/* Runs it under every policy, with no more than `most_events` in each: the spec's run becomes as short as
 * that takes, and one that would have no time is not run. Ends the process where
 * - a ledger does not add up,
 * - how it is stepped, or that it is traced, changes a number,
 * - policies do not see the same users come,
 * - a metric is infinite. */
void bounded_run(struct spec *spec, uint64_t most_events);

#endif
