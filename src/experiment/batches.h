/* Intervals from a single replication, by batch means over its time series. */
#ifndef TANDEM_EXPERIMENT_BATCHES_H
#define TANDEM_EXPERIMENT_BATCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiment/metrics.h"
#include "experiment/replication.h"
#include "model/spec.h"

/* How many metrics got an interval, and how many got none because their batches are correlated even when they
 * are long: the run is too short for them. */
struct batching {
    uint32_t given, refused;
};

/* Fills in the half-widths of rates (throughput, completions, offered.rate), of response.mean and of the
 * states of workers, from the stretches of the series after the warm-up. Does nothing where the load or the
 * faults change with time, or the stretches are fewer than 20. False when memory is gone. */
bool batches_fill(const struct spec *spec, const struct series *series, struct metric_table *metrics,
                  struct batching *ret_batching);

#endif
