#include "model/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/acknowledge.h"
#include "model/queue_parts.h"
#include "model/state.h"

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
    if (!queue->consumers)
        return false;
    queue->n_consumers = c->spec->replicas;
    int32_t credit = queue_full_credit(queue, each);
    for (uint32_t i = 0; i < queue->n_consumers; i++)
        queue->consumers[i] =
            (struct consumer){.queue = queue, .instance = &c->instances[i], .credit = credit, .most = each};
    queue->credit = (uint64_t)credit * queue->n_consumers;
    return true;
}

static struct queue *queue_create(struct system *s, uint32_t broker, uint32_t callee,
                                  const struct queue_rule *rule)
{
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return NULL;
    queue->name = text_copy(rule->name ? rule->name : s->spec->endpoints[callee].name);
    queue->rule = rule;
    queue->component = s->spec->endpoints[callee].component;
    queue->broker = broker;
    queue->waiting.type = rule->order == QUEUE_PRIORITY ? &waitlist_by_key : &waitlist_fifo;
    if (!queue->name || !consumers_init(s, queue) ||
        !system_stream(s, "persist", queue->name, &queue->persists)) {
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
    waitlist_finish(&queue->waiting);
    histogram_finish(&queue->wait);
    free(queue);
}

/* Two queues of one name stand at different senders: the name says which. */
static bool tell_apart(const struct system *s, struct queue *queue)
{
    for (size_t i = 0; i < s->n_queues; i++) {
        if (strcmp(s->queues[i]->name, queue->name) != 0)
            continue;
        char *name =
            text_format("%s@%s", queue->name,
                        queue->broker == SPEC_USERS ? "users" : s->spec->components[queue->broker].name);
        if (!name)
            return false;
        free(queue->name);
        queue->name = name;
        return true;
    }
    return true;
}

static bool add_queue(struct system *s, struct queue *queue)
{
    struct queue **queues = realloc(s->queues, (s->n_queues + 1) * sizeof *queues);
    if (!queues)
        return false;
    s->queues = queues;
    if (!tell_apart(s, queue))
        return false;
    s->queues[s->n_queues++] = queue;
    return true;
}

static struct queue *find(const struct system *s, const char *name, uint32_t broker)
{
    for (size_t i = 0; i < s->n_queues; i++) {
        size_t length = strlen(name);
        const char *other = s->queues[i]->name;
        bool same = strncmp(other, name, length) == 0 && (other[length] == '\0' || other[length] == '@');
        if (same && s->queues[i]->broker == broker)
            return s->queues[i];
    }
    return NULL;
}

bool queue_for(struct system *s, uint32_t caller, uint32_t callee, const struct queue_rule *rule,
               struct queue **ret_queue, struct error *error)
{
    uint32_t broker = broker_of(s->spec, caller, callee, rule);
    const char *name = rule->name ? rule->name : s->spec->endpoints[callee].name;
    struct queue *queue = find(s, name, broker);
    if (queue && queue->component != s->spec->endpoints[callee].component)
        return error_set(error, "queue \"%s\" has consumers in two components, \"%s\" and \"%s\"", name,
                         s->spec->components[queue->component].name,
                         s->spec->components[s->spec->endpoints[callee].component].name);
    if (rule->batch > 1 && rule->reply)
        return error_set(
            error, "queue \"%s\": messages worked off in batches cannot be replied to one by one", name);
    if (!queue) {
        queue = queue_create(s, broker, callee, rule);
        if (!queue || !add_queue(s, queue)) {
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
}

/* ---- looking at one ---- */

int64_t queue_age_ns(const struct system *s, const struct activation *a)
{
    return s->sim.now_ns - (a->message ? a->message->accepted_ns : a->since_ns);
}

int64_t queue_oldest_ns(const struct system *s, const struct queue *queue)
{
    const struct activation *oldest = queue->waiting.type->oldest(&queue->waiting);
    return oldest ? queue_age_ns(s, oldest) : 0;
}
