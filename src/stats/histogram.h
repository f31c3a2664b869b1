/* A histogram of whole numbers of 0 or more with 3 significant digits (log-linear buckets, as HdrHistogram
 * has them), and their exact count, mean, variance, least and most. Memory: 2 bytes a value while there are
 * few, then 8 kB for each power of two between the least and the greatest. */
#ifndef TANDEM_STATS_HISTOGRAM_H
#define TANDEM_STATS_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/int128.h"

enum { HISTOGRAM_ROW = 1024 }; /* buckets for each power of two from 1024 on */

/* Zeroed: empty. */
struct histogram {
    uint64_t *cells; /* owned; counts of `n_cells` buckets from `first` on, in whole rows; NULL: few values */
    uint64_t count;
    int64_t min, max; /* 0 while empty */
    uint64_t span;    /* with cells, which hold all between min and max: max - min + 1; else 0 */
    size_t first;
    int128 sum;
    uint128
        sum_of_squares; /* wraps beyond 3e38, as of a billion values of 5e14 ns (six days): not used then */
    uint16_t *few;      /* owned; without cells: the bucket of each value, in order */
    uint32_t n_cells;
    uint16_t few_capacity;
    bool failed; /* memory ran out: values were lost */
};

void histogram_finish(struct histogram *h);

/* The bucket of a value of 0 or more. Up to 2047, which takes 11 bits, each has its own; each bit more makes
 * buckets twice as wide. */
static inline size_t histogram_bucket(int64_t value)
{
    unsigned more = 53U - (unsigned)__builtin_clzll((unsigned long long)value | 2047U);
    return (size_t)more * HISTOGRAM_ROW + (size_t)((uint64_t)value >> more);
}

/* What histogram_add() does while there are few values, and for a new least or greatest one. */
void histogram_add_rare(struct histogram *h, int64_t value);

/* Adds one value; a negative one is a mistake of ours. */
static inline void histogram_add(struct histogram *h, int64_t value)
{
    uint64_t size = (uint64_t)value;
    if (size - (uint64_t)h->min >= h->span) {
        histogram_add_rare(h, value);
        return;
    }
    h->cells[histogram_bucket(value) - h->first]++;
    h->count++;
    h->sum += size;
    h->sum_of_squares += (uint128)size * size;
}

/* Forgets everything but keeps the memory. */
void histogram_clear(struct histogram *h);

/* The memory that its buckets take. */
size_t histogram_bytes(const struct histogram *h);

/* Adds all values of `from`. */
void histogram_merge(struct histogram *h, const struct histogram *from);

/* NAN while empty. */
double histogram_mean(const struct histogram *h);

/* With n - 1 in the denominator; NAN for fewer than two values. Exact but where the squares may have a sum
 * beyond 128 bits: then from the buckets, right to one part in 1000. */
double histogram_sd(const struct histogram *h);

/* The value that a share `q` (0 to 1) of the values does not exceed: the value of rank ceil(q n), right to
 * one part in 1024, spread evenly within its bucket; the least and the greatest are exact. NAN while empty.
 */
double histogram_quantile(const struct histogram *h, double q);

/* The share of values that are greater than `value`, with the bucket that holds `value` counted as not
 * greater. NAN while empty. */
double histogram_share_above(const struct histogram *h, int64_t value);

#endif
