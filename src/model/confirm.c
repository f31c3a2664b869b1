#include "model/confirm.h"

#include "model/queue_parts.h"
#include "model/worker.h"

static void send_again(void *system, void *subject);

static void plan_resend(struct system *s, struct publication *p)
{
    int64_t ns = p->message.site->queue->rule->confirm_timeout_ns;
    p->timer = 0;
    if (queue_is_limit(ns) && ns < SIM_TIME_MAX - s->sim.now_ns)
        p->timer = sim_schedule_ranked(&s->sim, RANK_TIMER, s->sim.now_ns + ns, send_again, p);
}

static void free_if_unknown(struct system *s, struct publication *p)
{
    if (!p->call && p->coming == 0)
        pool_give(&s->publications, p);
}

static void wait_no_more(struct system *s, struct publication *p)
{
    if (p->missed)
        ledger_place(s, PLACE_RETRY, -1);
    p->missed = false;
}

void publication_miss(struct system *s, const struct activation *a)
{
    struct publication *p = a->call ? a->call->publication : NULL;
    if (!p || p->copies == 0 || --p->copies > 0 || p->arrived)
        return;
    p->missed = true;
    ledger_place(s, PLACE_RETRY, 1);
}

static void count_missed(void *item, void *data)
{
    const struct publication *p = item;
    int64_t *n = data;
    *n += p->call && p->missed;
}

int64_t publications_missed(struct system *s)
{
    int64_t n = 0;
    pool_each(&s->publications, count_missed, &n);
    return n;
}

static void end(struct system *s, struct publication *p)
{
    struct call *call = p->call;
    wait_no_more(s, p);
    sim_cancel(&s->sim, p->timer);
    call->publication = NULL;
    p->call = NULL;
    free_if_unknown(s, p);
    call_release(s, call);
}

/* ---- at the publisher ---- */

/* What is not set here is set whenever a message is published. */
static struct publication *create(struct system *s, struct call *call)
{
    struct publication *p = pool_take(&s->publications);
    if (!p) {
        system_fail(s);
        return NULL;
    }
    p->call = call;
    p->publisher = NULL;
    p->since_ns = s->sim.now_ns;
    p->timer = 0;
    p->coming = 0;
    p->missed = false;
    call->publication = p;
    call->records++;
    return p;
}

struct publication *publication_begin(struct system *s, struct activation *a)
{
    struct call *call = a->call;
    enum queue_confirm confirm = a->site->queue->rule->confirm;
    if (!call)
        return NULL;
    /* Another attempt of the same call takes the place of the one before. */
    struct publication *p = call->publication ? call->publication : create(s, call);
    if (!p)
        return NULL;
    wait_no_more(s, p);
    p->message = *a;
    p->resent = 0;
    p->copies = 1;
    p->arrived = false;
    p->answers = confirm == CONFIRM_WAIT && a->site->caller == SPEC_USERS && !a->site->awaits;
    if (p->timer)
        sim_cancel(&s->sim, p->timer);
    plan_resend(s, p);
    return p;
}

bool publication_holds(struct system *s, struct publication *p, struct activation *publisher)
{
    if (!publisher || p->message.site->queue->rule->confirm != CONFIRM_WAIT)
        return false;
    p->publisher = publisher;
    p->publisher_id = publisher->id;
    activation_turn(s, publisher, STRETCH_CONFIRM);
    worker_turn(s, publisher, WORKER_BLOCKED);
    activation_move(s, publisher, PLACE_BLOCKED);
    return true;
}

static void send_again(void *system, void *subject)
{
    struct system *s = system;
    struct publication *p = subject;
    struct queue *queue = p->message.site->queue;
    /* A name that no delivery has and no attempt. */
    uint64_t path = rng_mix(p->message.path, UINT64_C(1) << 32 | ++p->resent);
    struct activation *copy = message_copy(s, &p->message, path);
    if (!copy)
        return;
    queue->published++;
    queue->resent++;
    queue->coming++;
    plan_resend(s, p);
    wait_no_more(s, p);
    p->copies++;
    call_travel(s, copy, copy->site->out[0], copy->bytes, WIRE_REQUEST, queue_accept);
}

/* Its user, if anybody, has waited from when it was handed over. */
static void answer_user(struct system *s, const struct publication *p)
{
    int64_t split_ns[CAUSES] = {[CAUSE_CONFIRM] = s->sim.now_ns - p->since_ns};
    if (p->answers)
        request_answered(s, p->call->request, OUTCOME_OK, split_ns);
}

static void confirmed(void *system, void *subject)
{
    struct system *s = system;
    struct publication *p = subject;
    struct activation *publisher = p->publisher;
    bool alive = p->call && publisher && publisher->request && publisher->id == p->publisher_id;
    if (alive && instance_holds(s, publisher->instance, confirmed, p, &p->publisher_id))
        return;
    p->coming--;
    if (!p->call) {
        free_if_unknown(s, p);
        return;
    }
    answer_user(s, p);
    end(s, p);
    if (alive) {
        activation_turn(s, publisher, STRETCH_WORK);
        call_sync.resume(s, publisher);
    }
}

static void forget_if_on(void *item, void *data);

struct crash {
    struct system *s;
    const struct instance *instance;
};

void publications_forget(struct system *s, const struct instance *instance)
{
    struct crash crash = {s, instance};
    if (s->publications.live > 0)
        pool_each(&s->publications, forget_if_on, &crash);
}

static void forget_if_on(void *item, void *data)
{
    struct publication *p = item;
    struct crash *crash = data;
    if (p->call && p->call->from == crash->instance)
        end(crash->s, p);
}

/* ---- at the broker ---- */

void publication_confirm(struct system *s, const struct activation *a)
{
    struct publication *p = a->call ? a->call->publication : NULL;
    if (!p)
        return;
    p->arrived = true;
    wait_no_more(s, p);
    struct passage passage = wire_send(s, a->site->back[1], 0, a, WIRE_CONFIRM);
    if (passage.lost)
        return;
    p->coming++;
    sim_schedule(&s->sim, passage.arrival_ns, confirmed, p);
}
