/* A scenario, read once and run with one seed after another as `tandem run` does it, without the files. */
#ifndef TANDEM_TESTS_TRIAL_H
#define TANDEM_TESTS_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/experiment.h"
#include "model/spec.h"

/* Reads FILE with `n_sets` strings PATH=VALUE over it. The spec is the caller's, to finish with
 * spec_finish(). */
bool trial_read(const char *file, const char *const *sets, size_t n_sets, struct spec *ret_spec,
                struct error *error);

/* All policies and replications with this seed; `threads` as in struct experiment_options. What an experiment
 * writes into its spec is undone. */
bool trial_run(struct spec *spec, uint64_t seed, unsigned threads, struct experiment *ret_experiment,
               struct error *error);

/* One metric of one policy; borrowed from the experiment. */
struct trial_values {
    const struct metric *metric;
    const double *values; /* of replication r: values[r * stride] */
    size_t stride, n;     /* the stride is the policy's own */
};

/* False when there is no such policy or metric. */
bool trial_find(const struct experiment *experiment, const char *policy, const char *metric,
                struct trial_values *ret_values);

#endif
