/* One replication of one policy: a pure function of (spec, policy, replication), driven step by step. */
#ifndef TANDEM_MODEL_SYSTEM_H
#define TANDEM_MODEL_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/result.h"
#include "model/spec.h"
#include "trace/trace.h"

struct system;

/* A system at 0 ns with its load about to begin. `spec` and `sink` (NULL = no trace) are borrowed and must
 * outlive it. NULL when memory is gone. */
struct system *system_create(const struct spec *spec, uint32_t policy, uint64_t replication,
                             const struct trace_sink *sink, struct error *error);
void system_destroy(struct system *system);

/* Lets time pass up to `until_ns` (the warm-up's end is taken care of on the way). False when memory is gone.
 */
bool system_step(struct system *system, int64_t until_ns, struct error *error);

/* The same for `n` events at most. *ret_reached: the time is `until_ns`, and nothing is left up to there;
 * else it is that of the last event. */
bool system_step_some(struct system *system, int64_t until_ns, uint64_t n, bool *ret_reached,
                      struct error *error);

/* From now on its records and events may take so many bytes of memory, with what they have, and no more: a
 * step that needs more fails, and system_exceeds() is true. What is not counted is small beside them, or is
 * as large from the beginning to the end. */
void system_limit_memory(struct system *system, size_t bytes);
bool system_exceeds(const struct system *system);

int64_t system_now_ns(const struct system *system);

/* The events that have happened so far. */
uint64_t system_event_count(const struct system *system);

/* Closes every ledger at the present time, which must be the end of the run, and hands over what was measured
 * (the caller owns it). A ledger that does not add up is an internal error that names it. Call it once. */
bool system_close(struct system *system, struct result *ret_result, struct error *error);

/* ---- looking in, at any time, without disturbing ---- */

struct component_sample {
    int128 worker_ns[WORKER_STATES]; /* since time 0 or the end of the warm-up, whichever came last */
    int64_t inbox;                   /* waiting now, continuations included */
    int64_t suspended;               /* requests that gave their worker back, now */
};

struct queue_sample {
    int64_t depth;     /* messages waiting now */
    int64_t oldest_ns; /* age of the oldest of them; 0 when empty */
};

struct system_sample {
    int64_t at_ns;
    uint64_t offered, answered, failed, completed; /* since time 0, over all requests */
    int128 response_ns;                            /* sum over ok answers since time 0 */
    int64_t places[PLACES];
    struct component_sample *components; /* owned; n as in the spec */
    struct queue_sample *queues;         /* owned; n = system_queue_count() */
};

/* Fills a zeroed or earlier filled `sample` (its arrays are made at first). False when memory is gone. */
bool system_look(const struct system *system, struct system_sample *sample);

/* Fills in the same but for components and queues, of which there may be very many. */
void system_look_at_whole(const struct system *system, struct system_sample *sample);
void system_sample_finish(struct system_sample *sample);

/* What is on a link at one instant. */
struct link_sample {
    uint64_t under_way[2]; /* calls, messages and answers, from its first end to its second, and back */
    bool cut;              /* nothing gets through it, or through some of the pairs of the default one */
};

/* Fills `samples`, one a link of the spec, then the default one if any. Goes through all messages that there
 * are: for a look now and then. */
void system_look_at_links(const struct system *system, struct link_sample *samples);

/* What it has cost so far. */
struct system_usage {
    uint64_t events; /* that have happened */
    size_t bytes;    /* of memory that it holds: its records, events, histograms; good to a factor of two */
};
struct system_usage system_usage(const struct system *system);

size_t system_queue_count(const struct system *system);
const char *system_queue_name(const struct system *system, size_t queue); /* borrowed */

#endif
