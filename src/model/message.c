#include "model/message.h"

#include "model/queue_parts.h"

enum { SHORTEST_PAUSE_NS = 1000000 };

/* ---- birth and death ---- */

static void link_last(struct queue *queue, struct message *m)
{
    m->before = queue->last;
    m->next = NULL;
    if (queue->last)
        queue->last->next = m;
    else
        queue->first = m;
    queue->last = m;
}

static void unlink_message(struct queue *queue, struct message *m)
{
    if (m->before)
        m->before->next = m->next;
    else
        queue->first = m->next;
    if (m->next)
        m->next->before = m->before;
    else
        queue->last = m->before;
}

static void pay_what_is_owed(struct message *m)
{
    if (m->owed && m->owed->incarnation == m->owed_incarnation)
        consumer_add_credit(m->owed, 1);
    m->owed = NULL;
}

static inline void stop(struct system *s, event_id *timer)
{
    if (*timer)
        sim_cancel(&s->sim, *timer);
    *timer = 0;
}

static inline void forget(struct system *s, struct message *m)
{
    stop(s, &m->timer);
    stop(s, &m->activation->timer);
    pay_what_is_owed(m);
    unlink_message(m->queue, m);
    m->activation->message = NULL;
    m->activation = NULL;
    m->delivery = NULL;
    m->state = MESSAGE_SETTLED;
    message_free_if_over(s, m);
}

void message_forget(struct system *s, struct message *m)
{
    forget(s, m);
}

/* Out of the count that its state is in. */
static inline void leave_state(struct system *s, struct message *m)
{
    struct queue *queue = m->queue;
    stop(s, &m->timer);
    if (m->state == MESSAGE_OUT || m->state == MESSAGE_BACK) {
        queue->delivered--;
        return;
    }
    if (m->state == MESSAGE_PERSISTING)
        queue->persisting--;
    else
        waitlist_remove(&queue->waiting, m->activation);
    queue_note_wait(s, queue, m->activation);
}

void message_settle(struct system *s, struct message *m)
{
    struct activation *a = m->activation;
    leave_state(s, m);
    m->queue->consumed++;
    forget(s, m);
    request_effect_ended(s, a->request);
    activation_destroy(s, a);
}

void message_give_up(struct system *s, struct message *m, uint64_t *count)
{
    struct activation *a = m->activation;
    leave_state(s, m);
    ++*count;
    message_forget(s, m);
    activation_refuse(s, a, true);
}

static void bury(struct system *s, struct message *m)
{
    m->queue->dead++;
    ledger_place(s, PLACE_DEAD, 1);
    message_give_up(s, m, &m->queue->dead_lettered);
}

/* ---- waiting ---- */

/* It is too old. */
static void expire(void *system, void *subject)
{
    struct system *s = system;
    struct message *m = subject;
    struct queue *queue = m->queue;
    m->activation->timer = 0;
    waitlist_prefetch(&queue->waiting);
    message_give_up(s, m, &queue->expired);
    queue_dispatch(s, queue);
}

static void plan_expiry(struct system *s, struct message *m)
{
    int64_t retention_ns = m->queue->retention_ns;
    if (retention_ns < SIM_TIME_MAX - m->accepted_ns)
        m->activation->timer =
            system_plan_timer(s, m->accepted_ns == s->sim.now_ns ? m->queue->retention_line : SIM_LINES,
                              m->accepted_ns + retention_ns - s->sim.now_ns, expire, m);
}

static bool is_over_age(const struct system *s, const struct message *m)
{
    return s->sim.now_ns - m->accepted_ns >= m->queue->retention_ns;
}

/* Consumers see it, and its publisher learns that it is safe. */
static bool show(struct system *s, struct message *m)
{
    struct queue *queue = m->queue;
    m->state = MESSAGE_WAITING;
    if (queue->confirms)
        publication_confirm(s, m->activation);
    return queue_wait(queue, m->activation);
}

static void persisted(void *system, void *subject)
{
    struct system *s = system;
    struct message *m = subject;
    struct queue *queue = m->queue;
    m->timer = 0;
    queue->persisting--;
    if (!show(s, m))
        system_fail(s);
    else
        queue_dispatch(s, queue);
}

static int64_t time_to_persist(const struct queue *queue, const struct activation *a)
{
    if (!queue->persists)
        return 0;
    return distribution_draw(&queue->rule->persist, &queue->persist_times, a->request->number, a->path);
}

/* What is not set here is set with the state that it belongs to. */
static inline struct message *begin(struct system *s, struct queue *queue, struct activation *a)
{
    struct message *m = pool_take(&s->messages);
    if (!m)
        return NULL;
    m->activation = a;
    m->queue = queue;
    m->delivery = NULL;
    m->owed = NULL;
    m->timer = 0;
    m->accepted_ns = s->sim.now_ns;
    m->deliveries = m->records = 0;
    link_last(queue, m);
    a->message = m;
    return m;
}

bool message_accept(struct system *s, struct queue *queue, struct activation *a)
{
    struct message *m = begin(s, queue, a);
    if (!m)
        return false;
    plan_expiry(s, m);
    int64_t persist_ns = time_to_persist(queue, a);
    if (persist_ns == 0)
        return show(s, m);
    m->state = MESSAGE_PERSISTING;
    queue->persisting++;
    m->timer = sim_schedule(&s->sim, s->sim.now_ns + persist_ns, persisted, m);
    return true;
}

/* ---- out ---- */

