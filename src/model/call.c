#include "model/call.h"

#include <stdlib.h>

#include "base/apart.h"
#include "model/state.h"

const struct call_type *const call_types[] = {
    [CALL_SYNC] = &call_sync,
    [CALL_ASYNC] = &call_async,
    [CALL_QUEUE] = &call_queue,
};

static uint32_t component_of(const struct spec *spec, uint32_t endpoint)
{
    return endpoint == SPEC_USERS ? SPEC_USERS : spec->endpoints[endpoint].component;
}

static bool both_ways(struct system *s, struct site *site, int hop, uint32_t near, uint32_t far)
{
    return wire_between(s, near, far, &site->out[hop]) && wire_between(s, far, near, &site->back[1 - hop]);
}

/* Straight: out[0] there, back[0] back. Through a broker: out[0] to it and out[1] on; back[0] to it and
 * back[1] on. */
static bool find_wires(struct system *s, struct site *site, struct error *error)
{
    uint32_t near = component_of(s->spec, site->caller), far = component_of(s->spec, site->callee);
    bool found;
    if (site->queue) {
        found = both_ways(s, site, 0, near, site->queue->broker) &&
                both_ways(s, site, 1, site->queue->broker, far);
    } else {
        found = wire_between(s, near, far, &site->out[0]) && wire_between(s, far, near, &site->back[0]);
    }
    return found || error_set(error, "out of memory");
}

/* Of each attempt; -1 = drawn. */
static int64_t usual_timeout(const struct distribution *timeout)
{
    struct draw none = {0};
    if (!timeout->type)
        return INT64_MAX;
    return timeout->type == &distribution_constant ? distribution_sample(timeout, &none) : -1;
}

/* What its control asks of each call. False when memory is gone. */
static bool bind_control(struct system *s, struct site *site)
{
    const struct control_spec *control = site->control;
    bool connects = control->connect.round_trips > 0, keeps = connects && control->connect.keep_alive;
    bool guarded = control->breaker.window || control->budget.tokens > 0.0 || control->pool.size || keeps;
    site->timeout_ns = usual_timeout(&control->timeout);
    site->timeout_line = system_timer_line(s, site->timeout_ns);
    site->plain = !site->awaits || !(guarded || connects || control->deadline || control->hedge_ns > 0);
    if (guarded && site->awaits)
        site->guards = guards_for(s, component_of(s->spec, site->caller), site->callee, control);
    return site->guards || !guarded || !site->awaits;
}

static bool does_once(const struct site *site)
{
    bool once = site->queue && site->queue->rule->delivery == DELIVERY_EXACTLY_ONCE;
    return once || site->control->idempotent;
}

bool site_init(struct system *s, struct site *site, uint32_t caller, const struct call_spec *call,
               const struct control_spec *users_control, const char *name, struct error *error)
{
    const struct call_rule *rule = policy_rule(s->policy, caller, call->endpoint);
    *site = (struct site){
        .caller = caller,
        .callee = call->endpoint,
        .component = &s->components[s->spec->endpoints[call->endpoint].component],
        .program = &s->programs[call->endpoint],
        .counts = &s->calls_of[call->endpoint],
        .type = call_types[rule->mode],
        .bytes = call->bytes,
        .reply_bytes = call->reply_bytes,
        .chance = call->chance,
        .copies = call->times,
        .priority = call->priority,
        .awaits = rule->mode != CALL_QUEUE || rule->queue.reply,
        .name = rng_name(name),
        .chances = stream_make(s->spec->run.seed, s->replication, name),
    };
    bool named = caller != SPEC_USERS || policy_user_rule(s->policy, call->endpoint);
    site->control = named ? &rule->control : users_control;
    if (!system_stream(s, "timeout", name, &site->timeouts) ||
        !system_stream(s, "backoff", name, &site->backoffs))
        return error_set(error, "out of memory");
    site->blame = calloc(1, sizeof *site->blame);
    if (!site->blame || !bind_control(s, site))
        return error_set(error, "out of memory");
    if (rule->mode == CALL_QUEUE && !queue_for(s, caller, call->endpoint, &rule->queue, &site->queue, error))
        return false;
    site->once = does_once(site);
    return find_wires(s, site, error);
}

