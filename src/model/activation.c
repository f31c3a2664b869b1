#include "model/activation.h"

#include "base/apart.h"
#include "model/gather.h"
#include "model/list.h"
#include "model/state.h"
#include "model/worker.h"

/* ---- stretches of time ---- */

/* Whose account a blocked stretch of `a`, other than one for an answer, goes to. */
static struct split_sum *blamed(const struct activation *a)
{
    const struct instruction *i = activation_step(a);
    /* The cursor already stands behind the call that is being sent. */
    return i->op == OP_WAIT ? i->blame : gather_site(i, a->frame->cursor - 1)->blame;
}

static void tell_span(struct system *s, const struct activation *a)
{
    bool holds = a->frame && a->frame->worker != WORKER_STATES;
    enum span_kind kind;
    switch ((enum stretch)a->stretch) {
    case STRETCH_WORK: kind = SPAN_BUSY; break;
    case STRETCH_READY: kind = SPAN_READY; break;
    case STRETCH_INBOX: kind = SPAN_INBOX; break;
    case STRETCH_QUEUE: kind = SPAN_QUEUE; break;
    case STRETCH_IO:
    case STRETCH_CALL:
    case STRETCH_BACKPRESSURE:
    case STRETCH_CONFIRM: kind = holds ? SPAN_BLOCKED : SPAN_SUSPENDED; break;
    default: return;
    }
    uint32_t component =
        kind == SPAN_QUEUE ? a->site->queue->broker : s->spec->endpoints[a->site->callee].component;
    s->sink->span(s->sink->data, &(struct trace_span){.kind = kind,
                                                      .component = component,
                                                      .replica = a->instance ? a->instance->index : 0,
                                                      .endpoint = a->site->callee,
                                                      .load = a->request->load->index,
                                                      .request = a->request->number,
                                                      .activation = a->id,
                                                      .from_ns = a->since_ns,
                                                      .to_ns = s->sim.now_ns});
}

/* The cause of a stretch whose time is the activation's own. */
static enum cause cause_of(enum stretch stretch)
{
    static const enum cause causes[] = {
        [STRETCH_WIRE_OUT] = CAUSE_WIRE_OUT,
        [STRETCH_QUEUE] = CAUSE_QUEUE,
        [STRETCH_INBOX] = CAUSE_INBOX,
        [STRETCH_WORK] = CAUSE_WORK,
        [STRETCH_READY] = CAUSE_READY,
        [STRETCH_IO] = CAUSE_IO,
        [STRETCH_CALL] = CAUSE_LOST, /* never asked for: the calls know */
        [STRETCH_BACKPRESSURE] = CAUSE_BACKPRESSURE,
        [STRETCH_CONFIRM] = CAUSE_CONFIRM,
        [STRETCH_WIRE_BACK] = CAUSE_WIRE_BACK,
        [STRETCH_LOST] = CAUSE_LOST,
        [STRETCH_DOWN] = CAUSE_DOWN,
    };
    return causes[stretch];
}

enum cause activation_cause(const struct activation *a)
{
    return cause_of(a->stretch);
}

static inline void charge_unstarted(struct activation *a, int64_t ns)
{
    switch ((enum stretch)a->stretch) {
    case STRETCH_WIRE_OUT: a->wire_ns += ns; break;
    case STRETCH_QUEUE: a->queue_ns += ns; break;
    case STRETCH_INBOX: a->inbox_ns += ns; break;
    default: break; /* before it was sent, or lost: nobody waits */
    }
}

static RARE void blame(const struct activation *a, enum cause cause, int64_t ns)
{
    blamed(a)->ns[cause] += ns;
}

static inline void charge(struct activation *a, int64_t ns)
{
    struct frame *f = a->frame;
    if (!f) {
        charge_unstarted(a, ns);
        return;
    }
    if (a->stretch == STRETCH_CALL)
        return; /* activation_answered() does it */
    enum cause cause = cause_of(a->stretch);
    f->split_ns[cause] += ns;
    if (cause == CAUSE_WORK)
        f->worked_ns += ns;
    if (f->worker == WORKER_BLOCKED)
        blame(a, cause, ns);
}

