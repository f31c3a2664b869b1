/* A histogram of whole numbers of 0 or more with 3 significant digits (log-linear buckets, as HdrHistogram
 * has them), and their exact count, mean, variance, least and most. Memory: 8 kB for each power of two that
 * occurs. */
#ifndef TANDEM_STATS_HISTOGRAM_H
#define TANDEM_STATS_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/int128.h"

enum { HISTOGRAM_ROWS = 54 };

/* Zeroed: empty. */
struct histogram {
    uint64_t *rows[HISTOGRAM_ROWS]; /* owned, made when first needed */
    uint64_t count;
    int64_t min, max; /* 0 while empty */
    int128 sum;
    uint128 sum_of_squares; /* wraps beyond 3e38: a billion values of 5e14 ns (six days) */
    bool failed;            /* memory ran out: values were lost */
};

void histogram_finish(struct histogram *h);

/* Adds one value; a negative one is a mistake of ours. */
void histogram_add(struct histogram *h, int64_t value);

/* Forgets everything but keeps the memory. */
void histogram_clear(struct histogram *h);

/* Adds all values of `from`. */
void histogram_merge(struct histogram *h, const struct histogram *from);

/* NAN while empty. */
double histogram_mean(const struct histogram *h);

/* With n - 1 in the denominator; NAN for fewer than two values. */
double histogram_sd(const struct histogram *h);

/* The value that a share `q` (0 to 1) of the values does not exceed: the value of rank ceil(q n), right to
 * one part in 1024, spread evenly within its bucket; the least and the greatest are exact. NAN while empty.
 */
double histogram_quantile(const struct histogram *h, double q);

/* The share of values that are greater than `value`, with the bucket that holds `value` counted as not
 * greater. NAN while empty. */
double histogram_share_above(const struct histogram *h, int64_t value);

#endif
