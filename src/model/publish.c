/* From publishers into the queue. */
#include "model/list.h"
#include "model/queue_parts.h"
#include "model/worker.h"

/* ---- room ---- */

/* A waiting place that nobody has and nobody was promised, or a consumer that would take a message at once.
 */
static bool can_promise(const struct queue *queue)
{
    uint64_t taken = queue_depth(queue) + queue->coming;
    return queue->rule->capacity == SPEC_UNLIMITED || taken < (uint64_t)queue->rule->capacity + queue->credit;
}

/* While consumers are free, what waits only lingers for a batch of theirs to fill: that takes no waiting
 * place. */
static bool is_full(const struct queue *queue)
{
    const struct queue_rule *rule = queue->rule;
    uint64_t credit = queue->credit < INT32_MAX ? queue->credit : INT32_MAX;
    return queue_depth(queue) >= (uint64_t)rule->capacity + credit * rule->batch;
}

/* The one that waits longest goes; NULL when none does. */
static struct activation *drop_oldest(struct system *s, struct queue *queue)
{
    struct activation *oldest = waitlist_oldest(&queue->waiting);
    if (!oldest)
        return NULL;
    waitlist_remove(&queue->waiting, oldest);
    queue_note_wait(s, queue, oldest);
    if (oldest->message)
        message_forget(s, oldest->message);
    return oldest;
}

/* True: room was made for `newest`. False: it was turned away itself. */
static bool overflow(struct system *s, struct queue *queue, struct activation *newest)
{
    bool told = queue->rule->overflow == QUEUE_REJECT;
    struct activation *oldest = queue->rule->overflow == QUEUE_DROP_OLDEST ? drop_oldest(s, queue) : NULL;
    if (told)
        queue->rejected++;
    else
        queue->dropped++;
    if (!oldest)
        publication_confirm(s, newest); /* it would meet the same again */
    activation_refuse(s, oldest ? oldest : newest, !told);
    return oldest != NULL;
}

/* ---- at the broker ---- */

/* Nobody is there to take it. */
static void meet_down(struct system *s, struct queue *queue, struct activation *a)
{
    bool told = s->components[queue->broker].spec->on_crash == ON_CRASH_RESET;
    if (told)
        queue->rejected++;
    else
        queue->lost++;
    publication_miss(s, a);
    activation_refuse(s, a, !told);
}

void queue_accept(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation;
    struct queue *queue = a->site->queue;
    queue->coming--;
    activation_turn(s, a, STRETCH_QUEUE);
    if (queue->down) {
        meet_down(s, queue, a);
        return;
    }
    if (queue->bounded && is_full(queue) && !overflow(s, queue, a))
        return;
    if (queue_passes(s, queue)) {
        queue_pass(s, queue, a);
        return;
    }
    activation_move(s, a, PLACE_QUEUE);
    time_average_add(&queue->depth, s->sim.now_ns, 1);
    if (s->controlled ? message_accept(s, queue, a) : queue_wait(queue, a))
        queue_dispatch(s, queue);
    else
        system_fail(s);
}

/* ---- at the publisher ---- */

/* What its publisher keeps of it; NULL = nothing. */
static inline struct publication *publish(struct system *s, struct activation *call)
{
    const struct site *site = call->site;
    struct queue *queue = site->queue;
    queue->published++;
    if (!call->caller && !(call->call && site->awaits))
        call->request->held_ns += s->sim.now_ns - call->since_ns;
    call->since_ns = s->sim.now_ns; /* the wait for room was its publisher's, not its own */
    if (call->call)
        attempt_published(s, call);
    struct request *request = call->request;
    struct publication *p = queue->confirms ? publication_begin(s, call) : NULL;
    bool answers = site->caller == SPEC_USERS && !site->awaits && !(p && p->answers);
    if (answers)
        request->records++; /* the message may be lost at once, the request must not */
    call_travel(s, call, site->out[0], call->bytes, WIRE_REQUEST, queue_accept);
    if (answers) {
        request_answered(s, request, OUTCOME_OK, NULL);
        request->records--;
        request_release(s, request);
    }
    return p;
}

/* One that waits for answers already is not held up by a call that was made later on its behalf. */
static bool can_be_held(const struct activation *publisher)
{
    return publisher && publisher->frame->worker == WORKER_BUSY;
}

static void wait_for_room(struct system *s, struct queue *queue, struct activation *call)
{
    struct activation *publisher = call->caller;
    list_append(&queue->blocked, call);
    if (can_be_held(publisher)) {
        call->holds_caller = true;
        activation_turn(s, publisher, STRETCH_BACKPRESSURE);
        worker_turn(s, publisher, WORKER_BLOCKED);
        activation_move(s, publisher, PLACE_BLOCKED);
    }
}

bool queue_publish(struct system *s, struct activation *a)
{
    struct queue *queue = a->site->queue;
    if (queue->rule->overflow == QUEUE_BLOCK && (queue->blocked.n > 0 || !can_promise(queue))) {
        wait_for_room(s, queue, a);
        return false;
    }
    struct activation *publisher = can_be_held(a->caller) ? a->caller : NULL;
    queue->coming++;
    struct publication *p = publish(s, a);
    return !p || !publication_holds(s, p, publisher);
}

/* ---- grants ---- */

/* Its publisher crashed before it could hand it over. */
static void forget(struct system *s, struct activation *a)
{
    if (!a->awaited)
        a->call->belief = BELIEF_ABANDONED;
    request_effect_ended(s, a->request);
    attempt_lost(s, a);
}

/* The publisher that it has kept waiting, if that is still there. */
static struct activation *held_by(const struct activation *a)
{
    bool there = a->holds_caller && a->caller->request && a->caller->id == a->caller_id;
    return there ? a->caller : NULL;
}

/* The publisher learns that there is room for its message. */
static void granted(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation, *publisher = held_by(a);
    struct queue *queue = a->site->queue;
    if (publisher && instance_holds(s, publisher->instance, granted, a, &a->id))
        return;
    waitlist_remove(&queue->granted, a);
    if (a->called_off) {
        queue->coming--;
        forget(s, a);
        queue_dispatch(s, queue);
        return;
    }
    struct publication *p = publish(s, a);
    if (!(p && publication_holds(s, p, publisher)) && publisher) {
        activation_turn(s, publisher, STRETCH_WORK);
        call_sync.resume(s, publisher);
    }
}

void queue_grant(struct system *s, struct queue *queue)
{
    while (queue->blocked.n > 0 && can_promise(queue)) {
        struct activation *call = list_take(&queue->blocked);
        queue->coming++;
        waitlist_push(&queue->granted, call, 0); /* a fifo: that needs no memory */
        sim_schedule(&s->sim, wire_send(s, call->site->back[1], 0, call, WIRE_GRANT).arrival_ns, granted,
                     call);
    }
}

void queue_forget_publishers(struct system *s, struct queue *queue, const struct instance *instance)
{
    struct list blocked = queue->blocked;
    queue->blocked = (struct list){0};
    for (struct activation *a; (a = list_take(&blocked));)
        if (a->call->from == instance)
            forget(s, a);
        else
            list_append(&queue->blocked, a);
    for (struct activation *a = queue->granted.first; a; a = a->next)
        a->called_off |= a->call->from == instance;
}