void site_finish(struct site *site)
{
    if (site)
        free(site->blame);
}

static RARE void tell_arrow(struct system *s, const struct activation *a, const struct wire *wire,
                            enum wire_use use, int64_t arrival_ns, bool lost)
{
    enum arrow_kind kind = use == WIRE_DELIVERY ? ARROW_DELIVERY
                           : use == WIRE_ANSWER ? (a->failed ? ARROW_ERROR : ARROW_REPLY)
                           : a->site->queue     ? ARROW_PUBLISH
                                                : ARROW_REQUEST;
    s->sink->arrow(s->sink->data, &(struct trace_arrow){.kind = kind,
                                                        .from = wire->from,
                                                        .to = wire->to,
                                                        .load = a->request->load->index,
                                                        .request = a->request->number,
                                                        .activation = a->id,
                                                        .sent_ns = s->sim.now_ns,
                                                        .arrived_ns = arrival_ns,
                                                        .lost = lost,
                                                        .attempt = a->attempt});
}

/* The same message once more: it will be executed twice, if both arrive. */
static RARE void travel_twice(struct system *s, const struct activation *a, struct wire *wire, int64_t bytes,
                              void (*arrive)(void *system, void *activation))
{
    struct activation *copy = activation_create(s, a->request, a->site, NULL, a->path);
    if (!copy)
        return;
    copy->caller = a->caller;
    copy->caller_id = a->caller_id;
    copy->epoch = a->epoch;
    copy->priority = a->priority;
    copy->call = a->call;
    copy->attempt = a->attempt;
    copy->deadline_ns = a->deadline_ns;
    copy->bytes = a->bytes;
    copy->call->records++;
    if (copy->site->queue) {
        copy->site->queue->published++;
        copy->site->queue->coming++;
    }
    activation_move(s, copy, PLACE_LINK);
    sim_schedule(&s->sim, wire_send(s, wire, bytes, copy, WIRE_COPY).arrival_ns, arrive, copy);
}

static RARE void lose(struct system *s, struct activation *a, enum wire_use use, int64_t arrival_ns)
{
    s->calls_of[a->site->callee].lost += a->request->measured;
    if (use == WIRE_DELIVERY && !a->frame) { /* an answer, passed on, has one */
        queue_delivery_lost(s, a, arrival_ns);
        return;
    }
    if (use == WIRE_REQUEST) {
        if (a->site->queue) {
            a->site->queue->coming--;
            a->site->queue->lost++;
            publication_miss(s, a);
        }
        request_effect_ended(s, a->request);
    }
    attempt_lost(s, a);
}

void call_travel(struct system *s, struct activation *a, struct wire *wire, int64_t bytes, enum wire_use use,
                 void (*arrive)(void *system, void *activation))
{
    activation_move(s, a, PLACE_LINK);
    struct passage passage = wire_send(s, wire, bytes, a, use);
    if (wire && s->sink && s->sink->arrow && a->request->traced)
        tell_arrow(s, a, wire, use, passage.arrival_ns, passage.lost);
    if (passage.duplicate)
        travel_twice(s, a, wire, bytes, arrive);
    if (passage.lost) {
        lose(s, a, use, passage.arrival_ns);
        return;
    }
    /* Also what takes no time is an event of its own: a chain of calls must not become a chain of C calls. */
    sim_schedule(&s->sim, passage.arrival_ns, arrive, a);
}

/* The broker passes the answer on to the publisher. */
static void answer_passed_on(void *system, void *activation)
{
    struct activation *a = activation;
    a->passed_on = true;
    call_travel(system, a, a->site->back[1], a->site->reply_bytes, WIRE_DELIVERY, activation_answered);
}

void call_answer(struct system *s, struct activation *a)
{
    const struct site *site = a->site;
    if (site->caller == SPEC_USERS && !site->back[0] && !site->back[1])
        activation_answered(s, a); /* a user at the door */
    else
        call_travel(s, a, site->back[0], site->reply_bytes, WIRE_ANSWER,
                    site->queue ? answer_passed_on : activation_answered);
}
