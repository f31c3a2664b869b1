/* Times, rates and sizes at their edges: what is worked out of them against wider numbers, and whole runs
 * that are made of extremes. With the undefined behaviour sanitizer nothing here may overflow. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/int128.h"
#include "base/text.h"
#include "base/units.h"
#include "des/rng.h"
#include "des/sim.h"
#include "model/policy/backoff.h"
#include "model/split.h"
#include "model/system.h"
#include "model/workload.h"
#include "scenario/scenario.h"
#include "stats/histogram.h"

enum { TRIES = 2000 };

/* A number by chance that is often at an edge: 0, near a power of two, or the most. */
static int64_t edge(struct draw *draw, int64_t most)
{
    int64_t power = INT64_C(1) << draw_below(draw, 62);
    switch (draw_below(draw, 5)) {
    case 0: return (int64_t)draw_below(draw, 2);
    case 1: return most - (int64_t)draw_below(draw, 2);
    case 2: power += (int64_t)draw_below(draw, 3) - 1; break;
    case 3: power = (int64_t)draw_below(draw, (uint64_t)power + 1); break;
    default: power = (int64_t)draw_below(draw, (uint64_t)most); break;
    }
    return power < most ? power : most;
}

/* ---- units ---- */

struct unit_case {
    const char *name;
    uint128 factor;
};

/* Digits, a power of ten and a unit, worked out in 128 bits: the text is read as that, or refused where it is
 * more than 64 bits hold. */
static void check_unit(struct draw *draw, const struct unit_case *unit, bool size)
{
    uint64_t digits = (uint64_t)edge(draw, INT64_C(999999999999999999));
    int zeros = (int)draw_below(draw, 4);
    uint128 value = digits * unit->factor;
    for (int i = 0; i < zeros; i++)
        value *= 10;
    char *text = text_format("%lue%d%s", (unsigned long)digits, zeros, unit->name);
    struct error error = {0};
    int64_t read = -1;
    bool good = (size ? units_parse_size : units_parse_duration)(text, &read, &error);
    bool fits = value <= INT64_MAX && (double)digits * pow(10.0, zeros) < 0.9e18;
    cr_expect(!good || (uint128)read == value, "%s was read as %ld", text, (long)read);
    cr_expect(good || !fits, "%s was refused", text);
    cr_expect(good || read == -1);
    error_finish(&error);
    free(text);
}

Test(edges, durations_and_sizes_are_exact_or_refused)
{
    static const struct unit_case durations[] = {
        {"ns", 1}, {"us", 1000}, {"s", 1000000000}, {"h", 3600000000000}, {"d", 86400000000000}};
    static const struct unit_case sizes[] = {{"B", 1}, {"kB", 1000}, {"GB", 1000000000}, {"GiB", 1073741824}};
    struct stream stream = stream_make(1, 0, "units");
    for (uint64_t i = 0; i < TRIES; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        check_unit(&draw, &durations[i % 5], false);
        check_unit(&draw, &sizes[i % 4], true);
    }
}

Test(edges, units_at_the_ends)
{
    int64_t ns = 0;
    double real = 0.0;
    cr_expect(units_parse_duration("9223372036854775807e0ns", &ns, NULL) == false); /* 19 digits */
    cr_expect(units_parse_duration("9223372036.854775807s", &ns, NULL) == false);
    cr_expect(units_parse_duration("106751d", &ns, NULL) && ns == INT64_C(106751) * 86400 * 1000000000);
    cr_expect(!units_parse_duration("106752d", &ns, NULL));
    cr_expect(!units_parse_duration("1e18d", &ns, NULL));
    cr_expect(units_parse_duration_real("1e17d", &real, NULL) && real == 8.64e30);
    cr_expect(units_parse_rate("1e-30/d", &real, NULL) && real > 0.0);
    cr_expect(units_parse_rate("999999999999999999/s", &real, NULL) && real == 999999999999999999.0);
    cr_expect(!units_parse_rate("1e999999999999/s", &real, NULL));
    cr_expect(!units_parse_rate("1e-999999999999/s", &real, NULL));
}

/* ---- doubles as durations ---- */

