#include "model/policy/cancel.h"

#include "model/attempt_parts.h"
#include "model/state.h"

static bool is_on_its_replica(const struct activation *a)
{
    return a->instance && a->stretch != STRETCH_WIRE_BACK && a->stretch != STRETCH_LOST;
}

static bool is_on_its_way(const struct activation *a)
{
    return a->place == PLACE_LINK && a->stretch == STRETCH_WIRE_OUT;
}

static void call_off(struct system *s, struct activation *a)
{
    bool here = is_on_its_replica(a), coming = !here && is_on_its_way(a);
    if (here || coming)
        s->calls_of[a->site->callee].cancelled += a->request->measured;
    if (here)
        activation_abort(s, a);
    else if (coming)
        a->called_off = true;
}

static void arrive(void *system, void *subject)
{
    struct system *s = system;
    struct cancel cancel = *(struct cancel *)subject;
    pool_give(&s->cancels, subject);
    if (cancel.attempt->request && cancel.attempt->id == cancel.id)
        call_off(s, cancel.attempt);
}

void cancel_send(struct system *s, struct activation *a)
{
    const struct site *site = a->site;
    if (!site->control->cancel || site->queue)
        return;
    struct passage passage = wire_send(s, site->out[0], 0, a, WIRE_CANCEL);
    struct cancel *cancel = passage.lost ? NULL : pool_take(&s->cancels);
    if (passage.lost)
        return;
    if (!cancel) {
        system_fail(s);
        return;
    }
    *cancel = (struct cancel){.attempt = a, .id = a->id};
    sim_schedule(&s->sim, passage.arrival_ns, arrive, cancel);
}
