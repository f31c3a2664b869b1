#include "experiment/search.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "base/text.h"

/* ---- the space, without any run ---- */

static struct search_space space_of(enum search_direction direction, enum axis_kind kind, bool whole,
                                    double start)
{
    return (struct search_space){
        .direction = direction, .axis = {.kind = kind}, .whole = whole, .start = start, .resolution = 0.01};
}

static struct search_space ranged(struct search_space space, double low, double high)
{
    space.ranged = true;
    space.low = low;
    space.high = high;
    return space;
}

/* Someone who knows: the goal is met on the easy side of `limit`, and cannot be told within `doubt` of it. */
struct oracle {
    double limit, doubt;
    double refused_from; /* 0 = never */
};

enum { MOST_TRIES = 200 };

struct answers {
    struct search_try tries[MOST_TRIES];
    size_t n;
    struct search_bracket bracket;
};

static struct answers ask(const struct search_space *space, struct oracle oracle)
{
    struct answers o = {.n = 0};
    for (double x; !isnan(x = search_next(space, o.tries, o.n)); o.n++) {
        cr_assert_lt(o.n, MOST_TRIES, "it ends");
        for (size_t i = 0; i < o.n; i++)
            cr_assert_neq(o.tries[i].x, x, "%g is tried twice", x);
        double easy = space->direction == SEARCH_MAX ? oracle.limit - x : x - oracle.limit;
        o.tries[o.n] = (struct search_try){.x = x,
                                           .refused = oracle.refused_from > 0.0 && x >= oracle.refused_from,
                                           .events = 1000.0,
                                           .verdict = fabs(easy) < oracle.doubt ? GOAL_UNDECIDED
                                                      : easy >= 0.0             ? GOAL_MET
                                                                                : GOAL_MISSED};
    }
    o.bracket = search_bracket(space, o.tries, o.n);
    return o;
}

static double met_of(const struct answers *o)
{
    return o->bracket.met == SEARCH_NONE ? (double)NAN : o->tries[o->bracket.met].x;
}

static double missed_of(const struct answers *o)
{
    return o->bracket.missed == SEARCH_NONE ? (double)NAN : o->tries[o->bracket.missed].x;
}

Test(search_space, bisection_comes_near)
{
    static const double limits[] = {0.02, 3.0, 66.6, 120.0, 121.0, 5e4, 7.7e8};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int direction = 0; direction < 2; direction++) {
            struct search_space space =
                space_of(direction ? SEARCH_MIN : SEARCH_MAX, AXIS_PER_SECOND, false, 120.0);
            struct answers o = ask(&space, (struct oracle){.limit = limits[i]});
            double low = fmin(met_of(&o), missed_of(&o)), high = fmax(met_of(&o), missed_of(&o));
            cr_expect(low <= limits[i] && limits[i] <= high, "%g: %g to %g", limits[i], low, high);
            cr_expect_leq(high - low, 0.01 * high);
            cr_expect_eq(o.bracket.easiest_undecided, SEARCH_NONE);
            cr_expect_eq(o.bracket.contradiction, SEARCH_NONE);
        }
}

Test(search_space, whole_numbers_end_as_neighbours)
{
    for (int limit = 1; limit <= 300; limit++) {
        struct search_space space = space_of(SEARCH_MIN, AXIS_NUMBER, true, 8.0);
        struct answers o = ask(&space, (struct oracle){.limit = limit});
        cr_expect_eq(met_of(&o), limit);
        cr_expect_eq(missed_of(&o), limit - 1);
        space = ranged(space_of(SEARCH_MAX, AXIS_NUMBER, true, 0.0), 0.0, 1000.0);
        o = ask(&space, (struct oracle){.limit = limit});
        cr_expect_eq(met_of(&o), limit);
        cr_expect_eq(missed_of(&o), limit + 1);
        cr_expect_leq(o.n, 2 + 15, "%d: %zu tries", limit, o.n);
    }
}

