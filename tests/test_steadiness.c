#include "experiment/steadiness.h"

#include <math.h>

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>

#include "des/rng.h"

enum { LOOKS = STEADINESS_LOOKS, MOST_REPLICATIONS = 30 };

static struct load_spec load;
static struct spec spec;
static double looks[MOST_REPLICATIONS * LOOKS];

static void set_up(void)
{
    load = (struct load_spec){.kind = LOAD_OPEN, .arrival = ARRIVAL_POISSON, .until_ns = INT64_MAX};
    spec = (struct spec){.loads = &load, .n_loads = 1};
}

TestSuite(steadiness, .init = set_up);

/* ---- when it is due ---- */

Test(steadiness, is_due_where_nothing_but_chance_changes)
{
    static const enum arrival_kind arrivals[] = {ARRIVAL_POISSON, ARRIVAL_CONSTANT, ARRIVAL_RENEWAL,
                                                 ARRIVAL_MMPP};
    for (size_t i = 0; i < sizeof arrivals / sizeof arrivals[0]; i++) {
        load.arrival = arrivals[i];
        cr_expect(steadiness_is_due(&spec));
    }
    load.kind = LOAD_CLOSED;
    cr_expect(steadiness_is_due(&spec));
    struct component_spec component = {.failures = {.up = {.type = &distribution_exponential}}};
    spec.components = &component;
    spec.n_components = 1;
    cr_expect(steadiness_is_due(&spec), "failures come all the time");
}

Test(steadiness, is_not_due_where_the_spec_changes_with_time)
{
    load.arrival = ARRIVAL_PIECEWISE;
    cr_expect_not(steadiness_is_due(&spec));
    load.arrival = ARRIVAL_SINUSOIDAL;
    cr_expect_not(steadiness_is_due(&spec));
    load.arrival = ARRIVAL_POISSON;
    load.kind = LOAD_BURST;
    cr_expect_not(steadiness_is_due(&spec));
    load.kind = LOAD_TRACE;
    cr_expect_not(steadiness_is_due(&spec));
    load.kind = LOAD_CLOSED;
    load.from_ns = 1;
    cr_expect_not(steadiness_is_due(&spec));
    load.from_ns = 0;
    load.until_ns = INT64_MAX - 1;
    cr_expect_not(steadiness_is_due(&spec));
    load.until_ns = INT64_MAX;
    cr_expect(steadiness_is_due(&spec));
    spec.n_events = 1;
    cr_expect_not(steadiness_is_due(&spec));
}

Test(steadiness, one_load_that_changes_is_enough)
{
    static struct load_spec loads[2];
    loads[0] = loads[1] = load;
    loads[1].kind = LOAD_BURST;
    spec.loads = loads;
    spec.n_loads = 2;
    cr_expect_not(steadiness_is_due(&spec));
    spec.n_loads = 0;
    cr_expect_not(steadiness_is_due(&spec), "there is nothing to judge");
}

/* ---- lines ---- */

/* `at_end` at the last look, growing by `step` from look to look, with normal noise. */
static void line(double at_end, double step, double noise, uint64_t seed, size_t n)
{
    for (size_t r = 0; r < n; r++) {
        struct stream stream = stream_make(seed, r, "line");
        struct draw draw = draw_make(&stream, 0, 0);
        gsl_rng rng = draw_as_gsl(&draw);
        for (int k = 0; k < LOOKS; k++)
            looks[r * LOOKS + (size_t)k] =
                at_end - step * (LOOKS - 1 - k) + noise * gsl_ran_gaussian_ratio_method(&rng, 1.0);
    }
}

/* Of a run of `duration_s` that is measured for the last `window_s`. */
static struct steadiness judge(size_t n, double duration_s, double window_s)
{
    spec.run.duration_ns = (int64_t)(duration_s * 1e9);
    spec.run.warmup_ns = (int64_t)((duration_s - window_s) * 1e9);
    return steadiness_of(&spec, looks, LOOKS, n, window_s);
}

