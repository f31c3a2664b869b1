#include "model/acknowledge.h"

#include "model/queue_parts.h"

/* ---- receipts ---- */

/* Takes the message from the delivery `a` of `consumer`. */
static inline struct receipt receipt_of(struct consumer *consumer, struct activation *a)
{
    struct receipt r = {.consumer = consumer, .message = a->message};
    struct message *m = a->message;
    if (m && m->delivery == a) {
        r.delivery = m->deliveries;
        m->delivery = NULL;
    }
    a->message = NULL;
    return r;
}

/* One that lasts; NULL when memory is gone. */
static struct receipt *receipt_keep(struct system *s, struct receipt receipt)
{
    struct receipt *r = pool_take(&s->receipts);
    if (r)
        *r = receipt;
    else
        system_fail(s);
    return r;
}

/* The message is still out with the delivery that is answered, and not with a later one. */
static bool answers_the_present(const struct receipt *r)
{
    return r->message->state == MESSAGE_OUT && r->message->deliveries == r->delivery;
}

/* The broker learns how one of its messages fared, or does not. */
static inline void tell_broker(struct system *s, const struct receipt *r)
{
    struct message *m = r->message;
    bool heard = !r->lost && !m->queue->down && m->state != MESSAGE_SETTLED;
    if (heard && r->well)
        message_settle(s, m);
    else if (heard && answers_the_present(r))
        message_hand_back(s, m);
    else if (answers_the_present(r))
        message_idle(s, m);
    message_release(s, m);
}

/* The head of a batch, with the receipts of the others behind it, is at the broker. */
static inline void hand_in(struct system *s, const struct receipt *head)
{
    struct consumer *consumer = head->consumer;
    if (head->message)
        tell_broker(s, head);
    for (struct receipt *r = head->next, *next; r; r = next) {
        next = r->next;
        tell_broker(s, r);
        pool_give(&s->receipts, r);
    }
    if (head->incarnation == consumer->incarnation)
        consumer_add_credit(consumer, 1);
    queue_dispatch(s, consumer->queue);
}

static void arrived(void *system, void *subject)
{
    struct system *s = system;
    struct receipt r = *(struct receipt *)subject;
    pool_give(&s->receipts, subject);
    hand_in(s, &r);
}

static inline void send_receipt(struct system *s, struct receipt head, const struct activation *a)
{
    struct wire *wire = a->site->back[0];
    if (!wire) {
        hand_in(s, &head);
        return;
    }
    struct receipt *r = receipt_keep(s, head);
    if (!r)
        return;
    struct passage passage = wire_send(s, wire, 0, a, WIRE_ACK);
    for (struct receipt *each = r; each; each = each->next)
        each->lost = passage.lost;
    sim_schedule(&s->sim, passage.arrival_ns, arrived, r);
}

/* ---- worked off ---- */

/* Where nothing can go wrong, the message is done with, and only the credit comes back. */
static void credit_back(void *system, void *subject)
{
    struct consumer *consumer = subject;
    consumer_add_credit(consumer, 1);
    queue_dispatch(system, consumer->queue);
}

static void acknowledge_plainly(struct system *s, struct consumer *consumer, const struct activation *a)
{
    struct wire *wire = a->site->back[0];
    if (wire)
        sim_schedule(&s->sim, wire_send(s, wire, 0, a, WIRE_ACK).arrival_ns, credit_back, consumer);
    else
        credit_back(s, consumer);
}

/* The broker has forgotten the message `a` long ago: it is done. */
static void consume(struct activation *a)
{
    a->site->queue->consumed++;
    a->site->queue->delivered--;
}

void queue_acknowledge(struct system *s, struct activation *a)
{
    struct consumer *consumer = a->consumer;
    if (!a->message)
        consume(a);
    struct receipt r = receipt_of(consumer, a);
    r.incarnation = a->incarnation;
    r.well = !a->failed || a->site->awaits;
    r.next = consumer->receipts;
    consumer->receipts = NULL;
    consumer->executing--;
    consumer_let_in(s, consumer);
    if (s->controlled)
        send_receipt(s, r, a);
    else
        acknowledge_plainly(s, consumer, a);
}

void queue_acknowledge_rider(struct system *s, struct activation *head, struct activation *rider)
{
    struct consumer *consumer = head->consumer;
    if (!rider->message) {
        consume(rider);
        return;
    }
    struct receipt *r = receipt_keep(s, receipt_of(consumer, rider));
    if (!r)
        return;
    r->well = !head->failed;
    r->next = consumer->receipts;
    consumer->receipts = r;
}

/* ---- lost, or dead with the consumer ---- */

/* Takes the message from its delivery `d`, which is over. NULL = it has another delivery, or none. */
static struct message *take_message(struct system *s, struct activation *d)
{
    struct message *m = d->message;
    bool present = m->delivery == d;
    message_leave(m, d);
    d->message = NULL;
    message_release(s, m);
    return present ? m : NULL;
}

void queue_delivery_died(struct system *s, struct activation *d)
{
    struct queue *queue = d->site->queue;
    if (!d->message) {
        queue->lost_in_crash++;
        queue->delivered--;
        return;
    }
    struct message *m = take_message(s, d);
    if (!m)
        return;
    message_idle(s, m);
    /* The broker sees the connection break; with a visibility timeout it waits for that all the same. */
    if (!m->timer && !queue->down)
        message_return_at(s, m, wire_send(s, d->site->back[0], 0, d, WIRE_ACK).arrival_ns);
}

static void kill_one(struct system *s, struct activation *d)
{
    queue_delivery_died(s, d);
    request_effect_ended(s, d->request);
    attempt_lost(s, d);
}

void delivery_kill(struct system *s, struct activation *a)
{
    for (struct activation *rider; (rider = a->riders);) {
        a->riders = rider->next;
        kill_one(s, rider);
    }
    kill_one(s, a);
}

/* Its consumer asks for the next one when it would have had this, if it does not have to wait for the same
 * one again. */
static void give_credit_back(struct system *s, const struct activation *a, int64_t at_ns)
{
    struct receipt *r = receipt_keep(
        s, (struct receipt){.consumer = a->consumer, .incarnation = a->incarnation, .lost = true});
    if (r)
        sim_schedule(&s->sim, at_ns, arrived, r);
}

static void miss(struct system *s, struct activation *d, int64_t arrival_ns)
{
    struct queue *queue = d->site->queue;
    struct message *m = d->message ? take_message(s, d) : NULL;
    if (m) {
        m->owed = d->consumer;
        m->owed_incarnation = d->incarnation;
        message_idle(s, m);
        if (!m->timer && !queue->down)
            message_return_at(s, m, arrival_ns);
    } else {
        queue->lost++;
        queue->delivered--;
        if (d->consumer)
            give_credit_back(s, d, arrival_ns);
    }
    request_effect_ended(s, d->request);
    attempt_lost(s, d);
}

void queue_delivery_lost(struct system *s, struct activation *a, int64_t arrival_ns)
{
    for (struct activation *rider; (rider = a->riders);) {
        a->riders = rider->next;
        miss(s, rider, arrival_ns);
    }
    miss(s, a, arrival_ns);
}
