/* What the files of a queue share with each other. */
#ifndef TANDEM_MODEL_QUEUE_PARTS_H
#define TANDEM_MODEL_QUEUE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/queue.h"
#include "model/state.h"

/* ---- queue.c ---- */

/* A time after which something happens, and not never: a rule that was left zeroed means never, too. */
static inline bool queue_is_limit(int64_t ns)
{
    return ns > 0 && ns < INT64_MAX;
}

/* What so many consumers would take when they have nothing. */
int32_t queue_full_credit(const struct queue *queue, uint32_t consumers);

/* How long the broker has had the message `a`. */
static inline int64_t queue_age_ns(const struct system *s, const struct activation *a)
{
    return s->sim.now_ns - (a->message ? a->message->accepted_ns : a->since_ns);
}

/* ---- message.c ---- */

/* Its record goes when the broker has it no more and nothing else knows of it. */
static inline void message_free_if_over(struct system *s, struct message *m)
{
    if (m->state == MESSAGE_SETTLED && m->records == 0)
        pool_give(&s->messages, m);
}

/* A delivery or acknowledgement forgets it. */
static inline void message_release(struct system *s, struct message *m)
{
    m->records--;
    message_free_if_over(s, m);
}

/* ---- publish.c ---- */

/* Promises places to publishers that wait for one. */
void queue_grant(struct system *s, struct queue *queue);

/* The message is at the broker. For call_travel(). */
void queue_accept(void *system, void *activation);

/* The publishers on `instance` are gone, and what of theirs waits for room. */
void queue_forget_publishers(struct system *s, struct queue *queue, const struct instance *instance);

/* ---- consume.c ---- */

/* By what a queue is ordered, if not by order of coming. */
static inline int64_t queue_key(const struct activation *a)
{
    return -(int64_t)a->priority;
}

/* Takes `a` in among those that wait for a consumer. False when memory is gone. */
static inline bool queue_wait(struct queue *queue, struct activation *a)
{
    return waitlist_push(&queue->waiting, a, queue_key(a));
}

/* The message `a` leaves the queue, for a consumer or for good. */
static inline void queue_note_wait(struct system *s, struct queue *queue, const struct activation *a)
{
    int64_t ns = queue_age_ns(s, a);
    time_average_add(&queue->depth, s->sim.now_ns, -1);
    queue->stay_ns += s->sim.now_ns - a->since_ns;
    if (ns > queue->oldest_max_ns)
        queue->oldest_max_ns = ns;
}

/* For queue_dispatch(), when there may be something to give. */
void queue_dispatch_all(struct system *s, struct queue *queue);

/* Gives what waits to consumers that would take it, and promises what room there is. */
static inline void queue_dispatch(struct system *s, struct queue *queue)
{
    if (queue->dispatching || queue->blocked.n > 0 || (queue->waiting.n > 0 && queue->credit > 0))
        queue_dispatch_all(s, queue);
}

/* A message that came now would be given away now. Watches see each change of the backlog: then nothing may
 * be left out. */
static inline bool queue_passes(const struct system *s, const struct queue *queue)
{
    return queue->waiting.n == 0 && queue->credit > 0 && queue->at_once && !queue->dispatching &&
           !s->watches.list;
}

/* Accepts and gives away the message `a`: the same as to let it wait and to dispatch, but for what cancels
 * out within the instant. */
void queue_pass(struct system *s, struct queue *queue, struct activation *a);

/* For consumer_let_in(), when there are some. */
void consumer_let_in_all(struct system *s, struct consumer *consumer);

/* Those that were delivered already get in, as long as fewer execute than may. */
static inline void consumer_let_in(struct system *s, struct consumer *consumer)
{
    if (consumer->buffer.n > 0)
        consumer_let_in_all(s, consumer);
}

/* `consumer` would take a delivery from now on, or would no more. */
void consumer_became_able(struct consumer *consumer);

/* `consumer` would take `more` deliveries than before. */
static inline void consumer_add_credit(struct consumer *consumer, int64_t more)
{
    int64_t before = consumer->credit, after = before + more;
    if (after > INT32_MAX)
        after = INT32_MAX;
    consumer->credit = (int32_t)after;
    if ((before > 0) != (after > 0))
        consumer_became_able(consumer);
    consumer->queue->credit += (uint64_t)((after > 0 ? after : 0) - (before > 0 ? before : 0));
}

#endif