Test(steadiness, a_line_grows)
{
    line(200.0, 10.0, 0.0, 1, 1);
    struct steadiness found = judge(1, 40.0, 40.0);
    cr_expect_eq(found.verdict, STEADINESS_GROWS);
    cr_expect_float_eq(found.growth_per_s, 5.0, 1e-9, "10 in 2 s");
    cr_expect_float_eq(found.begin, 10.0, 1e-9);
    cr_expect_float_eq(found.end, 200.0, 1e-9);
}

Test(steadiness, a_line_with_noise_grows_in_any_number_of_replications)
{
    static const size_t numbers[] = {1, 2, 3, 9, 10, 30};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        for (uint64_t seed = 0; seed < 100; seed++) {
            line(1000.0, 50.0, 12.0, seed, numbers[i]);
            struct steadiness found = judge(numbers[i], 20.0, 20.0);
            cr_expect_eq(found.verdict, STEADINESS_GROWS, "seed %d of %zu", (int)seed, numbers[i]);
            cr_expect_float_eq(found.growth_per_s, 50.0, 3.0);
        }
}

/* Half of the run left out as its warm-up, and 90 %: what has come in the rest is a small part of all. */
Test(steadiness, a_line_grows_however_long_the_warm_up_was)
{
    line(1000.0, 25.0, 0.0, 1, 3);
    cr_expect_eq(judge(3, 40.0, 20.0).verdict, STEADINESS_GROWS);
    line(1000.0, 5.0, 0.0, 1, 3);
    cr_expect_eq(judge(3, 200.0, 20.0).verdict, STEADINESS_GROWS);
}

Test(steadiness, a_line_where_the_spec_changes_is_not_judged)
{
    line(200.0, 10.0, 0.0, 1, 1);
    load.kind = LOAD_BURST;
    struct steadiness found = judge(1, 40.0, 40.0);
    cr_expect_eq(found.verdict, STEADINESS_UNKNOWN);
    cr_expect_eq(found.growth_per_s, 0.0);
    cr_expect_float_eq(found.end, 200.0, 1e-9);
}

Test(steadiness, what_hardly_grows_is_steady)
{
    line(1000.0, 5.0, 0.1, 1, 30);
    struct steadiness found = judge(30, 20.0, 20.0);
    cr_expect_eq(found.verdict, STEADINESS_STEADY, "by a tenth");
    cr_expect_eq(found.growth_per_s, 0.0);
    line(9.0, 0.45, 0.01, 1, 30);
    cr_expect_eq(judge(30, 20.0, 20.0).verdict, STEADINESS_STEADY, "by nine messages");
    line(0.0, 0.0, 0.0, 1, 30);
    cr_expect_eq(judge(30, 20.0, 20.0).verdict, STEADINESS_STEADY, "nothing is there at all");
    line(0.0, -100.0, 5.0, 1, 30);
    cr_expect_eq(judge(30, 20.0, 20.0).verdict, STEADINESS_STEADY, "it falls");
    cr_expect_eq(judge(1, 20.0, 20.0).verdict, STEADINESS_STEADY);
}

/* Every second look comes just after a batch was taken away: the steps go up and down in turn. Ten slopes
 * that agree tell that it grows, the steps of nine replications do not. */
Test(steadiness, the_slopes_of_ten_replications_tell_more_than_steps)
{
    line(1000.0, 50.0, 1.0, 1, 10);
    for (size_t i = 0; i < 10UL * LOOKS; i += 2)
        looks[i] -= 75.0;
    cr_expect_eq(judge(10, 20.0, 20.0).verdict, STEADINESS_GROWS);
    cr_expect_eq(judge(9, 20.0, 20.0).verdict, STEADINESS_STEADY);
}

Test(steadiness, a_rise_at_the_end_alone_is_no_growth)
{
    for (int k = 0; k < LOOKS; k++)
        looks[k] = k < 16 ? 0.0 : 100.0 * (k - 15);
    cr_expect_eq(judge(1, 20.0, 20.0).verdict, STEADINESS_STEADY);
}

/* ---- chance that has a level to come back to ---- */

