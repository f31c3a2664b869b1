#include "model/queue.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/acknowledge.h"
#include "model/queue_parts.h"

/* ---- making ---- */

static uint32_t broker_of(const struct spec *spec, uint32_t caller, uint32_t callee,
                          const struct queue_rule *rule)
{
    switch (rule->at) {
    case BROKER_AT_RECEIVER: return spec->endpoints[callee].component;
    case BROKER_AT_SENDER: return caller == SPEC_USERS ? SPEC_USERS : spec->endpoints[caller].component;
    case BROKER_AT_COMPONENT: return rule->broker;
    }
    return SPEC_NONE;
}

int32_t queue_full_credit(const struct queue *queue, uint32_t consumers)
{
    uint64_t credit = (uint64_t)consumers * queue->rule->prefetch;
    return credit < INT32_MAX ? (int32_t)credit : INT32_MAX;
}

static bool consumers_init(struct system *s, struct queue *queue)
{
    struct component *c = &s->components[queue->component];
    uint32_t each = queue->rule->consumers == SPEC_UNLIMITED ? c->spec->workers : queue->rule->consumers;
    queue->consumers = calloc(c->spec->replicas, sizeof *queue->consumers);
    queue->able = calloc(c->spec->replicas / 64 + 1, sizeof *queue->able);
    if (!queue->consumers || !queue->able)
        return false;
    queue->n_consumers = c->spec->replicas;
    int32_t credit = queue_full_credit(queue, each);
    for (uint32_t i = 0; i < queue->n_consumers; i++) {
        queue->consumers[i] = (struct consumer){.queue = queue, .instance = &c->instances[i], .most = each};
        consumer_add_credit(&queue->consumers[i], credit);
    }
    return true;
}

static int64_t never_if_none(int64_t ns)
{
    return queue_is_limit(ns) ? ns : INT64_MAX;
}

static struct queue *queue_create(struct system *s, uint32_t broker, uint32_t callee,
                                  const struct queue_rule *rule)
{
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return NULL;
    queue->name = text_copy(rule->name ? rule->name : s->spec->endpoints[callee].name);
    queue->rule = rule;
    queue->retention_ns = never_if_none(rule->retention_ns);
    queue->visibility_ns = never_if_none(rule->visibility_timeout_ns);
    queue->retention_line = system_timer_line(s, queue->retention_ns);
    queue->visibility_line = system_timer_line(s, queue->visibility_ns);
    queue->bounded = rule->capacity != SPEC_UNLIMITED && rule->overflow != QUEUE_BLOCK;
    queue->confirms = rule->confirm != CONFIRM_NONE;
    queue->persists = rule->durable && rule->persist.type;
    queue->at_once = rule->batch == 1 && !queue->persists;
    queue->component = s->spec->endpoints[callee].component;
    queue->broker = broker;
    queue->waiting.order = rule->order == QUEUE_PRIORITY ? WAITLIST_BY_KEY : WAITLIST_FIFO;
    if (!queue->name || !consumers_init(s, queue) ||
        !system_stream(s, "persist", queue->name, &queue->persist_times)) {
        queue_destroy(queue);
        return NULL;
    }
    return queue;
}

void queue_destroy(struct queue *queue)
{
    if (!queue)
        return;
    free(queue->name);
    free(queue->consumers);
    free(queue->able);
    waitlist_finish(&queue->waiting);
    histogram_finish(&queue->wait);
    free(queue);
}

/* Two queues of one name stand at different senders: that of the second says which. */
static bool tell_apart(const struct system *s, struct queue *queue)
{
    if (!queue_index_find(&s->queue_index, queue->name, SPEC_NONE))
        return true;
    char *name = text_format("%s@%s", queue->name,
                             queue->broker == SPEC_USERS ? "users" : s->spec->components[queue->broker].name);
    if (!name)
        return false;
    free(queue->name);
    queue->name = name;
    return true;
}

static bool add_queue(struct system *s, struct queue *queue, const char *name)
{
    struct queue **queues = realloc(s->queues, (s->n_queues + 1) * sizeof *queues);
    if (!queues)
        return false;
    s->queues = queues;
    if (!tell_apart(s, queue) || !queue_index_add(&s->queue_index, queue, name, s->spec->n_components))
        return false;
    s->queues[s->n_queues++] = queue;
    return true;
}

bool queue_for(struct system *s, uint32_t caller, uint32_t callee, const struct queue_rule *rule,
               struct queue **ret_queue, struct error *error)
{
    uint32_t broker = broker_of(s->spec, caller, callee, rule);
    const char *name = rule->name ? rule->name : s->spec->endpoints[callee].name;
    struct queue *queue = queue_index_find(&s->queue_index, name, broker);
    if (queue && queue->component != s->spec->endpoints[callee].component)
        return error_set(error, "queue \"%s\" has consumers in two components, \"%s\" and \"%s\"", name,
                         s->spec->components[queue->component].name,
                         s->spec->components[s->spec->endpoints[callee].component].name);
    if (rule->batch > 1 && rule->reply)
        return error_set(
            error, "queue \"%s\": messages worked off in batches cannot be replied to one by one", name);
    if (!queue) {
        queue = queue_create(s, broker, callee, rule);
        if (!queue || !add_queue(s, queue, name)) {
            queue_destroy(queue);
            return error_set(error, "out of memory");
        }
    }
    *ret_queue = queue;
    return true;
}

/* ---- what all have in common ---- */

void queues_init(struct system *s)
{
    pool_init(&s->messages, sizeof(struct message));
    pool_init(&s->receipts, sizeof(struct receipt));
    pool_init(&s->publications, sizeof(struct publication));
}

void queues_finish(struct system *s)
{
    pool_finish(&s->messages);
    pool_finish(&s->receipts);
    pool_finish(&s->publications);
    queue_index_finish(&s->queue_index);
}

/* ---- looking at one ---- */

int64_t queue_oldest_ns(const struct system *s, const struct queue *queue)
{
    const struct activation *oldest = waitlist_oldest(&queue->waiting);
    return oldest ? queue_age_ns(s, oldest) : 0;
}
