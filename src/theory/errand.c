#include "theory/errand.h"

#include <math.h>
#include <stddef.h>

/* ---- wires ---- */

static bool loses(const struct loss_spec *loss)
{
    return loss->good[0] > 0.0 || loss->good[1] > 0.0 || loss->to_bad > 0.0;
}

/* Messages that go one after another, or must not overtake each other, wait for those before them. */
static struct span crossing(const struct link_spec *link, int64_t bytes)
{
    struct span span = span_of(&link->delay);
    double writing_ns = (double)bytes / link->bytes_per_s * 1e9;
    bool waits = writing_ns > 0.0 || (link->ordered && span.shape != SPAN_CONSTANT) || loses(&link->loss);
    span = span_then(span, span_constant(floor(writing_ns + 0.5)));
    span.vague |= waits;
    return span;
}

/* Adds the way from component `a` to `b` (or SPEC_USERS) to `ret_span`. */
static void add_way(const struct spec *spec, uint32_t a, uint32_t b, int64_t bytes, struct span *ret_span,
                    bool *ret_fails)
{
    const struct link_spec *link = spec_link(spec, a, b);
    if (!link)
        return;
    *ret_span = span_then(*ret_span, crossing(link, bytes));
    bool drops = loses(&link->loss) && link->on_loss == LINK_DROP;
    *ret_fails |= drops || link->duplicate > 0.0 || link->failures.up.type;
}

static void add_ways(const struct spec *spec, const uint32_t *stops, int n_stops,
                     const struct call_spec *call, struct errand *errand)
{
    for (int i = 0; i + 1 < n_stops; i++) {
        add_way(spec, stops[i], stops[i + 1], call->bytes, &errand->out, &errand->fails);
        if (errand->awaited)
            add_way(spec, stops[i + 1], stops[i], call->reply_bytes, &errand->back, &errand->fails);
    }
}

/* ---- queues ---- */

static uint32_t broker_of(const struct queue_rule *rule, uint32_t near, uint32_t far)
{
    switch (rule->at) {
    case BROKER_AT_RECEIVER: return far;
    case BROKER_AT_SENDER: return near;
    case BROKER_AT_COMPONENT: return rule->broker;
    }
    return far;
}

static bool queue_loses(const struct queue_rule *rule)
{
    bool overflows = rule->capacity != SPEC_UNLIMITED && rule->overflow != QUEUE_BLOCK;
    return overflows || rule->retention_ns != INT64_MAX || rule->visibility_timeout_ns != INT64_MAX;
}

static bool blocks(const struct queue_rule *rule)
{
    return (rule->capacity != SPEC_UNLIMITED && rule->overflow == QUEUE_BLOCK) ||
           rule->confirm == CONFIRM_WAIT;
}

/* No publish is sent again for a confirmation that is still on its way. */
static bool confirms_in_time(const struct spec *spec, const struct queue_rule *rule, uint32_t near,
                             uint32_t broker, struct span out)
{
    struct span back = {0};
    bool fails = false;
    if (rule->confirm == CONFIRM_NONE)
        return true;
    add_way(spec, broker, near, 0, &back, &fails);
    struct span both = span_then(out, back);
    return both.shape == SPAN_CONSTANT && !both.vague && both.mean_ns < (double)rule->confirm_timeout_ns;
}

static bool is_plain(const struct queue_rule *rule)
{
    return rule->at == BROKER_AT_RECEIVER && rule->capacity == SPEC_UNLIMITED && rule->order == QUEUE_FIFO &&
           rule->consumers == SPEC_UNLIMITED && rule->prefetch == 1 && rule->batch == 1 &&
           !rule->persist.type && rule->delivery != DELIVERY_AT_MOST_ONCE && !queue_loses(rule) &&
           !blocks(rule);
}

static void read_queue(const struct spec *spec, const struct queue_rule *rule, uint32_t near, uint32_t far,
                       struct errand *errand)
{
    uint32_t broker = broker_of(rule, near, far);
    errand->queue = rule;
    errand->batch = rule->batch;
    errand->fails |= queue_loses(rule);
    errand->delays = !errand->awaited && blocks(rule);
    errand->lines_up = is_plain(rule) && confirms_in_time(spec, rule, near, broker, errand->out);
    /* It stays with its broker for longer, or in a buffer of its consumer. */
    errand->out.vague |= !errand->lines_up || errand->awaited;
}

/* ---- control ---- */

static void read_control(const struct control_spec *control, struct errand *errand)
{
    errand->fails |= control->timeout.type || control->hedge_ns > 0 || control->pool.size > 0 ||
                     control->breaker.window > 0;
    errand->out.vague |= control->retries > 0 || control->connect.round_trips > 0;
}

struct errand errand_of(const struct spec *spec, const struct policy_spec *policy, uint32_t caller,
                        const struct call_spec *call, const struct control_spec *users)
{
    const struct call_rule *rule = policy_rule(policy, caller, call->endpoint);
    bool queued = rule->mode == CALL_QUEUE;
    struct errand errand = {.callee = call->endpoint,
                            .awaited = !queued || rule->queue.reply,
                            .holds = rule->mode == CALL_SYNC,
                            .at_door = !queued,
                            .batch = 1};
    uint32_t near = caller == SPEC_USERS ? SPEC_USERS : spec->endpoints[caller].component;
    uint32_t far = spec->endpoints[call->endpoint].component;
    uint32_t stops[] = {near, queued ? broker_of(&rule->queue, near, far) : far, far};
    add_ways(spec, stops, queued ? 3 : 2, call, &errand);
    if (queued)
        read_queue(spec, &rule->queue, near, far, &errand);
    bool named = caller != SPEC_USERS || policy_user_rule(policy, call->endpoint);
    if (errand.awaited)
        read_control(named || !users ? &rule->control : users, &errand);
    return errand;
}
