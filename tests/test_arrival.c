/* Arrivals of open loads under rate events. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "des/sim.h"
#include "model/workload.h"

static const int64_t second = 1000000000;

/* A load of its own, without a system around it. */
struct rig {
    struct load_spec load_spec;
    struct event_spec events[3];
    struct spec spec;
    struct load load;
};

static struct rig rig(enum arrival_kind arrival, double per_s)
{
    return (struct rig){
        .load_spec = {.kind = LOAD_OPEN, .arrival = arrival, .per_s = per_s, .until_ns = INT64_MAX},
        .spec.run = {.duration_ns = 1000000 * second}};
}

static void add_event(struct rig *rig, int64_t from_s, int64_t until_s, double factor)
{
    rig->events[rig->spec.n_events++] =
        (struct event_spec){.kind = EVENT_RATE,
                            .from_ns = from_s * second,
                            .until_ns = until_s < 0 ? INT64_MAX : until_s * second,
                            .load = SPEC_NONE,
                            .factor = factor};
}

static void begin(struct rig *rig)
{
    rig->spec.events = rig->events;
    rig->spec.n_loads = 1;
    rig->spec.loads = &rig->load_spec;
    rig->load = (struct load){.spec = &rig->load_spec,
                              .arrivals = stream_make(3, 0, "arrivals"),
                              .states = stream_make(3, 0, "states"),
                              .last_ns = rig->load_spec.from_ns,
                              .state_end_ns = -1};
    cr_assert(arrival_prepare(&rig->load, &rig->spec));
}

static int64_t next(struct rig *rig)
{
    int64_t at_ns = arrival_next(&rig->load);
    rig->load.last_ns = at_ns;
    rig->load.n_arrivals++;
    return at_ns;
}

static void end(struct rig *rig)
{
    free(rig->load.tempos);
}

static void expect_arrivals(struct rig *rig, const int64_t *expected_ms, size_t n)
{
    begin(rig);
    for (size_t i = 0; i < n; i++) {
        int64_t at_ns = next(rig);
        int64_t expected_ns = expected_ms[i] < 0 ? INT64_MAX : expected_ms[i] * 1000000;
        cr_expect_eq(at_ns, expected_ns, "arrival %zu at %lld", i, (long long)at_ns);
    }
    end(rig);
}

/* How many come in [from, until). They must be asked for in order. */
static int64_t count(struct rig *rig, int64_t from_s, int64_t until_s)
{
    int64_t n = 0;
    while (rig->load.last_ns < until_s * second) {
        n += rig->load.last_ns >= from_s * second && rig->load.n_arrivals > 0;
        next(rig);
    }
    return n;
}

static void expect_count(const char *what, struct rig *rig, int64_t from_s, int64_t until_s, double mean)
{
    double n = (double)count(rig, from_s, until_s);
    cr_expect(fabs(n - mean) <= 4.5 * sqrt(mean), "%s: %g instead of %g", what, n, mean);
}

/* ---- the load's own time ---- */

Test(arrival, constant_and_three_times_as_fast)
{
    struct rig r = rig(ARRIVAL_CONSTANT, 0.25);
    add_event(&r, 6, 12, 2.0);
    add_event(&r, 9, 10, 4.0);
    /* Own time: 6 s at 6 s, 12 at 9, 20 at 10, 24 at 12. */
    static const int64_t expected_ms[] = {4000, 7000, 9000, 9500, 10000, 12000, 16000, 20000};
    expect_arrivals(&r, expected_ms, sizeof expected_ms / sizeof *expected_ms);
    struct rig thrice = rig(ARRIVAL_CONSTANT, 1.0);
    thrice.load_spec.from_ns = second / 2;
    add_event(&thrice, 1, 3, 3.0);
    static const int64_t expected_thrice_ms[] = {1167, 1500, 1833, 2167, 2500, 2833, 3500, 4500};
    begin(&thrice);
    for (size_t i = 0; i < sizeof expected_thrice_ms / sizeof *expected_thrice_ms; i++)
        cr_expect_eq((next(&thrice) + 500000) / 1000000, expected_thrice_ms[i], "arrival %zu", i);
    end(&thrice);
}

