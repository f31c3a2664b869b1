#include "model/policy/hedge.h"

#include "model/attempt_parts.h"
#include "model/state.h"

/* A caller who doubts the callee, or has no place left, sends nothing twice. */
static bool is_let_out(const struct call *call)
{
    const struct guard *guard = guard_of(call);
    return !guard || !call->site->control->breaker.window || guard->breaker.state == BREAKER_CLOSED;
}

static void send_second(void *system, void *subject)
{
    struct system *s = system;
    struct call *call = subject;
    if (call_is_held(s, call, send_second, call, &call->extra->hedge_timer))
        return;
    call->extra->hedge_timer = 0;
    if (!is_let_out(call) || !guard_take_place(call, COPY_SECOND))
        return;
    call->extra->hedge_made_ns = call->extra->hedge_connected_ns = call->extra->hedge_sent_ns = s->sim.now_ns;
    call_counts(call)->hedges += call->request->measured;
    attempt_double(s, call);
}

void hedge_plan(struct system *s, struct call *call)
{
    int64_t ns = call->site->control->hedge_ns;
    if (ns > 0)
        call->extra->hedge_timer =
            sim_schedule_ranked(&s->sim, RANK_TIMER, s->sim.now_ns + ns, send_second, call);
}

uint64_t hedge_path(uint64_t path)
{
    static const uint64_t hedge = 0x6865646765; /* "hedge" */
    return rng_mix(path, hedge);
}

/* Time from one instant to another, as far as it lies in the present attempt. */
static int64_t within(const struct call *call, int64_t from_ns, int64_t to_ns)
{
    int64_t begin_ns = from_ns > call->since_ns ? from_ns : call->since_ns;
    return to_ns > begin_ns ? to_ns - begin_ns : 0;
}

void hedge_add_wait(const struct call *call, int64_t split_ns[CAUSES])
{
    split_ns[CAUSE_BACKOFF] += within(call, call->since_ns, call->extra->hedge_made_ns);
    split_ns[CAUSE_WIRE_OUT] += within(call, call->extra->hedge_made_ns, call->extra->hedge_connected_ns);
    split_ns[CAUSE_BACKPRESSURE] += within(call, call->extra->hedge_connected_ns, call->extra->hedge_sent_ns);
}
