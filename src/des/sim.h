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

#include "base/allowance.h"
#include "des/event_fifo.h"
#include "des/event_list.h"

/* What an event does. `context` is the one given to sim_init, `subject` the one given to sim_schedule. */
typedef void event_function(void *context, void *subject);

/* Names a scheduled event; 0 names none. It goes stale when the event has happened or was cancelled. */
typedef uint64_t event_id;

struct event;

enum { SIM_LINES = 8 };

/* See sim_line(). */
struct sim_line {
    int64_t delay_ns;
    unsigned rank;
    struct event_fifo fifo;
};

struct sim {
    int64_t now_ns;
    void *context;
    struct event *events; /* owned; slots, reused */
    uint32_t first_free;  /* of the slots given back */
    uint32_t n_used;      /* slots from here on were never used */
    uint32_t n_slots;
    uint64_t n_happened;
    uint32_t n_scheduled; /* counted round */
    size_t n_dead;        /* entries still in the list and the lines whose event was cancelled */
    struct event_list list;
    struct sim_line lines[SIM_LINES];
    unsigned n_lines, next_line; /* next_line: the one whose first event comes first */
    uint64_t line_key;           /* of that event; UINT64_MAX = none */
    struct allowance *allowance; /* borrowed; NULL = none */
};

/* Starts at 0 ns with nothing scheduled. `context` is passed to every event and not owned. The simulator must
 * stay where it is. */
void sim_init(struct sim *sim, void *context);
void sim_finish(struct sim *sim);

/* From now on what its events need is taken from `allowance`, which must outlive it; the simulation fails
 * where there is none left. */
void sim_limit_memory(struct sim *sim, struct allowance *allowance);

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

/* The number of a line: for events of one rank that all come `delay_ns` (1 to SIM_TIME_MAX) after they are
 * scheduled, such as timeouts. As they come in turn they need not be sorted, and those that are cancelled,
 * as most timeouts are, cost next to nothing. A line is for all who ask for the same one; SIM_LINES = there
 * are so many others that there is none. */
unsigned sim_line(struct sim *sim, unsigned rank, int64_t delay_ns);

/* As sim_schedule_ranked() with the line's rank, at its delay from now: the order of all events is the same.
 */
event_id sim_schedule_in_line(struct sim *sim, unsigned line, event_function *happen, void *subject);

/* Takes an event back; true if it was still to come. Naming a past, cancelled or no event is harmless.
 * Amortised O(1): the entry is dropped when it surfaces, or when cancelled ones outnumber the others. */
bool sim_cancel(struct sim *sim, event_id id);

/* Lets every event up to and including `until_ns` happen, and leaves the clock there. False when memory ran
 * out. */
bool sim_step(struct sim *sim, int64_t until_ns);

/* The same for `n` events at most, cancelled ones that are passed over included. *ret_reached: the clock is
 * at `until_ns`, and nothing is left up to there; else it stands at the last of them, and the next call goes
 * on. */
bool sim_step_some(struct sim *sim, int64_t until_ns, uint64_t n, bool *ret_reached);

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