Test(search_space, the_values_are_short)
{
    struct search_space space = space_of(SEARCH_MAX, AXIS_PER_SECOND, false, 120.0);
    struct answers o = ask(&space, (struct oracle){.limit = 391.7});
    for (size_t i = 0; i < o.n; i++) {
        struct units_text text = search_value(&space, o.tries[i].x);
        cr_expect_leq(strlen(text.chars), strlen("123.4/s"), "%s", text.chars);
    }
}

Test(search_space, doubt_stays_between_the_ends)
{
    struct search_space space = ranged(space_of(SEARCH_MAX, AXIS_PER_SECOND, false, 0.0), 10.0, 1000.0);
    struct answers o = ask(&space, (struct oracle){.limit = 300.0, .doubt = 20.0});
    cr_expect(met_of(&o) <= 280.0 && met_of(&o) >= 280.0 * 0.97, "%g", met_of(&o));
    cr_expect(missed_of(&o) >= 320.0 && missed_of(&o) <= 320.0 * 1.03, "%g", missed_of(&o));
    cr_expect_neq(o.bracket.easiest_undecided, SEARCH_NONE);
}

Test(search_space, a_search_ends_where_nothing_changes)
{
    struct search_space space = space_of(SEARCH_MAX, AXIS_PER_SECOND, false, 1.0);
    struct answers o = ask(&space, (struct oracle){.limit = INFINITY});
    cr_expect_eq(o.n, 1 + SEARCH_MOST_DOUBLINGS);
    cr_expect(met_of(&o) > pow(2.0, 39.0) && met_of(&o) < pow(2.0, 41.0), "%g", met_of(&o));
    cr_expect(isnan(missed_of(&o)));
    o = ask(&space, (struct oracle){.limit = 0.0});
    cr_expect_eq(o.n, 1 + SEARCH_MOST_DOUBLINGS);
    cr_expect(isnan(met_of(&o)));
    o = ask(&space, (struct oracle){.limit = 1.0, .doubt = INFINITY});
    cr_expect_eq(o.n, 1 + 2 * (SEARCH_MOST_UNDECIDED - 1), "some in each direction, not %zu", o.n);
    space = space_of(SEARCH_MIN, AXIS_NUMBER, true, 8.0);
    o = ask(&space, (struct oracle){.limit = -1.0});
    cr_expect_eq(met_of(&o), 0.0, "down to nothing");
    cr_expect(isnan(missed_of(&o)));
}

Test(search_space, a_search_ends_where_runs_are_too_long_or_too_short)
{
    struct search_space space = space_of(SEARCH_MAX, AXIS_PER_SECOND, false, 1.0);
    struct search_try tries[] = {{.x = 1.0, .verdict = GOAL_MET, .events = 10.0},
                                 {.x = 2.0, .verdict = GOAL_MET, .events = 1000.0}};
    cr_expect_eq(search_next(&space, tries, 2), 4.0);
    tries[1].events = 1001.0;
    cr_expect(isnan(search_next(&space, tries, 2)));
    struct search_try fewer[] = {{.x = 1.0, .verdict = GOAL_MISSED, .events = 1000.0},
                                 {.x = 0.5, .verdict = GOAL_MISSED, .events = 10.0}};
    cr_expect_eq(search_next(&space, fewer, 2), 0.25);
    fewer[1].events = 9.0;
    cr_expect(isnan(search_next(&space, fewer, 2)));
}

Test(search_space, a_search_ends_where_the_scenario_makes_no_sense)
{
    struct search_space space = space_of(SEARCH_MAX, AXIS_NUMBER, true, 4.0);
    struct answers o = ask(&space, (struct oracle){.limit = 100.0, .refused_from = 20.0});
    cr_expect_eq(met_of(&o), 16.0);
    cr_expect(isnan(missed_of(&o)));
    cr_expect(o.tries[o.n - 1].refused);
    space = space_of(SEARCH_MAX, AXIS_SHARE, false, 0.3);
    o = ask(&space, (struct oracle){.limit = 2.0});
    cr_expect_eq(met_of(&o), 1.0, "all there is");
}

