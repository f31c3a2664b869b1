#include "model/execute.h"

#include <string.h>

#include "base/apart.h"
#include "model/gather.h"
#include "model/state.h"
#include "model/worker.h"

uint64_t execute_place_name(uint64_t root, const struct activation *a, const struct instruction *i)
{
    uint64_t name = root;
    for (uint32_t d = 0; d < i->depth; d++)
        name = rng_mix(name, a->frame->loops[d]);
    return name;
}

uint64_t execute_draw_name(const struct activation *a, const struct instruction *i)
{
    return execute_place_name(a->path, a, i);
}

static struct draw draw_for(const struct activation *a, const struct instruction *i)
{
    return draw_make(&i->draws, a->request->number, execute_draw_name(a, i));
}

static int64_t drawn_duration(const struct activation *a, const struct instruction *i)
{
    return distribution_draw(i->duration, &i->draws, a->request->number, execute_draw_name(a, i));
}

int64_t activation_first_work(const struct activation *a)
{
    const struct instruction *i = a->site->program->code;
    if (i->op != OP_WORK)
        return 0;
    return distribution_draw(i->duration, &i->draws, a->request->number, a->path);
}

/* What is slow takes `slowness` times as long. */
static int64_t slowed(const struct activation *a, int64_t ns)
{
    double slowness = a->instance->component->slowness;
    if (slowness == 1.0)
        return ns;
    return distribution_whole_ns((double)ns * slowness);
}

static bool run_work(struct system *s, struct activation *a, const struct instruction *i)
{
    a->frame->demand_ns = slowed(a, drawn_duration(a, i));
    if (a->frame->demand_ns == 0)
        return execute_next(a);
    worker_compute(s, a);
    return false;
}

void activation_worked(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation;
    a->timer = 0;
    activation_turn(s, a, STRETCH_WORK);
    a->frame->pc++;
    activation_run(s, a);
}

static void waited(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation;
    if (instance_holds(s, a->instance, waited, a, &a->timer))
        return;
    bool holds = a->frame->worker != WORKER_STATES;
    a->timer = 0;
    activation_turn(s, a, STRETCH_WORK);
    a->frame->pc++;
    if (holds)
        call_sync.resume(s, a);
    else
        call_async.resume(s, a);
}

static APART bool run_wait(struct system *s, struct activation *a, const struct instruction *i)
{
    int64_t ns = slowed(a, drawn_duration(a, i));
    if (ns == 0)
        return execute_next(a);
    a->timer = sim_schedule(&s->sim, s->sim.now_ns + ns, waited, a);
    /* To wait for a disk is to call it and wait for its answer, in either mode. */
    (s->policy->wait_blocks ? &call_sync : &call_async)->await(s, a);
    a->stretch = STRETCH_IO;
    return false;
}

static APART bool run_choose(struct activation *a, const struct instruction *i)
{
    struct draw draw = draw_for(a, i);
    double u = draw_uniform(&draw);
    uint32_t b = 0;
    while (b + 1 < i->n_branches && u >= i->branches[b].up_to)
        b++;
    a->frame->pc = i->branches[b].target;
    return true;
}

static bool run_loop(struct activation *a, const struct instruction *i)
{
    a->frame->loops[i->depth] = 0;
    return execute_next(a);
}

/* Drawn anew for each time. */
static bool goes_on(const struct activation *a, const struct instruction *i)
{
    if (i->chance == 1.0)
        return true;
    uint64_t name = rng_mix(execute_draw_name(a, i), a->frame->loops[i->depth]);
    struct draw draw = draw_make(&i->draws, a->request->number, name);
    return draw_uniform(&draw) < i->chance;
}

static APART bool run_again(struct activation *a, const struct instruction *i)
{
    if (++a->frame->loops[i->depth] == i->times || !goes_on(a, i))
        return execute_next(a);
    a->frame->pc = i->target;
    return true;
}

static bool run_jump(struct activation *a, const struct instruction *i)
{
    a->frame->pc = i->target;
    return true;
}

/* The answer goes out on a record of its own, with the split as it stands; the activation goes on. */
static APART bool run_reply(struct system *s, struct activation *a)
{
    if (a->awaited) {
        struct activation *answer = activation_create(s, a->request, a->site, NULL, a->path);
        if (!answer || !activation_start_frame(s, answer))
            return false;
        a->request->open--;         /* an answer is no effect */
        answer->caller = a->caller; /* who may have left: nothing of it is looked at here */
        answer->caller_id = a->caller_id;
        answer->epoch = a->epoch;
        answer->call = a->call;
        answer->attempt = a->attempt;
        if (a->call) {
            a->call->records++;
            attempt_handed_on(a, answer);
        }
        memcpy(answer->frame->split_ns, a->frame->split_ns, sizeof answer->frame->split_ns);
        a->awaited = false;
        answer->stretch = STRETCH_WIRE_BACK;
        call_answer(s, answer);
    }
    return execute_next(a);
}

static APART bool run_fail(struct system *s, struct activation *a, const struct instruction *i)
{
    struct draw draw = draw_for(a, i);
    if (draw_uniform(&draw) >= i->chance)
        return execute_next(a);
    activation_finish(s, a, false);
    return false;
}

/* One step; true if the next one follows at once. */
static inline bool run(struct system *s, struct activation *a, const struct instruction *i)
{
    switch (i->op) {
    case OP_WORK: return run_work(s, a, i);
    case OP_WAIT: return run_wait(s, a, i);
    case OP_GATHER: return gather_run(s, a, i);
    case OP_CHOOSE: return run_choose(a, i);
    case OP_LOOP: return run_loop(a, i);
    case OP_AGAIN: return run_again(a, i);
    case OP_JUMP: return run_jump(a, i);
    case OP_REPLY: return run_reply(s, a);
    case OP_FAIL: return run_fail(s, a, i);
    case OP_END: activation_finish(s, a, true); return false;
    }
    return false;
}

void activation_run(struct system *s, struct activation *a)
{
    while (run(s, a, activation_step(a)))
        continue;
}
