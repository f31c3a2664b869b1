/* The turns of an activation's life: what is done several times for each message, and therefore inlined. Part
 * of state.h, which includes it. */
#ifndef TANDEM_MODEL_TURN_H
#define TANDEM_MODEL_TURN_H

#include "model/state.h"

/* `delta` messages or calls more are at a place. */
static inline void ledger_place(struct system *s, enum place place, int64_t delta)
{
    bool is_backlog = place == PLACE_INBOX || place == PLACE_QUEUE || place == PLACE_RETRY;
    if (is_backlog && s->watches.list)
        watches_backlog(s, delta);
    time_average_add(&s->ledger.places[place], s->sim.now_ns, delta);
}

/* Moves to another place (PLACES = nowhere) in the ledger of places. */
static inline void activation_move(struct system *s, struct activation *a, enum place place)
{
    if (a->riders)
        activation_move_riders(s, a, place);
    if (a->place == place)
        return;
    if (a->place != PLACES)
        ledger_place(s, a->place, -1);
    a->place = (uint8_t)place;
    if (place != PLACES)
        ledger_place(s, place, 1);
}

/* The step that it is at; it must have a frame. */
static inline const struct instruction *activation_step(const struct activation *a)
{
    return &a->site->program->code[a->frame->pc];
}

/* Adds the stretch that ends now to the split and begins a new one. */
static inline void activation_turn(struct system *s, struct activation *a, enum stretch next)
{
    int64_t ns = s->sim.now_ns - a->since_ns;
    if (ns > 0)
        activation_charge(s, a, ns);
    a->since_ns = s->sim.now_ns;
    a->stretch = (uint8_t)next;
}

/* `a` has ended, and what it did here has been told: it leaves its replica. */
static inline void instance_leave(struct system *s, struct activation *a)
{
    struct instance *instance = a->instance;
    a->instance = NULL;
    instance->in_flight--;
    time_average_add(&instance->component->present, s->sim.now_ns, -1);
}

#endif
