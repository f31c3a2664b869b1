/* What queueing theory says of a scenario under one of its policies, where it says anything: exact values of
 * some metrics, and bounds on others. All of it is about the long run: a steady state, without the warm-up.
 */
#ifndef TANDEM_THEORY_THEORY_H
#define TANDEM_THEORY_THEORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/spec.h"

enum theory_relation { THEORY_EQUALS, THEORY_AT_MOST, THEORY_AT_LEAST };

struct theory_value {
    char *metric; /* owned; a metric's name without the policy: "response.mean" */
    enum theory_relation relation;
    double value;      /* in the metric's unit: seconds, per second, a share, a count */
    double slack;      /* what the ends of the measured window may add or take away: a request more or less */
    const char *law;   /* "Erlang C", "bottleneck law" */
    const char *where; /* the component that sets a bound, borrowed from the spec; or NULL */
};

struct theory {
    const char *model;           /* "M/M/c queue"; NULL: no exact model fits, and there are bounds alone */
    const char *source;          /* where the formula stands: author, title, section; NULL likewise */
    struct theory_value *values; /* owned; may be none; those that are exact stand first */
    size_t n;
};

/* False only when memory is gone. A spec that no theory fits gives no values, and that is no failure. The
 * warm-up must be known already: the spec's run says how long is measured. */
bool theory_of(const struct spec *spec, uint32_t policy, struct theory *ret_theory, struct error *error);
void theory_finish(struct theory *theory);

#endif
