#include "stats/warmup.h"

#include <math.h>

#include <criterion/criterion.h>

#include "des/rng.h"
#include "minstd.h"
#include "stats/interval.h"

/* D01.minstd: Park and Miller say what comes after 10,000 steps. */
Test(warmup, the_generator_of_the_reference_process)
{
    uint32_t x = 1;
    for (int i = 0; i < 10000; i++)
        x = minstd_next(x);
    cr_assert_eq(x, 1043618065);
}

/* D04.mser5.d, with the same answer from OpenKIM's kim-convergence, and D04.raw.mean. */
Test(warmup, of_the_reference_process)
{
    double values[2000];
    size_t deleted = 0;
    minstd_process(values, 2000);
    cr_expect_float_eq(interval_of(values, 1, 2000, 0.95).mean, 9.802606376112257, 1e-9);
    cr_expect(warmup_mser5(values, 2000, &deleted));
    cr_expect_eq(deleted, 180);
    /* What is left over at the end takes no part. */
    cr_expect(warmup_mser5(values, 2000 - 5 + 4, &deleted));
    size_t of_whole_batches = 0;
    cr_expect(warmup_mser5(values, 2000 - 5, &of_whole_batches));
    cr_expect_eq(deleted, of_whole_batches);
}

/* What is minimised, written down as the paper has it. */
static double statistic(const double *values, size_t batches, size_t d)
{
    double means[100], mean = 0.0, squares = 0.0, left = (double)(batches - d);
    for (size_t j = d; j < batches; j++) {
        const double *v = values + 5 * j;
        means[j] = (v[0] + v[1] + v[2] + v[3] + v[4]) / 5.0;
        mean += means[j] / left;
    }
    for (size_t j = d; j < batches; j++)
        squares += (means[j] - mean) * (means[j] - mean);
    return squares / (left * left);
}

Test(warmup, is_the_least_of_all_in_the_first_half)
{
    enum { BATCHES = 40 };
    struct stream stream = stream_make(1, 0, "warmup");
    int trusted = 0;
    for (uint64_t s = 0; s < 500; s++) {
        double values[5 * BATCHES], x = 10.0;
        struct draw draw = draw_make(&stream, s, 0);
        for (int t = 0; t < 5 * BATCHES; t++)
            values[t] = x = 0.9 * x + draw_uniform(&draw) - 0.5;
        size_t deleted, best = 0, best_anywhere = 0;
        bool trust = warmup_mser5(values, sizeof values / sizeof values[0], &deleted);
        for (size_t d = 1; d <= BATCHES - 5; d++) {
            if (d <= BATCHES / 2 && statistic(values, BATCHES, d) < statistic(values, BATCHES, best))
                best = d;
            if (statistic(values, BATCHES, d) < statistic(values, BATCHES, best_anywhere))
                best_anywhere = d;
        }
        cr_expect_eq(deleted, 5 * best);
        cr_expect_eq(trust, best_anywhere <= BATCHES / 2);
        trusted += trust;
    }
    cr_expect(trusted > 250 && trusted < 500, "both answers come up: %d", trusted);
}

/* From 0 to 10 at once, after which the values alternate around 10. */
static void step_up(double *values, size_t n, size_t at)
{
    for (size_t t = 0; t < n; t++)
        values[t] = t < at ? 0.0 : 10.0 + (t / 5 % 2 ? 0.5 : -0.5);
}

Test(warmup, of_a_step_ends_at_the_step)
{
    double values[500];
    size_t deleted;
    for (size_t at = 0; at <= 200; at += 10) {
        step_up(values, 500, at);
        cr_expect(warmup_mser5(values, 500, &deleted));
        cr_expect_eq(deleted, at);
    }
    step_up(values, 500, 98);
    cr_expect(warmup_mser5(values, 500, &deleted));
    cr_expect_eq(deleted, 100, "a batch is left out as a whole");
}

Test(warmup, that_ends_in_the_second_half_is_not_trusted)
{
    double values[500];
    size_t deleted;
    step_up(values, 500, 300);
    cr_expect_not(warmup_mser5(values, 500, &deleted));
    cr_expect_leq(deleted, 250);
    for (size_t t = 0; t < 500; t++)
        values[t] = (double)t;
    cr_expect_not(warmup_mser5(values, 500, &deleted), "it never settles");
    cr_expect_eq(deleted, 250);
}

/* A batch or a few that happen to be alike have no standard error at all. */
Test(warmup, is_not_fooled_by_the_last_values)
{
    double values[500];
    size_t deleted;
    step_up(values, 500, 50);
    for (size_t t = 480; t < 500; t++)
        values[t] = 10.0;
    cr_expect(warmup_mser5(values, 500, &deleted));
    cr_expect_eq(deleted, 50);
}

Test(warmup, of_a_constant_is_none)
{
    double values[100];
    size_t deleted = 99;
    for (size_t t = 0; t < 100; t++)
        values[t] = 0.1;
    cr_expect(warmup_mser5(values, 100, &deleted));
    cr_expect_eq(deleted, 0);
}

Test(warmup, of_too_few_values_is_unknown)
{
    double values[20] = {0.0, 0.0, 0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 9.0, 9.0,
                         8.0, 8.0, 8.0, 8.0, 8.0, 9.0, 9.0, 9.0, 9.0, 9.0};
    size_t deleted = 99;
    cr_expect_not(warmup_mser5(values, 19, &deleted));
    cr_expect_eq(deleted, 0);
    cr_expect_not(warmup_mser5(values, 0, &deleted));
    cr_expect(warmup_mser5(values, 20, &deleted));
    cr_expect_eq(deleted, 5);
}

/* Where nothing was measured at the beginning (no request was answered yet), it is left out. */
Test(warmup, leaves_out_values_that_are_absent)
{
    double values[100];
    size_t deleted;
    step_up(values, 100, 0);
    values[12] = (double)NAN;
    cr_expect(warmup_mser5(values, 100, &deleted));
    cr_expect_eq(deleted, 15);
    values[80] = (double)NAN;
    cr_expect_not(warmup_mser5(values, 100, &deleted));
}
