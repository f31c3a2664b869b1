#include "stats/histogram.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "des/rng.h"

static int compare_values(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static const double shares[] = {0.0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0};
enum { SHARES = sizeof shares / sizeof shares[0] };

Test(histogram, empty)
{
    struct histogram h = {0};
    cr_assert(isnan(histogram_mean(&h)));
    cr_assert(isnan(histogram_sd(&h)));
    cr_assert(isnan(histogram_quantile(&h, 0.5)));
    cr_assert(isnan(histogram_share_above(&h, 0)));
    cr_assert_eq(h.min, 0);
    cr_assert_eq(h.max, 0);
    histogram_finish(&h);
    histogram_finish(NULL);
}

Test(histogram, one_value)
{
    static const int64_t values[] = {0, 1, 2047, 2048, 123456789, INT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct histogram h = {0};
        histogram_add(&h, values[i]);
        for (size_t j = 0; j < SHARES; j++)
            cr_assert_eq(histogram_quantile(&h, shares[j]), (double)values[i]);
        cr_assert_eq(histogram_mean(&h), (double)values[i]);
        cr_assert(isnan(histogram_sd(&h)));
        cr_assert_eq(h.min, values[i]);
        cr_assert_eq(h.max, values[i]);
        cr_assert_eq(histogram_share_above(&h, values[i]), 0.0);
        histogram_finish(&h);
    }
}

/* Each is the greatest so far, or the least, by one. */
Test(histogram, its_ends_are_exact)
{
    struct histogram h = {0};
    for (int64_t i = 0; i < 2000; i++) {
        histogram_add(&h, 1000000 + i);
        histogram_add(&h, 999999 - i);
        cr_assert_eq(h.max, 1000000 + i);
        cr_assert_eq(h.min, 999999 - i);
    }
    histogram_finish(&h);
}

/* Where each value has a bucket of its own the quantiles are the order statistics. */
Test(histogram, exact_below_2048)
{
    struct histogram h = {0};
    for (int64_t value = 2047; value >= 0; value--)
        histogram_add(&h, value);
    for (int rank = 1; rank <= 2048; rank++)
        cr_assert_eq(histogram_quantile(&h, rank / 2048.0), rank - 1);
    for (int64_t value = 0; value < 2048; value++)
        cr_assert_eq(histogram_share_above(&h, value), (double)(2047 - value) / 2048.0);
    cr_assert_eq(histogram_mean(&h), 1023.5);
    histogram_finish(&h);
}

/* q n is a whole number for each, though its floating-point product need not be. */
Test(histogram, ranks_do_not_slip_by_a_rounding)
{
    for (int n = 1; n <= 1000; n++) {
        struct histogram h = {0};
        for (int64_t value = 1; value <= n; value++)
            histogram_add(&h, value);
        for (int k = 1; k <= n; k++)
            cr_assert_eq(histogram_quantile(&h, (double)k / n), k, "rank %d of %d", k, n);
        histogram_finish(&h);
    }
    struct histogram h = {0};
    for (int64_t value = 1; value <= 100; value++)
        histogram_add(&h, value);
    cr_assert_eq(histogram_quantile(&h, 0.07), 7); /* 0.07 * 100 = 7.000000000000001 */
    cr_assert_eq(histogram_quantile(&h, 0.075), 8);
    cr_assert_eq(histogram_quantile(&h, 0.29), 29);
    histogram_finish(&h);
}

/* Against the sorted values, over 12 orders of magnitude. */
Test(histogram, quantiles_are_right_to_one_part_in_1024)
{
    enum { VALUES = 100000 };
    static int64_t values[VALUES];
    struct stream stream = stream_make(1, 0, "histogram");
    struct draw draw = draw_make(&stream, 0, 0);
    struct histogram h = {0};
    for (int i = 0; i < VALUES; i++) {
        values[i] = (int64_t)pow(10.0, 12.0 * draw_uniform(&draw));
        histogram_add(&h, values[i]);
    }
    qsort(values, VALUES, sizeof values[0], compare_values);
    for (int rank = 1; rank <= VALUES; rank++) {
        double exact = (double)values[rank - 1], found = histogram_quantile(&h, (double)rank / VALUES);
        cr_assert_lt(fabs(found - exact), exact / 1024.0 + 1e-9, "rank %d: %g for %g", rank, found, exact);
        rank += rank < 1000 || rank > VALUES - 1000 ? 0 : 97;
    }
    cr_assert_eq(histogram_quantile(&h, 0.0), (double)values[0]);
    cr_assert_eq(histogram_quantile(&h, 1.0), (double)values[VALUES - 1]);
    histogram_finish(&h);
}

Test(histogram, quantiles_rise_with_the_share)
{
    struct stream stream = stream_make(2, 0, "histogram");
    struct draw draw = draw_make(&stream, 0, 0);
    struct histogram h = {0};
    for (int i = 0; i < 5000; i++)
        histogram_add(&h, (int64_t)(1e6 * draw_exponential(&draw)));
    double last = -1.0;
    for (int i = 0; i <= 10000; i++) {
        double now = histogram_quantile(&h, i / 10000.0);
        cr_assert_geq(now, last);
        cr_assert(now >= (double)h.min && now <= (double)h.max);
        last = now;
    }
    histogram_finish(&h);
}

/* ---- few values and many ---- */

/* Below 2048 each value has its bucket; then the leading one and the ten bits after it tell. */
static int64_t bucket_begin(int64_t value)
{
    int64_t width = 1;
    while (value / width >= 2048)
        width *= 2;
    return value / width * width;
}

static void assert_told_right(const struct histogram *h, const int64_t *sorted, int n)
{
    for (int i = 0; i < n; i += 1 + n / 50) {
        int above = 0;
        for (int j = 0; j < n; j++)
            above += bucket_begin(sorted[j]) > bucket_begin(sorted[i]);
        cr_assert_eq(histogram_share_above(h, sorted[i]), (double)above / n, "value %d of %d", i, n);
        double exact = (double)sorted[i], found = histogram_quantile(h, (i + 1.0) / n);
        cr_assert_lt(fabs(found - exact), exact / 1024.0 + 1e-9, "rank %d of %d", i + 1, n);
    }
    cr_assert_eq(h->min, sorted[0]);
    cr_assert_eq(h->max, sorted[n - 1]);
}

/* Values as waits are: a third are 0, others of all sizes. */
static int64_t any_value(struct draw *draw)
{
    return draw_below(draw, 3) ? (int64_t)pow(10.0, 12.0 * draw_uniform(draw)) : 0;
}

Test(histogram, is_as_right_for_few_values_as_for_many)
{
    static int64_t values[3000], sorted[3000];
    struct stream stream = stream_make(5, 0, "histogram");
    for (int n = 1; n <= 3000; n += n < 10 || (n > 1020 && n < 1030) ? 1 : n / 5) {
        struct draw draw = draw_make(&stream, (uint64_t)n, 0);
        struct histogram h = {0};
        for (int i = 0; i < n; i++) {
            values[i] = sorted[i] = any_value(&draw);
            histogram_add(&h, values[i]);
        }
        qsort(sorted, (size_t)n, sizeof *sorted, compare_values);
        assert_told_right(&h, sorted, n);
        histogram_finish(&h);
    }
}

Test(histogram, many_of_few_values_take_little_memory)
{
    cr_assert_leq(sizeof(struct histogram), 104);
    struct histogram h = {0};
    cr_assert_eq(histogram_bytes(&h), 0);
    for (int64_t i = 0; i < 1024; i++) {
        histogram_add(&h, i * i * i * i);
        cr_assert_leq(histogram_bytes(&h), i < 8 ? 16 : 4 * (size_t)(i + 1));
    }
    for (int64_t i = 0; i < 100000; i++)
        histogram_add(&h, i);
    cr_assert_leq(histogram_bytes(&h), 8192 * (40 - 8)); /* 1024^4 is 2^40; up to 2047 there are two rows */
    histogram_finish(&h);
}

/* D08.hdr.raw.count, .mean and .p99.99: HdrHistogram's own test data, 10,000 values of 1,000 and one of
 * 100,000,000 (HistogramDataAccessTest.java). */
Test(histogram, the_case_that_hdr_histogram_tests_with)
{
    struct histogram h = {0};
    for (int i = 0; i < 10000; i++)
        histogram_add(&h, 1000);
    histogram_add(&h, 100000000);
    cr_assert_eq(h.count, 10001);
    cr_assert_eq(histogram_quantile(&h, 0.30), 1000.0);
    cr_assert_eq(histogram_quantile(&h, 0.99), 1000.0);
    cr_assert_eq(histogram_quantile(&h, 0.9999), 1000.0);
    cr_assert_eq(histogram_quantile(&h, 0.99999), 100000000.0);
    cr_assert_eq(histogram_quantile(&h, 1.0), 100000000.0);
    cr_assert_float_eq(histogram_mean(&h), 10998.900109989001, 1e-9);
    histogram_finish(&h);
}

static void assert_quantile(const struct histogram *h, double q, double exact)
{
    double found = histogram_quantile(h, q);
    cr_assert_float_eq(found, exact, exact / 1024.0, "%g: %.10g for %.10g", q, found, exact);
}

/* D08.hdr.cor.p50, .p90 and .p99.999: the same with what a load generator that waits for each answer has not
 * sent in the meantime, one each 10,000. Our loads do not wait, so they have these values without being
 * corrected. */
Test(histogram, the_case_of_coordinated_omission)
{
    struct histogram h = {0};
    for (int i = 0; i < 10000; i++)
        histogram_add(&h, 1000);
    for (int64_t value = 100000000; value >= 10000; value -= 10000)
        histogram_add(&h, value);
    cr_assert_eq(h.count, 20000);
    assert_quantile(&h, 0.5, 1000.0);
    assert_quantile(&h, 0.9, 80000000.0);
    assert_quantile(&h, 0.99999, 100000000.0);
    histogram_finish(&h);
}

/* The data of other estimators, which say something else of them: P-square has 4.44 for the median of Jain
 * and Chlamtac's 20 values (D07.p2.median; Comm. ACM 28(10), 1985), a DDSketch of 1 % has 497.8 and 982.6 for
 * the 500th and 990th of the numbers to 1000 (D09.dd.p50 and .p99). */
Test(histogram, of_what_other_estimators_are_tried_on)
{
    static const double values[] = {0.02,  0.15,  0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92,
                                    34.60, 10.28, 1.47, 0.40, 0.05, 11.39, 0.27,  0.42,  0.09,  11.37};
    struct histogram of_20 = {0}, of_1000 = {0};
    for (int i = 0; i < 20; i++)
        histogram_add(&of_20, llround(values[i] * 1e9));
    assert_quantile(&of_20, 0.5, 1.47e9);
    assert_quantile(&of_20, 0.55, 3.39e9);
    assert_quantile(&of_20, 0.95, 34.60e9);
    for (int64_t value = 1; value <= 1000; value++)
        histogram_add(&of_1000, value);
    cr_assert_eq(histogram_quantile(&of_1000, 0.5), 500.0);
    cr_assert_eq(histogram_quantile(&of_1000, 0.99), 990.0);
    histogram_finish(&of_20);
    histogram_finish(&of_1000);
}

/* Dunning and Ertl try their t-digest on uniform values (Computing Extremely Accurate Quantiles Using
 * t-Digests, 2019), which it tells best at the ends. This tells all alike. */
Test(histogram, of_uniform_values_at_both_ends)
{
    struct histogram h = {0};
    for (int64_t rank = 1; rank <= 1000000; rank++)
        histogram_add(&h, rank * 1000);
    for (double tail = 1e-6; tail <= 0.5; tail *= 1.5) {
        assert_quantile(&h, tail, 1e3 * ceil(tail * 1e6 - 1e-6));
        assert_quantile(&h, 1.0 - tail, 1e3 * ceil((1.0 - tail) * 1e6 - 1e-6));
    }
    histogram_finish(&h);
}

Test(histogram, values_at_the_edges_of_buckets)
{
    for (unsigned bit = 11; bit < 63; bit++) {
        int64_t edge = (int64_t)1 << bit;
        struct histogram h = {0};
        histogram_add(&h, edge - 1);
        histogram_add(&h, edge);
        histogram_add(&h, edge + (edge >> 10)); /* the next bucket */
        cr_assert_float_eq(histogram_share_above(&h, edge - 1), 2.0 / 3.0, 1e-15);
        cr_assert_float_eq(histogram_share_above(&h, edge), 1.0 / 3.0, 1e-15);
        cr_assert_eq(histogram_quantile(&h, 0.0), (double)(edge - 1));
        histogram_finish(&h);
    }
}

/* Times far from 0 with a small spread, where sums of squares lose their digits unless they are exact. */
Test(histogram, sd_is_that_of_two_passes)
{
    static const int64_t bases[] = {0, 1000, 1000000000, 3600000000000, 1000000000000000};
    enum { VALUES = 1000 };
    struct stream stream = stream_make(3, 0, "histogram");
    for (size_t b = 0; b < sizeof bases / sizeof bases[0]; b++) {
        struct draw draw = draw_make(&stream, b, 0);
        struct histogram h = {0};
        int64_t above[VALUES];
        double mean = 0.0, squares = 0.0;
        for (int i = 0; i < VALUES; i++) {
            above[i] = (int64_t)draw_below(&draw, 100);
            mean += (double)above[i] / VALUES;
            histogram_add(&h, bases[b] + above[i]);
        }
        for (int i = 0; i < VALUES; i++)
            squares += ((double)above[i] - mean) * ((double)above[i] - mean);
        cr_assert_float_eq(histogram_sd(&h), sqrt(squares / (VALUES - 1)), 1e-9);
        cr_assert_float_eq(histogram_mean(&h), (double)bases[b] + mean, 1e-15 * (double)bases[b] + 1e-9);
        histogram_finish(&h);
    }
}

/* The sum of the squares passes 127 bits: half the values are 6e17, the others 8e17. */
Test(histogram, sd_where_the_squares_nearly_overflow)
{
    struct histogram h = {0};
    for (int i = 0; i < 300; i++) {
        histogram_add(&h, 600000000000000000);
        histogram_add(&h, 800000000000000000);
    }
    cr_assert_float_eq(histogram_sd(&h) / 1e17, sqrt(600.0 / 599.0), 1e-12);
    histogram_finish(&h);
}

Test(histogram, sd_of_equal_values_is_zero)
{
    struct histogram h = {0};
    for (int i = 0; i < 7; i++)
        histogram_add(&h, 123456789012345);
    cr_assert_eq(histogram_sd(&h), 0.0);
    histogram_finish(&h);
}

static void assert_same(const struct histogram *a, const struct histogram *b)
{
    cr_assert_eq(a->count, b->count);
    cr_assert_eq(a->min, b->min);
    cr_assert_eq(a->max, b->max);
    cr_assert(a->sum == b->sum);
    cr_assert(a->sum_of_squares == b->sum_of_squares);
    for (size_t i = 0; i < SHARES; i++)
        cr_assert_eq(histogram_quantile(a, shares[i]), histogram_quantile(b, shares[i]));
}

Test(histogram, merging_is_as_adding_all)
{
    struct stream stream = stream_make(4, 0, "histogram");
    struct draw draw = draw_make(&stream, 0, 0);
    struct histogram whole = {0}, parts[3] = {0}, merged = {0}, empty = {0};
    for (int i = 0; i < 9000; i++) {
        int64_t value = (int64_t)(draw_exponential(&draw) * (i % 3 ? 1e4 : 1e9));
        histogram_add(&whole, value);
        histogram_add(&parts[i % 3], value);
    }
    histogram_merge(&merged, &empty);
    cr_assert_eq(merged.count, 0);
    for (int i = 0; i < 3; i++)
        histogram_merge(&merged, &parts[i]);
    histogram_merge(&merged, &empty);
    assert_same(&merged, &whole);
    for (int i = 0; i < 3; i++)
        histogram_finish(&parts[i]);
    histogram_finish(&whole);
    histogram_finish(&merged);
}

/* Few to few, few to many, and the other way round, where the many are kept otherwise than the few. */
Test(histogram, merging_few_and_many_is_as_adding_all)
{
    static const int sizes[] = {0, 1, 7, 512, 513, 1024, 1025, 3000};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    struct stream stream = stream_make(6, 0, "histogram");
    for (uint64_t pair = 0; pair < SIZES * SIZES; pair++) {
        struct draw draw = draw_make(&stream, pair, 0);
        struct histogram whole = {0}, parts[2] = {0};
        for (int p = 0; p < 2; p++)
            for (int i = 0; i < sizes[p ? pair / SIZES : pair % SIZES]; i++) {
                int64_t value = any_value(&draw);
                histogram_add(&whole, value);
                histogram_add(&parts[p], value);
            }
        histogram_merge(&parts[0], &parts[1]);
        if (whole.count)
            assert_same(&parts[0], &whole);
        int64_t next = any_value(&draw);
        histogram_add(&whole, next);
        histogram_add(&parts[0], next);
        assert_same(&parts[0], &whole);
        histogram_finish(&whole);
        histogram_finish(&parts[0]);
        histogram_finish(&parts[1]);
    }
}

static int compare_falling(const void *left, const void *right)
{
    return compare_values(right, left);
}

/* Where they are kept grows upwards, downwards, and both ways. */
Test(histogram, the_order_of_values_does_not_matter)
{
    enum { VALUES = 5000 };
    static int64_t values[VALUES];
    struct stream stream = stream_make(7, 0, "histogram");
    struct draw draw = draw_make(&stream, 0, 0);
    struct histogram drawn = {0}, falling = {0}, rising = {0};
    for (int i = 0; i < VALUES; i++)
        histogram_add(&drawn, values[i] = any_value(&draw));
    qsort(values, VALUES, sizeof *values, compare_falling);
    for (int i = 0; i < VALUES; i++) {
        histogram_add(&falling, values[i]);
        histogram_add(&rising, values[VALUES - 1 - i]);
    }
    assert_same(&falling, &drawn);
    assert_same(&rising, &drawn);
    for (int i = 0; i < VALUES; i++) {
        double above = histogram_share_above(&drawn, values[i]);
        cr_assert_eq(histogram_share_above(&falling, values[i]), above);
        cr_assert_eq(histogram_share_above(&rising, values[i]), above);
    }
    histogram_finish(&drawn);
    histogram_finish(&falling);
    histogram_finish(&rising);
}

static void assert_cleared_is_as_new(int before, int after)
{
    struct stream stream = stream_make(8, (uint64_t)before, "histogram");
    struct draw draw = draw_make(&stream, (uint64_t)after, 0);
    struct histogram used = {0}, fresh = {0};
    for (int i = 0; i < before; i++)
        histogram_add(&used, any_value(&draw));
    histogram_clear(&used);
    cr_assert_eq(used.count, 0);
    cr_assert(isnan(histogram_quantile(&used, 0.5)));
    cr_assert(isnan(histogram_share_above(&used, 0)));
    for (int i = 0; i < after; i++) {
        int64_t value = 1 + any_value(&draw); /* 0, which was there, is not any more */
        histogram_add(&used, value);
        histogram_add(&fresh, value);
        assert_same(&used, &fresh);
        cr_assert_eq(histogram_share_above(&used, value), histogram_share_above(&fresh, value));
    }
    histogram_finish(&used);
    histogram_finish(&fresh);
}

Test(histogram, cleared_is_as_new)
{
    assert_cleared_is_as_new(10, 30);
    assert_cleared_is_as_new(10, 1100);
    assert_cleared_is_as_new(3000, 30);
    assert_cleared_is_as_new(3000, 1100);
}