/* Less than the least that fails is met; more than it is met, too. */
Test(search_space, a_contradiction_is_seen)
{
    struct search_space space = ranged(space_of(SEARCH_MAX, AXIS_NUMBER, true, 0.0), 1.0, 9.0);
    struct search_try tries[] = {{.x = 1.0, .verdict = GOAL_MISSED}, {.x = 9.0, .verdict = GOAL_MET}};
    cr_expect_eq(search_next(&space, tries, 1), 9.0, "both ends are looked at");
    cr_expect(isnan(search_next(&space, tries, 2)));
    struct search_bracket b = search_bracket(&space, tries, 2);
    cr_expect_eq(b.missed, 0);
    cr_expect_eq(b.met, SEARCH_NONE);
    cr_expect_eq(b.contradiction, 1);
}

Test(search_space, values_are_written_as_people_do)
{
    static const struct {
        enum axis_kind kind;
        double x;
        const char *text;
    } cases[] = {
        {AXIS_NUMBER, 8.0, "8"},
        {AXIS_NUMBER, 0.0, "0"},
        {AXIS_NUMBER, 1e6, "1000000"},
        {AXIS_NUMBER, 0.125, "0.125"},
        {AXIS_PER_SECOND, 67.5, "67.5/s"},
        {AXIS_PER_SECOND, 1000.0, "1000/s"},
        {AXIS_SECONDS, 0.02, "20ms"},
        {AXIS_SECONDS, 1.5, "1.5s"},
        {AXIS_SECONDS, 90.0, "90s"},
        {AXIS_SECONDS, 2.5e-7, "250ns"},
        {AXIS_SECONDS, 0.0, "0ns"},
        {AXIS_BYTES, 1500.0, "1.5kB"},
        {AXIS_BYTES, 1234567.0, "1.234567MB"},
        {AXIS_BYTES, 999.0, "999B"},
        {AXIS_BYTES_PER_SECOND, 12.5e6, "100Mbit/s"},
        {AXIS_SHARE, 0.02, "2%"},
        {AXIS_SHARE, 0.295, "29.5%"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search_space space = space_of(SEARCH_MAX, cases[i].kind, false, 1.0);
        cr_expect_str_eq(search_value(&space, cases[i].x).chars, cases[i].text);
    }
}

/* ---- a question about a document ---- */

/* Service times of 10 ms, exponential; the load is Poisson. */
static const char queue[] =
    "{ \"name\": \"queue\", \"run\": {\"duration\": \"65s\", \"warmup\": \"5s\", \"seed\": 4},"
    "  \"components\": {\"box\": {\"workers\": 1, \"inbox\": {\"capacity\": \"unlimited\"},"
    "     \"endpoints\": {\"do\": [{\"work\": {\"exponential\": \"10ms\"}}]}}},"
    "  \"load\": [{\"request\": \"box.do\", \"open\": {\"poisson\": \"50/s\"}}],"
    "  \"policies\": {\"sync\": {\"mode\": \"sync\"}} }";

static struct search_source source_of(const char *text, const char *const *sets, size_t n_sets)
{
    return (struct search_source){{text, strlen(text), "queue.json", sets, n_sets}, ".", NULL};
}

static struct search_space read_space(const char *text, enum search_direction direction, double resolution,
                                      const struct search_source *source)
{
    struct search_space space;
    struct error error = {0};
    gsl_set_error_handler_off();
    cr_assert(search_space_read(text, direction, resolution, source, &space, &error), "%s: %s", text,
              error_text(&error));
    return space;
}

Test(search_space, what_is_asked)
{
    struct search_source source = source_of(queue, NULL, 0);
    struct search_space space = read_space("load.0.rate", SEARCH_MAX, 0.01, &source);
    cr_expect_eq(space.start, 50.0);
    cr_expect_not(space.whole || space.ranged);
    search_space_finish(&space);
    space = read_space("components.box.workers", SEARCH_MIN, 0.01, &source);
    cr_expect_eq(space.start, 1.0);
    cr_expect(space.whole);
    search_space_finish(&space);
    space = read_space("components.box.workers=16..2", SEARCH_MIN, 0.01, &source);
    cr_expect(space.whole && space.ranged);
    cr_expect_eq(space.low, 2.0);
    cr_expect_eq(space.high, 16.0);
    search_space_finish(&space);
    space = read_space("load.0.rate=600/min..1000/s", SEARCH_MAX, 0.01, &source);
    cr_expect_eq(space.low, 10.0);
    cr_expect_eq(space.high, 1000.0);
    search_space_finish(&space);
}

Test(search_space, what_cannot_be_asked)
{
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"load.0.rate=3", "expected PATH=LOW..HIGH, found \"3\""},
        {"load.0.rate=10/s..", "expected PATH=LOW..HIGH"},
        {"load.0.rate=10/s..10/s", "two different ends"},
        {"load.0.rate=10/s..20ms", "of the same kind"},
        {"components.box.workers=0..4", "0: components.box.workers: found 0"},
        {"components.box.inbox.capacity", "unlimited is no number to begin with"},
        {"components.box.endpoints.do[0].work", "is no number to begin with"},
        {"components.box.wrokers", "wrokers"},
    };
    struct search_source source = source_of(queue, NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search_space space;
        struct error error = {0};
        cr_assert_not(search_space_read(cases[i].text, SEARCH_MAX, 0.01, &source, &space, &error), "%s",
                      cases[i].text);
        cr_expect(strstr(error_text(&error), cases[i].part), "%s: %s", cases[i].text, error_text(&error));
        error_finish(&error);
    }
}

