/* One replication under several policies on the same clock, to be looked at while it goes. */
#ifndef TANDEM_EXPERIMENT_LIVE_H
#define TANDEM_EXPERIMENT_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/pace.h"
#include "model/spec.h"
#include "model/system.h"

/* The window over which what is shown is averaged, in looks: smooth enough to be read, and short enough to
 * follow. */
enum { LIVE_WINDOW = 5 };

/* One policy. Samples are as the model makes them, but that the workers' times count from 0 ns on, the
 * warm-up's end or not. */
struct live_lane {
    struct system *system; /* owned */
    struct pace pace;      /* owned */
    char **queue_names;    /* owned, as all below */
    size_t n_queues;
    struct system_sample looks[LIVE_WINDOW + 1]; /* the last ones, in a ring */
    struct link_sample *links;                   /* now; as many as live.n_links */
    int128 (*past_ns)[WORKER_STATES]; /* one a component: the workers' time before the warm-up ended */
    int64_t most_waiting;             /* users at once, of all looks */
    /* How much there was to do at each, summed up over all looks: to choose what is worth a line. */
    double *component_load, *queue_load, *link_load;
};

struct live {
    const struct spec *spec; /* borrowed */
    struct live_lane *lanes; /* owned; one a policy of the spec */
    size_t n_lanes, n_links; /* links of the spec, and the default one if any */
    int64_t now_ns;
    struct limits limits;
    bool *suspends; /* owned; one a component: somebody there waited without a worker, at some look */
    size_t n_looks; /* so far */
    size_t window;  /* 1 to LIVE_WINDOW */
    bool warmed;    /* the warm-up is over */
};

/* All systems at 0 ns, looked at once. `spec` is borrowed; what is shown is averaged over `window` looks. On
 * failure there is nothing to finish. */
bool live_init(struct live *live, const struct spec *spec, size_t window, struct error *error);
void live_finish(struct live *live);

/* Lets time pass in all of them, up to `until_ns`. A clock that stands still is an error, as is lack of
 * memory. */
bool live_step(struct live *live, int64_t until_ns, struct error *error);

/* Looks at all of them now. */
bool live_look(struct live *live, struct error *error);

/* What the last look has seen, and the first one of the window: the same where there was one alone. */
const struct system_sample *live_now(const struct live *live, size_t lane);
const struct system_sample *live_before(const struct live *live, size_t lane);

/* Users who wait for an answer. */
int64_t live_waiting(const struct system_sample *sample);

/* The share of all worker time of a component from 0 ns to the last look that was spent in `state`; NAN where
 * it has no time yet. */
double live_share(const struct live *live, size_t lane, size_t component, enum worker_state state);

#endif