/* By integers that are wide enough for every double below 2^100. */
static int64_t right_ns(double ns)
{
    if (!(ns > 0.0))
        return 0;
    int128 whole = ns < 0x1p100 ? (int128)round(ns) : SIM_TIME_MAX;
    return whole < SIM_TIME_MAX ? (int64_t)whole : SIM_TIME_MAX;
}

Test(edges, any_double_is_a_duration)
{
    static const double values[] = {
        -INFINITY, -DBL_MAX, -1.0,   -0.0,   0.0,   DBL_MIN, 0.49,     0.5, 1.0,    1e18,
        2e18,      2.4e18,   9.2e18, 9.3e18, 1e300, DBL_MAX, INFINITY, NAN, 0x1p61, 0x1.fffffffffffffp60,
        0x1p62,    0x1p63,   0x1p64};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        int64_t ns = distribution_whole_ns(values[i]);
        cr_expect_eq(ns, right_ns(values[i]), "%a", values[i]);
    }
}

Test(edges, geometric_numbers_of_any_mean)
{
    static const double means[] = {1.0, 1.0 + DBL_EPSILON, 1e6, 0x1p53, 1e18, 1e300, INFINITY};
    struct stream stream = stream_make(1, 0, "geometric");
    for (uint64_t i = 0; i < TRIES; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        uint64_t n = draw_geometric(&draw, means[i % 7]);
        cr_assert(n >= 1 && n <= UINT64_C(1) << 63);
        cr_expect(i % 7 != 0 || n == 1);
    }
}

/* ---- sums ---- */

/* Beyond 128 bits in all, and below; against two passes in long double. */
Test(edges, spread_of_the_longest_times)
{
    struct stream stream = stream_make(1, 0, "spread");
    for (uint64_t i = 0; i < 60; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        int64_t most = edge(&draw, SIM_TIME_MAX) + 1;
        size_t n = 2 + draw_below(&draw, 3000);
        int64_t *values = calloc(n, sizeof *values);
        struct histogram h = {0};
        long double sum = 0.0L, spread = 0.0L;
        for (size_t k = 0; k < n; k++) {
            values[k] = (int64_t)draw_below(&draw, (uint64_t)most);
            histogram_add(&h, values[k]);
            sum += (long double)values[k];
        }
        for (size_t k = 0; k < n; k++)
            spread += ((long double)values[k] - sum / n) * ((long double)values[k] - sum / n);
        double right = (double)sqrtl(spread / (long double)(n - 1));
        cr_expect_float_eq(histogram_mean(&h), (double)(sum / n), 1e-9 * (double)most);
        cr_expect(fabs(histogram_sd(&h) - right) <= 1e-3 * right + 1e-9, "%zu up to %ld: %g, not %g", n,
                  (long)most, histogram_sd(&h), right);
        histogram_finish(&h);
        free(values);
    }
}

/* A billion answers of 9 s each are more than 292 years. */
Test(edges, sums_of_years)
{
    struct split_sum sum = {0};
    struct histogram h = {0};
    const int64_t split_ns[CAUSES] = {SIM_TIME_MAX / 2, SIM_TIME_MAX - SIM_TIME_MAX / 2};
    for (int i = 0; i < 1000; i++) {
        split_sum_add(&sum, split_ns, SIM_TIME_MAX);
        histogram_add(&h, SIM_TIME_MAX);
    }
    split_sum_carry(&sum);
    cr_expect(sum.ns[0] == (int128)1000 * (SIM_TIME_MAX / 2));
    cr_expect(sum.ns[0] + sum.ns[1] == (int128)1000 * SIM_TIME_MAX);
    cr_expect(h.sum == (int128)1000 * SIM_TIME_MAX);
    cr_expect(histogram_sd(&h) == 0.0);
    histogram_finish(&h);
}

/* ---- pauses ---- */

