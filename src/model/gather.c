#include "model/gather.h"

#include <string.h>

#include "base/apart.h"
#include "model/execute.h"
#include "model/list.h"
#include "model/state.h"

enum { GATHER_BEGIN, GATHER_SEND, GATHER_CALL, GATHER_AWAIT };

const struct site *gather_site(const struct instruction *gather, uint32_t cursor)
{
    const struct site *site = gather->sites;
    while (cursor >= site->copies)
        cursor -= site++->copies;
    return site;
}

/* ---- calling ---- */

/* A call with the name of its place below `root`: what its caller is called. */
static inline uint64_t name_below(uint64_t root, const struct activation *a, const struct instruction *i,
                                  const struct site *site, uint32_t cursor)
{
    uint64_t place = i->depth > 0 ? execute_place_name(root, a, i) : root;
    return rng_mix(rng_mix(place, site->name), cursor);
}

static bool send(struct system *s, struct activation *a, const struct site *site, uint64_t name,
                 uint64_t effect)
{
    if (s->controlled)
        return call_begin(s, a->request, site, a, name, effect, site->bytes);
    struct activation *call = activation_create(s, a->request, site, a, name);
    return call && site->type->send(s, call);
}

/* Makes the `cursor`-th call, which is one of `site`. False: it was not made, by chance. */
static inline bool make_call(struct system *s, struct activation *a, const struct instruction *i,
                             const struct site *site, uint32_t cursor, bool *ret_sent)
{
    struct frame *f = a->frame;
    uint64_t name = name_below(a->path, a, i, site, cursor);
    /* What it is to bring about is named alike as long as nobody was called again. */
    uint64_t root = a->call && a->call->effect ? a->call->effect->name : a->path;
    uint64_t effect = root == a->path ? name : name_below(root, a, i, site, cursor);
    *ret_sent = true;
    if (site->chance < 1.0) {
        struct draw draw = draw_make(&site->chances, a->request->number, name);
        if (draw_uniform(&draw) >= site->chance)
            return false;
    }
    f->made++;
    if (site->awaits)
        f->outstanding++;
    else
        f->answered++;
    *ret_sent = send(s, a, site, name, effect);
    return true;
}

static void begin(struct frame *f)
{
    f->epoch++;
    f->cursor = f->made = f->outstanding = f->answered = f->failed = 0;
    f->phase = GATHER_SEND;
}

/* With calls that chance did not make, fewer answers are enough. */
static bool enough(const struct frame *f, const struct instruction *i, uint32_t made)
{
    return f->answered >= (i->need < made ? i->need : made);
}

static bool hopeless(const struct frame *f, const struct instruction *i)
{
    return f->failed > i->copies - i->need;
}

static bool end_gather(struct system *s, struct activation *a, bool well)
{
    a->frame->epoch++;
    a->frame->phase = GATHER_BEGIN;
    for (struct activation *call; (call = list_pop(&a->frame->lost));)
        activation_destroy(s, call);
    if (a->frame->calls)
        call_abandon_all(s, a);
    if (well)
        return execute_next(a);
    activation_finish(s, a, false);
    return false;
}

/* ---- several calls ---- */

/* Makes the call under the cursor and moves on. */
static bool make_next(struct system *s, struct activation *a, const struct instruction *i, bool *ret_sent)
{
    uint32_t cursor = a->frame->cursor++;
    return make_call(s, a, i, gather_site(i, cursor), cursor, ret_sent);
}

/* Calls that do not wait for each other go out together. False: held until the message can go. */
static bool send_together(struct system *s, struct activation *a, const struct instruction *i)
{
    struct frame *f = a->frame;
    while (f->cursor < i->copies) {
        bool sent = true;
        if (gather_site(i, f->cursor)->type->one_by_one)
            f->cursor++;
        else
            make_next(s, a, i, &sent);
        if (!sent || system_failed(s))
            return false;
    }
    f->cursor = 0;
    f->phase = GATHER_CALL;
    return true;
}

/* The next call that is made one by one; false when there is none (any more, or none is needed). */
static bool call_next(struct system *s, struct activation *a, const struct instruction *i)
{
    struct frame *f = a->frame;
    while (f->cursor < i->copies && !enough(f, i, i->copies)) {
        bool sent;
        if (!gather_site(i, f->cursor)->type->one_by_one)
            f->cursor++;
        else if (make_next(s, a, i, &sent)) {
            call_sync.await(s, a);
            return true;
        }
    }
    f->phase = GATHER_AWAIT;
    return false;
}

static const struct call_type *awaiting_type(const struct instruction *i)
{
    for (uint32_t k = 0; k < i->n_sites; k++)
        if (i->sites[k].awaits && !i->sites[k].type->one_by_one)
            return i->sites[k].type;
    return &call_async;
}

