/* What a merge lacks, and which command makes it. */
#ifndef TANDEM_CLI_SWEEP_MISSING_H
#define TANDEM_CLI_SWEEP_MISSING_H

#include "cli/sweep.h"
#include "cli/sweep_points.h"

/* Tells, on standard error, how many tasks the folders of order->done lack, the first of their numbers (as
 * --tasks counts them, from 1) and of their shards, and the command that does them, in the first folder. The
 * warm-ups that were to be found out have been. */
void sweep_tell_missing(const struct sweep_order *order, const struct sweep_points *points);

#endif
