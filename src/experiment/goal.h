/* A goal that runs of a scenario meet or miss: "response.p99 < 300ms and lost == 0". Claims (claim.h) joined
 * by "and", which binds tighter, and "or", with parentheses around parts. The metrics are named without a
 * policy: each policy is asked whether it meets the goal.
 *
 * Runs are samples: what is asked is whether the means that they estimate meet the goal, and the answer can
 * be that these runs are too few to tell. A claim with == is about the runs that were made instead: it holds
 * when it does in every one of them. So is any other claim whose two sides are equally far apart in all runs:
 * nothing lost in any of them says lost < 1. */
#ifndef TANDEM_EXPERIMENT_GOAL_H
#define TANDEM_EXPERIMENT_GOAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "experiment/claim.h"
#include "experiment/experiment.h"
#include "experiment/expression.h"
#include "experiment/metrics.h"
#include "stats/interval.h"

struct goal_claim {
    struct claim claim;
    char *text;      /* owned; as it stands in the goal */
    char *shown;     /* owned; the side whose value is worth showing: "response.p99" */
    bool left_shown; /* it is the left one */
    double limit;    /* the other side's value; NAN when it is no constant */
};

enum goal_operation { GOAL_PUSH_CLAIM, GOAL_BOTH, GOAL_EITHER };

struct goal_step {
    enum goal_operation operation;
    size_t claim;
};

struct goal {
    const char *text;          /* borrowed */
    struct goal_claim *claims; /* owned, in the order of the text; >= 1 */
    size_t n_claims;
    struct goal_step *steps; /* owned; in reverse Polish order */
    size_t n_steps;
    char **metrics; /* owned; those that it names, each once */
    size_t n_metrics;
};

/* Reads a goal over metrics that at least one policy of `outline` has. On failure the fault is the caller's
 * to finish. */
bool goal_read(const char *text, const struct experiment *outline, struct goal *ret_goal,
               struct expression_fault *fault);
void goal_finish(struct goal *goal);

/* The first metric of the goal that the table lacks, or NULL: the goal does not concern such a policy. */
const char *goal_missing(const struct goal *goal, const struct metric_table *table);

enum goal_verdict { GOAL_UNDECIDED, GOAL_MET, GOAL_MISSED };

/* What the runs say of one claim. */
struct goal_finding {
    enum goal_verdict verdict;
    double reach;          /* as below; 0 when it is decided */
    struct interval shown; /* of the side that is shown, at the table's level; NAN where it has no value */
    char *reason;          /* owned; why there is a run that cannot be judged, and so the claim is missed */
};

struct goal_judgement {
    enum goal_verdict verdict;
    double reach; /* of the undecided claims the best: how far its sides are apart, as a share of the
                   * half-width that would have to be less; < 1 */
    struct goal_finding *findings; /* owned; one a claim */
    size_t n;
};

/* Judges the runs in the table of a policy that goal_missing() finds nothing wrong with. The chance that the
 * verdict is GOAL_MET or GOAL_MISSED and wrong is at most `risk`: each claim but == is decided where the
 * one-sided t interval of its sides' distance, run by run, lies on one side of 0, at a risk that all of the
 * claims share. False when memory is gone. */
bool goal_judge(const struct goal *goal, const struct metric_table *table, double risk,
                struct goal_judgement *ret_judgement, struct error *error);
void goal_judgement_finish(struct goal_judgement *judgement);

#endif
