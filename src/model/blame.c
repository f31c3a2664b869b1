#include "model/blame.h"

#include <stdlib.h>

#include "model/state.h"

/* ---- the accounts ---- */

typedef bool account_visit(void *data, uint32_t caller, uint32_t callee, struct split_sum *sum);

/* Calls `visit` for each account of the programs: a call's (`callee` an endpoint) or an I/O wait's
 * (SPEC_NONE). */
static bool each_account(struct system *s, account_visit *visit, void *data)
{
    for (uint32_t e = 0; e < s->spec->n_endpoints; e++)
        for (uint32_t i = 0; i < s->programs[e].n; i++) {
            const struct instruction *instruction = &s->programs[e].code[i];
            if (instruction->blame && !visit(data, e, SPEC_NONE, instruction->blame))
                return false;
            for (uint32_t k = 0; k < instruction->n_sites; k++)
                if (!visit(data, e, instruction->sites[k].callee, instruction->sites[k].blame))
                    return false;
        }
    return true;
}

static bool clear(void *data, uint32_t caller, uint32_t callee, struct split_sum *sum)
{
    (void)data;
    (void)caller;
    (void)callee;
    *sum = (struct split_sum){0};
    return true;
}

void blame_clear(struct system *s)
{
    each_account(s, clear, NULL);
}

struct filling {
    const struct spec *spec;
    struct result *result;
};

static struct blame *blame_of(struct component_result *c, uint32_t caller, uint32_t callee)
{
    for (size_t b = 0; b < c->n_blames; b++)
        if (c->blames[b].caller == caller && c->blames[b].callee == callee)
            return &c->blames[b];
    struct blame *blames = realloc(c->blames, (c->n_blames + 1) * sizeof *blames);
    if (!blames)
        return NULL;
    c->blames = blames;
    blames[c->n_blames] = (struct blame){.caller = caller, .callee = callee};
    return &blames[c->n_blames++];
}

static bool fill(void *data, uint32_t caller, uint32_t callee, struct split_sum *sum)
{
    struct filling *filling = data;
    uint32_t component = filling->spec->endpoints[caller].component;
    struct blame *blame = blame_of(&filling->result->components[component], caller, callee);
    split_sum_carry(sum);
    for (int c = 0; blame && c < CAUSES; c++)
        blame->ns[c] += sum->ns[c];
    return blame != NULL;
}

/* ---- what is still open ---- */

/* Of the calls that a caller waits for, one stands for the wait: the one it is blocked on, else the last
 * made. */
static void find_awaited(void *item, void *data)
{
    (void)data;
    struct activation *call = item;
    if (!call->request || call->call || !call->awaited || !call->caller || !activation_is_expected(call))
        return;
    struct frame *f = call->caller->frame;
    bool blocked_on_it = call->site->type->one_by_one;
    if (!f->awaited || blocked_on_it || (!f->awaited->site->type->one_by_one && f->awaited->id < call->id))
        f->awaited = call;
}

static void end_stretch(void *item, void *data)
{
    struct activation *a = item;
    if (a->request)
        activation_cut(data, a);
}

/* Of the controlled calls that `caller` waits for, the one that stands for the wait; NULL = none. */
static const struct call *awaited_call(const struct activation *caller)
{
    const struct call *first = caller->frame->calls;
    for (const struct call *call = first; call; call = call->next)
        if (call->site->type->one_by_one && caller->frame->worker == WORKER_BLOCKED)
            return call;
    return first;
}

/* The same for a call with all its attempts and pauses. */
static void call_so_far(const struct system *s, const struct call *call, int64_t ret_split_ns[CAUSES])
{
    int64_t now[CAUSES] = {0};
    attempt_so_far(s, call, now);
    for (int c = 0; c < CAUSES; c++)
        ret_split_ns[c] += (call->extra ? call->extra->split_ns[c] : 0) + now[c];
}

void blame_so_far(const struct system *s, const struct activation *call, int64_t ret_split_ns[CAUSES])
{
    int64_t below[CAUSES] = {0};
    if (!call->frame) {
        ret_split_ns[CAUSE_WIRE_OUT] += call->wire_ns;
        ret_split_ns[CAUSE_QUEUE] += call->queue_ns;
        ret_split_ns[CAUSE_INBOX] += call->inbox_ns;
        ret_split_ns[activation_cause(call)] += s->sim.now_ns - call->since_ns;
        return;
    }
    bool waits = call->stretch == STRETCH_CALL;
    if (waits && awaited_call(call))
        call_so_far(s, awaited_call(call), below);
    else if (waits && call->frame->awaited)
        blame_so_far(s, call->frame->awaited, below);
    else if (call->stretch != STRETCH_CALL)
        below[activation_cause(call)] = s->sim.now_ns - call->since_ns;
    if (waits)
        split_fit(below, s->sim.now_ns - call->since_ns);
    for (int c = 0; c < CAUSES; c++)
        ret_split_ns[c] += call->frame->split_ns[c] + below[c];
}

void blame_settle(struct system *s, const struct activation *a)
{
    if (a->frame->worker != WORKER_BLOCKED)
        return;
    int64_t split_ns[CAUSES] = {0};
    const struct call *call = awaited_call(a);
    const struct site *site = call ? call->site : a->frame->awaited->site;
    if (call)
        call_so_far(s, call, split_ns);
    else
        blame_so_far(s, a->frame->awaited, split_ns);
    int64_t ns = s->sim.now_ns - a->since_ns;
    split_fit(split_ns, ns);
    split_sum_add(site->blame, split_ns, ns);
}

static void charge_open(void *item, void *data)
{
    const struct activation *a = item;
    if (a->request && a->frame && a->stretch == STRETCH_CALL)
        blame_settle(data, a);
}

bool blame_close(struct system *s, struct result *result, struct error *error)
{
    pool_each(&s->activations, find_awaited, NULL);
    pool_each(&s->activations, end_stretch, s);
    pool_each(&s->activations, charge_open, s);
    struct filling filling = {.spec = s->spec, .result = result};
    return each_account(s, fill, &filling) || error_set(error, "out of memory");
}