Test(edges, backoff_never_leaves_its_bounds)
{
    static const uint32_t retries[] = {1, 2, 63, 64, 1000, 1000000, UINT32_MAX};
    static const double factors[] = {1.0, 1.0 + DBL_EPSILON, 2.0, 1000.0};
    struct stream stream = stream_make(1, 0, "backoff");
    for (uint64_t i = 0; i < TRIES; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        int64_t base = 1 + edge(&draw, SIM_TIME_MAX - 1), cap = base + edge(&draw, SIM_TIME_MAX - base);
        struct backoff_spec spec = {.kind = BACKOFF_EXPONENTIAL,
                                    .base_ns = base,
                                    .cap_ns = cap,
                                    .factor = factors[draw_below(&draw, 4)],
                                    .jitter = (enum jitter)draw_below(&draw, 4)};
        int64_t ns = backoff_pause(&spec, retries[i % 7], edge(&draw, cap), &draw);
        cr_assert(ns >= 0 && ns <= SIM_TIME_MAX, "%ld of %ld to %ld", (long)ns, (long)base, (long)cap);
        cr_assert((double)ns <= (double)cap * (1.0 + 1e-15));
    }
}

/* ---- arrivals ---- */

/* Each comes after the one before, or never. */
static void follow(struct load_spec *spec, uint64_t seed)
{
    struct load load = {.spec = spec, .last_ns = spec->from_ns, .state_end_ns = -1};
    load.arrivals = stream_make(seed, 0, "arrivals");
    load.states = stream_make(seed, 0, "states");
    for (int i = 0; i < 50; i++, load.n_arrivals++) {
        int64_t at_ns = arrival_next(&load);
        cr_assert(at_ns >= load.last_ns, "load %d: %ld after %ld", spec->arrival, (long)at_ns,
                  (long)load.last_ns);
        if (at_ns > SIM_TIME_MAX)
            break;
        load.last_ns = at_ns;
    }
}

Test(edges, arrivals_never_go_back)
{
    static const double rates[] = {1e9, 1.0, 1e-9, 1e-35, 1e9 - 1e-7, 1.0 / 3.0};
    struct stream stream = stream_make(1, 0, "loads");
    for (uint64_t i = 0; i < TRIES; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        double rate = rates[draw_below(&draw, 6)];
        struct rate_spec states[2] = {
            {.per_s = rate, .mean_ns = 1.0 + (double)edge(&draw, SIM_TIME_MAX)},
            {.per_s = 1e9, .from_ns = 1 + edge(&draw, SIM_TIME_MAX - 1), .mean_ns = 1e18}};
        struct load_spec spec = {.kind = LOAD_OPEN,
                                 .arrival = (enum arrival_kind)draw_below(&draw, 6),
                                 .per_s = rate,
                                 .amplitude = (double)draw_below(&draw, 2),
                                 .period_ns = 1 + edge(&draw, SIM_TIME_MAX - 1),
                                 .rates = states,
                                 .n_rates = 2,
                                 .from_ns = edge(&draw, SIM_TIME_MAX),
                                 .between = distribution_always(1.0 + (double)edge(&draw, SIM_TIME_MAX))};
        follow(&spec, i);
    }
}

/* ---- whole runs ---- */

/* Some of what a scenario may say at its edges; 26687 days are nearly as long as a time may be. */
static const char *const times[] = {"1ns", "3us", "1s", "1d", "100d", "26687d", "36500000s"};
static const char *const works[] = {"\"1ns\"",
                                    "\"26687d\"",
                                    "{\"exponential\":\"26687d\"}",
                                    "{\"exponential\":\"1s\"}",
                                    "{\"pareto\":{\"min\":\"1ns\",\"alpha\":0.000001}}",
                                    "{\"pareto\":{\"min\":\"1s\",\"alpha\":0.1}}",
                                    "{\"lognormal\":{\"mean\":\"26687d\",\"cv\":1000}}",
                                    "{\"lognormal\":{\"median\":\"1ns\",\"p99\":\"26687d\"}}",
                                    "{\"weibull\":{\"scale\":\"26687d\",\"shape\":0.1}}",
                                    "{\"hyperexponential\":{\"mean\":\"26687d\",\"cv\":1000}}",
                                    "{\"gamma\":{\"mean\":\"26687d\",\"cv\":1000}}",
                                    "{\"normal\":{\"mean\":\"1ns\",\"sd\":\"26687d\"}}",
                                    "{\"uniform\":[\"0s\",\"26687d\"]}"};
