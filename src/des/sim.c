#include "des/sim.h"

#include <assert.h>
#include <stdlib.h>

#include "base/apart.h"

/* An event that is to come, or a free slot. */
struct event {
    event_function *happen;
    void *subject;
    uint32_t generation; /* from 1; rises each time the slot's event ends: stale ids are told by it */
    union {
        uint32_t next_free;
        uint32_t turn; /* how many were scheduled before, counted round: see goes_first() */
    };
};

enum { FIRST_SLOTS = 64, FEWEST_DEAD = 1024 };

#define NO_SLOT         UINT32_MAX
#define LAST_GENERATION UINT32_MAX
#define NEVER           (EVENT_TIME_MAX + 1)
#define NO_KEY          UINT64_MAX

void sim_init(struct sim *sim, void *context)
{
    *sim = (struct sim){.context = context, .first_free = NO_SLOT, .line_key = NO_KEY};
    event_list_init(&sim->list);
}

void sim_finish(struct sim *sim)
{
    if (!sim)
        return;
    event_list_finish(&sim->list);
    for (unsigned i = 0; i < sim->n_lines; i++)
        event_fifo_finish(&sim->lines[i].fifo);
    free(sim->events);
    *sim = (struct sim){.first_free = NO_SLOT, .line_key = NO_KEY};
}

void sim_limit_memory(struct sim *sim, struct allowance *allowance)
{
    sim->allowance = allowance;
    sim->list.chunks.allowance = allowance;
}

/* ---- slots ---- */