/* ---- searches whose answer is known ---- */

struct found {
    struct search search;
    struct search_space space;
    struct search_source source;
    struct goal goal;
    struct experiment outline;
    struct spec spec;
};

static void search_for(struct found *f, const char *path, enum search_direction direction, double resolution,
                       const char *goal, const char *const *sets, size_t n_sets, uint32_t most)
{
    struct problem_list problems = {0};
    struct expression_fault fault = {0};
    struct error error = {0};
    f->source = source_of(queue, sets, n_sets);
    f->space = read_space(path, direction, resolution, &f->source);
    cr_assert(scenario_read(queue, strlen(queue), "queue.json", ".", sets, n_sets, &f->spec, &problems));
    problem_list_finish(&problems);
    cr_assert(experiment_outline(&f->spec, &f->outline, &error));
    cr_assert(goal_read(goal, &f->outline, &f->goal, &fault), "%s", error_text(&fault.error));
    struct search_question question = {.source = &f->source,
                                       .space = &f->space,
                                       .goal = &f->goal,
                                       .outline = &f->outline,
                                       .most_replications = most};
    cr_assert(search_run(&question, NULL, NULL, &f->search, &error), "%s", error_text(&error));
}

static void found_finish(struct found *f)
{
    search_finish(&f->search);
    search_space_finish(&f->space);
    goal_finish(&f->goal);
    experiment_finish(&f->outline);
    spec_finish(&f->spec);
}

static const struct search_probe *probe_at(const struct found *f, int place)
{
    return place == SEARCH_NONE ? NULL : &f->search.policies[0].probes[place];
}

static void expect_between(const struct found *f, double limit, double widest)
{
    const struct search_policy *policy = &f->search.policies[0];
    cr_assert_eq(search_outcome(policy), SEARCH_FOUND);
    double met = probe_at(f, policy->bracket.met)->try.x, missed = probe_at(f, policy->bracket.missed)->try.x;
    cr_expect(fmin(met, missed) <= limit && limit <= fmax(met, missed), "%g is not from %g to %g", limit, met,
              missed);
    cr_expect_leq(fabs(met - missed), widest * limit, "from %g to %g", met, missed);
}

/* The response time in M/M/1 is exponential with the mean 1 / (mu - lambda): Kleinrock, Queueing Systems I,
 * 3.2. Mean below 50 ms: lambda < 100 - 20. */
Test(search, the_mean_of_an_mm1_queue)
{
    struct found f;
    search_for(&f, "load.0.rate", SEARCH_MAX, 0.02, "response.mean < 50ms", NULL, 0, 40);
    expect_between(&f, 80.0, 0.12);
    found_finish(&f);
}