static const char *const bandwidths[] = {"1bit/s", "1e-9bit/s", "1000000000Gbit/s", "unlimited"};
static const char *const sizes[] = {"0B", "1B", "1000000GB"};
static const char *const losses[] = {"0", "0.5", "0.999999", "{\"there\":0.9999999999,\"back\":0}"};
static const char *const rates[] = {"1e-9/s", "1e-8/s", "1e-30/d"};
static const char *const modes[] = {"\"mode\":\"sync\"", "\"mode\":\"async\"",
                                    "\"mode\":\"queue\",\"reply\":true",
                                    "\"mode\":\"queue\",\"durable\":true"};

#define PICK(words) words[draw_below(draw, sizeof words / sizeof *words)]

static void add_components(struct text *text, struct draw *draw)
{
    text_addf(text,
              "\"components\":{\"a\":{\"replicas\":%u,\"workers\":%u,\"endpoints\":{\"x\":[{\"work\":%s},",
              1 + (unsigned)draw_below(draw, 3), 1 + (unsigned)draw_below(draw, 3), PICK(works));
    text_addf(text,
              "{\"call\":\"b.y\",\"bytes\":\"%s\",\"reply_bytes\":\"%s\",\"times\":2},{\"wait\":%s}]}},",
              PICK(sizes), PICK(sizes), PICK(works));
    text_addf(text,
              "\"b\":{\"workers\":4,\"cores\":%u,\"inbox\":{\"order\":\"%s\"},\"endpoints\":{\"y\":[{"
              "\"work\":%s}]}",
              1 + (unsigned)draw_below(draw, 4), draw_below(draw, 2) ? "processor_sharing" : "shortest_first",
              PICK(works));
    if (draw_below(draw, 3) == 0)
        text_addf(text, ",\"failures\":{\"up\":\"1000d\",\"down\":%s,\"effect\":\"%s\"}", PICK(works),
                  draw_below(draw, 2) ? "pause" : "crash");
    text_add(text, "}},");
}

static void add_links(struct text *text, struct draw *draw)
{
    bool resends = draw_below(draw, 2);
    text_addf(text,
              "\"links\":{\"ab\":{\"between\":[\"a\",\"b\"],\"delay\":%s,\"bandwidth\":\"%s\",\"ordered\":%s,"
              "\"duplicate\":0.1,",
              PICK(works), PICK(bandwidths), draw_below(draw, 2) ? "true" : "false");
    text_addf(text, "\"loss\":%s,\"rto\":\"%s\",\"max_rto\":\"26687d\",\"on_loss\":\"%s\"}},", PICK(losses),
              PICK(times), resends ? "retransmit" : "drop");
}

static void add_control(struct text *text, struct draw *draw)
{
    text_addf(text, "\"timeout\":\"%s\",\"retries\":%u,\"hedge\":\"%s\",", PICK(times),
              5 * (unsigned)draw_below(draw, 20), PICK(times));
    text_addf(text,
              "\"backoff\":{\"exponential\":\"%s\",\"factor\":1000,\"cap\":\"26687d\",\"jitter\":"
              "\"decorrelated\"},",
              PICK(times));
    text_addf(text, "\"circuit_breaker\":{\"open_for\":\"%s\"},\"pool\":{\"size\":1,\"wait\":\"%s\"},",
              PICK(times), PICK(times));
    text_addf(text, "\"deadline\":\"propagate\",\"cancel\":true,\"connect\":{\"round_trips\":%u},",
              1 + 999 * (unsigned)draw_below(draw, 2));
}

static void add_policy(struct text *text, struct draw *draw)
{
    const char *mode = PICK(modes);
    bool queue = strstr(mode, "queue");
    text_add(text, "\"policies\":{\"p\":{");
    if (!queue || strstr(mode, "reply"))
        add_control(text, draw);
    if (queue)
        text_addf(text,
                  "\"batch\":{\"size\":%d,\"linger\":\"%s\"},\"visibility_timeout\":\"%s\",\"redelivery_"
                  "delay\":\"%s\","
                  "\"retention\":\"%s\",",
                  strstr(mode, "reply") ? 1 : 3, PICK(times), PICK(times), PICK(times), PICK(times));
    if (strstr(mode, "durable"))
        text_addf(text, "\"persist\":%s,\"flush\":\"%s\",\"confirm_timeout\":\"1000d\",", PICK(works),
                  PICK(times));
    text_addf(text, "%s}}", mode);
}