Test(arrival, time_that_stands_still)
{
    struct rig r = rig(ARRIVAL_CONSTANT, 0.5);
    add_event(&r, 3, 10, 0.0);
    add_event(&r, 16, -1, 0.0);
    static const int64_t expected_ms[] = {2000, 11000, 13000, 15000, -1};
    expect_arrivals(&r, expected_ms, sizeof expected_ms / sizeof *expected_ms);
}

Test(arrival, renewal)
{
    struct rig r = rig(ARRIVAL_RENEWAL, 0.0);
    r.load_spec.between = distribution_always(2e9);
    add_event(&r, 3, 5, 4.0);
    add_event(&r, 6, 8, 0.0);
    static const int64_t expected_ms[] = {2000, 3250, 3750, 4250, 4750, 6000, 10000, 12000};
    expect_arrivals(&r, expected_ms, sizeof expected_ms / sizeof *expected_ms);
}

Test(arrival, poisson)
{
    struct rig r = rig(ARRIVAL_POISSON, 100.0);
    add_event(&r, 100, 200, 3.0);
    add_event(&r, 150, 250, 0.5);
    begin(&r);
    expect_count("before", &r, 0, 100, 100 * 100);
    expect_count("one", &r, 100, 150, 300 * 50);
    expect_count("both", &r, 150, 200, 150 * 50);
    expect_count("the other", &r, 200, 250, 50 * 50);
    expect_count("after", &r, 250, 300, 100 * 50);
    end(&r);
}

/* The same draws at another speed: twice as fast all the time halves all times. */
Test(arrival, poisson_has_the_same_draws)
{
    struct rig plain = rig(ARRIVAL_POISSON, 100.0), twice = rig(ARRIVAL_POISSON, 100.0);
    add_event(&twice, 0, -1, 2.0);
    begin(&plain);
    begin(&twice);
    cr_assert_null(plain.load.tempos);
    for (int i = 0; i < 1000; i++)
        cr_assert(llabs(next(&plain) - 2 * next(&twice)) < 2 * (i + 1));
    end(&twice);
}

Test(arrival, nothing_more_comes)
{
    static const enum arrival_kind kinds[] = {ARRIVAL_POISSON, ARRIVAL_CONSTANT, ARRIVAL_MMPP,
                                              ARRIVAL_PIECEWISE, ARRIVAL_SINUSOIDAL};
    struct rate_spec rates[] = {{.per_s = 10.0, .mean_ns = 1e6}, {.per_s = 20.0, .mean_ns = 1e6}};
    rates[1].from_ns = 50 * second;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct rig r = rig(kinds[i], 10.0);
        r.spec.run.duration_ns = 100 * second;
        r.load_spec.rates = rates;
        r.load_spec.n_rates = 2;
        r.load_spec.amplitude = 0.5;
        r.load_spec.period_ns = second;
        add_event(&r, 10, -1, 0.0);
        begin(&r);
        int64_t at_ns = 0, last_ns = 0;
        while ((at_ns = next(&r)) < INT64_MAX)
            last_ns = at_ns;
        cr_expect(last_ns > 9 * second && last_ns <= 10 * second, "kind %zu", i);
        end(&r);
    }
}

/* ---- rates that change in real time ---- */

