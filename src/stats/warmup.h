/* Where the warm-up of a series ends: MSER-5. */
#ifndef TANDEM_STATS_WARMUP_H
#define TANDEM_STATS_WARMUP_H

#include <stdbool.h>
#include <stddef.h>

enum { WARMUP_BATCH = 5 };

/* How many of the first of `n` values to leave out: a multiple of 5 that minimises the squared standard error
 * of the mean of the rest, the values averaged in batches of 5; what is left over at the end takes no part.
 * White, Cobb and Spratt, A comparison of five steady-state truncation heuristics for simulation, WSC 2000.
 * False when the answer cannot be trusted: the minimum over the whole series (but for its last five batches,
 * which are too few to judge by) lies in its second half, or there are fewer than 20 values; *ret_deleted is
 * then the best in the first half (0 of too few). */
bool warmup_mser5(const double *values, size_t n, size_t *ret_deleted);

#endif
