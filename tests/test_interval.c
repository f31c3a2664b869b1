#include "stats/interval.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>

#include "des/rng.h"

/* Ten replications of two systems on the same random numbers. */
static const double a[] = {12.1, 11.4, 13.3, 12.7, 11.9, 12.5, 13.0, 12.2, 11.8, 12.9};
static const double b[] = {11.6, 11.1, 12.6, 12.3, 11.3, 12.1, 12.4, 11.9, 11.2, 12.4};

/* t(0.975) with 9 degrees of freedom */
static const double t9 = 2.2621571628;

/* ---- Student's t ---- */

/* D02.t.0.975.4 and D02.t.0.95.19: Student, Biometrika 6(1), 1908; the digits from SciPy. */
Test(interval, t_to_nine_digits)
{
    cr_expect_float_eq(interval_t(0.95, 5), 2.7764451051977987, 2.8e-9);
    cr_expect_float_eq(interval_t(0.90, 20), 1.729132811521367, 1.8e-9);
}

/* Fisher and Yates, Statistical Tables, table III. */
Test(interval, t_of_a_printed_table)
{
    static const struct {
        size_t n;
        double at_95, at_99, at_999;
    } rows[] = {
        {2, 12.706, 63.657, 636.619}, {3, 4.303, 9.925, 31.599}, {6, 2.571, 4.032, 6.869},
        {11, 2.228, 3.169, 4.587},    {31, 2.042, 2.750, 3.646}, {121, 1.980, 2.617, 3.373},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_float_eq(interval_t(0.95, rows[i].n), rows[i].at_95, 6e-4);
        cr_expect_float_eq(interval_t(0.99, rows[i].n), rows[i].at_99, 6e-4);
        cr_expect_float_eq(interval_t(0.999, rows[i].n), rows[i].at_999, 6e-4);
    }
    cr_expect_float_eq(interval_t(0.95, 100000000), 1.959964, 1e-6, "the normal distribution's");
}

Test(interval, bonferroni_shares_out_the_mistakes)
{
    cr_expect_eq(interval_bonferroni(0.95, 1), 0.95);
    cr_expect_float_eq(interval_bonferroni(0.95, 5), 0.99, 1e-15);
    cr_expect_float_eq(interval_bonferroni(0.9, 100), 0.999, 1e-15);
}

/* ---- many samples ---- */

Test(interval, one_of_many_is_as_one_alone)
{
    struct interval_quantile known = {0};
    for (size_t n = 2; n <= 10; n++)
        for (int level = 90; level < 100; level += 5)
            for (int again = 0; again < 2; again++) {
                struct interval alone = interval_of(a, 1, n, level / 100.0);
                struct interval one = interval_of_one(a, 1, n, level / 100.0, &known);
                cr_assert_eq(one.mean, alone.mean);
                cr_assert_eq(one.half_width, alone.half_width);
                cr_assert_eq(known.t, interval_t(level / 100.0, n));
            }
    static const double constant[] = {3.0, 3.0, 3.0};
    cr_expect_eq(interval_of_one(constant, 1, 3, 0.95, &known).half_width, 0.0);
}

/* ---- one sample ---- */

/* D03.rep.mean: Law, Simulation Modeling and Analysis, chapter 9. The variance in fractions is 407/1125. */
Test(interval, of_ten_replications)
{
    struct interval interval = interval_of(a, 1, 10, 0.95);
    cr_expect_float_eq(interval.mean, 12.38, 1e-12);
    cr_expect_float_eq(interval.variance, 407.0 / 1125.0, 1e-12);
    cr_expect_float_eq(interval.half_width, t9 * sqrt(interval.variance / 10.0), 1e-8);
    cr_expect_eq(interval.n, 10);
}

Test(interval, a_greater_level_is_wider)
{
    double at_90 = interval_of(a, 1, 10, 0.90).half_width, at_99 = interval_of(a, 1, 10, 0.99).half_width;
    cr_expect_float_eq(at_99 / at_90, 3.249836 / 1.833113, 1e-6); /* t(0.995) and t(0.95), 9 degrees */
}

Test(interval, takes_every_stride_th_and_skips_what_is_absent)
{
    double values[] = {1.0, 99.0, NAN, 99.0, 4.0, 99.0, 7.0};
    struct interval interval = interval_of(values, 2, 4, 0.95);
    cr_expect_eq(interval.n, 3);
    cr_expect_eq(interval.mean, 4.0);
    cr_expect_eq(interval.variance, 9.0);
    cr_expect_float_eq(interval.half_width, 4.30265273 * sqrt(3.0), 1e-7);
}

Test(interval, of_hardly_anything)
{
    double values[] = {NAN, 5.0};
    struct interval none = interval_of(values, 1, 1, 0.95), one = interval_of(values, 1, 2, 0.95);
    cr_expect(none.n == 0 && isnan(none.mean) && isnan(none.half_width) && isnan(none.variance));
    cr_expect(one.n == 1 && one.mean == 5.0 && isnan(one.half_width) && isnan(one.variance));
    cr_expect_eq(interval_of(values, 1, 0, 0.95).n, 0);
}

