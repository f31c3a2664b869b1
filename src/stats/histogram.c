#include "stats/histogram.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A system may have very many histograms of few values each: these keep a sorted list, which is never larger
 * than a single row. */
enum { MOST_FEW = 1024, FIRST_CAPACITY = 8 };

/* A bucket holds 2^shift_of(bucket) values. */
static unsigned shift_of(size_t bucket)
{
    return bucket < 2 * HISTOGRAM_ROW ? 0 : (unsigned)(bucket / HISTOGRAM_ROW) - 1;
}

static int64_t lowest(size_t bucket)
{
    unsigned shift = shift_of(bucket);
    return (int64_t)(bucket - (size_t)shift * HISTOGRAM_ROW) << shift;
}

/* ---- counting ---- */

static bool reserve_few(struct histogram *h, size_t n)
{
    size_t capacity = h->few_capacity ? h->few_capacity : FIRST_CAPACITY;
    while (capacity < n)
        capacity *= 2;
    if (capacity == h->few_capacity)
        return true;
    uint16_t *few = realloc(h->few, capacity * sizeof *few);
    if (!few)
        return false;
    h->few = few;
    h->few_capacity = (uint16_t)capacity;
    return true;
}

/* How many of the few values lie in lower buckets. */
static size_t few_below(const struct histogram *h, size_t bucket)
{
    size_t low = 0, high = h->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (h->few[middle] < bucket)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool count_in_few(struct histogram *h, size_t bucket, uint64_t n)
{
    if (!reserve_few(h, h->count + n))
        return false;
    size_t at = few_below(h, bucket + 1);
    memmove(&h->few[at + n], &h->few[at], (h->count - at) * sizeof *h->few);
    for (size_t i = 0; i < n; i++)
        h->few[at + i] = (uint16_t)bucket;
    return true;
}

/* Makes cells for the buckets from `low` to `high`, too. What was in the list is in them then. */
static bool cover(struct histogram *h, size_t low, size_t high)
{
    if (low >= h->first && high < h->first + h->n_cells)
        return true;
    if (h->cells || h->count) {
        size_t least = h->cells ? h->first : h->few[0];
        size_t greatest = h->cells ? h->first + h->n_cells - 1 : h->few[h->count - 1];
        low = least < low ? least : low;
        high = greatest > high ? greatest : high;
    }
    size_t first = low / HISTOGRAM_ROW * HISTOGRAM_ROW;
    size_t n_cells = (high / HISTOGRAM_ROW + 1) * HISTOGRAM_ROW - first;
    uint64_t *cells = calloc(n_cells, sizeof *cells);
    if (!cells)
        return false;
    if (h->cells)
        memcpy(&cells[h->first - first], h->cells, h->n_cells * sizeof *cells);
    for (size_t i = 0; !h->cells && i < h->count; i++)
        cells[h->few[i] - first]++;
    free(h->cells);
    free(h->few);
    h->few = NULL;
    h->few_capacity = 0;
    h->cells = cells;
    h->first = first;
    h->n_cells = (uint32_t)n_cells;
    return true;
}

static bool count_in_cells(struct histogram *h, size_t bucket, uint64_t n)
{
    if (!cover(h, bucket, bucket))
        return false;
    h->cells[bucket - h->first] += n;
    return true;
}

static bool are_few(const struct histogram *h, uint64_t more)
{
    return !h->cells && h->count + more <= MOST_FEW;
}

static void count(struct histogram *h, size_t bucket, uint64_t n)
{
    if (are_few(h, n) ? count_in_few(h, bucket, n) : count_in_cells(h, bucket, n))
        h->count += n;
    else
        h->failed = true;
}

static void note_span(struct histogram *h)
{
    h->span = h->cells && h->count && !h->failed ? (uint64_t)(h->max - h->min) + 1 : 0;
}

void histogram_add_rare(struct histogram *h, int64_t value)
{
    assert(value >= 0);
    uint64_t before = h->count;
    count(h, histogram_bucket(value), 1);
    if (h->count == before)
        return;
    if (before == 0 || value < h->min)
        h->min = value;
    if (value > h->max)
        h->max = value;
    h->sum += value;
    h->sum_of_squares += (uint128)value * (uint128)value;
    note_span(h);
}

/* ---- all ---- */

void histogram_finish(struct histogram *h)
{
    if (!h)
        return;
    free(h->cells);
    free(h->few);
    *h = (struct histogram){0};
}

void histogram_clear(struct histogram *h)
{
    if (h->cells)
        memset(h->cells, 0, h->n_cells * sizeof *h->cells);
    *h = (struct histogram){.cells = h->cells,
                            .first = h->first,
                            .n_cells = h->n_cells,
                            .few = h->few,
                            .few_capacity = h->few_capacity};
}

size_t histogram_bytes(const struct histogram *h)
{
    return h->n_cells * sizeof *h->cells + h->few_capacity * sizeof *h->few;
}

void histogram_merge(struct histogram *h, const struct histogram *from)
{
    if (from->count == 0) {
        h->failed |= from->failed;
        return;
    }
    if (h->count == 0 || from->min < h->min)
        h->min = from->min;
    if (from->max > h->max)
        h->max = from->max;
    if (!are_few(h, from->count)) /* all rows at once; what fails here fails below */
        cover(h, histogram_bucket(from->min), histogram_bucket(from->max));
    for (size_t i = 0; !from->cells && i < from->count; i++)
        count(h, from->few[i], 1);
    for (size_t i = 0; from->cells && i < from->n_cells; i++)
        if (from->cells[i])
            count(h, from->first + i, from->cells[i]);
    h->sum += from->sum;
    h->sum_of_squares += from->sum_of_squares;
    h->failed |= from->failed;
    note_span(h);
}

double histogram_mean(const struct histogram *h)
{
    return h->count ? (double)h->sum / (double)h->count : (double)NAN;
}

/* The sum of squared differences from `from` of the values in a bucket, all taken as its middle. */
static double spread_of(size_t bucket, uint64_t n, double from)
{
    double middle = (double)lowest(bucket) + (double)(((int64_t)1 << shift_of(bucket)) - 1) / 2.0;
    return (double)n * (middle - from) * (middle - from);
}

/* The same of all; right to one part in 500 where `from` is 0. */
static double spread_of_all(const struct histogram *h, double from)
{
    double sum = 0.0;
    for (size_t i = 0; !h->cells && i < h->count; i++)
        sum += spread_of(h->few[i], 1, from);
    for (size_t i = 0; h->cells && i < h->n_cells; i++)
        sum += h->cells[i] ? spread_of(h->first + i, h->cells[i], from) : 0.0;
    return sum;
}

/* Can the sum of the squares have wrapped? Mostly the greatest value tells already that it has not. */
static bool squares_may_wrap(const struct histogram *h)
{
    static const double room = 0x1p128 * 0.998;
    return (double)h->count * (double)h->max * (double)h->max >= room && spread_of_all(h, 0.0) >= room;
}

double histogram_sd(const struct histogram *h)
{
    if (h->count < 2)
        return (double)NAN;
    if (h->min == h->max)
        return 0.0;
    if (squares_may_wrap(h))
        return sqrt(spread_of_all(h, histogram_mean(h)) / (double)(h->count - 1));
    /* n sum(x^2) - sum(x)^2 would overflow 128 bits; the remainder of sum / n is exact, so no digits cancel.
     */
    uint128 n = h->count, sum = (uint128)h->sum, mean = sum / n, rest = sum % n;
    uint128 about_mean = h->sum_of_squares - mean * sum - mean * rest;
    double m2 = (double)about_mean - (double)rest * (double)rest / (double)h->count;
    return sqrt(fmax(0.0, m2) / (double)(h->count - 1));
}

struct bucket {
    size_t index;
    uint64_t n, before; /* values in it, and in those below */
};

/* The bucket with the value of this rank, from 1 to count. */
static struct bucket bucket_of_rank(const struct histogram *h, uint64_t rank)
{
    if (!h->cells) {
        size_t index = h->few[rank - 1], before = few_below(h, index);
        return (struct bucket){index, few_below(h, index + 1) - before, before};
    }
    const uint64_t *cell = h->cells;
    uint64_t before = 0;
    while (before + *cell < rank)
        before += *cell++;
    return (struct bucket){h->first + (size_t)(cell - h->cells), *cell, before};
}

double histogram_quantile(const struct histogram *h, double q)
{
    if (h->count == 0)
        return (double)NAN;
    /* 0.07 * 100 is a hair above 7: the rank is meant to be 7, not 8. */
    double rank = ceil(nextafter(q * (double)h->count, 0.0));
    uint64_t wanted = rank < 1.0 ? 1 : rank > (double)h->count ? h->count : (uint64_t)rank;
    if (wanted == 1 || wanted == h->count)
        return (double)(wanted == 1 ? h->min : h->max);
    struct bucket b = bucket_of_rank(h, wanted);
    unsigned shift = shift_of(b.index);
    double width = (double)((int64_t)1 << shift);
    double within = shift == 0 ? 0.0 : width * ((double)(wanted - b.before) - 0.5) / (double)b.n;
    return fmin(fmax((double)lowest(b.index) + within, (double)h->min), (double)h->max);
}

static uint64_t count_above(const struct histogram *h, size_t bucket)
{
    if (!h->cells)
        return h->count - few_below(h, bucket + 1);
    uint64_t above = 0;
    for (size_t i = bucket < h->first ? 0 : bucket + 1 - h->first; i < h->n_cells; i++)
        above += h->cells[i];
    return above;
}

double histogram_share_above(const struct histogram *h, int64_t value)
{
    if (h->count == 0)
        return (double)NAN;
    return (double)count_above(h, histogram_bucket(value)) / (double)h->count;
}
