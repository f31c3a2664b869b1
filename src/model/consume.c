/* From the queue to its consumers. */
#include "model/acknowledge.h"
#include "model/list.h"
#include "model/queue_parts.h"
#include "model/state.h"

int64_t queue_key(const struct queue *queue, const struct activation *a)
{
    return queue->rule->order == QUEUE_PRIORITY ? -(int64_t)a->priority : 0;
}

void queue_note_wait(struct system *s, struct queue *queue, const struct activation *a)
{
    int64_t ns = queue_age_ns(s, a);
    time_average_add(&queue->depth, s->sim.now_ns, -1);
    queue->stay_ns += s->sim.now_ns - a->since_ns;
    if (ns > queue->oldest_max_ns)
        queue->oldest_max_ns = ns;
}

/* ---- credit ---- */

static int64_t usable(const struct consumer *consumer)
{
    return consumer->credit > 0 ? consumer->credit : 0;
}

void consumer_add_credit(struct consumer *consumer, int64_t more)
{
    int64_t before = usable(consumer), credit = consumer->credit + more;
    consumer->credit = credit < INT32_MAX ? (int32_t)credit : INT32_MAX;
    consumer->queue->credit += (uint64_t)(usable(consumer) - before);
}

/* The next consumer, in turn, that would take a delivery; there must be one. */
static struct consumer *next_consumer(struct queue *queue)
{
    uint32_t i = queue->next;
    while (queue->consumers[i].credit <= 0)
        i = (i + 1) % queue->n_consumers;
    queue->next = (i + 1) % queue->n_consumers;
    return &queue->consumers[i];
}

/* ---- at the consumer ---- */

static void let_in(struct system *s, struct consumer *consumer, struct activation *a)
{
    consumer->executing++;
    instance_deliver(s, consumer->instance, a);
}

void consumer_let_in(struct system *s, struct consumer *consumer)
{
    while (consumer->executing < consumer->most && consumer->buffer.n > 0 && !system_failed(s))
        let_in(s, consumer, list_take(&consumer->buffer));
}

/* The message has reached its consumer. */
static void delivered(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation;
    struct consumer *consumer = a->consumer;
    activation_turn(s, a, STRETCH_INBOX);
    if (consumer->down) {
        delivery_kill(s, a);
    } else if (consumer->executing < consumer->most) {
        let_in(s, consumer, a);
    } else {
        activation_move(s, a, PLACE_INBOX);
        list_append(&consumer->buffer, a);
    }
}

/* ---- dispatching ---- */

static void linger_over(void *system, void *subject)
{
    struct queue *queue = subject;
    queue->linger = 0;
    queue_dispatch(system, queue);
}

/* A batch may go when it is full, or when its oldest message has lingered long enough. */
static bool batch_ready(struct system *s, struct queue *queue)
{
    const struct queue_rule *rule = queue->rule;
    if (queue->waiting.n >= rule->batch || rule->linger_ns == 0)
        return true;
    int64_t at_ns = queue->waiting.type->oldest(&queue->waiting)->since_ns + rule->linger_ns;
    if (at_ns <= s->sim.now_ns)
        return true;
    sim_cancel(&s->sim, queue->linger);
    queue->linger = sim_schedule(&s->sim, at_ns, linger_over, queue);
    return false;
}

/* What travels to the consumer; NULL when memory is gone. */
static struct activation *take(struct system *s, struct queue *queue)
{
    struct activation *a = queue->waiting.type->take(&queue->waiting);
    queue_note_wait(s, queue, a);
    if (a->request->measured)
        histogram_add(&queue->wait, s->sim.now_ns - a->since_ns);
    queue->delivered++;
    queue->deliveries++;
    if (a->message)
        return message_deliver(s, a->message);
    return a;
}

/* As many more as the consumer takes at once. */
static void add_riders(struct system *s, struct queue *queue, struct activation *a)
{
    for (uint32_t n = 1; n < queue->rule->batch && queue->waiting.n > 0; n++) {
        struct activation *rider = take(s, queue);
        if (!rider)
            return;
        rider->next = a->riders;
        a->riders = rider;
    }
}

static void deliver(struct system *s, struct queue *queue, struct consumer *consumer)
{
    struct activation *a = take(s, queue);
    if (!a)
        return;
    consumer_add_credit(consumer, -1);
    a->consumer = consumer;
    a->incarnation = consumer->incarnation;
    activation_turn(s, a, STRETCH_WIRE_OUT);
    add_riders(s, queue, a);
    struct wire *wire = a->site->out[1];
    if (wire)
        call_travel(s, a, wire, a->bytes, WIRE_DELIVERY, delivered);
    else
        delivered(s, a);
}

void queue_dispatch(struct system *s, struct queue *queue)
{
    if (queue->down)
        return;
    if (queue->dispatching) { /* work that takes no time was acknowledged within the loop below */
        queue->again = true;
        return;
    }
    queue->dispatching = true;
    do {
        queue->again = false;
        while (queue->waiting.n > 0 && queue->credit > 0 && batch_ready(s, queue) && !system_failed(s))
            deliver(s, queue, next_consumer(queue));
        queue_grant(s, queue);
    } while (queue->again && !system_failed(s));
    queue->dispatching = false;
}
