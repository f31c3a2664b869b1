/* What the files of a queue share with each other. */
#ifndef TANDEM_MODEL_QUEUE_PARTS_H
#define TANDEM_MODEL_QUEUE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/activation.h"
#include "model/queue.h"

/* ---- queue.c ---- */

/* A time after which something happens, and not never: a rule that was left zeroed means never, too. */
static inline bool queue_is_limit(int64_t ns)
{
    return ns > 0 && ns < INT64_MAX;
}

/* What so many consumers would take when they have nothing. */
int32_t queue_full_credit(const struct queue *queue, uint32_t consumers);

/* How long the broker has had the message `a`. */
int64_t queue_age_ns(const struct system *s, const struct activation *a);

/* ---- publish.c ---- */

/* Promises places to publishers that wait for one. */
void queue_grant(struct system *s, struct queue *queue);

/* The message is at the broker. For call_travel(). */
void queue_accept(void *system, void *activation);

/* The publishers on `instance` are gone, and what of theirs waits for room. */
void queue_forget_publishers(struct system *s, struct queue *queue, const struct instance *instance);

/* ---- consume.c ---- */

/* Gives what waits to consumers that would take it. */
void queue_dispatch(struct system *s, struct queue *queue);

/* The message `a` leaves the queue, for a consumer or for good. */
void queue_note_wait(struct system *s, struct queue *queue, const struct activation *a);

/* By what it is ordered. */
int64_t queue_key(const struct queue *queue, const struct activation *a);

/* Those that were delivered already get in, as long as fewer execute than may. */
void consumer_let_in(struct system *s, struct consumer *consumer);

/* `consumer` would take `more` deliveries than before. */
void consumer_add_credit(struct consumer *consumer, int64_t more);

#endif