/* 99 % of the answers within 100 ms: ln(100) / (100 - lambda) = 0.1, lambda = 53.95. */
Test(search, the_99th_percentile_of_an_mm1_queue)
{
    struct found f;
    search_for(&f, "load.0.rate=20/s..90/s", SEARCH_MAX, 0.02, "response.p99 < 100ms and lost == 0", NULL, 0,
               40);
    expect_between(&f, 100.0 - log(100.0) / 0.1, 0.20);
    found_finish(&f);
}

/* The slowest service with which the mean response time at 50/s is below 40 ms: 1 / (mu - 50) = 0.04, mu
 * = 75.
 */
Test(search, the_longest_service_of_an_mm1_queue)
{
    struct found f;
    search_for(&f, "components.box.endpoints.do[0].work.exponential=5ms..18ms", SEARCH_MAX, 0.02,
               "response.mean < 40ms", NULL, 0, 40);
    expect_between(&f, 1.0 / 75.0, 0.12);
    found_finish(&f);
}

/* Erlang's C from his B, by the recursion that every textbook has. */
static double erlang_c_wait_s(int c, double load, double mu)
{
    double b = 1.0;
    for (int k = 1; k <= c; k++)
        b = load * b / (k + load * b);
    double waits = b / (1.0 - load / c * (1.0 - b));
    return waits / (c * mu - load * mu);
}

/* 8 Erlangs: 10 workers let wait for 5.1 ms... in the mean; 11 for less. */
Test(search, the_fewest_workers_of_an_mmc_queue)
{
    static const char *const sets[] = {"load.0.rate=800/s", "run.duration=30s", "run.warmup=2s"};
    struct found f;
    cr_assert(erlang_c_wait_s(9, 8.0, 100.0) > 0.004 && erlang_c_wait_s(10, 8.0, 100.0) < 0.004);
    search_for(&f, "components.box.workers", SEARCH_MIN, 0.01, "box.wait.mean < 4ms", sets, 3, 40);
    const struct search_policy *policy = &f.search.policies[0];
    cr_assert_eq(search_outcome(policy), SEARCH_FOUND);
    cr_expect_str_eq(probe_at(&f, policy->bracket.met)->value.chars, "10");
    cr_expect_str_eq(probe_at(&f, policy->bracket.missed)->value.chars, "9");
    cr_expect_eq(policy->bracket.easiest_undecided, SEARCH_NONE);
    found_finish(&f);
}

/* ---- other ends ---- */

/* Every goal is missed where more comes in than gets done: here 100/s, and near it a run cannot tell. */
Test(search, a_growing_backlog_misses_any_goal)
{
    struct found f;
    search_for(&f, "load.0.rate", SEARCH_MAX, 0.05, "response.p50 < 1h", NULL, 0, 20);
    const struct search_policy *policy = &f.search.policies[0];
    cr_assert_eq(search_outcome(policy), SEARCH_FOUND);
    const struct search_probe *missed = probe_at(&f, policy->bracket.missed);
    cr_expect(missed->grows);
    cr_expect_eq(missed->judgement.verdict, GOAL_MET, "its times are short enough");
    cr_expect(missed->try.x >= 100.0 && missed->try.x < 110.0, "%s", missed->value.chars);
    found_finish(&f);
}

Test(search, no_value_meets_it)
{
    struct found f;
    search_for(&f, "load.0.rate=1/s..40/s", SEARCH_MAX, 0.05, "response.mean < 5ms", NULL, 0, 20);
    cr_expect_eq(search_outcome(&f.search.policies[0]), SEARCH_NEVER);
    found_finish(&f);
}

Test(search, every_value_meets_it)
{
    struct found f;
    search_for(&f, "load.0.rate=1/s..40/s", SEARCH_MAX, 0.05, "response.mean < 500ms", NULL, 0, 20);
    cr_expect_eq(search_outcome(&f.search.policies[0]), SEARCH_NO_LIMIT);
    found_finish(&f);
}

