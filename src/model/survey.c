/* Which policies need calls that are controlled for the sake of their queues. */
#include <stdlib.h>

#include "model/queue_parts.h"
#include "model/spec.h"

static bool asks_itself(const struct queue_rule *rule)
{
    return queue_is_limit(rule->visibility_timeout_ns) || queue_is_limit(rule->retention_ns) ||
           (rule->durable && rule->persist.type) || rule->confirm == CONFIRM_WAIT;
}

static bool rule_asks(const struct call_rule *rule)
{
    return rule->mode == CALL_QUEUE && asks_itself(&rule->queue);
}

/* ---- can a message be handed back? ---- */

/* Which endpoints can end with an error. */
struct survey {
    const struct spec *spec;
    const struct policy_spec *policy;
    bool *fails; /* owned, one an endpoint */
};

static bool component_refuses(const struct component_spec *c)
{
    bool limited = c->inbox.capacity != SPEC_UNLIMITED || c->max_in_flight != SPEC_UNLIMITED;
    return (limited && c->inbox.overflow == INBOX_REJECT) || c->shed_after_ns != INT64_MAX;
}

static bool queue_refuses(const struct queue_rule *rule)
{
    return rule->capacity != SPEC_UNLIMITED && rule->overflow == QUEUE_REJECT;
}

/* A call that is awaited fails its caller. */
static bool call_fails(const struct survey *survey, uint32_t caller, uint32_t callee)
{
    const struct call_rule *rule = policy_rule(survey->policy, caller, callee);
    if (rule->mode == CALL_QUEUE && !rule->queue.reply)
        return false;
    bool refused =
        rule->mode == CALL_QUEUE
            ? queue_refuses(&rule->queue)
            : component_refuses(&survey->spec->components[survey->spec->endpoints[callee].component]);
    return refused || survey->fails[callee];
}

static bool call_is_handed_back(const struct survey *survey, uint32_t caller, uint32_t callee)
{
    const struct call_rule *rule = policy_rule(survey->policy, caller, callee);
    return rule->mode == CALL_QUEUE && !rule->queue.reply && rule->queue.delivery != DELIVERY_AT_MOST_ONCE &&
           survey->fails[callee];
}

typedef bool call_test(const struct survey *survey, uint32_t caller, uint32_t callee);

/* Whether `test` holds for any of the calls in `steps`. */
static bool any_call(const struct survey *survey, uint32_t caller, const struct step_spec *steps, size_t n,
                     call_test *test)
{
    bool any = false;
    for (size_t i = 0; i < n && !any; i++) {
        for (size_t c = 0; c < steps[i].n_calls; c++)
            any |= test(survey, caller, steps[i].calls[c].endpoint);
        for (size_t b = 0; b < steps[i].n_branches; b++)
            any |= any_call(survey, caller, steps[i].branches[b].steps, steps[i].branches[b].n_steps, test);
    }
    return any;
}

static bool has_fail_step(const struct step_spec *steps, size_t n)
{
    bool has = false;
    for (size_t i = 0; i < n && !has; i++) {
        has = steps[i].kind == STEP_FAIL && steps[i].chance > 0.0;
        for (size_t b = 0; b < steps[i].n_branches; b++)
            has |= has_fail_step(steps[i].branches[b].steps, steps[i].branches[b].n_steps);
    }
    return has;
}

/* True: endpoint `e` can end with an error, which was not known yet. */
static bool is_found_to_fail(struct survey *survey, uint32_t e)
{
    const struct endpoint_spec *endpoint = &survey->spec->endpoints[e];
    if (survey->fails[e])
        return false;
    survey->fails[e] = has_fail_step(endpoint->steps, endpoint->n_steps) ||
                       any_call(survey, e, endpoint->steps, endpoint->n_steps, call_fails);
    return survey->fails[e];
}

/* Errors go up from callee to caller until nothing changes any more. Most scenarios have callees behind their
 * callers, or before them: in turns there and back, few rounds are enough for long chains, too. */
static void find_what_fails(struct survey *survey)
{
    uint32_t n = (uint32_t)survey->spec->n_endpoints;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t e = n; e-- > 0;)
            changed |= is_found_to_fail(survey, e);
        for (uint32_t e = 0; e < n; e++)
            changed |= is_found_to_fail(survey, e);
    }
}

static bool any_is_handed_back(const struct survey *survey)
{
    const struct spec *spec = survey->spec;
    for (uint32_t e = 0; e < spec->n_endpoints; e++)
        if (any_call(survey, e, spec->endpoints[e].steps, spec->endpoints[e].n_steps, call_is_handed_back))
            return true;
    for (size_t i = 0; i < spec->n_loads; i++) {
        const struct load_spec *load = &spec->loads[i];
        if (call_is_handed_back(survey, SPEC_USERS, load->endpoint))
            return true;
        for (size_t k = 0; k < load->n_arrivals; k++)
            if (call_is_handed_back(survey, SPEC_USERS, load->arrivals[k].endpoint))
                return true;
    }
    return false;
}

bool queues_ask_for_control(const struct spec *spec, const struct policy_spec *policy)
{
    bool ask = rule_asks(&policy->rule);
    for (size_t i = 0; i < policy->n_overrides; i++)
        ask |= rule_asks(&policy->overrides[i].rule);
    if (ask)
        return true;
    struct survey survey = {spec, policy, calloc(spec->n_endpoints + 1, sizeof(bool))};
    if (!survey.fails)
        return true; /* to be controlled is never wrong */
    find_what_fails(&survey);
    ask = any_is_handed_back(&survey);
    free(survey.fails);
    return ask;
}
