/* What metrics there can be, whatever the scenario: COMPONENT.wait.mean stands for that of any component. */
#ifndef TANDEM_CLI_METRIC_PATTERNS_H
#define TANDEM_CLI_METRIC_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "experiment/experiment.h"
#include "model/spec.h"

/* Made from the tables that name the metrics of every run, by a scenario of one of each thing. */
struct metric_patterns {
    struct spec spec;             /* owned */
    struct experiment experiment; /* owned */
    const struct metric *metrics; /* borrowed; names in capitals stand for any name */
    size_t n;
};

/* With the percentiles besides the usual ones that the `n` words name. */
bool metric_patterns_init(struct metric_patterns *patterns, const char *const *words, size_t n,
                          struct error *error);
void metric_patterns_finish(struct metric_patterns *patterns);

/* Does the metric say nothing that another one does not? */
bool metric_pattern_is_again(const struct metric *metric);

/* Does its name begin with a name that stands for any, or is one in the midst of it? */
bool metric_pattern_is_open(const struct metric *metric);

enum metric_match {
    METRIC_OTHER,
    METRIC_SAME,  /* "shop.wait.mean", "sync.shop.wait.mean" and "wait.mean" of COMPONENT.wait.mean */
    METRIC_BEGIN, /* "shop.wait" of it: there are several */
};

enum metric_match metric_pattern_match(const struct metric *metric, const char *word);

#endif