/* What goes around 100 with a correlation of phi from look to look, and is never below 0. */
static void around_a_level(double phi, uint64_t seed, size_t n)
{
    for (size_t r = 0; r < n; r++) {
        struct stream stream = stream_make(seed, r, "ar1");
        struct draw draw = draw_make(&stream, 0, 0);
        gsl_rng rng = draw_as_gsl(&draw);
        double x = gsl_ran_gaussian_ratio_method(&rng, 1.0);
        for (int k = 0; k < LOOKS; k++) {
            looks[r * LOOKS + (size_t)k] = fmax(0.0, 100.0 + 80.0 * x);
            x = phi * x + sqrt(1.0 - phi * phi) * gsl_ran_gaussian_ratio_method(&rng, 1.0);
        }
    }
}

/* 12,000 judgements at a level of 0.0005 to one side: six, were there no other conditions. */
Test(steadiness, what_goes_around_a_level_is_steady_however_slowly)
{
    static const double correlations[] = {0.0, 0.5, 0.9, 0.99};
    static const size_t numbers[] = {1, 3, 10};
    int n_grow = 0;
    for (size_t p = 0; p < 4; p++)
        for (size_t i = 0; i < 3; i++)
            for (uint64_t seed = 0; seed < 1000; seed++) {
                around_a_level(correlations[p], seed, numbers[i]);
                n_grow += judge(numbers[i], 110.0, 100.0).verdict == STEADINESS_GROWS;
            }
    cr_expect_leq(n_grow, 6, "%d", n_grow);
}

/* ---- queues ---- */

/* An M/M/1 queue that begins empty; one a second is served, and a tenth of the window is its warm-up. */
static void queue(double per_s, double window_s, uint64_t seed, size_t n)
{
    for (size_t r = 0; r < n; r++) {
        struct stream stream = stream_make(seed, r, "queue");
        struct draw draw = draw_make(&stream, 0, 0);
        double at_s = 0.0, present = 0.0;
        for (int k = 0; k < LOOKS;) {
            double rate = per_s + (present > 0.0 ? 1.0 : 0.0);
            double next_s = at_s + draw_exponential(&draw) / rate;
            while (k < LOOKS && next_s > window_s * (0.1 + (k + 1.0) / LOOKS))
                looks[r * LOOKS + (size_t)k++] = present;
            at_s = next_s;
            present += draw_uniform(&draw) * rate < per_s ? 1.0 : -1.0;
        }
    }
}

static int n_that_grow(double per_s, double window_s, size_t n, uint64_t seeds)
{
    int n_grow = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        queue(per_s, window_s, seed, n);
        n_grow += judge(n, 1.1 * window_s, window_s).verdict == STEADINESS_GROWS;
    }
    return n_grow;
}

/* The relaxation time at a load of 0.95 is (1 - sqrt(0.95))^-2 = 1560 services: from one to ten of them. */
Test(steadiness, a_queue_near_its_capacity_is_steady)
{
    cr_expect_leq(n_that_grow(0.95, 1560.0, 1, 400), 1);
    cr_expect_leq(n_that_grow(0.95, 15600.0, 1, 40), 0);
    cr_expect_leq(n_that_grow(0.95, 1560.0, 5, 80), 1);
    cr_expect_leq(n_that_grow(0.95, 3120.0, 20, 20), 1);
}

/* At its capacity it is a random walk, whose looks alone seem to have a trend more often than not. */
Test(steadiness, a_queue_at_its_capacity_is_not_called_growing_by_a_run_or_a_few)
{
    cr_expect_leq(n_that_grow(1.0, 1560.0, 1, 200), 1);
    cr_expect_leq(n_that_grow(1.0, 1560.0, 5, 40), 1);
}

Test(steadiness, a_queue_beyond_its_capacity_grows)
{
    cr_expect_geq(n_that_grow(1.2, 6000.0, 1, 50), 49);
    cr_expect_geq(n_that_grow(1.2, 1500.0, 5, 50), 49);
    cr_expect_geq(n_that_grow(1.05, 6000.0, 10, 20), 19);
    cr_expect_geq(n_that_grow(1.5, 300.0, 10, 50), 49);
    queue(1.2, 6000.0, 1, 30);
    struct steadiness found = judge(30, 6600.0, 6000.0);
    cr_expect_float_eq(found.growth_per_s, 0.2, 0.01);
    cr_expect_float_eq(found.end, 1320.0, 60.0);
}
