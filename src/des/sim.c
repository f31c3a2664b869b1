#include "des/sim.h"

#include <assert.h>
#include <stdlib.h>

#include "base/apart.h"

/* An event that is to come, or a free slot. */
struct event {
    event_function *happen;
    void *subject;
    uint32_t generation; /* from 1; rises each time the slot's event ends: stale ids are told by it */
    uint32_t next_free;
};

enum { FIRST_SLOTS = 64, FEWEST_DEAD = 1024 };

#define NO_SLOT         UINT32_MAX
#define LAST_GENERATION UINT32_MAX
#define NEVER           (EVENT_TIME_MAX + 1)

void sim_init(struct sim *sim, void *context)
{
    *sim = (struct sim){.context = context, .first_free = NO_SLOT};
    event_list_init(&sim->list);
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
    uint32_t n = sim->n_slots ? 2 * sim->n_slots : FIRST_SLOTS;
    if (n <= sim->n_slots)
        return false;
    struct event *events = realloc(sim->events, n * sizeof *events);
    if (!events)
        return false;
    sim->events = events;
    sim->n_slots = n;
    return true;
}

/* Makes a slot that was never used the free one. */
static bool add_slot(struct sim *sim)
{
    if (sim->n_used == sim->n_slots && !more_slots(sim))
        return false;
    sim->events[sim->n_used] = (struct event){.generation = 1, .next_free = NO_SLOT};
    sim->first_free = sim->n_used++;
    return true;
}

/* The slot's event is over. A slot is given up after its last generation, so that no two ids are alike. */
static inline void give_slot(struct sim *sim, uint32_t slot)
{
    struct event *event = &sim->events[slot];
    if (++event->generation == LAST_GENERATION)
        return;
    event->next_free = sim->first_free;
    sim->first_free = slot;
}

static inline uint32_t slot_of(event_id id)
{
    return (uint32_t)id;
}

static inline uint32_t generation_of(event_id id)
{
    return (uint32_t)(id >> 32);
}

/* Schedules an event in the first free slot. */
static inline event_id enter(struct sim *sim, unsigned rank, int64_t at_ns, event_function *happen,
                             void *subject)
{
    uint32_t slot = sim->first_free;
    struct event *event = &sim->events[slot];
    sim->first_free = event->next_free;
    event->happen = happen;
    event->subject = subject;
    return event_list_push(&sim->list, at_ns, rank, (event_id)event->generation << 32 | slot);
}

/* sim_schedule_ranked() where no slot is free, or at a time that never comes. */
static RARE event_id schedule_rarely(struct sim *sim, unsigned rank, int64_t at_ns, event_function *happen,
                                     void *subject)
{
    assert(at_ns >= sim->now_ns);
    if (sim->first_free == NO_SLOT && !add_slot(sim)) {
        sim_fail(sim);
        return 0;
    }
    return enter(sim, rank, at_ns <= NEVER ? at_ns : NEVER, happen, subject);
}

/* All that is rare is left to another function's end: so here no register must be saved. */
event_id sim_schedule_ranked(struct sim *sim, unsigned rank, int64_t at_ns, event_function *happen,
                             void *subject)
{
    assert(rank < EVENT_RANKS);
    if (at_ns < sim->now_ns || at_ns > NEVER || sim->first_free == NO_SLOT)
        return schedule_rarely(sim, rank, at_ns, happen, subject);
    return enter(sim, rank, at_ns, happen, subject);
}

/* For event_list_filter. */
static bool is_living(const struct event_entry *entry, void *data)
{
    const struct sim *sim = data;
    return sim->events[slot_of(entry->id)].generation == generation_of(entry->id);
}

bool sim_cancel(struct sim *sim, event_id id)
{
    uint32_t slot = slot_of(id);
    if (slot >= sim->n_used || sim->events[slot].generation != generation_of(id))
        return false;
    give_slot(sim, slot);
    if (++sim->n_dead > FEWEST_DEAD && sim->n_dead > event_list_n(&sim->list) / 2) {
        event_list_filter(&sim->list, is_living, sim);
        sim->n_dead = 0;
    }
    return true;
}

/* With many events pending, an event's slot and its subject are far from the cache when its time comes. So
 * they are asked for some events ahead: the slot first, as it tells the subject. */
static inline void look_ahead(const struct sim *sim)
{
    enum { SLOT_AHEAD = EVENT_AHEAD, SUBJECT_AHEAD = 4 };
    __builtin_prefetch(&sim->events[slot_of(event_list_ahead(&sim->list, SLOT_AHEAD)->id)]);
    __builtin_prefetch(sim->events[slot_of(event_list_ahead(&sim->list, SUBJECT_AHEAD)->id)].subject);
}

bool sim_step(struct sim *sim, int64_t until_ns)
{
    if (until_ns < sim->now_ns)
        return !sim_failed(sim);
    struct event_entry entry;
    while (!sim_failed(sim) && event_list_take(&sim->list, until_ns, &entry)) {
        look_ahead(sim);
        uint32_t slot = slot_of(entry.id);
        struct event event = sim->events[slot];
        if (event.generation != generation_of(entry.id)) {
            sim->n_dead--;
            continue;
        }
        give_slot(sim, slot);
        sim->now_ns = event_entry_ns(&entry);
        sim->n_happened++;
        event.happen(sim->context, event.subject);
    }
    sim->now_ns = until_ns;
    return !sim_failed(sim);
}

size_t sim_pending(const struct sim *sim)
{
    return event_list_n(&sim->list) - sim->n_dead;
}
