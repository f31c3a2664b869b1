#include "bounded_run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/metrics.h"
#include "fuzz.h"
#include "model/system.h"
#include "trace/trace.h"

enum { STEPS = 8 };

static struct system *create(const struct spec *spec, uint32_t policy, const struct trace_sink *sink)
{
    struct error error = {0};
    struct system *system = system_create(spec, policy, 0, sink, &error);
    fuzz_check(system, spec->policies[policy].name, error_text(&error));
    return system;
}

static void step(struct system *system, int64_t until_ns)
{
    struct error error = {0};
    fuzz_check(system_step(system, until_ns, &error), "a step", error_text(&error));
}

/* Rounded down, without overflow. */
static int64_t instant_ns(const struct spec *spec, int k)
{
    return spec->run.duration_ns / STEPS * k + spec->run.duration_ns % STEPS * k / STEPS;
}

/* How long the run may be, so that no more events happen: up to the instant before the one that is too much.
 */
static int64_t time_of_events(const struct spec *spec, uint32_t policy, uint64_t most_events)
{
    struct error error = {0};
    struct system *system = create(spec, policy, NULL);
    bool reached;
    fuzz_check(system_step_some(system, spec->run.duration_ns, most_events, &reached, &error), "some events",
               error_text(&error));
    int64_t at_ns = reached ? spec->run.duration_ns : system_now_ns(system) - 1;
    system_destroy(system);
    return at_ns;
}

/* False: there is too much at the very beginning, where perhaps the clock stands still. */
static bool shorten(struct spec *spec, uint64_t most_events)
{
    int64_t shortest_ns = spec->run.duration_ns;
    for (uint32_t p = 0; p < spec->n_policies; p++) {
        int64_t ns = time_of_events(spec, p, most_events);
        shortest_ns = ns < shortest_ns ? ns : shortest_ns;
    }
    if (spec->run.warmup_ns >= shortest_ns)
        spec->run.warmup_ns = shortest_ns / 2;
    spec->run.duration_ns = shortest_ns;
    return shortest_ns > 0;
}

static struct result run(const struct spec *spec, uint32_t policy, int steps, const struct trace_sink *sink)
{
    struct error error = {0};
    struct result result = {0};
    struct system *system = create(spec, policy, sink);
    struct system_sample sample = {0};
    for (int k = 1; k < steps; k++) {
        step(system, instant_ns(spec, k));
        fuzz_check(system_look(system, &sample), "a look", NULL);
        for (int place = 0; place < PLACES; place++)
            fuzz_check(sample.places[place] >= 0, "a place holds none or some", NULL);
    }
    step(system, spec->run.duration_ns);
    fuzz_check(system_close(system, &result, &error), spec->policies[policy].name, error_text(&error));
    system_sample_finish(&sample);
    system_destroy(system);
    return result;
}

static struct result run_traced(const struct spec *spec, uint32_t policy)
{
    struct trace_log log = {0};
    struct trace_sink sink = trace_log_sink(&log, spec->run.timeline_requests);
    struct result result = run(spec, policy, STEPS, &sink);
    for (size_t i = 0; i < log.n_spans; i++)
        fuzz_check(log.spans[i].from_ns >= 0 && log.spans[i].from_ns <= log.spans[i].to_ns &&
                       log.spans[i].to_ns <= spec->run.duration_ns,
                   "a stretch of time has its ends", NULL);
    trace_log_finish(&log);
    return result;
}

/* Bit by bit: NAN is no number but the same one. */
static void check_same(const struct spec *spec, const struct result *a, const struct result *b)
{
    size_t n = 0, m = 0;
    double *x = metrics_measure(spec, a, &n), *y = metrics_measure(spec, b, &m);
    fuzz_check(x && y, "memory", NULL);
    fuzz_check(n == m && memcmp(x, y, n * sizeof *x) == 0, "the same run twice, the same numbers", NULL);
    for (size_t i = 0; i < n; i++)
        fuzz_check(!isinf(x[i]), "a metric is finite", NULL);
    free(x);
    free(y);
}

/* What comes does not depend on how it is answered; but users of a closed load wait for that. */
static void check_offered(const struct spec *spec, const struct result *a, const struct result *b)
{
    char text[64];
    for (size_t i = 0; i < spec->n_loads; i++) {
        snprintf(text, sizeof text, "%" PRIu64 " and %" PRIu64, a->loads[i].offered, b->loads[i].offered);
        fuzz_check(spec->loads[i].kind == LOAD_CLOSED || a->loads[i].offered == b->loads[i].offered,
                   "policies see the same users come", text);
    }
}

void bounded_run(struct spec *spec, uint64_t most_events)
{
    struct result first = {0};
    if (!shorten(spec, most_events))
        return;
    for (uint32_t p = 0; p < spec->n_policies; p++) {
        struct result result = run(spec, p, 1, NULL), again = run_traced(spec, p);
        check_same(spec, &result, &again);
        result_finish(&again);
        if (p == 0)
            first = result;
        else
            check_offered(spec, &first, &result);
        if (p > 0)
            result_finish(&result);
    }
    result_finish(&first);
}