static APART bool run_several(struct system *s, struct activation *a, const struct instruction *i)
{
    struct frame *f = a->frame;
    if (f->phase == GATHER_BEGIN)
        begin(f);
    if (f->phase == GATHER_SEND && !send_together(s, a, i))
        return false;
    if (hopeless(f, i))
        return end_gather(s, a, false);
    if (f->phase == GATHER_CALL && call_next(s, a, i))
        return false;
    if (enough(f, i, f->made))
        return end_gather(s, a, true);
    if (f->outstanding == 0)
        return end_gather(s, a, false);
    awaiting_type(i)->await(s, a);
    return false;
}

/* ---- a single call: the same in fewer steps, as most are ---- */

static bool make_single(struct system *s, struct activation *a, const struct instruction *i)
{
    struct frame *f = a->frame;
    const struct site *site = i->sites;
    bool sent;
    begin(f);
    f->cursor = 1;
    if (!make_call(s, a, i, site, 0, &sent))
        return end_gather(s, a, true);
    if (!site->type->one_by_one && (!sent || system_failed(s)))
        return false;
    f->phase = site->type->one_by_one ? GATHER_CALL : GATHER_AWAIT;
    if (!site->awaits)
        return end_gather(s, a, true);
    site->type->await(s, a);
    return false;
}

static bool run_single(struct system *s, struct activation *a, const struct instruction *i)
{
    struct frame *f = a->frame;
    if (f->phase == GATHER_BEGIN)
        return make_single(s, a, i);
    if (f->outstanding == 0)
        return end_gather(s, a, f->answered > 0);
    f->phase = GATHER_AWAIT; /* it was held until its message could go */
    i->sites->type->await(s, a);
    return false;
}

bool gather_run(struct system *s, struct activation *a, const struct instruction *i)
{
    return i->copies == 1 && i->need == 1 ? run_single(s, a, i) : run_several(s, a, i);
}

/* ---- answers ---- */

/* The caller is waiting for nothing but answers now. */
static bool is_awaiting(const struct activation *caller)
{
    return caller->stretch == STRETCH_CALL;
}

static bool is_decided(const struct frame *f, const struct instruction *i)
{
    return f->outstanding == 0 || enough(f, i, f->made) || hopeless(f, i);
}

/* The time that the caller waited becomes what the answer says it went to. */
static void account(struct system *s, struct activation *caller, const struct site *site,
                    int64_t split_ns[CAUSES])
{
    struct frame *f = caller->frame;
    int64_t ns = s->sim.now_ns - caller->since_ns;
    split_fit(split_ns, ns);
    split_add(f->split_ns, split_ns);
    if (f->worker == WORKER_BLOCKED)
        split_sum_add(site->blame, split_ns, ns);
}

void gather_answer(struct system *s, struct activation *caller, const struct site *site, bool well,
                   int64_t split_ns[CAUSES])
{
    struct frame *f = caller->frame;
    f->outstanding--;
    if (well)
        f->answered++;
    else
        f->failed++;
    bool blocked_on_it = f->worker == WORKER_BLOCKED && site->type->one_by_one;
    bool suspended = f->worker == WORKER_STATES && is_awaiting(caller) && f->phase == GATHER_AWAIT;
    if (!blocked_on_it && !(suspended && is_decided(f, activation_step(caller))))
        return;
    account(s, caller, site, split_ns);
    activation_turn(s, caller, STRETCH_WORK);
    site->type->resume(s, caller);
}

/* An answer to a call that is not controlled. */
static void plain_answer(struct system *s, struct activation *call)
{
    struct activation *caller = call->caller;
    const struct site *site = call->site;
    int64_t split_ns[CAUSES];
    bool well = !call->failed, expected = activation_is_expected(call);
    memcpy(split_ns, call->frame->split_ns, sizeof split_ns);
    activation_destroy(s, call);
    if (expected)
        gather_answer(s, caller, site, well, split_ns);
}

static enum outcome outcome_of(const struct activation *call)
{
    return !call->failed ? OUTCOME_OK : call->refused ? OUTCOME_REJECTED : OUTCOME_ERROR;
}

static void plainly_answered(struct system *s, struct activation *call)
{
    activation_turn(s, call, STRETCH_WIRE_BACK);
    if (call->caller) {
        plain_answer(s, call);
    } else {
        request_answered(s, call->request, outcome_of(call), call->frame->split_ns);
        activation_destroy(s, call);
    }
}

void activation_answered(void *system, void *activation)
{
    struct activation *call = activation;
    if (call->call)
        attempt_answered(system, call);
    else
        plainly_answered(system, call);
}