static RARE void tell_and_charge(struct system *s, struct activation *a, int64_t ns)
{
    tell_span(s, a);
    charge(a, ns);
}

void activation_charge(struct system *s, struct activation *a, int64_t ns)
{
    if (s->sink && s->sink->span && a->request->traced)
        tell_and_charge(s, a, ns);
    else
        charge(a, ns);
}

void activation_cut(struct system *s, struct activation *a)
{
    if (a->stretch != STRETCH_CALL)
        activation_turn(s, a, a->stretch);
    else if (s->sink && s->sink->span && a->request->traced && s->sim.now_ns > a->since_ns)
        tell_span(s, a);
}

void activation_move_riders(struct system *s, struct activation *a, enum place place)
{
    for (struct activation *rider = a->riders; rider; rider = rider->next)
        activation_move(s, rider, place);
}

/* ---- birth and death ---- */

struct activation *activation_create(struct system *s, struct request *request, const struct site *site,
                                     struct activation *caller, uint64_t path)
{
    struct activation *a = pool_take(&s->activations);
    if (!a) {
        system_fail(s);
        return NULL;
    }
    bool inherits = site->priority == SPEC_SAME_PRIORITY;
    /* Field by field, as for a frame: those of lists and of deliveries are set when it gets there. */
    a->request = request;
    a->site = site;
    a->call = NULL;
    a->caller = caller;
    a->caller_id = caller ? caller->id : 0;
    a->id = ++s->last_activation;
    a->path = path;
    a->since_ns = s->sim.now_ns;
    a->wire_ns = a->queue_ns = a->inbox_ns = 0;
    a->instance = NULL;
    a->consumer = NULL;
    a->riders = NULL;
    a->frame = NULL;
    a->message = NULL;
    a->timer = 0;
    a->deadline_ns = INT64_MAX;
    a->priority = !inherits ? site->priority : caller ? caller->priority : 0;
    a->attempt = 0;
    a->epoch = caller ? caller->frame->epoch : 0;
    a->place = PLACES;
    a->stretch = STRETCH_WIRE_OUT;
    a->bytes = site->bytes;
    a->awaited = site->awaits;
    a->failed = a->holds_caller = a->refused = a->called_off = a->passed_on = false;
    request->records++;
    request->open++;
    return a;
}

void activation_destroy(struct system *s, struct activation *a)
{
    struct request *request = a->request;
    if (a->call)
        attempt_released(s, a);
    activation_move(s, a, PLACES);
    if (a->frame)
        pool_give(&s->frames, a->frame);
    a->request = NULL;
    a->id = 0; /* whoever remembers it by these is told that it is no more */
    a->timer = 0;
    pool_give(&s->activations, a);
    request->records--;
    request_release(s, request);
}

bool activation_start_frame(struct system *s, struct activation *a)
{
    a->frame = pool_take(&s->frames);
    if (!a->frame) {
        system_fail(s);
        return false;
    }
    struct frame *f = a->frame;
    /* Field by field: what a step sets before it reads it, half of the record, need not be cleared. */
    split_clear(f->split_ns);
    f->split_ns[CAUSE_WIRE_OUT] = a->wire_ns;
    f->split_ns[CAUSE_QUEUE] = a->queue_ns;
    f->split_ns[CAUSE_INBOX] = a->inbox_ns;
    f->lost = f->awaited = NULL;
    f->calls = NULL;
    f->worked_ns = 0;
    f->pc = f->epoch = 0;
    f->worker = WORKER_STATES;
    f->phase = 0;
    return true;
}

void activation_arrive(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation;
    if (a->called_off)
        activation_refuse(s, a, true);
    else
        component_admit(s, a->site->component, a);
}

bool activation_is_expected(const struct activation *a)
{
    const struct activation *caller = a->caller;
    if (a->call)
        return attempt_is_current(a);
    return caller->request && caller->id == a->caller_id && caller->frame && caller->frame->epoch == a->epoch;
}

/* Kept, nowhere, as long as its caller waits in vain: it knows where the time before went to. */
static void lose(struct system *s, struct activation *a)
{
    activation_turn(s, a, STRETCH_LOST);
    activation_move(s, a, PLACES);
    if (activation_start_frame(s, a))
        list_push(&a->caller->frame->lost, a);
}