Test(search, the_wrong_way_round_is_a_contradiction)
{
    struct found f;
    search_for(&f, "components.box.workers=1..3", SEARCH_MAX, 0.05, "response.mean < 15ms", NULL, 0, 20);
    const struct search_policy *policy = &f.search.policies[0];
    cr_expect_eq(search_outcome(policy), SEARCH_NEVER);
    cr_assert_neq(policy->bracket.contradiction, SEARCH_NONE);
    cr_expect_str_eq(probe_at(&f, policy->bracket.contradiction)->value.chars, "3");
    found_finish(&f);
}

/* ---- promises ---- */

Test(search, threads_change_nothing)
{
    struct found f, g;
    static const char *const sets[] = {"run.duration=20s", "run.warmup=2s"};
    search_for(&f, "load.0.rate=20/s..90/s", SEARCH_MAX, 0.05, "response.mean < 30ms", sets, 2, 20);
    search_for(&g, "load.0.rate=20/s..90/s", SEARCH_MAX, 0.05, "response.mean < 30ms", sets, 2, 20);
    const struct search_policy *a = &f.search.policies[0];
    struct search again;
    struct search_question question = {.source = &g.source,
                                       .space = &g.space,
                                       .goal = &g.goal,
                                       .outline = &g.outline,
                                       .most_replications = 20};
    struct experiment_options one = {.threads = 1};
    cr_assert(search_run(&question, &one, NULL, &again, NULL));
    const struct search_policy *b = &again.policies[0];
    cr_assert_eq(a->n_probes, b->n_probes);
    for (size_t i = 0; i < a->n_probes; i++) {
        cr_expect_eq(a->probes[i].try.x, b->probes[i].try.x);
        cr_expect_eq(a->probes[i].replications, b->probes[i].replications);
        cr_expect_eq(a->probes[i].judgement.findings[0].shown.mean,
                     b->probes[i].judgement.findings[0].shown.mean);
    }
    search_finish(&again);
    found_finish(&f);
    found_finish(&g);
}

/* With coarse runs that leave much to chance: of 15 searches at a confidence of 80 % 3 may be wrong in the
 * long run, and the risk is shared so strictly that next to none is. */
Test(search, the_confidence_is_kept)
{
    int wrong = 0;
    for (int seed = 1; seed <= 15; seed++) {
        char *set = text_format("run.seed=%d", seed);
        const char *const sets[] = {"run.duration=4s", "run.warmup=1s", "run.confidence=80%", set};
        struct found f;
        search_for(&f, "load.0.rate=20/s..90/s", SEARCH_MAX, 0.02, "response.mean < 20ms", sets, 4, 20);
        const struct search_policy *policy = &f.search.policies[0];
        const struct search_probe *met = probe_at(&f, policy->bracket.met),
                                  *missed = probe_at(&f, policy->bracket.missed);
        wrong += (met && met->try.x > 50.0) || (missed && missed->try.x < 50.0);
        found_finish(&f);
        free(set);
    }
    cr_expect_leq(wrong, 3, "%d of 15", wrong);
}

static volatile sig_atomic_t stop_now;

static void stop_at_third(void *data, const struct search *search, size_t step)
{
    (void)data;
    (void)search;
    stop_now = step == 3;
}

Test(search, what_was_found_before_a_stop_is_kept)
{
    struct found f;
    search_for(&f, "load.0.rate=20/s..90/s", SEARCH_MAX, 0.05, "response.mean < 30ms", NULL, 0, 20);
    struct search_question question = {.source = &f.source,
                                       .space = &f.space,
                                       .goal = &f.goal,
                                       .outline = &f.outline,
                                       .most_replications = 20};
    struct experiment_options options = {.stop = &stop_now};
    struct search_watch watch = {.step = stop_at_third};
    struct search stopped;
    cr_assert(search_run(&question, &options, &watch, &stopped, NULL));
    const struct search_policy *policy = &stopped.policies[0];
    cr_expect_eq(policy->n_probes, 2, "both ends");
    cr_expect_not(policy->finished);
    cr_expect_eq(search_outcome(policy), SEARCH_FOUND);
    search_finish(&stopped);
    found_finish(&f);
}
