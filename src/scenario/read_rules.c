/* Whether the rules of a policy fit the calls that there are. */
#include <stdlib.h>
#include <string.h>

#include "scenario/call_graph.h"
#include "scenario/read.h"

/* A policy as it is being checked; rules are told by their number: 0 = the policy's own, else that of the
 * override, from 1. */
struct checking {
    struct reader *reader;
    const struct policy_spec *policy;
    const cJSON *item; /* the policy in the document */
    bool *told;        /* owned; a rule with a mistake is told once */
    struct use *uses;  /* owned; of queues */
    size_t n_uses;
};

/* A queue that some calls go through. */
struct use {
    const char *name;
    uint32_t broker, consumer; /* components */
    size_t rule;
};

static const struct call_rule *rule_at(const struct checking *c, size_t rule)
{
    return rule ? &c->policy->overrides[rule - 1].rule : &c->policy->rule;
}

static size_t number_of(const struct checking *c, const struct call_rule *rule)
{
    if (rule == &c->policy->rule)
        return 0;
    ptrdiff_t offset = (const char *)rule - (const char *)&c->policy->overrides[0].rule;
    return (size_t)offset / sizeof *c->policy->overrides + 1;
}

/* Tells a mistake of a rule, at its key `key` if that is there, and frees the message; NULL = memory is gone.
 */
static void tell(struct checking *c, size_t rule, const char *key, char *message)
{
    struct path policies = {NULL, "policies", 0}, policy = {&policies, c->policy->name, 0};
    struct path calls = {&policy, "calls", 0}, call = {&calls, NULL, 0};
    const struct path *owner = &policy;
    const cJSON *item = c->item;
    if (!message)
        read_failed(c->reader);
    if (!message || c->told[rule]) {
        free(message);
        return;
    }
    c->told[rule] = true;
    if (rule > 0) {
        item = read_first(c->item, "calls");
        for (size_t i = 1; i < rule && item; i++)
            item = item->next;
        call.key = item ? item->string : NULL;
        owner = &call;
    }
    struct path at = {owner, key, 0};
    read_error(c->reader, item && read_get(item, key) ? &at : owner, AT_KEY, NULL, "%s", message);
    free(message);
}

/* ---- queues ---- */

static bool same_distribution(const struct distribution *a, const struct distribution *b)
{
    if (a->type != b->type || a->n_values != b->n_values || a->n_parts != b->n_parts)
        return false;
    for (int i = 0; a->type && a->type->parameters[i].name; i++)
        if (a->parameters[i] != b->parameters[i])
            return false;
    for (size_t i = 0; i < a->n_values; i++)
        if (a->values_ns[i] != b->values_ns[i])
            return false;
    for (size_t i = 0; i < a->n_parts; i++)
        if (a->parts[i].weight != b->parts[i].weight || !same_distribution(a->parts[i].of, b->parts[i].of))
            return false;
    return true;
}

static bool same_delivery(const struct queue_rule *a, const struct queue_rule *b)
{
    return a->durable == b->durable && same_distribution(&a->persist, &b->persist) &&
           a->flush_ns == b->flush_ns && a->delivery == b->delivery &&
           a->visibility_timeout_ns == b->visibility_timeout_ns && a->max_deliveries == b->max_deliveries &&
           a->redelivery_delay_ns == b->redelivery_delay_ns && a->retention_ns == b->retention_ns;
}

/* What a publisher does may differ: whether it awaits a reply, or a confirmation, and how long. */
static bool same_settings(const struct queue_rule *a, const struct queue_rule *b)
{
    return a->capacity == b->capacity && a->overflow == b->overflow && a->order == b->order &&
           a->consumers == b->consumers && a->prefetch == b->prefetch && a->batch == b->batch &&
           a->linger_ns == b->linger_ns && same_delivery(a, b);
}

static int by_queue(const void *a, const void *b)
{
    const struct use *left = a, *right = b;
    int order = strcmp(left->name, right->name);
    if (order)
        return order;
    if (left->broker != right->broker)
        return left->broker < right->broker ? -1 : 1;
    return (left->rule > right->rule) - (left->rule < right->rule);
}

/* Two calls through one queue. */
static void check_pair(struct checking *c, const struct use *a, const struct use *b)
{
    const struct spec *spec = &c->reader->spec;
    if (a->consumer != b->consumer)
        tell(c, b->rule, "queue",
             text_format("the queue \"%s\" would have consumers in two components, \"%s\" and \"%s\"",
                         a->name, spec->components[a->consumer].name, spec->components[b->consumer].name));
    else if (!same_settings(&rule_at(c, a->rule)->queue, &rule_at(c, b->rule)->queue))
        tell(c, b->rule, "queue",
             text_format("other calls share the queue \"%s\" and give it other settings", a->name));
}

static void check_shared(struct checking *c)
{
    if (c->n_uses > 0)
        qsort(c->uses, c->n_uses, sizeof *c->uses, by_queue);
    for (size_t i = 1; i < c->n_uses; i++)
        if (strcmp(c->uses[i - 1].name, c->uses[i].name) == 0 && c->uses[i - 1].broker == c->uses[i].broker)
            check_pair(c, &c->uses[i - 1], &c->uses[i]);
}