void activation_refuse(struct system *s, struct activation *a, bool in_silence)
{
    if (!a->call)
        a->request->undone++;
    request_effect_ended(s, a->request);
    if (!in_silence && a->awaited) {
        a->failed = a->refused = true;
        activation_turn(s, a, STRETCH_WIRE_BACK);
        if (a->frame || activation_start_frame(s, a))
            call_answer(s, a);
    } else if (in_silence && a->call) {
        attempt_lost(s, a);
    } else if (in_silence && a->awaited && a->caller && activation_is_expected(a)) {
        lose(s, a);
    } else {
        a->request->hung |= in_silence && a->awaited && !a->caller && !a->call;
        activation_destroy(s, a);
    }
}

/* The callee remembers what it has done: consumers by message, callees by what the call is to bring about,
 * which is the same when its caller is executed again. */
static bool is_done_already(const struct activation *a)
{
    if (!a->call || !a->site->once)
        return false;
    bool by_effect = a->site->control && a->site->control->idempotent;
    const struct effect *effect = a->call->effect;
    return a->call->executions > 0 || (by_effect && effect && effect->executions > 0);
}

static bool is_all_done(const struct activation *a)
{
    bool done = is_done_already(a);
    for (const struct activation *rider = a->riders; rider; rider = rider->next)
        done &= is_done_already(rider);
    return done;
}

void activation_start(struct system *s, struct activation *a)
{
    struct component *component = a->instance->component;
    worker_take(s, a->instance);
    component->started++;
    if (a->request->measured)
        histogram_add(&component->wait, s->sim.now_ns - a->since_ns);
    activation_turn(s, a, STRETCH_WORK);
    activation_move(s, a, PLACE_EXECUTING);
    if (!activation_start_frame(s, a))
        return;
    a->frame->worker = WORKER_BUSY;
    if (a->call && is_all_done(a))
        activation_finish(s, a, true);
    else
        activation_run(s, a);
}

/* ---- the end ---- */

/* Another call may have had it done: this one has what it asked for all the same. */
static RARE void note_again(struct system *s, struct activation *a)
{
    struct call_result *counts = &s->calls_of[a->site->callee];
    if (a->site->queue)
        a->site->queue->deduplicated++;
    else
        counts->deduplicated += a->request->measured;
    if (a->call->executions == 0) {
        a->call->executions = 1;
        counts->done += a->request->measured;
    }
}

/* What was done is done, whether or not anybody still waits for it. */
static void note_end(struct system *s, struct activation *a, bool well)
{
    if (well && is_done_already(a)) {
        note_again(s, a);
        return;
    }
    if (well)
        a->request->last_effect_ns = s->sim.now_ns;
    if (!a->call) {
        a->request->done += well;
        a->request->undone += !well;
    } else if (well) {
        a->call->executions++;
        a->site->counts->done += a->request->measured;
        effect_done(a->request, a->call->effect, a->id);
    }
}

static RARE void finish_riders(struct system *s, struct activation *head)
{
    for (struct activation *rider = head->riders, *next; rider; rider = next) {
        next = rider->next;
        note_end(s, rider, !head->failed);
        queue_acknowledge_rider(s, head, rider);
        request_effect_ended(s, rider->request);
        activation_destroy(s, rider);
    }
    head->riders = NULL;
}

void activation_finish(struct system *s, struct activation *a, bool well)
{
    struct instance *instance = a->instance;
    a->failed = !well;
    activation_turn(s, a, STRETCH_WIRE_BACK);
    note_end(s, a, well);
    if (a->call && a->awaited && !attempt_is_current(a))
        s->ledger.wasted_ns += a->frame->worked_ns;
    worker_release(s, a);
    if (a->riders)
        finish_riders(s, a);
    instance->component->finished++;
    instance_leave(s, a);
    if (a->consumer)
        queue_acknowledge(s, a);
    request_effect_ended(s, a->request);
    if (a->awaited)
        call_answer(s, a);
    else
        activation_destroy(s, a);
    instance_pull(s, instance);
}
