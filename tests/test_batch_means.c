#include "stats/batch_means.h"

#include <math.h>

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>

#include "des/rng.h"
#include "minstd.h"

/* D04.bm.hw: 200 values deleted, 20 batches of 90; Law, 9.5. */
Test(batch_means, of_the_reference_process)
{
    double values[2000];
    struct batch_means found;
    minstd_process(values, 2000);
    cr_assert(batch_means_in(values + 200, NULL, 1800, 20, 0.95, &found));
    cr_expect_float_eq(found.interval.half_width, 0.027955553253972646, 1e-9);
    cr_expect_eq(found.interval.n, 20);
    cr_expect_eq(found.n_batches, 20);
}

/* ---- by hand ---- */

/* Means 1, 3, 2, 6: their mean is 3, their distances from it -2, 0, -1, 3. */
Test(batch_means, by_hand)
{
    double values[20] = {1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 4.0, 2.0, 4.0, 3.0,
                         2.0, 2.0, 0.0, 4.0, 2.0, 6.0, 6.0, 6.0, 6.0, 6.0};
    struct batch_means found;
    cr_assert(batch_means_in(values, NULL, 20, 4, 0.95, &found));
    cr_expect_eq(found.interval.mean, 3.0);
    cr_expect_float_eq(found.interval.variance, 14.0 / 3.0, 1e-12);
    cr_expect_float_eq(found.interval.half_width, 3.182446 * sqrt(14.0 / 12.0), 1e-5);
    cr_expect_float_eq(found.correlation, -3.0 / 14.0, 1e-12);
    cr_expect(found.independent);
}

/* Sums of 2 and 6 response times, then 3 and 1. */
Test(batch_means, of_sums_with_weights)
{
    double values[20] = {20.0, 30.0}, weights[20] = {2.0, 6.0};
    for (int i = 2; i < 20; i++) {
        values[i] = i % 2 ? 2.0 : 6.0;
        weights[i] = i % 2 ? 1.0 : 3.0;
    }
    struct batch_means found;
    cr_assert(batch_means_in(values, weights, 20, 10, 0.95, &found));
    cr_expect_float_eq(found.interval.mean, (50.0 / 8.0 + 9.0 * 2.0) / 10.0, 1e-12);
}

Test(batch_means, what_does_not_fill_the_batches_is_left_out_at_the_beginning)
{
    double values[65] = {1e9, 1e9, 1e9, 1e9, 1e9};
    for (int i = 5; i < 65; i++)
        values[i] = i % 4 < 2 ? 1.0 : 3.0;
    struct batch_means found;
    cr_assert(batch_means_in(values, NULL, 65, 30, 0.95, &found));
    cr_expect_float_eq(found.interval.mean, 2.0, 0.1);
}

Test(batch_means, of_too_little)
{
    double values[30] = {1.0, 2.0}, weights[30] = {0.0};
    struct batch_means found = {.n_batches = 77};
    cr_expect_not(batch_means_of(values, NULL, 19, 0.95, &found));
    cr_expect_not(batch_means_in(values, NULL, 19, 4, 0.95, &found));
    cr_expect_not(batch_means_in(values, NULL, 30, 31, 0.95, &found));
    cr_expect_not(batch_means_in(values, NULL, 30, 1, 0.95, &found));
    cr_expect_not(batch_means_of(values, weights, 30, 0.95, &found), "nothing was measured");
    for (int i = 0; i < 28; i++)
        weights[i] = 1.0;
    cr_expect_not(batch_means_in(values, weights, 30, 30, 0.95, &found));
    cr_expect_eq(found.n_batches, 77, "untouched");
    cr_expect(batch_means_of(values, weights, 30, 0.95, &found));
    cr_expect_eq(found.n_batches, 10, "the last three values together weigh something");
}

/* The 30 batches of the last 30 values, which rise; 20 of the last 40 would begin with a batch of nothing. */
Test(batch_means, where_only_the_first_number_of_batches_is_possible)
{
    double values[50], weights[50];
    for (int i = 0; i < 50; i++) {
        values[i] = i;
        weights[i] = i < 20 ? 0.0 : 1.0;
    }
    struct batch_means found;
    cr_assert(batch_means_of(values, weights, 50, 0.95, &found));
    cr_expect_eq(found.n_batches, 30);
    cr_expect_not(found.independent);
    cr_expect_float_eq(found.interval.mean, 34.5, 1e-12);
}

Test(batch_means, of_a_constant)
{
    double values[60];
    for (int i = 0; i < 60; i++)
        values[i] = 0.5;
    struct batch_means found;
    cr_assert(batch_means_of(values, NULL, 60, 0.95, &found));
    cr_expect_eq(found.interval.mean, 0.5);
    cr_expect_eq(found.interval.half_width, 0.0);
    cr_expect(isnan(found.correlation));
    cr_expect(found.independent);
}

/* ---- the test of independence ---- */

