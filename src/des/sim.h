/* The clock and the loop: a calendar of events at integer nanoseconds.
 *
 * Events happen in the order of their times, at the same instant by rank, and
 * of one rank in the order in which they were scheduled: a total order that
 * depends on nothing else. A simulation is a state machine driven by
 * sim_step(); it has no globals, threads, files or longjmp. */
#ifndef TANDEM_DES_SIM_H
#define TANDEM_DES_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "des/event_list.h"

/* What an event does. `context` is the one given to sim_init, `subject` the one given to sim_schedule. */
typedef void event_function(void *context, void *subject);

/* Names a scheduled event; 0 names none. It goes stale when the event has happened or was cancelled. */
typedef uint64_t event_id;

struct event;

struct sim {
    int64_t now_ns;
    void *context;
    struct event *events; /* owned; slots, reused */
    uint32_t first_free;  /* of the slots given back */
    uint32_t n_used;      /* slots from here on were never used */
    uint32_t n_slots;
    uint64_t n_happened;
    size_t n_dead; /* entries still in the list whose event was cancelled */
    struct event_list list;
};

/* Starts at 0 ns with nothing scheduled. `context` is passed to every event and not owned. The simulator must
 * stay where it is. */
void sim_init(struct sim *sim, void *context);
void sim_finish(struct sim *sim);

/* Schedules `happen(context, subject)` for `at_ns`, which must not lie in the past; what lies beyond
 * SIM_TIME_MAX never happens. At one instant, lower ranks, from 0 to EVENT_RANKS - 1, happen first. On lack
 * of memory the simulation fails, and 0 is returned. */
event_id sim_schedule_ranked(struct sim *sim, unsigned rank, int64_t at_ns, event_function *happen,
                             void *subject);

/* The same with rank 0. */
static inline event_id sim_schedule(struct sim *sim, int64_t at_ns, event_function *happen, void *subject)
{
    return sim_schedule_ranked(sim, 0, at_ns, happen, subject);
}

/* Takes an event back; true if it was still to come. Naming a past, cancelled or no event is harmless.
 * Amortised O(1): the entry is dropped when it surfaces, or when cancelled ones outnumber the others. */
bool sim_cancel(struct sim *sim, event_id id);

/* Lets every event up to and including `until_ns` happen, and leaves the clock there. False when memory ran
 * out. */
bool sim_step(struct sim *sim, int64_t until_ns);

/* Memory ran out, here or elsewhere: the run ends after the present event. */
static inline void sim_fail(struct sim *sim)
{
    sim->list.failed = true;
}

static inline bool sim_failed(const struct sim *sim)
{
    return sim->list.failed;
}

/* Events still to come. */
size_t sim_pending(const struct sim *sim);

/* The longest time a run may have: far enough from INT64_MAX that sums of two times cannot overflow. */
#define SIM_TIME_MAX EVENT_TIME_MAX

#endif
