/* What a crash means to queues. */
#include "model/acknowledge.h"
#include "model/list.h"
#include "model/queue_parts.h"

/* ---- connections ---- */

static void disconnect(struct consumer *consumer)
{
    consumer->incarnation++;
    consumer_add_credit(consumer, -(int64_t)consumer->credit);
}

static void reconnect(struct consumer *consumer)
{
    if (!consumer->down && !consumer->queue->down)
        consumer_add_credit(consumer,
                            queue_full_credit(consumer->queue, consumer->most) - (int64_t)consumer->credit);
}

/* ---- the consumers' replica ---- */

/* The queues whose consumers are on the replicas of its component, linked by their `next_consumed`. */
static struct queue *consumed_on(const struct system *s, const struct instance *instance)
{
    const struct queue_list *consumed = s->queue_index.consumed;
    return consumed ? consumed[instance->component->index].first : NULL;
}

static void consumer_down(struct system *s, struct consumer *consumer)
{
    consumer->down = true;
    consumer->executing = 0;
    disconnect(consumer);
    for (struct activation *a; (a = list_take(&consumer->buffer));)
        delivery_kill(s, a);
}

void queues_consumer_down(struct system *s, struct instance *instance)
{
    for (struct queue *queue = consumed_on(s, instance); queue; queue = queue->next_consumed)
        if (!queue->consumers[instance->index].down)
            consumer_down(s, &queue->consumers[instance->index]);
}

void queues_consumer_up(struct system *s, struct instance *instance)
{
    for (struct queue *queue = consumed_on(s, instance); queue; queue = queue->next_consumed) {
        struct consumer *consumer = &queue->consumers[instance->index];
        if (!consumer->down)
            continue;
        consumer->down = false;
        reconnect(consumer);
        queue_dispatch(s, queue);
    }
}

static void change_workers(struct system *s, struct consumer *consumer, int64_t delta)
{
    struct queue *queue = consumer->queue;
    int32_t before = queue_full_credit(queue, consumer->most);
    consumer->most = (uint32_t)(consumer->most + delta);
    if (consumer->down || queue->down)
        return;
    consumer_add_credit(consumer, (int64_t)queue_full_credit(queue, consumer->most) - before);
    consumer_let_in(s, consumer);
    queue_dispatch(s, queue);
}

void queues_workers_changed(struct system *s, struct instance *instance, int64_t delta)
{
    for (struct queue *queue = consumed_on(s, instance); queue; queue = queue->next_consumed)
        if (queue->rule->consumers == SPEC_UNLIMITED)
            change_workers(s, &queue->consumers[instance->index], delta);
}

/* ---- the publishers' replica ---- */

void queues_publisher_down(struct system *s, struct instance *instance)
{
    for (struct queue *queue = s->queue_index.blocking.first; queue; queue = queue->next_blocking)
        queue_forget_publishers(s, queue, instance);
    publications_forget(s, instance);
}

/* ---- the broker ---- */

/* It is not on the disk yet, or never will be. */
static bool is_volatile(const struct system *s, const struct message *m)
{
    const struct queue_rule *rule = m->queue->rule;
    if (!rule->durable || m->state == MESSAGE_PERSISTING)
        return true;
    return rule->flush_ns > 0 && m->accepted_ns > s->sim.now_ns / rule->flush_ns * rule->flush_ns;
}

static void lose_what_is_volatile(struct system *s, struct queue *queue)
{
    for (struct message *m = queue->first, *next; m; m = next) {
        next = m->next;
        sim_cancel(&s->sim, m->timer);
        m->timer = 0;
        if (m->state == MESSAGE_PERSISTING)
            publication_miss(s, m->activation);
        if (is_volatile(s, m))
            message_give_up(s, m, &queue->lost_in_crash);
    }
}

static void broker_down(struct system *s, struct queue *queue)
{
    queue->down = true;
    sim_cancel(&s->sim, queue->linger);
    queue->linger = 0;
    for (uint32_t i = 0; i < queue->n_consumers; i++)
        disconnect(&queue->consumers[i]);
    lose_what_is_volatile(s, queue);
}

/* Those that stand at `component`, linked by their `next_standing`. */
static struct queue *standing_at(const struct system *s, uint32_t component)
{
    return s->queue_index.standing ? s->queue_index.standing[component].first : NULL;
}

void queues_broker_down(struct system *s, uint32_t component)
{
    for (struct queue *queue = standing_at(s, component); queue; queue = queue->next_standing)
        if (!queue->down)
            broker_down(s, queue);
}

/* From the last to the first, so that the order stays. */
static void take_back_all(struct system *s, struct queue *queue)
{
    for (struct message *m = queue->last, *before; m; m = before) {
        before = m->before;
        if (m->state != MESSAGE_WAITING)
            message_return(s, m);
    }
}

static void broker_up(struct system *s, struct queue *queue)
{
    queue->down = false;
    take_back_all(s, queue);
    for (uint32_t i = 0; i < queue->n_consumers; i++)
        reconnect(&queue->consumers[i]);
    queue_dispatch(s, queue);
}

void queues_broker_up(struct system *s, uint32_t component)
{
    for (struct queue *queue = standing_at(s, component); queue; queue = queue->next_standing)
        if (queue->down)
            broker_up(s, queue);
}
