/* Distributions of durations. One table of kinds; reading, documentation and sampling all come from it. */
#ifndef TANDEM_DES_DISTRIBUTION_H
#define TANDEM_DES_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "des/rng.h"
#include "des/sim.h"

enum { DISTRIBUTION_PARAMETERS = 3 };

enum parameter_kind {
    PARAMETER_DURATION, /* in ns */
    PARAMETER_NUMBER,
};

struct distribution_parameter {
    const char *name; /* NULL ends the list */
    enum parameter_kind kind;
    const char *doc;
};

struct distribution;

struct distribution_type {
    const char *name;
    const char *doc; /* one line */
    struct distribution_parameter parameters[DISTRIBUTION_PARAMETERS + 1];
    /* Checks the parameters (absent ones are NAN), sets mean_ns, sd_ns and what sample() needs. */
    bool (*prepare)(struct distribution *distribution, struct error *error);
    /* A value in ns; may be negative or huge, distribution_sample() cuts it. */
    double (*sample)(const struct distribution *distribution, struct draw *draw);
};

struct mixture_part {
    double weight; /* > 0; need not sum to 1 */
    struct distribution *of;
};

struct distribution {
    const struct distribution_type *type;
    double parameters[DISTRIBUTION_PARAMETERS];
    double constants[DISTRIBUTION_PARAMETERS]; /* made by prepare() for sample() */
    double mean_ns;                            /* of the value as cut at 0; INFINITY where there is none */
    double sd_ns;                              /* likewise */
    double *values_ns;                         /* owned; "empirical" only */
    size_t n_values;
    struct mixture_part *parts; /* owned, with what they point to; "mixture" only */
    size_t n_parts;
};

/* All kinds, ended by NULL, in the order of the manual. */
extern const struct distribution_type *const distribution_types[];

extern const struct distribution_type distribution_constant;
extern const struct distribution_type distribution_exponential;
extern const struct distribution_type distribution_empirical;
extern const struct distribution_type distribution_mixture;

/* The kind of that name, NULL when there is none. A name may have two spellings of its parameters (lognormal:
 * mean and cv, or median and p99): the one that has `parameter` is found, else the first. `parameter` may be
 * NULL. */
const struct distribution_type *distribution_type_find(const char *name, const char *parameter);

/* With `type`, `parameters` (absent ones NAN), `values_ns` and `parts` set: checks them and fills in the
 * rest. Parts of a mixture must have been prepared. On failure the distribution still belongs to the caller.
 */
bool distribution_prepare(struct distribution *distribution, struct error *error);

/* Always `duration_ns`, which must not be negative. Needs no distribution_prepare(). */
struct distribution distribution_always(double duration_ns);

/* Frees what the distribution owns; NULL or a zeroed one is fine. */
void distribution_finish(struct distribution *distribution);

/* As a duration: in whole nanoseconds, from 0 to SIM_TIME_MAX. */
static inline int64_t distribution_whole_ns(double ns)
{
    if (!(ns > 0.0)) /* also NAN */
        return 0;
    return ns < (double)SIM_TIME_MAX ? (int64_t)(ns + 0.5) : SIM_TIME_MAX;
}

/* A value in whole nanoseconds, from 0 to SIM_TIME_MAX. */
int64_t distribution_sample(const struct distribution *distribution, struct draw *draw);

/* What the kind's sample() makes of draw_make(stream, a, b). */
double distribution_value(const struct distribution *distribution, const struct stream *stream, uint64_t a,
                          uint64_t b);

/* A value of a draw that is used for nothing else: distribution_sample() of draw_make(stream, a, b). The
 * kinds that most models have most take a shorter way. */
static inline int64_t distribution_draw(const struct distribution *distribution, const struct stream *stream,
                                        uint64_t a, uint64_t b)
{
    double ns = distribution->parameters[0];
    if (distribution->type == &distribution_exponential)
        ns *= stream_exponential(stream, a, b);
    else if (distribution->type != &distribution_constant)
        ns = distribution_value(distribution, stream, a, b);
    return distribution_whole_ns(ns);
}

#endif
