/* The largest value at which each policy of a scenario still meets a goal, or the smallest: stochastic
 * bisection with a stated confidence.
 *
 * At each value that is tried, replications are run in rounds, twice as many each time, until the t intervals
 * of the goal's claims decide, or the most that are allowed are done. A policy has at each look a risk of
 * being judged wrongly; these risks sum up to 1 - confidence over all looks, tries and policies (Bonferroni;
 * the k-th try of a policy gets 1 / (k (k + 1)) of its share, so that the sum is bounded however many tries
 * it takes). So with at least that confidence no decision of a search is wrong, and the values that it puts
 * the limit between are right, if the goal is monotonic: met at all values that are easier than one where it
 * is met. The policies, and all values, share their random numbers.
 *
 * Where the replications so far say that many times the most that are allowed would be needed, no more are
 * made: the value stays undecided.
 *
 * A policy whose backlog grows does not carry the load: it misses the goal, whatever its percentiles are. */
#ifndef TANDEM_EXPERIMENT_SEARCH_H
#define TANDEM_EXPERIMENT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/experiment.h"
#include "experiment/goal.h"
#include "experiment/search_space.h"

enum {
    SEARCH_FEWEST_REPLICATIONS = 5,
    SEARCH_FEWEST_TO_MEET = 10,      /* fewer would not see a backlog that grows slowly */
    SEARCH_USUAL_REPLICATIONS = 320, /* at one value, at most */
    SEARCH_GIVE_UP_AFTER = 20,       /* replications at least, ... */
    SEARCH_GIVE_UP_BEYOND = 4        /* ... if so many times the most would be needed */
};

/* What is asked; all borrowed. */
struct search_question {
    const struct search_source *source;
    const struct search_space *space;
    const struct goal *goal;
    const struct experiment *outline; /* its policies, with their metrics; those whose names stand here */
    uint32_t most_replications;       /* 0 = the usual; at least as many as the scenario's run has */
};

/* A value, under one policy. */
struct search_probe {
    struct search_try try;
    struct units_text value; /* as behind PATH= */
    char *refusal; /* owned; why the scenario makes no sense there, or NULL; nothing else counts then */
    uint32_t replications;
    bool grows;                      /* the backlog does */
    struct goal_judgement judgement; /* owned */
};

struct search_policy {
    const char *name; /* borrowed from the outline, as `lacking` from the goal */
    const char
        *lacking; /* a metric of the goal that this policy does not have: it is not searched; or NULL */
    struct search_probe *probes; /* owned, in the order in which they were made */
    size_t n_probes;
    struct search_bracket bracket;
    bool finished; /* false: the search was stopped before its time */
};

struct search {
    const struct search_space *space; /* borrowed, as the goal */
    const struct goal *goal;
    struct search_policy *policies; /* owned */
    size_t n_policies;
    double confidence;
    uint32_t first_replications, most_replications; /* of a probe */
    struct run_spec run;                            /* of the scenario */
    char *name;                                     /* owned; of the scenario */
    char *cut; /* owned: where a replication came to a limit, which ended the search; NULL = none did */
};

/* What goes on, for a person who waits. */
struct search_watch {
    void (*step)(void *data, const struct search *search, size_t step); /* before step 1, 2, ...; or NULL */
    void *data;
};

/* Searches. Stopped early, or where a replication came to a limit, it succeeds with what is there. On failure
 * nothing is handed over. */
bool search_run(const struct search_question *question, const struct experiment_options *options,
                const struct search_watch *watch, struct search *ret_search, struct error *error);
void search_finish(struct search *search);

/* What became of a policy. */
enum search_outcome {
    SEARCH_FOUND,     /* the limit lies between the values `met` and `missed` of the bracket */
    SEARCH_NO_LIMIT,  /* the goal is met as far as was tried; undecided perhaps beyond */
    SEARCH_NEVER,     /* it is missed as far as was tried; undecided perhaps beyond */
    SEARCH_UNDECIDED, /* the runs never decided */
    SEARCH_LACKING,   /* the policy lacks a metric */
    SEARCH_STOPPED    /* before anything was found out */
};

enum search_outcome search_outcome(const struct search_policy *policy);

#endif