Test(arrival, piecewise)
{
    struct rate_spec rates[] = {{.per_s = 100.0}, {.per_s = 200.0, .from_ns = 150 * second}};
    struct rig r = rig(ARRIVAL_PIECEWISE, 0.0);
    r.load_spec.rates = rates;
    r.load_spec.n_rates = 2;
    add_event(&r, 100, 200, 3.0);
    add_event(&r, 250, 300, 0.0);
    begin(&r);
    expect_count("before", &r, 0, 100, 100 * 100);
    expect_count("faster", &r, 100, 150, 300 * 50);
    expect_count("the next stretch", &r, 150, 200, 600 * 50);
    expect_count("as it is", &r, 200, 250, 200 * 50);
    cr_expect_eq(count(&r, 250, 300), 0);
    expect_count("again", &r, 300, 350, 200 * 50);
    end(&r);
}

Test(arrival, stretches_before_a_load_begins)
{
    struct rate_spec rates[] = {
        {.per_s = 1000.0}, {.per_s = 500.0, .from_ns = 10 * second}, {.per_s = 20.0, .from_ns = 20 * second}};
    struct rig r = rig(ARRIVAL_PIECEWISE, 0.0);
    r.load_spec.rates = rates;
    r.load_spec.n_rates = 3;
    r.load_spec.from_ns = 100 * second;
    begin(&r);
    expect_count("the last stretch", &r, 100, 200, 20 * 100);
    end(&r);
}

/* The states change as they would without the event, the arrivals while it lasts are more. */
Test(arrival, mmpp)
{
    struct rate_spec rates[] = {{.per_s = 100.0, .mean_ns = 5e9}, {.per_s = 0.0, .mean_ns = 5e9}};
    struct rig plain = rig(ARRIVAL_MMPP, 0.0), r = rig(ARRIVAL_MMPP, 0.0);
    plain.load_spec.rates = r.load_spec.rates = rates;
    plain.load_spec.n_rates = r.load_spec.n_rates = 2;
    add_event(&r, 1000, 2000, 4.0);
    begin(&plain);
    begin(&r);
    cr_assert_eq(count(&plain, 0, 1000), count(&r, 0, 1000));
    double usual = (double)count(&plain, 1000, 2000), more = (double)count(&r, 1000, 2000);
    cr_expect(fabs(more - 4.0 * usual) <= 4.5 * sqrt(4.0 * usual + 16.0 * usual), "%g, usual %g", more,
              usual);
    usual = (double)count(&plain, 2000, 3000);
    cr_expect(fabs((double)count(&r, 2000, 3000) - usual) <= 4.5 * sqrt(2.0 * usual));
    end(&r);
}

Test(arrival, sinusoidal)
{
    struct rig r = rig(ARRIVAL_SINUSOIDAL, 100.0);
    r.load_spec.amplitude = 0.8;
    r.load_spec.period_ns = 10 * second;
    add_event(&r, 100, 200, 3.0);
    add_event(&r, 250, 300, 0.0);
    begin(&r);
    expect_count("before", &r, 0, 100, 100 * 100);
    double swing = 2.0 * 0.8 / acos(-1.0); /* mean of half a wave */
    expect_count("the upper half of a wave", &r, 100, 105, 300 * 5 * (1.0 + swing));
    expect_count("the lower half", &r, 105, 110, 300 * 5 * (1.0 - swing));
    expect_count("faster", &r, 110, 200, 300 * 90);
    expect_count("after", &r, 200, 250, 100 * 50);
    cr_expect_eq(count(&r, 250, 300), 0);
    end(&r);
}

/* ---- whose ---- */

Test(arrival, only_the_loads_that_are_meant)
{
    struct rig r = rig(ARRIVAL_POISSON, 1.0);
    add_event(&r, 0, 10, 2.0);
    r.events[0].load = 1;
    begin(&r);
    cr_expect_null(r.load.tempos, "another load");
    r.events[0].load = SPEC_NONE;
    r.load_spec.kind = LOAD_CLOSED;
    begin(&r);
    cr_expect_null(r.load.tempos, "no open load");
    r.load_spec.kind = LOAD_OPEN;
    begin(&r);
    cr_expect_not_null(r.load.tempos);
    end(&r);
}
