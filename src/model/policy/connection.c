#include "model/policy/connection.h"

#include "model/attempt_parts.h"
#include "model/state.h"

static void take_leg(void *system, void *subject);

/* A broker answers its publisher over the second wire back. */
static struct wire *way_back(const struct site *site)
{
    return site->back[site->queue ? 1 : 0];
}

static bool take_idle(struct call *call)
{
    if (!call->site->control->connect.keep_alive || guard_of(call)->idle == 0)
        return false;
    guard_of(call)->idle--;
    return true;
}

bool connection_is_ready(struct call *call, enum copy copy)
{
    const struct connect_spec *spec = &call->site->control->connect;
    if (spec->round_trips == 0 || !call->site->awaits)
        return true;
    bool taken = take_idle(call);
    if (!taken)
        call_counts(call)->connections += call->request->measured;
    if (spec->keep_alive)
        call->connected |= (uint8_t)copy;
    return taken || (!call->site->out[0] && !way_back(call->site));
}

/* Never sent: a connection that cannot be opened. */
static void lose(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    call->connecting &= (uint8_t)~attempt_copy(a);
    if (attempt_copy(a) == COPY_FIRST)
        call->stage = CALL_TRYING;
    request_effect_ended(s, a->request);
    attempt_lost(s, a);
}

/* Each leg's delay has a name of its own. */
static struct passage send_leg(struct system *s, const struct activation *a, uint32_t leg)
{
    const struct site *site = a->site;
    struct activation named = *a;
    named.path = rng_mix(a->path, leg);
    return wire_send(s, leg % 2 == 0 ? site->out[0] : way_back(site), 0, &named, WIRE_CONNECT);
}

static void take_leg(void *system, void *subject)
{
    struct system *s = system;
    struct activation *a = subject;
    struct call *call = a->call;
    if (call_is_held(s, call, take_leg, a, &a->timer))
        return;
    a->timer = 0;
    if (call->extra->legs == 2 * call->site->control->connect.round_trips) {
        call->connecting &= (uint8_t)~attempt_copy(a);
        attempt_connected(s, a);
        return;
    }
    struct passage passage = send_leg(s, a, call->extra->legs++);
    if (passage.lost)
        lose(s, a);
    else
        a->timer = sim_schedule(&s->sim, passage.arrival_ns, take_leg, a);
}

void connection_open(struct system *s, struct activation *a)
{
    a->call->connecting |= (uint8_t)attempt_copy(a);
    a->call->extra->legs = 0;
    activation_move(s, a, PLACE_LINK);
    take_leg(s, a);
}

void connection_abandon(struct system *s, struct activation *a)
{
    a->call->connecting &= (uint8_t)~attempt_copy(a);
    sim_cancel(&s->sim, a->timer);
    request_effect_ended(s, a->request);
    activation_destroy(s, a);
}

void connection_keep(struct call *call, enum copy copy)
{
    if (call->connected & copy)
        guard_of(call)->idle++;
    call->connected &= (uint8_t)~copy;
}
