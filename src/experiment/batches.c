#include "experiment/batches.h"

#include <stdlib.h>

#include "base/text.h"
#include "experiment/steadiness.h"
#include "stats/batch_means.h"

enum { LEAST_STRETCHES = 20 };

/* The stretches of a series that lie behind the warm-up, and what is made of them. */
struct stretches {
    const struct system_sample *samples; /* the first is the beginning of the first stretch */
    size_t n;
    double *sums, *weights; /* n each */
    double level;
    struct metric_table *metrics;
    struct batching batching;
};

static void give(struct stretches *s, const char *name)
{
    const struct metric *found = metric_find(s->metrics, name);
    struct batch_means means;
    if (!found || !batch_means_of(s->sums, s->weights, s->n, s->level, &means))
        return;
    if (means.independent) {
        s->metrics->metrics[found - s->metrics->metrics].half_width = means.interval.half_width;
        s->batching.given++;
    } else {
        s->batching.refused++;
    }
}

static double seconds_of(const struct stretches *s, size_t i)
{
    return (double)(s->samples[i + 1].at_ns - s->samples[i].at_ns) / 1e9;
}

static uint64_t offered_in(const struct system_sample *sample)
{
    return sample->offered;
}

static uint64_t answered_in(const struct system_sample *sample)
{
    return sample->answered;
}

static uint64_t completed_in(const struct system_sample *sample)
{
    return sample->completed;
}

static void give_rate(struct stretches *s, const char *name, uint64_t (*count)(const struct system_sample *))
{
    for (size_t i = 0; i < s->n; i++) {
        s->sums[i] = (double)(count(&s->samples[i + 1]) - count(&s->samples[i]));
        s->weights[i] = seconds_of(s, i);
    }
    give(s, name);
}

static void give_response(struct stretches *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct system_sample *before = &s->samples[i], *after = &s->samples[i + 1];
        s->sums[i] = (double)(after->response_ns - before->response_ns) / 1e9;
        s->weights[i] = (double)(after->answered - before->answered);
    }
    give(s, "response.mean");
}

static double worker_time(const struct stretches *s, size_t i, size_t component, int state)
{
    const struct system_sample *sample = &s->samples[i];
    return (double)(sample[1].components[component].worker_ns[state] -
                    sample[0].components[component].worker_ns[state]);
}

static bool give_state(struct stretches *s, const char *component_name, size_t component, int state)
{
    char *name = text_format("%s.%s", component_name, worker_state_names[state]);
    for (size_t i = 0; i < s->n; i++) {
        s->sums[i] = worker_time(s, i, component, state);
        s->weights[i] = 0.0;
        for (int k = 0; k < WORKER_STATES; k++)
            s->weights[i] += worker_time(s, i, component, k);
    }
    if (name)
        give(s, name);
    free(name);
    return name != NULL;
}

static bool give_all(struct stretches *s, const struct spec *spec)
{
    bool ok = true;
    give_rate(s, "offered.rate", offered_in);
    give_rate(s, "throughput", answered_in);
    give_rate(s, "completions", completed_in);
    give_response(s);
    for (size_t c = 0; ok && c < spec->n_components; c++)
        for (int k = 0; ok && k < WORKER_STATES; k++)
            ok = give_state(s, spec->components[c].name, c, k);
    return ok;
}

bool batches_fill(const struct spec *spec, const struct series *series, struct metric_table *metrics,
                  struct batching *ret_batching)
{
    size_t first = 0;
    *ret_batching = (struct batching){0};
    while (first < series->n && series->samples[first].at_ns < spec->run.warmup_ns)
        first++;
    if (!steadiness_is_due(spec) || series->n < first + 1 + LEAST_STRETCHES)
        return true;
    struct stretches s = {.samples = series->samples + first,
                          .n = series->n - first - 1,
                          .level = metrics->level,
                          .metrics = metrics};
    s.sums = calloc(s.n, sizeof *s.sums);
    s.weights = calloc(s.n, sizeof *s.weights);
    bool ok = s.sums && s.weights && give_all(&s, spec);
    free(s.sums);
    free(s.weights);
    *ret_batching = s.batching;
    return ok;
}