/* `a` itself was never delivered: it is on no replica, and has no frame, no consumer and no riders. */
static inline struct activation *make_copy(struct system *s, const struct activation *a, uint64_t path)
{
    struct activation *copy = pool_take(&s->activations);
    if (!copy) {
        system_fail(s);
        return NULL;
    }
    *copy = *a;
    copy->id = ++s->last_activation;
    copy->path = path;
    copy->since_ns = s->sim.now_ns;
    copy->message = NULL;
    copy->timer = 0;
    copy->stretch = STRETCH_WIRE_OUT;
    copy->place = PLACES;
    copy->holds_caller = copy->called_off = false;
    copy->call->records++;
    copy->request->records++;
    copy->request->open++;
    return copy;
}

struct activation *message_copy(struct system *s, const struct activation *a, uint64_t path)
{
    return make_copy(s, a, path);
}

static void visible_again(void *system, void *subject);

static void plan_visibility(struct system *s, struct message *m)
{
    int64_t timeout_ns = m->queue->visibility_ns;
    if (timeout_ns < SIM_TIME_MAX - s->sim.now_ns)
        m->timer = system_plan_timer(s, m->queue->visibility_line, timeout_ns, visible_again, m);
}

/* The first copy has the name of the message: without faults the numbers are those of a message that is
 * delivered itself. */
static uint64_t delivery_path(const struct message *m)
{
    return m->deliveries == 0 ? m->activation->path : rng_mix(m->activation->path, ~(uint64_t)m->deliveries);
}

static inline struct activation *deliver(struct system *s, struct message *m)
{
    struct activation *a = m->activation;
    m->queue->redelivered += m->deliveries > 0;
    stop(s, &a->timer);
    if (m->queue->rule->delivery == DELIVERY_AT_MOST_ONCE) {
        message_forget(s, m);
        return a;
    }
    activation_turn(s, a, STRETCH_WIRE_OUT);
    activation_move(s, a, PLACES);
    struct activation *copy = make_copy(s, a, delivery_path(m));
    if (!copy)
        return NULL;
    copy->message = m;
    m->delivery = copy;
    m->delivered_ns = s->sim.now_ns;
    m->deliveries++;
    m->records++;
    m->state = MESSAGE_OUT;
    attempt_handed_on(a, copy);
    plan_visibility(s, m);
    return copy;
}

struct activation *message_deliver(struct system *s, struct message *m)
{
    return deliver(s, m);
}

struct activation *message_pass(struct system *s, struct queue *queue, struct activation *a)
{
    struct message *m = begin(s, queue, a);
    if (!m) {
        system_fail(s);
        return NULL;
    }
    if (queue->confirms)
        publication_confirm(s, a);
    return deliver(s, m);
}

/* ---- back ---- */

/* The time since its delivery went by at the broker. */
static void turn_back(struct system *s, struct activation *a)
{
    if (a->stretch == STRETCH_WIRE_OUT) {
        a->queue_ns += s->sim.now_ns - a->since_ns;
        a->since_ns = s->sim.now_ns;
        a->stretch = STRETCH_QUEUE;
    }
    activation_turn(s, a, STRETCH_QUEUE);
}

void message_idle(struct system *s, struct message *m)
{
    turn_back(s, m->activation);
    activation_move(s, m->activation, PLACE_RETRY);
}

void message_leave(struct message *m, struct activation *d)
{
    if (m->delivery == d)
        m->delivery = NULL;
    if (m->activation)
        attempt_handed_on(d, m->delivery ? m->delivery : m->activation);
}

static bool was_delivered_too_often(const struct message *m)
{
    uint32_t most = m->queue->rule->max_deliveries;
    return most > 0 && most != SPEC_UNLIMITED && m->deliveries >= most;
}

static void wait_again(struct system *s, struct message *m)
{
    struct queue *queue = m->queue;
    struct activation *a = m->activation;
    leave_state(s, m);
    m->state = MESSAGE_WAITING;
    m->delivery = NULL;
    turn_back(s, a);
    activation_move(s, a, PLACE_QUEUE);
    time_average_add(&queue->depth, s->sim.now_ns, 1);
    plan_expiry(s, m);
    if (!waitlist_push_front(&queue->waiting, a, queue_key(a)))
        system_fail(s);
}

void message_return(struct system *s, struct message *m)
{
    pay_what_is_owed(m);
    if (was_delivered_too_often(m))
        bury(s, m);
    else if (is_over_age(s, m))
        message_give_up(s, m, &m->queue->expired);
    else
        wait_again(s, m);
}

static void visible_again(void *system, void *subject)
{
    struct message *m = subject;
    struct queue *queue = m->queue;
    m->timer = 0;
    message_return(system, m);
    queue_dispatch(system, queue);
}

void message_return_at(struct system *s, struct message *m, int64_t at_ns)
{
    m->timer = sim_schedule(&s->sim, at_ns, visible_again, m);
}

/* What fails in no time, again and again, must not stop the clock. */
static int64_t pause_of(const struct system *s, const struct message *m)
{
    int64_t delay_ns = m->queue->rule->redelivery_delay_ns;
    return delay_ns == 0 && m->delivered_ns == s->sim.now_ns ? SHORTEST_PAUSE_NS : delay_ns;
}

void message_hand_back(struct system *s, struct message *m)
{
    int64_t pause_ns = pause_of(s, m);
    if (pause_ns == 0 || was_delivered_too_often(m)) {
        message_return(s, m);
        return;
    }
    stop(s, &m->timer);
    m->state = MESSAGE_BACK;
    message_idle(s, m);
    message_return_at(s, m, s->sim.now_ns + pause_ns);
}
