/* Every number that a run yields, by name: "throughput", "response.p99", "shop.blocked",
 * "billing.charge.depth.max". One function names and computes them all; the table, JSON, CSV, --get and
 * `tandem list metrics` read them. */
#ifndef TANDEM_EXPERIMENT_METRICS_H
#define TANDEM_EXPERIMENT_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/result.h"
#include "model/spec.h"
#include "stats/interval.h"

enum metric_unit { METRIC_SECONDS, METRIC_PER_SECOND, METRIC_SHARE, METRIC_COUNT, METRIC_UNITS };

/* "s", "1/s", "share", "1" */
extern const char *const metric_unit_names[METRIC_UNITS];

struct metric {
    const char *name; /* without the policy; its memory is the table's, as that of the meaning */
    enum metric_unit unit;
    const char *meaning; /* one line */
    double value; /* mean over the replications that have it; NAN = none has (no request was answered, say) */
    double half_width; /* of the Student-t interval at the table's level; NAN with fewer than two values */
};

struct metric_index;

/* Where there is an index, only metrics that were asked for by name are complete, and others that stand close
 * to them: names of millions take longer than a run. The table then borrows what its spec points to, and is
 * one thread's at a time. */
struct metric_table {
    struct metric *metrics; /* owned; which ones there are depends on the spec and the policy's queues alone.
                             * Before all of them are gone through: metric_table_name() */
    size_t n;
    double *values; /* owned; metric m of replication r is values[r * n + m], NAN = it had none */
    size_t n_replications;
    double level;               /* of the intervals: 0.95, or what the spec asks for */
    struct metric_index *index; /* owned: the names, and the way to them; NULL = all metrics are complete, and
                                 * the names are someone else's */
};

/* The numbers of one replication, in the order of the table's metrics (free() them); NULL when memory is
 * gone. */
double *metrics_measure(const struct spec *spec, const struct result *result, size_t *ret_n);

/* The table of one policy: names from `result` (of any replication), numbers from metrics_measure() of each
 * of the `n_replications` >= 1, whose arrays remain the caller's. The level is spec->run.confidence. */
bool metrics_combine(const struct spec *spec, const struct result *result, double *const *replications,
                     size_t n_replications, struct metric_table *ret_table, struct error *error);

/* Mean and half-width of the Student-t interval at `level` (0 = the usual 0.95) of values[0], values[stride],
 * ... of the replications that have a value; NAN as in struct metric. */
void metric_average(const double *values, size_t stride, size_t n_replications, double level,
                    double *ret_mean, double *ret_half_width);

/* Both in one, from the results of all replications (n_results >= 1, all of the same policy). */
bool metrics_compute(const struct spec *spec, const struct result *results, size_t n_results,
                     struct metric_table *ret_table, struct error *error);
void metric_table_finish(struct metric_table *table);

/* Completes all metrics. False when memory is gone. */
bool metric_table_name(const struct metric_table *table);

/* Memory was gone when metrics were completed: some have the name and the meaning "". */
bool metric_table_failed(const struct metric_table *table);

/* The paired differences a - b of a metric, over the replications that both have; NAN in all where there is
 * no such metric in both. `ret_gain`, which may be NULL, gets interval_pairing_gain(). */
struct interval metrics_difference(const struct metric_table *a, const struct metric_table *b,
                                   const char *name, double level, double *ret_gain);

/* NULL when there is no such metric. */
const struct metric *metric_find(const struct metric_table *table, const char *name);

/* Its value; NAN when there is no such metric. Takes less than to find it. */
double metric_value(const struct metric_table *table, const char *name);

enum { METRIC_NAME_LONGEST = 511 };

/* The same of the metric "place.metric": of a component, an endpoint, a link or a queue. Needs no memory. */
double metric_value_at(const struct metric_table *table, const char *place, const char *metric);

/* What the workers of `component` were blocked on: the first of `ret_n` groups of 1 + CAUSES metrics each:
 * the share of the workers' time for a callee, then its causes in the order of enum cause. Borrowed. */
const struct metric *metric_callees(const struct metric_table *table, const char *component, size_t *ret_n);

/* "billing.charge" of "shop.blocked_on.billing.charge", the first metric of a group; borrowed. "io" = an I/O
 * wait. */
const char *metric_callee_name(const struct metric *metric, const char *component);

/* A name of the model ("wire out") as part of a metric's name ("wire_out"); by value, as units_text. */
struct metric_word {
    char chars[48];
};

struct metric_word metric_word(const char *name);

#endif
