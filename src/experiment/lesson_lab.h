/* A lesson's scenario, run with the values of each student and question: each variant once, for all who ask.
 */
#ifndef TANDEM_EXPERIMENT_LESSON_LAB_H
#define TANDEM_EXPERIMENT_LESSON_LAB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "experiment/experiment.h"
#include "model/spec.h"
#include "scenario/scenario.h"

struct lesson_trial {
    char *key; /* owned; what is set, to be found by */
    struct spec spec;
    bool *wanted;       /* owned; a policy of the spec each: is it asked about? */
    struct spec chosen; /* the spec with those policies alone: their array is owned, all else borrowed */
    struct experiment experiment;
    bool done; /* there is an experiment with all that are wanted */
};

/* Zeroed but for the source: nothing was run. */
struct lesson_lab {
    struct scenario_source source; /* borrowed; without sets */
    struct lesson_trial **trials;  /* owned */
    size_t n;
};

/* Asks for the scenario with that set, to decide these claims, or expressions; false, and what is wrong, when
 * it is no scenario then. */
bool lesson_lab_want(struct lesson_lab *lab, const char *const *sets, size_t n_sets,
                     const char *const *claims, size_t n_claims, size_t *ret_trial, struct error *error);

/* Runs what was asked for and not run yet. */
bool lesson_lab_run(struct lesson_lab *lab, const struct experiment_options *options, struct error *error);

/* Decides claims by the results of a trial that was run. The list borrows the claims. */
bool lesson_lab_decide(struct lesson_lab *lab, size_t trial, const char *const *claims, size_t n_claims,
                       struct expectation_list *ret_list, struct error *error);

void lesson_lab_finish(struct lesson_lab *lab);

#endif