static uint32_t broker_of(const struct spec *spec, const struct queue_rule *queue, uint32_t caller,
                          uint32_t callee)
{
    if (queue->at == BROKER_AT_COMPONENT)
        return queue->broker;
    if (queue->at == BROKER_AT_RECEIVER)
        return spec->endpoints[callee].component;
    return caller == SPEC_USERS ? SPEC_USERS : spec->endpoints[caller].component;
}

static void check_broker_link(struct checking *c, size_t rule, uint32_t broker, uint32_t other)
{
    const struct spec *spec = &c->reader->spec;
    if (!read_linked(c->reader, broker, other))
        tell(c, rule, "at",
             text_format("there is no link between \"%s\", where the queue stands, and \"%s\"",
                         spec->components[broker].name, spec->components[other].name));
}

/* A broker sends again until it is through, whatever the link does about losses. */
static void check_broker_loss(struct checking *c, size_t rule, uint32_t broker, uint32_t other)
{
    const struct link_spec *link = read_link_between(c->reader, broker, other);
    if (link && read_loses_all(link))
        tell(c, rule, "at",
             text_format("what the queue sends again would never get through \"%s\", which has a loss of 1",
                         link->name));
}

static void check_call(struct checking *c, uint32_t caller, uint32_t callee)
{
    const struct spec *spec = &c->reader->spec;
    const struct call_rule *rule = policy_rule(c->policy, caller, callee);
    if (rule->mode != CALL_QUEUE)
        return;
    size_t number = number_of(c, rule);
    uint32_t from = caller == SPEC_USERS ? SPEC_USERS : spec->endpoints[caller].component;
    uint32_t to = spec->endpoints[callee].component, broker = broker_of(spec, &rule->queue, caller, callee);
    check_broker_link(c, number, broker, from);
    check_broker_link(c, number, broker, to);
    check_broker_loss(c, number, broker, to);
    if (rule->queue.overflow == QUEUE_BLOCK)
        check_broker_loss(c, number, broker, from);
    if (rule->queue.batch > 1 && rule->queue.reply)
        tell(c, number, "reply",
             text_copy("messages that are worked off in batches cannot be replied to one by one"));
    c->uses[c->n_uses++] = (struct use){
        .name = rule->queue.name ? rule->queue.name : spec->endpoints[callee].name,
        .broker = broker,
        .consumer = to,
        .rule = number,
    };
}

/* ---- exceptions that except nothing ---- */

/* Of each endpoint: who calls it. */
struct called {
    bool by_steps, by_users;
};

static void find_called(const struct call_graph *graph, struct called *called)
{
    const struct spec *spec = graph->spec;
    for (size_t i = 0; i < graph->n_edges; i++)
        called[graph->edges[i].callee].by_steps = true;
    for (size_t i = 0; i < spec->n_loads; i++) {
        if (spec->loads[i].endpoint != SPEC_NONE)
            called[spec->loads[i].endpoint].by_users = true;
        for (size_t j = 0; j < spec->loads[i].n_arrivals; j++)
            called[spec->loads[i].arrivals[j].endpoint].by_users = true;
    }
}

static bool is_made(const struct call_graph *graph, const struct called *called,
                    const struct call_override *override)
{
    if (override->caller == SPEC_NONE)
        return called[override->callee].by_steps;
    if (override->caller == SPEC_USERS)
        return called[override->callee].by_users;
    for (size_t i = graph->first[override->caller]; i < graph->first[override->caller + 1]; i++)
        if (graph->edges[i].callee == override->callee)
            return true;
    return false;
}

static void check_made(const struct checking *c, const struct call_graph *graph, const struct called *called)
{
    struct path policies = {NULL, "policies", 0}, policy = {&policies, c->policy->name, 0};
    struct path calls = {&policy, "calls", 0};
    const cJSON *item = read_first(c->item, "calls");
    for (size_t i = 0; i < c->policy->n_overrides && item; i++, item = item->next) {
        struct path at = {&calls, item->string, 0};
        if (!is_made(graph, called, &c->policy->overrides[i]))
            read_warning(
                c->reader, &at, AT_KEY, "no step makes such a call%s",
                c->policy->overrides[i].caller == SPEC_NONE ? " (for users write \"users -> CALLEE\")" : "");
    }
}

/* ---- all ---- */

static void check_policy(struct checking *c, const struct call_graph *graph, const struct called *called)
{
    const struct spec *spec = graph->spec;
    size_t n_calls = graph->n_edges + spec->n_loads;
    c->told = read_allocate(c->reader, c->policy->n_overrides + 1, sizeof *c->told);
    c->uses = read_allocate(c->reader, n_calls, sizeof *c->uses);
    if (c->told && c->uses) {
        for (size_t i = 0; i < graph->n_edges; i++)
            check_call(c, graph->edges[i].caller, graph->edges[i].callee);
        for (size_t i = 0; i < spec->n_loads; i++)
            check_call(c, SPEC_USERS, spec->loads[i].endpoint);
        check_shared(c);
        check_made(c, graph, called);
    }
    free(c->uses);
    free(c->told);
}

void read_check_rules(struct reader *reader, const cJSON *root, const struct call_graph *graph)
{
    const cJSON *item = read_first(root, "policies");
    struct called *called = read_allocate(reader, reader->spec.n_endpoints, sizeof *called);
    if (called)
        find_called(graph, called);
    for (size_t i = 0; called && item && i < reader->spec.n_policies; i++, item = item->next) {
        struct checking checking = {.reader = reader, .policy = &reader->spec.policies[i], .item = item};
        check_policy(&checking, graph, called);
    }
    free(called);
}
