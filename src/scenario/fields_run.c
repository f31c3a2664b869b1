#include "scenario/fields.h"

#include "model/spec.h"

/* The greatest whole number up to which a JSON number is exact. */
#define LARGEST_WHOLE 9007199254740992.0

static const char *const comparisons[] = {"each", "bonferroni", NULL};

static const struct field run_fields[] = {
    {"duration", FIELD_DURATION, "how long a run is, its warm-up included", .required = true,
     .positive = true, .offset = offsetof(struct run_spec, duration_ns)},
    {"warmup", FIELD_WARMUP,
     "the beginning of a run that is not measured; auto: as much as pilot runs show to be unlike the rest "
     "(MSER-5; White, Cobb and Spratt, WSC 2000)",
     .fallback = "\"0s\""},
    {"seed", FIELD_WHOLE, "names the random numbers; the same seed gives the same result", .fallback = "1",
     .max = LARGEST_WHOLE, .offset = offsetof(struct run_spec, seed)},
    {"replications", FIELD_COUNT,
     "runs with different random numbers; intervals need several. With a \"precision\" at least so many, and "
     "at least 5",
     .absent = "1, with a \"precision\" 10", .min = 1, .max = 100000,
     .offset = offsetof(struct run_spec, replications)},
    {"precision", FIELD_SHARE,
     "replications are added until the intervals of \"precision_of\" reach no further than this share of the "
     "mean to either side",
     .absent = "none: as many as \"replications\" says", .positive = true,
     .offset = offsetof(struct run_spec, precision)},
    {"precision_of", FIELD_TEXTS, "the metrics that shall be as precise, of all policies or of one",
     .absent = "`[\"response.mean\"]`", .max = 1000},
    {"max_replications", FIELD_COUNT, "with a \"precision\": at most so many",
     .absent = "1000, or as many as \"replications\"", .min = 1, .max = 100000,
     .offset = offsetof(struct run_spec, max_replications)},
    {"confidence", FIELD_SHARE, "level of every interval", .fallback = "0.95", .positive = true,
     .offset = offsetof(struct run_spec, confidence)},
    {"comparisons", FIELD_EITHER,
     "whether each difference between policies holds with that level, or all that are shown at once "
     "(Bonferroni)",
     .fallback = "\"each\"", .choices = comparisons, .offset = offsetof(struct run_spec, bonferroni)},
    {"batch_means", FIELD_SWITCH,
     "a single replication gets intervals from batches of its measured time (von Neumann's test says how "
     "many)",
     .fallback = "false", .offset = offsetof(struct run_spec, batch_means)},
    {"samples", FIELD_COUNT, "points of each time series", .fallback = "1000", .min = 1, .max = 100000,
     .offset = offsetof(struct run_spec, samples)},
    {"sample_requests", FIELD_COUNT, "requests that are listed one by one, at most", .fallback = "1000",
     .max = 1000000, .offset = offsetof(struct run_spec, sample_requests)},
    {"timeline_requests", FIELD_COUNT, "requests that are drawn in the timeline", .fallback = "12",
     .max = 1000, .offset = offsetof(struct run_spec, timeline_requests)},
    {0},
};

const struct object_type run_type = {"run", "how long, how often, from which random numbers",
                                     .fields = run_fields};
