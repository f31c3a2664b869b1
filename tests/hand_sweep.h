/* Sweeps made by hand: what each replication measured at each point is said by a function. */
#ifndef TANDEM_TESTS_HAND_SWEEP_H
#define TANDEM_TESTS_HAND_SWEEP_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/sweep.h"

enum { HAND_AXES = 3, HAND_VALUES = 12 };

/* Metrics of the sweep. */
enum { HAND_THROUGHPUT, HAND_RESPONSE, HAND_MEAN, HAND_COMPLETION, HAND_BLOCKED, HAND_METRICS };

/* Stays where it was made: it points to itself. */
struct hand {
    struct axis axes[HAND_AXES];
    char *paths[HAND_AXES][1];
    char *values[HAND_AXES][HAND_VALUES];
    double numbers[HAND_AXES][HAND_VALUES];
    const char *policies[6];
    size_t n_policies;
    uint32_t replications;
    double (*measure)(const struct hand *hand, size_t point, size_t policy, size_t metric,
                      size_t replication);
    struct sweep sweep;
};

/* Adds an axis; `numbers` is NULL for words. `values` ends in NULL. */
static inline void hand_axis(struct hand *hand, const char *path, enum axis_kind kind,
                             const char *const *values, const double *numbers, bool logarithmic)
{
    size_t a = hand->sweep.n_axes++, n = 0;
    for (; values[n]; n++) {
        hand->values[a][n] = (char *)values[n];
        hand->numbers[a][n] = numbers ? numbers[n] : 0.0;
    }
    hand->paths[a][0] = (char *)path;
    hand->axes[a] = (struct axis){.paths = hand->paths[a],
                                  .n_paths = 1,
                                  .values = hand->values[a],
                                  .numbers = numbers ? hand->numbers[a] : NULL,
                                  .n = n,
                                  .kind = kind,
                                  .logarithmic = logarithmic};
}

static inline struct spec hand_spec(const struct hand *hand)
{
    struct spec spec = {.name = text_copy("by hand"), .about = text_copy("")};
    spec.run = (struct run_spec){
        .duration_ns = 60000000000, .warmup_ns = 10000000000, .seed = 7, .replications = hand->replications};
    spec.n_components = 1;
    spec.components = calloc(1, sizeof *spec.components);
    spec.components[0] = (struct component_spec){.name = text_copy("shop"), .replicas = 1, .workers = 1};
    spec.n_policies = hand->n_policies;
    spec.policies = calloc(hand->n_policies, sizeof *spec.policies);
    for (size_t p = 0; p < hand->n_policies; p++)
        spec.policies[p] = (struct policy_spec){.name = text_copy(hand->policies[p]),
                                                .rule.mode = p < 3 ? (enum call_mode)p : CALL_SYNC};
    return spec;
}

static inline struct metric_table hand_table(const struct hand *hand, size_t point, size_t policy)
{
    static const struct {
        const char *name;
        enum metric_unit unit;
        const char *meaning;
    } kinds[HAND_METRICS] = {
        [HAND_THROUGHPUT] = {"throughput", METRIC_PER_SECOND, "requests answered ok"},
        [HAND_RESPONSE] = {"response.p99", METRIC_SECONDS, "time until the answer"},
        [HAND_MEAN] = {"response.mean", METRIC_SECONDS, "mean time until the answer"},
        [HAND_COMPLETION] = {"completion.p99", METRIC_SECONDS, "time until all is done"},
        [HAND_BLOCKED] = {"shop.blocked", METRIC_SHARE, "share of the workers' time"},
    };
    size_t n = hand->replications;
    struct metric_table table = {.metrics = calloc(HAND_METRICS, sizeof *table.metrics),
                                 .n = HAND_METRICS,
                                 .values = calloc(HAND_METRICS * n, sizeof *table.values),
                                 .n_replications = n};
    for (size_t m = 0; m < HAND_METRICS; m++) {
        struct metric *metric = &table.metrics[m];
        *metric = (struct metric){.name = kinds[m].name, .unit = kinds[m].unit, .meaning = kinds[m].meaning};
        for (size_t r = 0; r < n; r++)
            table.values[r * HAND_METRICS + m] = hand->measure(hand, point, policy, m, r);
        metric_average(table.values + m, HAND_METRICS, n, 0.95, &metric->value, &metric->half_width);
    }
    return table;
}

static inline void hand_point(struct hand *hand, size_t point)
{
    struct sweep_point *p = &hand->sweep.points[point];
    p->spec = hand_spec(hand);
    p->experiment = (struct experiment){.policies = calloc(hand->n_policies, sizeof *p->experiment.policies),
                                        .n_policies = hand->n_policies,
                                        .replications = hand->replications,
                                        .wanted = hand->replications};
    for (size_t i = 0; i < hand->n_policies; i++) {
        p->experiment.policies[i].name = p->spec.policies[i].name;
        p->experiment.policies[i].metrics = hand_table(hand, point, i);
    }
}

/* When the axes, policies, replications and numbers are there. */
static inline void hand_make(struct hand *hand)
{
    hand->sweep.axes = hand->axes;
    hand->sweep.n_points = 1;
    for (size_t a = 0; a < hand->sweep.n_axes; a++)
        hand->sweep.n_points *= hand->axes[a].n;
    hand->sweep.points = calloc(hand->sweep.n_points, sizeof *hand->sweep.points);
    for (size_t i = 0; i < hand->sweep.n_points; i++)
        hand_point(hand, i);
}

/* As if the sweep had been stopped before this point was done. */
static inline void hand_undo(struct hand *hand, size_t point)
{
    struct experiment *experiment = &hand->sweep.points[point].experiment;
    experiment->replications = 0;
    for (size_t p = 0; p < experiment->n_policies; p++)
        metric_table_finish(&experiment->policies[p].metrics);
}

static inline void hand_finish(struct hand *hand)
{
    sweep_finish(&hand->sweep);
}

#endif
