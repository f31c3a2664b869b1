#include "model/gather.h"

#include <string.h>

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
static uint64_t name_below(uint64_t root, const struct activation *a, const struct instruction *i,
                           const struct site *site, uint32_t cursor)
{
    return rng_mix(rng_mix(execute_place_name(root, a, i), site->name), cursor);
}

static bool send(struct system *s, struct activation *a, const struct site *site, uint64_t name,
                 uint64_t effect)
{
    if (s->controlled)
        return call_begin(s, a->request, site, a, name, effect, site->bytes);
    struct activation *call = activation_create(s, a->request, site, a, name);
    return call && site->type->send(s, call);
}

/* Makes the call under the cursor and moves on. False: it was not made, by chance. */
static bool make_call(struct system *s, struct activation *a, const struct instruction *i, bool *ret_sent)
{
    struct frame *f = a->frame;
    const struct site *site = gather_site(i, f->cursor);
    uint32_t cursor = f->cursor++;
    uint64_t name = name_below(a->path, a, i, site, cursor);
    uint64_t effect = a->call ? name_below(a->call->effect, a, i, site, cursor) : name;
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
    for (struct activation *call; (call = list_take(&a->frame->lost));)
        activation_destroy(s, call);
    call_abandon_all(s, a);
    if (well)
        return execute_next(a);
    activation_finish(s, a, false);
    return false;
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
            make_call(s, a, i, &sent);
        if (!sent)
            return false;
        if (system_failed(s))
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
        else if (make_call(s, a, i, &sent)) {
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

bool gather_run(struct system *s, struct activation *a, const struct instruction *i)
{
    struct frame *f = a->frame;
    if (f->phase == GATHER_BEGIN) {
        f->epoch++;
        f->cursor = f->made = f->outstanding = f->answered = f->failed = 0;
        f->phase = GATHER_SEND;
    }
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

/* ---- answers ---- */

/* The caller is waiting for nothing but answers now. */
static bool is_awaiting(const struct activation *caller)
{
    return caller->stretch == STRETCH_CALL;
}

/* The time that the caller waited becomes what the answer says it went to. */
static void account(struct system *s, struct activation *caller, const struct site *site,
                    int64_t split_ns[CAUSES])
{
    struct frame *f = caller->frame;
    split_fit(split_ns, s->sim.now_ns - caller->since_ns);
    for (int c = 0; c < CAUSES; c++) {
        f->split_ns[c] += split_ns[c];
        if (f->worker == WORKER_BLOCKED)
            site->blame_ns[c] += split_ns[c];
    }
}

void gather_answer(struct system *s, struct activation *caller, const struct site *site, bool well,
                   int64_t split_ns[CAUSES])
{
    struct frame *f = caller->frame;
    const struct instruction *i = activation_step(s, caller);
    f->outstanding--;
    if (well)
        f->answered++;
    else
        f->failed++;
    bool decided = enough(f, i, f->made) || hopeless(f, i) || f->outstanding == 0;
    bool blocked_on_it = f->worker == WORKER_BLOCKED && site->type->one_by_one;
    bool suspended = f->worker == WORKER_STATES && is_awaiting(caller) && f->phase == GATHER_AWAIT;
    if (!blocked_on_it && !(suspended && decided))
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

void activation_answered(void *system, void *activation)
{
    struct system *s = system;
    struct activation *call = activation;
    struct activation *caller = call->call && attempt_is_current(call) ? call->call->caller : NULL;
    if (caller && instance_holds(s, caller->instance, activation_answered, call, &call->id))
        return;
    if (call->call) {
        attempt_answered(s, call);
        return;
    }
    activation_turn(s, call, STRETCH_WIRE_BACK);
    if (call->caller) {
        plain_answer(s, call);
    } else {
        request_answered(s, call->request, outcome_of(call), call->frame->split_ns);
        activation_destroy(s, call);
    }
}
