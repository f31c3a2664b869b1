/* From the queue to its consumers. */
#include "model/acknowledge.h"
#include "model/list.h"
#include "model/queue_parts.h"

/* ---- whose turn it is ---- */

void consumer_became_able(struct consumer *consumer)
{
    uint32_t i = consumer->instance->index;
    consumer->queue->able[i / 64] ^= UINT64_C(1) << i % 64;
}

/* The first consumer from `i` on, in turn, that would take a delivery; there must be one. */
static uint32_t first_able(const struct queue *queue, uint32_t i)
{
    uint32_t n_words = queue->n_consumers / 64 + 1, word = i / 64;
    uint64_t bits = queue->able[word] >> i % 64 << i % 64;
    while (bits == 0) {
        word = word + 1 < n_words ? word + 1 : 0;
        bits = queue->able[word];
    }
    return 64 * word + (uint32_t)__builtin_ctzll(bits);
}

static struct consumer *next_consumer(struct queue *queue)
{
    if (queue->n_consumers == 1)
        return queue->consumers;
    uint32_t i = first_able(queue, queue->next);
    queue->next = i + 1 < queue->n_consumers ? i + 1 : 0;
    return &queue->consumers[i];
}

/* ---- at the consumer ---- */

static inline void let_in(struct system *s, struct consumer *consumer, struct activation *a)
{
    consumer->executing++;
    instance_deliver(s, consumer->instance, a);
}

void consumer_let_in_all(struct system *s, struct consumer *consumer)
{
    while (consumer->executing < consumer->most && consumer->buffer.n > 0 && !system_failed(s))
        let_in(s, consumer, list_take(&consumer->buffer));
}

/* The message has reached its consumer. */
static inline void receive(struct system *s, struct consumer *consumer, struct activation *a)
{
    if (!consumer->down && consumer->executing < consumer->most) {
        let_in(s, consumer, a);
        return;
    }
    activation_turn(s, a, STRETCH_INBOX);
    if (consumer->down) {
        delivery_kill(s, a);
    } else {
        activation_move(s, a, PLACE_INBOX);
        list_append(&consumer->buffer, a);
    }
}

static void delivered(void *system, void *activation)
{
    struct activation *a = activation;
    receive(system, a->consumer, a);
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
    int64_t at_ns = waitlist_oldest(&queue->waiting)->since_ns + rule->linger_ns;
    if (at_ns <= s->sim.now_ns)
        return true;
    sim_cancel(&s->sim, queue->linger);
    queue->linger = sim_schedule(&s->sim, at_ns, linger_over, queue);
    return false;
}

static inline void count_delivery(struct system *s, struct queue *queue, const struct activation *a)
{
    if (a->request->measured)
        histogram_add(&queue->wait, s->sim.now_ns - a->since_ns);
    queue->delivered++;
    queue->deliveries++;
}

/* What travels to the consumer; NULL when memory is gone. */
static inline struct activation *take(struct system *s, struct queue *queue)
{
    struct activation *a = waitlist_take(&queue->waiting);
    waitlist_prefetch(&queue->waiting);
    queue_note_wait(s, queue, a);
    count_delivery(s, queue, a);
    return a->message ? message_deliver(s, a->message) : a;
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

/* `a`, the first of a batch perhaps, goes to `consumer`. NULL: memory is gone. */
static inline void deliver(struct system *s, struct queue *queue, struct consumer *consumer,
                           struct activation *a)
{
    if (!a)
        return;
    consumer_add_credit(consumer, -1);
    a->consumer = consumer;
    a->incarnation = consumer->incarnation;
    activation_turn(s, a, STRETCH_WIRE_OUT);
    if (queue->rule->batch > 1)
        add_riders(s, queue, a);
    struct wire *wire = a->site->out[1];
    if (wire)
        call_travel(s, a, wire, a->bytes, WIRE_DELIVERY, delivered);
    else
        receive(s, consumer, a);
}

void queue_dispatch_all(struct system *s, struct queue *queue)
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
            deliver(s, queue, next_consumer(queue), take(s, queue));
        if (queue->blocked.n > 0)
            queue_grant(s, queue);
    } while (queue->again && !system_failed(s));
    queue->dispatching = false;
}

void queue_pass(struct system *s, struct queue *queue, struct activation *a)
{
    if (queue->depth.value >= queue->depth.max)
        queue->depth.max = queue->depth.value + 1;
    count_delivery(s, queue, a);
    queue->dispatching = true;
    deliver(s, queue, next_consumer(queue), s->controlled ? message_pass(s, queue, a) : a);
    queue->dispatching = false;
    queue_dispatch(s, queue);
}