Test(interval, of_a_constant_is_a_point)
{
    double values[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    struct interval interval = interval_of(values, 1, 7, 0.95);
    cr_expect_eq(interval.mean, 0.1);
    cr_expect_eq(interval.half_width, 0.0);
}

/* Sums of squares would lose all digits. */
Test(interval, far_from_zero)
{
    double values[] = {1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0};
    struct interval interval = interval_of(values, 1, 4, 0.95);
    cr_expect_eq(interval.mean, 1e9 + 10.0);
    cr_expect_eq(interval.variance, 30.0);
}

Test(interval, half_widths_have_nine_digits)
{
    for (size_t n = 2; n <= 10; n++) {
        char digits[40];
        double half_width = interval_of(a, 1, n, 0.95).half_width;
        snprintf(digits, sizeof digits, "%.8e", half_width);
        cr_expect_eq(half_width, strtod(digits, NULL));
    }
    /* of the pairs below, 0.098026810385... */
    cr_expect_eq(interval_of_differences(a, b, 1, 1, 10, 0.95).half_width, 0.0980268104);
}

/* Of normal values the interval holds the mean as often as it says: within four standard deviations. */
Test(interval, holds_the_mean_as_often_as_it_says)
{
    static const double levels[] = {0.9, 0.95, 0.99};
    enum { SAMPLES = 20000, SIZE = 5 };
    struct stream stream = stream_make(1, 0, "interval");
    for (size_t l = 0; l < 3; l++) {
        int held = 0;
        for (uint64_t s = 0; s < SAMPLES; s++) {
            double values[SIZE];
            struct draw draw = draw_make(&stream, s, l);
            for (int i = 0; i < SIZE; i++)
                values[i] = 3.0 + gsl_cdf_ugaussian_Pinv(draw_uniform(&draw));
            struct interval interval = interval_of(values, 1, SIZE, levels[l]);
            held += fabs(interval.mean - 3.0) <= interval.half_width;
        }
        double sd = sqrt(levels[l] * (1.0 - levels[l]) / SAMPLES);
        cr_expect_float_eq((double)held / SAMPLES, levels[l], 4.0 * sd, "%d at %g", held, levels[l]);
    }
}

/* ---- pairs ---- */

/* D03.pair.diff: Law, chapter 10. The differences' variance is 0.169 / 9. */
Test(interval, of_paired_differences)
{
    struct interval interval = interval_of_differences(a, b, 1, 1, 10, 0.95);
    cr_expect_float_eq(interval.mean, 0.49, 1e-12);
    cr_expect_float_eq(interval.variance, 0.169 / 9.0, 1e-12);
    cr_expect_float_eq(interval.half_width, t9 * sqrt(0.169 / 90.0), 1e-9);
}

/* D03.welch.hw: what the same numbers say when they are not paired, with Welch's 17.883 degrees of freedom
 * (Biometrika 29(3/4), 1938). The two variances are ours; the pairs are more than five times as good. */
Test(interval, pairs_say_more_than_independent_samples)
{
    struct interval of_a = interval_of(a, 1, 10, 0.95), of_b = interval_of(b, 1, 10, 0.95);
    double welch =
        gsl_cdf_tdist_Pinv(0.975, 17.883160926464253) * sqrt(of_a.variance / 10.0 + of_b.variance / 10.0);
    cr_expect_float_eq(welch, 0.5438393606834152, 1e-9);
    cr_expect_gt(welch, 5.0 * interval_of_differences(a, b, 1, 1, 10, 0.95).half_width);
}

Test(interval, a_pair_with_an_absent_part_is_absent)
{
    double left[] = {5.0, NAN, 7.0, 9.0}, right[] = {4.0, 0.0, 1.0, 1.0, 0.0, 2.0, NAN};
    struct interval interval = interval_of_differences(left, right, 1, 2, 4, 0.95);
    cr_expect_eq(interval.n, 2);
    cr_expect_eq(interval.mean, 4.0);
    cr_expect_eq(interval.variance, 18.0);
}

/* In fractions: the variances are 407/1125, 923/3000 and, of the differences, 169/9000. */
Test(interval, gain_of_pairing)
{
    cr_expect_float_eq(interval_pairing_gain(a, b, 1, 1, 10), 6025.0 / 169.0, 1e-9);
}

Test(interval, gain_of_pairing_at_its_limits)
{
    double up[] = {1.1, 2.1, 3.1, 4.1}, beside[] = {1.0, 2.0, 3.0, 4.0}, down[] = {4.0, 3.0, 2.0, 1.0};
    double still[] = {0.1, 0.1, 0.1, 0.1}, absent[] = {NAN, NAN, NAN, 4.0};
    cr_expect_eq(interval_pairing_gain(up, beside, 1, 1, 4), INFINITY, "but for what was rounded away");
    cr_expect_float_eq(interval_pairing_gain(beside, down, 1, 1, 4), 0.5, 1e-12, "pairs can do harm");
    cr_expect_float_eq(interval_pairing_gain(beside, still, 1, 1, 4), 1.0, 1e-12);
    cr_expect(isnan(interval_pairing_gain(still, still, 1, 1, 4)));
    cr_expect(isnan(interval_pairing_gain(beside, absent, 1, 1, 4)));
    double some[] = {NAN, 1.0, 2.0, 3.0};
    cr_expect_float_eq(interval_pairing_gain(some, down, 1, 1, 4), 0.5, 1e-12);
    cr_expect_float_eq(interval_pairing_gain(down, some, 1, 1, 4), 0.5, 1e-12);
    cr_expect(isnan(interval_pairing_gain(beside, up, 1, 1, 0)));
}

/* ---- precision ---- */

/* D03.relprec: Law, 9.4.1: an error of 5 % needs a half-width of 0.05 / 1.05 of the mean. */
Test(interval, precise_at_the_adjusted_share)
{
    static const double share = 0.047619047619047616;
    struct interval just = {.mean = 100.0, .half_width = 100.0 * share - 1e-9, .n = 5};
    struct interval not_quite = {.mean = 100.0, .half_width = 100.0 * share + 1e-7, .n = 5};
    cr_expect(interval_is_precise(&just, 0.05));
    cr_expect_not(interval_is_precise(&not_quite, 0.05));
    just.mean = -just.mean;
    cr_expect(interval_is_precise(&just, 0.05));
}

Test(interval, precise_without_a_mean_or_an_interval)
{
    struct interval constant = {.mean = 3.0, .n = 5}, zero = {.n = 5};
    struct interval around_zero = {.half_width = 1e-9, .variance = 1.0, .n = 5};
    struct interval one = {.mean = 3.0, .half_width = (double)NAN, .variance = (double)NAN, .n = 1};
    cr_expect(interval_is_precise(&constant, 0.01));
    cr_expect(interval_is_precise(&zero, 0.01), "a constant, too");
    cr_expect_not(interval_is_precise(&around_zero, 0.01));
    cr_expect_not(interval_is_precise(&one, 0.01));
    cr_expect_eq(interval_observations_needed(&constant, 0.01, 0.95), 5);
    cr_expect_eq(interval_observations_needed(&around_zero, 0.01, 0.95), SIZE_MAX);
    cr_expect_eq(interval_observations_needed(&one, 0.01, 0.95), SIZE_MAX);
}

/* By hand from a printed table: n >= (4.2 t)^2, and t is 1.9944 with 70 degrees of freedom, 1.9949 with 69.
 */
Test(interval, observations_needed_by_hand)
{
    struct interval interval = {.mean = 10.0, .half_width = 2.48, .variance = 4.0, .n = 5};
    cr_expect_eq(interval_observations_needed(&interval, 0.05, 0.95), 71);
    interval.mean = -10.0;
    cr_expect_eq(interval_observations_needed(&interval, 0.05, 0.95), 71);
}

Test(interval, observations_needed_is_the_least_number_that_is_enough)
{
    for (size_t n = 2; n <= 10; n++)
        for (double relative = 0.001; relative < 0.03; relative *= 1.3) {
            struct interval interval = interval_of(a, 1, n, 0.95);
            size_t needed = interval_observations_needed(&interval, relative, 0.95);
            double share = relative / (1.0 + relative), sd = sqrt(interval.variance);
            if (interval_is_precise(&interval, relative)) {
                cr_expect_eq(needed, n);
                continue;
            }
            cr_expect_gt(needed, n);
            double enough = interval_t(0.95, needed) * sd / sqrt((double)needed);
            double less = interval_t(0.95, needed - 1) * sd / sqrt((double)needed - 1.0);
            cr_expect_leq(enough, share * interval.mean);
            cr_expect_gt(less, 0.999999 * share * interval.mean);
        }
}

/* D05.mm1.n: an M/M/1 queue of load 0.8 has the mean wait 4 and n Var(mean) = 1976, and 4744201.7 customers
 * tell it within 1 % (Whitt, Management Science 35(11), 1989). He has z where we have t: 2.4 customers more.
 */
Test(interval, observations_needed_for_the_wait_of_mm1)
{
    struct interval interval = {.mean = 4.0, .half_width = 1.0, .variance = 1976.0, .n = 100};
    size_t needed = interval_observations_needed(&interval, 0.01 / 0.99, 0.95);
    cr_expect_float_eq((double)needed, 4744201.71840056 + 2.4, 1.0, "%zu", needed);
}

Test(interval, observations_needed_for_what_cannot_be)
{
    struct interval interval = {.mean = 1e-300, .half_width = 1.0, .variance = 1.0, .n = 100};
    cr_expect_eq(interval_observations_needed(&interval, 0.01, 0.95), SIZE_MAX);
}