/* x_t = phi x_{t-1} + N(0, 1), from where it stands in the long run. */
static void ar1(double phi, uint64_t path, double *values, size_t n)
{
    struct stream stream = stream_make(1, path, "ar1");
    struct draw draw = draw_make(&stream, 0, 0);
    gsl_rng rng = draw_as_gsl(&draw);
    double x = gsl_ran_gaussian_ratio_method(&rng, 1.0) / sqrt(1.0 - phi * phi);
    for (size_t t = 0; t < n; t++) {
        values[t] = x;
        x = phi * x + gsl_ran_gaussian_ratio_method(&rng, 1.0);
    }
}

/* A test at 5 % that finds something in 5 % of what has nothing in it: within four standard deviations, and
 * half a percent for the normal distribution that it is not. */
Test(batch_means, independent_batches_are_suspected_in_one_of_twenty)
{
    enum { PATHS = 10000 };
    static const size_t batches[] = {10, 20, 30};
    for (size_t k = 0; k < 3; k++) {
        int suspected = 0;
        for (uint64_t path = 0; path < PATHS; path++) {
            double values[30];
            struct batch_means found;
            ar1(0.0, path, values, 30);
            cr_assert(batch_means_in(values, NULL, 30, batches[k], 0.95, &found));
            suspected += !found.independent;
        }
        double tolerance = 4.0 * sqrt(0.05 * 0.95 / PATHS) + 0.005;
        cr_expect_float_eq((double)suspected / PATHS, 0.05, tolerance, "%d", suspected);
    }
}

/* 2000 values of a process that forgets within 100: batches of 66 go with one another, and so do 200. */
Test(batch_means, batches_that_are_too_short_are_found_out)
{
    int tried_last = 0, suspected = 0;
    double correlation = 0.0;
    for (uint64_t path = 0; path < 200; path++) {
        double values[2000];
        struct batch_means found;
        ar1(0.99, path, values, 2000);
        cr_assert(batch_means_in(values, NULL, 2000, 30, 0.95, &found));
        suspected += !found.independent;
        correlation += found.correlation / 200.0;
        cr_assert(batch_means_of(values, NULL, 2000, 0.95, &found));
        tried_last += found.n_batches == 10;
    }
    cr_expect_gt(suspected, 150);
    cr_expect_gt(tried_last, 50);
    cr_expect_gt(correlation, 0.3);
}

Test(batch_means, the_first_number_of_batches_that_is_independent_stands)
{
    for (uint64_t path = 0; path < 200; path++) {
        static const size_t tries[] = {30, 20, 10};
        double values[600];
        struct batch_means found, tried;
        ar1(0.9, path, values, 600);
        cr_assert(batch_means_of(values, NULL, 600, 0.95, &found));
        size_t k = 0;
        do
            cr_assert(batch_means_in(values, NULL, 600, tries[k], 0.95, &tried));
        while (!tried.independent && ++k < 3);
        cr_expect_eq(found.n_batches, tried.n_batches);
        cr_expect_eq(found.interval.half_width, tried.interval.half_width);
        cr_expect_eq(found.independent, tried.independent);
    }
}

/* ---- what it is for ---- */

enum { PATHS = 2000, LENGTH = 5000 };

/* D05.ar1.avar and D05.ar1.bias: n Var(mean) goes to 1 / (1 - phi)^2 = 100, and the standard deviation of the
 * mean is sqrt((1 + phi) / (1 - phi)) = 4.359 times what independent values would have. An interval that
 * takes them for independent holds the mean in 35 of 100 cases, one by batch means in 95. */
Test(batch_means, hold_the_mean_where_the_naive_interval_does_not)
{
    int naive_holds = 0, batches_hold = 0;
    double squares = 0.0, naive_variance = 0.0;
    for (uint64_t path = 0; path < PATHS; path++) {
        double values[LENGTH];
        struct batch_means found;
        ar1(0.9, path, values, LENGTH);
        struct interval naive = interval_of(values, 1, LENGTH, 0.95);
        cr_assert(batch_means_of(values, NULL, LENGTH, 0.95, &found));
        squares += naive.mean * naive.mean / PATHS;
        naive_variance += naive.variance / LENGTH / PATHS;
        naive_holds += fabs(naive.mean) <= naive.half_width;
        batches_hold += fabs(found.interval.mean) <= found.interval.half_width;
    }
    /* A variance of PATHS values is right to sqrt(2 / PATHS), its root to half of that. */
    double tolerance = 4.0 * sqrt(2.0 / PATHS);
    cr_expect_float_eq(LENGTH * squares, 100.00000000000006, 100.0 * tolerance);
    cr_expect_float_eq(sqrt(squares / naive_variance), 4.358898943540674, 4.36 * tolerance / 2.0);
    cr_expect_float_eq((double)naive_holds / PATHS, 0.347, 4.0 * sqrt(0.347 * 0.653 / PATHS));
    double share = (double)batches_hold / PATHS;
    cr_expect(share > 0.93 && share < 0.97, "%g", share);
}
