#include "stats/histogram.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Row 0 holds 0 to 2047 one by one; row r > 0 holds [1024, 2047] << r in 1024 buckets of width 2^r. */
enum { ROW_BITS = 10, ROW_CELLS = 1 << ROW_BITS, FIRST_CELLS = 2 * ROW_CELLS };

static unsigned row_of(int64_t value)
{
    unsigned bits = 64U - (unsigned)__builtin_clzll((unsigned long long)value | 1U);
    return bits > ROW_BITS + 1 ? bits - ROW_BITS - 1 : 0;
}

static unsigned cell_of(int64_t value, unsigned row)
{
    return row == 0 ? (unsigned)value : (unsigned)(value >> row) - ROW_CELLS;
}

static unsigned cells_in(unsigned row)
{
    return row == 0 ? FIRST_CELLS : ROW_CELLS;
}

static int64_t lowest(unsigned row, unsigned cell)
{
    return row == 0 ? (int64_t)cell : (int64_t)(cell + ROW_CELLS) << row;
}

static uint64_t *row_at(struct histogram *h, unsigned row)
{
    if (!h->rows[row]) {
        h->rows[row] = calloc(cells_in(row), sizeof **h->rows);
        if (!h->rows[row])
            h->failed = true;
    }
    return h->rows[row];
}

void histogram_finish(struct histogram *h)
{
    if (!h)
        return;
    for (unsigned r = 0; r < HISTOGRAM_ROWS; r++)
        free(h->rows[r]);
    *h = (struct histogram){0};
}

void histogram_add(struct histogram *h, int64_t value)
{
    assert(value >= 0);
    unsigned row = row_of(value);
    uint64_t *cells = row_at(h, row);
    if (!cells)
        return;
    cells[cell_of(value, row)]++;
    if (h->count == 0 || value < h->min)
        h->min = value;
    if (value > h->max)
        h->max = value;
    h->count++;
    h->sum += value;
    h->sum_of_squares += (uint128)value * (uint128)value;
}

void histogram_clear(struct histogram *h)
{
    struct histogram empty = {0};
    for (unsigned r = 0; r < HISTOGRAM_ROWS; r++) {
        empty.rows[r] = h->rows[r];
        if (h->rows[r])
            memset(h->rows[r], 0, cells_in(r) * sizeof **h->rows);
    }
    *h = empty;
}

void histogram_merge(struct histogram *h, const struct histogram *from)
{
    for (unsigned r = 0; r < HISTOGRAM_ROWS; r++) {
        uint64_t *cells = from->rows[r] ? row_at(h, r) : NULL;
        for (unsigned c = 0; cells && c < cells_in(r); c++)
            cells[c] += from->rows[r][c];
    }
    if (from->count && (h->count == 0 || from->min < h->min))
        h->min = from->min;
    if (from->max > h->max)
        h->max = from->max;
    h->count += from->count;
    h->sum += from->sum;
    h->sum_of_squares += from->sum_of_squares;
    h->failed |= from->failed;
}

double histogram_mean(const struct histogram *h)
{
    return h->count ? (double)h->sum / (double)h->count : (double)NAN;
}

double histogram_sd(const struct histogram *h)
{
    if (h->count < 2)
        return (double)NAN;
    /* n sum(x^2) - sum(x)^2 would overflow 128 bits; the remainder of sum / n is exact, so no digits cancel.
     */
    uint128 n = h->count, sum = (uint128)h->sum, mean = sum / n, rest = sum % n;
    uint128 about_mean = h->sum_of_squares - mean * sum - mean * rest;
    double m2 = (double)about_mean - (double)rest * (double)rest / (double)h->count;
    return sqrt(fmax(0.0, m2) / (double)(h->count - 1));
}

double histogram_quantile(const struct histogram *h, double q)
{
    if (h->count == 0)
        return (double)NAN;
    /* 0.07 * 100 is a hair above 7: the rank is meant to be 7, not 8. */
    double rank = ceil(nextafter(q * (double)h->count, 0.0));
    uint64_t wanted = rank < 1.0 ? 1 : rank > (double)h->count ? h->count : (uint64_t)rank;
    if (wanted == 1)
        return (double)h->min;
    uint64_t before = 0;
    for (unsigned r = 0; wanted < h->count && r < HISTOGRAM_ROWS; r++) {
        for (unsigned c = 0; h->rows[r] && c < cells_in(r); c++) {
            uint64_t here = h->rows[r][c];
            if (before + here >= wanted) {
                double width = (double)((int64_t)1 << r);
                double within = r == 0 ? 0.0 : width * ((double)(wanted - before) - 0.5) / (double)here;
                return fmin(fmax((double)lowest(r, c) + within, (double)h->min), (double)h->max);
            }
            before += here;
        }
    }
    return (double)h->max;
}

double histogram_share_above(const struct histogram *h, int64_t value)
{
    if (h->count == 0)
        return (double)NAN;
    unsigned row = row_of(value), cell = cell_of(value, row);
    uint64_t above = 0;
    for (unsigned r = row; r < HISTOGRAM_ROWS; r++)
        for (unsigned c = r == row ? cell + 1 : 0; h->rows[r] && c < cells_in(r); c++)
            above += h->rows[r][c];
    return (double)above / (double)h->count;
}
