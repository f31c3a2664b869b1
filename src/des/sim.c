#include "des/sim.h"

#include <assert.h>
#include <stdlib.h>

/* A slot stays taken until its entry surfaces in the list, also when the event was cancelled. */
struct event {
    event_function *happen; /* NULL = cancelled, or a free slot */
    void *subject;
    uint32_t generation; /* rises each time the slot's event ends: stale ids are told by it */
    uint32_t next_free;
};

enum { FEWEST_DEAD = 1024 };

#define NO_SLOT UINT32_MAX

void sim_init(struct sim *sim, void *context)
{
    *sim = (struct sim){.context = context, .first_free = NO_SLOT};
}

void sim_finish(struct sim *sim)
{
    if (!sim)
        return;
    event_list_finish(&sim->list);
    free(sim->events);
    *sim = (struct sim){.first_free = NO_SLOT};
}

static bool more_slots(struct sim *sim)
{
    uint32_t n = sim->n_slots ? 2 * sim->n_slots : 64;
    if (n <= sim->n_slots || n == NO_SLOT)
        return false;
    struct event *events = realloc(sim->events, n * sizeof *events);
    if (!events)
        return false;
    for (uint32_t i = n; i-- > sim->n_slots;) {
        events[i] = (struct event){.next_free = sim->first_free};
        sim->first_free = i;
    }
    sim->events = events;
    sim->n_slots = n;
    return true;
}

static void free_slot(struct sim *sim, uint32_t slot)
{
    sim->events[slot].next_free = sim->first_free;
    sim->first_free = slot;
}

event_id sim_schedule(struct sim *sim, int64_t at_ns, event_function *happen, void *subject)
{
    return sim_schedule_ranked(sim, 0, at_ns, happen, subject);
}

event_id sim_schedule_ranked(struct sim *sim, unsigned rank, int64_t at_ns, event_function *happen,
                             void *subject)
{
    assert(at_ns >= sim->now_ns && rank < EVENT_RANKS);
    if (sim->first_free == NO_SLOT && !more_slots(sim)) {
        sim->failed = true;
        return 0;
    }
    uint32_t slot = sim->first_free;
    if (!event_list_push(&sim->list, at_ns, rank, slot)) {
        sim->failed = true;
        return 0;
    }
    struct event *event = &sim->events[slot];
    sim->first_free = event->next_free;
    event->happen = happen;
    event->subject = subject;
    return ((event_id)event->generation << 32 | slot) + 1;
}

/* For event_list_filter: frees the slots of cancelled events on the way. */
static bool keep_living(uint32_t slot, void *data)
{
    struct sim *sim = data;
    if (sim->events[slot].happen)
        return true;
    free_slot(sim, slot);
    return false;
}

bool sim_cancel(struct sim *sim, event_id id)
{
    if (id == 0)
        return false;
    uint32_t slot = (uint32_t)(id - 1);
    if (slot >= sim->n_slots)
        return false;
    struct event *event = &sim->events[slot];
    if (event->generation != (uint32_t)((id - 1) >> 32) || !event->happen)
        return false;
    event->happen = NULL;
    event->generation++;
    if (++sim->n_cancelled > FEWEST_DEAD && sim->n_cancelled > sim->list.n / 2) {
        event_list_filter(&sim->list, keep_living, sim);
        sim->n_cancelled = 0;
    }
    return true;
}

bool sim_step(struct sim *sim, int64_t until_ns)
{
    const struct event_entry *first;
    while ((first = event_list_first(&sim->list)) && first->at_ns <= until_ns && !sim->failed) {
        int64_t at_ns = first->at_ns;
        uint32_t slot = first->slot;
        event_list_pop(&sim->list);
        struct event event = sim->events[slot];
        sim->events[slot].happen = NULL;
        free_slot(sim, slot);
        if (!event.happen) {
            sim->n_cancelled--;
            continue;
        }
        sim->events[slot].generation++;
        sim->now_ns = at_ns;
        sim->n_happened++;
        event.happen(sim->context, event.subject);
    }
    if (until_ns > sim->now_ns)
        sim->now_ns = until_ns;
    return !sim->failed;
}

size_t sim_pending(const struct sim *sim)
{
    return sim->list.n - sim->n_cancelled;
}