static char *make_scenario(struct draw *draw)
{
    struct text text = {0};
    text_addf(&text, "{\"name\":\"edges\",\"run\":{\"duration\":\"%s\",\"seed\":%u},", PICK(times),
              (unsigned)draw_below(draw, 1000));
    add_components(&text, draw);
    add_links(&text, draw);
    text_addf(&text,
              "\"load\":[{\"request\":\"a.x\",\"burst\":{\"requests\":3},\"bytes\":\"%s\"},"
              "{\"request\":\"a.x\",\"open\":{\"poisson\":\"%s\"},\"until\":\"%s\"},"
              "{\"request\":\"a.x\",\"closed\":{\"users\":2,\"think\":\"1000d\"}}],",
              PICK(sizes), PICK(rates), PICK(times));
    text_addf(&text,
              "\"events\":[{\"at\":\"0s\",\"slow\":\"b\",\"factor\":%s},"
              "{\"at\":\"%s\",\"for\":\"%s\",\"cut\":\"ab\"},{\"at\":\"%s\",\"for\":\"%s\",\"rate\":10}],",
              draw_below(draw, 2) ? "1000000" : "1e-300", PICK(times), PICK(times), PICK(times), PICK(times));
    add_policy(&text, draw);
    text_add(&text, "}");
    return text_take(&text);
}

/* How many requests were answered. */
static uint64_t check_result(const struct spec *spec, const struct result *result)
{
    uint64_t ended = 0;
    for (int o = 0; o < OUTCOMES; o++)
        ended += result->outcomes[o];
    cr_expect_eq(ended, result->offered);
    cr_expect(result->response.max <= spec->run.duration_ns);
    for (size_t c = 0; c < result->n_components; c++) {
        const struct component_result *component = &result->components[c];
        int128 sum = 0,
               all = (int128)spec->components[c].workers * spec->components[c].replicas * result->window_ns;
        for (int w = 0; w < WORKER_STATES; w++) {
            cr_expect(component->worker_ns[w] >= 0);
            sum += component->worker_ns[w];
        }
        cr_expect(sum == component->total_ns && sum == all);
    }
    for (int p = 0; p < PLACES; p++)
        cr_expect(result->place_ns[p] >= 0);
    for (int c = 0; c < CAUSES; c++)
        cr_expect(result->response_split_ns[c] >= 0.0 &&
                  result->response_split_ns[c] <= (double)spec->run.duration_ns);
    return result->response.count;
}

static uint64_t run_scenario(const char *text)
{
    uint64_t answered = 0;
    struct problem_list problems = {0};
    struct spec spec = {0};
    struct error error = {0};
    struct result result = {0};
    bool read = scenario_read(text, strlen(text), "edges", NULL, NULL, 0, &spec, &problems);
    for (size_t i = 0; i < problems.n; i++)
        cr_assert(problems.problems[i].warning, "%s\n%s", problems.problems[i].text, text);
    cr_assert(read);
    struct system *system = system_create(&spec, 0, 0, NULL, &error);
    bool ran =
        system && system_step(system, spec.run.duration_ns, &error) && system_close(system, &result, &error);
    cr_expect(ran, "%s\n%s", error_text(&error), text);
    if (ran)
        answered = check_result(&spec, &result);
    result_finish(&result);
    system_destroy(system);
    error_finish(&error);
    spec_finish(&spec);
    problem_list_finish(&problems);
    return answered;
}

Test(edges, whole_runs_of_extremes_add_up)
{
    struct stream stream = stream_make(1, 0, "scenarios");
    uint64_t answered = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        char *text = make_scenario(&draw);
        answered += run_scenario(text);
        free(text);
    }
    cr_expect(answered > 100, "only %lu", (unsigned long)answered); /* else nothing was tried */
}
