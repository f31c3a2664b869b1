/* The state of one replication: what struct system is, for the model's own files. */
#ifndef TANDEM_MODEL_STATE_H
#define TANDEM_MODEL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "des/sim.h"
#include "model/attempt.h"
#include "model/component.h"
#include "model/confirm.h"
#include "model/disturbance.h"
#include "model/effect.h"
#include "model/execute.h"
#include "model/failure.h"
#include "model/gather.h"
#include "model/guard.h"
#include "model/ledger.h"
#include "model/link.h"
#include "model/message.h"
#include "model/policy/cancel.h"
#include "model/program.h"
#include "model/queue.h"
#include "model/queue_index.h"
#include "model/request.h"
#include "model/spec.h"
#include "model/system.h"
#include "model/workload.h"

struct system {
    struct sim sim;
    const struct spec *spec;
    const struct policy_spec *policy;
    uint64_t replication;
    const struct trace_sink *sink; /* NULL = none */
    struct component *components;
    struct program *programs; /* one an endpoint */
    struct load *loads;
    struct queue **queues;
    size_t n_queues;
    struct queue_index queue_index;
    struct wire_table wires;
    struct link_result *links; /* one a link, then the default one */
    struct pool requests, tales, activations, frames, calls, call_extras, effects, cancels;
    struct pool messages, receipts, publications; /* of queues */
    struct guard_set *guard_sets;
    size_t n_guard_sets;
    struct pair_map guard_index;  /* by caller and callee, to the newest of their sets */
    struct call_result *calls_of; /* one an endpoint */
    bool controlled; /* something can go wrong, or some rule asks for control: every call is a struct call */
    bool repeats;    /* something can be executed twice: see effect.h */
    uint64_t last_activation; /* id */
    int64_t measured_from_ns; /* INT64_MAX until the warm-up is over */
    struct ledger ledger;
    struct watches watches;
    struct outage_log outages;
    struct change_index changes;
    struct allowance allowance; /* of memory; used once it is limited */
};

/* What happens at one instant: first what ends then (work, messages that arrive), then the patience of those
 * who wait for it, and last what the load brings: an answer in the very instant of its timeout is in time,
 * and a place that becomes free in the very instant of an arrival is free for it. */
enum rank { RANK_HAPPENS, RANK_TIMER, RANK_ARRIVAL };

/* Memory ran out: the run ends after the present event. */
static inline void system_fail(struct system *s)
{
    sim_fail(&s->sim);
}

/* The line for timers of that length; SIM_LINES = none. */
static inline unsigned system_timer_line(struct system *s, int64_t ns)
{
    return ns > 0 && ns < SIM_TIME_MAX ? sim_line(&s->sim, RANK_TIMER, ns) : SIM_LINES;
}

/* A timer, `ns` from now; `line` is that for its length. */
static inline event_id system_plan_timer(struct system *s, unsigned line, int64_t ns, event_function *happen,
                                         void *subject)
{
    if (line < SIM_LINES)
        return sim_schedule_in_line(&s->sim, line, happen, subject);
    return sim_schedule_ranked(&s->sim, RANK_TIMER, s->sim.now_ns + ns, happen, subject);
}

/* The stream of this replication for "WHAT NAME". False when memory is gone. */
bool system_stream(const struct system *s, const char *what, const char *name, struct stream *ret_stream);

static inline bool system_failed(const struct system *s)
{
    return sim_failed(&s->sim);
}

#include "model/turn.h"

#endif