static bool more_slots(struct sim *sim)
{
    uint32_t n = sim->n_slots ? 2 * sim->n_slots : FIRST_SLOTS;
    if (n <= sim->n_slots)
        return false;
    struct event *events = allowance_take(sim->allowance, (n - sim->n_slots) * sizeof *events)
                               ? realloc(sim->events, n * sizeof *events)
                               : NULL;
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

/* The first free slot, of which there must be one, is now that of an event. */
static inline event_id take_slot(struct sim *sim, event_function *happen, void *subject)
{
    uint32_t slot = sim->first_free;
    struct event *event = &sim->events[slot];
    sim->first_free = event->next_free;
    event->happen = happen;
    event->subject = subject;
    event->turn = sim->n_scheduled++;
    return (event_id)event->generation << 32 | slot;
}

static inline bool is_living(const struct sim *sim, event_id id)
{
    return sim->events[slot_of(id)].generation == generation_of(id);
}

/* Which of two events of one instant and rank has its turn first: the one that was scheduled first (right as
 * long as fewer than 2^31 others were scheduled in between); one that was cancelled is out of the way at
 * once.
 */
static bool goes_first(const struct sim *sim, event_id a, event_id b)
{
    if (!is_living(sim, a) || !is_living(sim, b))
        return !is_living(sim, a);
    return (int32_t)(sim->events[slot_of(a)].turn - sim->events[slot_of(b)].turn) < 0;
}

/* ---- scheduling ---- */

static RARE event_id fail_to_schedule(struct sim *sim)
{
    sim_fail(sim);
    return 0;
}

static inline event_id enter(struct sim *sim, unsigned rank, int64_t at_ns, event_function *happen,
                             void *subject)
{
    return event_list_push(&sim->list, at_ns, rank, take_slot(sim, happen, subject));
}

/* sim_schedule_ranked() where no slot is free, or at a time that never comes. */
static RARE event_id schedule_rarely(struct sim *sim, unsigned rank, int64_t at_ns, event_function *happen,
                                     void *subject)
{
    assert(at_ns >= sim->now_ns);
    if (sim->first_free == NO_SLOT && !add_slot(sim))
        return fail_to_schedule(sim);
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

/* ---- lines ---- */

unsigned sim_line(struct sim *sim, unsigned rank, int64_t delay_ns)
{
    assert(rank < EVENT_RANKS && delay_ns > 0 && delay_ns <= SIM_TIME_MAX);
    unsigned i = 0;
    while (i < sim->n_lines && (sim->lines[i].rank != rank || sim->lines[i].delay_ns != delay_ns))
        i++;
    if (i == sim->n_lines && i < SIM_LINES)
        sim->lines[sim->n_lines++] = (struct sim_line){.rank = rank, .delay_ns = delay_ns};
    return i;
}

/* sim_schedule_in_line() where no slot is free, or the ring is full. */
static RARE event_id schedule_in_full_line(struct sim *sim, unsigned number, event_function *happen,
                                           void *subject)
{
    struct event_fifo *fifo = &sim->lines[number].fifo;
    bool slot = sim->first_free != NO_SLOT || add_slot(sim);
    bool room =
        fifo->n < fifo->capacity ||
        (allowance_take(sim->allowance, fifo->capacity * sizeof *fifo->ring) && event_fifo_grow(fifo));
    return slot && room ? sim_schedule_in_line(sim, number, happen, subject) : fail_to_schedule(sim);
}

event_id sim_schedule_in_line(struct sim *sim, unsigned number, event_function *happen, void *subject)
{
    struct sim_line *line = &sim->lines[number];
    if (sim->first_free == NO_SLOT || line->fifo.n == line->fifo.capacity)
        return schedule_in_full_line(sim, number, happen, subject);
    struct event_entry entry = {.key = event_key(sim->now_ns + line->delay_ns, line->rank),
                                .id = take_slot(sim, happen, subject)};
    event_fifo_push(&line->fifo, entry);
    if (entry.key < sim->line_key) {
        sim->line_key = entry.key;
        sim->next_line = number;
    }
    return entry.id;
}

/* Finds the line that is next, by the events that stand first. */
static void find_next_line(struct sim *sim)
{
    event_id next_id = 0;
    sim->line_key = NO_KEY;
    for (unsigned i = 0; i < sim->n_lines; i++) {
        const struct event_fifo *fifo = &sim->lines[i].fifo;
        const struct event_entry *first = fifo->n ? event_fifo_at(fifo, 0) : NULL;
        if (!first || first->key > sim->line_key ||
            (first->key == sim->line_key && goes_first(sim, next_id, first->id)))
            continue;
        sim->line_key = first->key;
        sim->next_line = i;
        next_id = first->id;
    }
}

/* The slots of those in a line may be anywhere: the one of some behind the i-th is asked for. */
static inline void ask_ahead(const struct sim *sim, const struct event_fifo *fifo, size_t i)
{
    enum { AHEAD = 32 };
    if (i + AHEAD < fifo->n)
        __builtin_prefetch(&sim->events[slot_of(event_fifo_at(fifo, i + AHEAD)->id)]);
}

/* Drops the first event of the next line, and with it the cancelled ones behind it. */
static void move_up(struct sim *sim)
{
    struct event_fifo *fifo = &sim->lines[sim->next_line].fifo;
    event_fifo_drop(fifo);
    while (fifo->n && !is_living(sim, event_fifo_at(fifo, 0)->id)) {
        ask_ahead(sim, fifo, 0);
        event_fifo_drop(fifo);
        sim->n_dead--;
    }
    find_next_line(sim);
}

/* ---- cancelling ---- */

/* Of pending events and of cancelled ones that have not been dropped yet. */
static size_t count_entries(const struct sim *sim)
{
    size_t n = event_list_n(&sim->list);
    for (unsigned i = 0; i < sim->n_lines; i++)
        n += sim->lines[i].fifo.n;
    return n;
}

static bool keep(const struct event_entry *entry, void *data)
{
    return is_living(data, entry->id);
}

static void filter_line(const struct sim *sim, struct event_fifo *fifo)
{
    size_t kept = 0;
    for (size_t i = 0; i < fifo->n; i++) {
        ask_ahead(sim, fifo, i);
        struct event_entry entry = *event_fifo_at(fifo, i);
        if (is_living(sim, entry.id))
            *event_fifo_at(fifo, kept++) = entry;
    }
    fifo->n = kept;
}

static RARE void drop_dead(struct sim *sim)
{
    event_list_filter(&sim->list, keep, sim);
    for (unsigned i = 0; i < sim->n_lines; i++)
        filter_line(sim, &sim->lines[i].fifo);
    find_next_line(sim);
    sim->n_dead = 0;
}

bool sim_cancel(struct sim *sim, event_id id)
{
    uint32_t slot = slot_of(id);
    if (slot >= sim->n_used || sim->events[slot].generation != generation_of(id))
        return false;
    give_slot(sim, slot);
    if (++sim->n_dead > FEWEST_DEAD && sim->n_dead > count_entries(sim) / 2)
        drop_dead(sim);
    return true;
}

/* ---- the loop ---- */

/* With many events pending, an event's slot and its subject are far from the cache when its time comes. So
 * they are asked for some events ahead: the slot first, as it tells the subject. */
static inline void look_ahead(const struct sim *sim)
{
    enum { SLOT_AHEAD = EVENT_AHEAD, SUBJECT_AHEAD = 4 };
    __builtin_prefetch(&sim->events[slot_of(event_list_ahead(&sim->list, SLOT_AHEAD)->id)]);
    __builtin_prefetch(sim->events[slot_of(event_list_ahead(&sim->list, SUBJECT_AHEAD)->id)].subject);
}

static inline void let_happen(struct sim *sim, struct event_entry entry)
{
    uint32_t slot = slot_of(entry.id);
    struct event event = sim->events[slot];
    if (event.generation != generation_of(entry.id)) {
        sim->n_dead--;
        return;
    }
    give_slot(sim, slot);
    sim->now_ns = event_entry_ns(&entry);
    sim->n_happened++;
    event.happen(sim->context, event.subject);
}

/* It is a line's turn, and nothing in the list is due before. What is due at the same instant, with the same
 * rank, may have been scheduled before. */
static APART void step_in_line(struct sim *sim)
{
    struct event_entry entry = *event_fifo_at(&sim->lines[sim->next_line].fifo, 0);
    const struct event_entry *rival = event_list_first(&sim->list, entry.key);
    if (rival && goes_first(sim, rival->id, entry.id))
        event_list_take(&sim->list, entry.key, &entry);
    else
        move_up(sim);
    let_happen(sim, entry);
}

/* True: nothing is left up to `until_ns`; false: after `n` events, or one that could not be kept. */
static inline bool go_on(struct sim *sim, int64_t until_ns, uint64_t n)
{
    if (until_ns < sim->now_ns)
        return true;
    uint64_t last = event_last_key(until_ns);
    for (; n > 0 && !sim_failed(sim); n--) {
        struct event_entry entry;
        bool line_is_due = sim->line_key <= last;
        if (event_list_take(&sim->list, line_is_due ? sim->line_key - 1 : last, &entry)) {
            look_ahead(sim);
            let_happen(sim, entry);
        } else if (line_is_due && !sim_failed(sim)) {
            step_in_line(sim);
        } else {
            sim->now_ns = until_ns;
            return !sim_failed(sim);
        }
    }
    return false;
}

bool sim_step_some(struct sim *sim, int64_t until_ns, uint64_t n, bool *ret_reached)
{
    *ret_reached = go_on(sim, until_ns, n);
    return !sim_failed(sim);
}

bool sim_step(struct sim *sim, int64_t until_ns)
{
    go_on(sim, until_ns, UINT64_MAX);
    return !sim_failed(sim);
}

size_t sim_pending(const struct sim *sim)
{
    return count_entries(sim) - sim->n_dead;
}
