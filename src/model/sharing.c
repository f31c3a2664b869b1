#include "model/sharing.h"

#include <stdlib.h>

#include "model/failure.h"
#include "model/state.h"
#include "model/worker.h"

/* With n computing on c cores each goes at the speed min(1, c / n). So all have had the same core time since
 * the sharing began (the virtual time), and one that needs d is done when the virtual time has grown by d:
 * Kleinrock, Queueing Systems II, 4.4. */

enum { FRACTION_BITS = 32 };

struct sharing_job {
    uint128 finish; /* the virtual time at which it is done */
    uint64_t order;
    struct activation *activation;
};

struct sharing *sharing_create(struct instance *instance, uint32_t cores)
{
    struct sharing *sharing = calloc(1, sizeof *sharing);
    if (sharing) {
        sharing->instance = instance;
        sharing->cores = cores;
    }
    return sharing;
}

void sharing_destroy(struct sharing *sharing)
{
    if (sharing)
        free(sharing->jobs);
    free(sharing);
}

static bool before(const struct sharing_job *a, const struct sharing_job *b)
{
    return a->finish != b->finish ? a->finish < b->finish : a->order < b->order;
}

static bool push(struct sharing *sharing, struct sharing_job job)
{
    if (sharing->n == sharing->capacity) {
        uint32_t capacity = sharing->capacity ? 2 * sharing->capacity : 16;
        struct sharing_job *jobs = realloc(sharing->jobs, capacity * sizeof *jobs);
        if (!jobs)
            return false;
        sharing->jobs = jobs;
        sharing->capacity = capacity;
    }
    uint32_t hole = sharing->n++;
    for (; hole > 0 && before(&job, &sharing->jobs[(hole - 1) / 2]); hole = (hole - 1) / 2)
        sharing->jobs[hole] = sharing->jobs[(hole - 1) / 2];
    sharing->jobs[hole] = job;
    return true;
}

static void take_out(struct sharing *sharing, uint32_t hole)
{
    struct sharing_job last = sharing->jobs[--sharing->n];
    for (; hole > 0 && before(&last, &sharing->jobs[(hole - 1) / 2]); hole = (hole - 1) / 2)
        sharing->jobs[hole] = sharing->jobs[(hole - 1) / 2];
    for (uint32_t child; (child = 2 * hole + 1) < sharing->n; hole = child) {
        if (child + 1 < sharing->n && before(&sharing->jobs[child + 1], &sharing->jobs[child]))
            child++;
        if (!before(&sharing->jobs[child], &last))
            break;
        sharing->jobs[hole] = sharing->jobs[child];
    }
    sharing->jobs[hole] = last;
}

/* How many share the cores, at least as many as there are cores. */
static uint32_t sharers(const struct sharing *sharing)
{
    return sharing->n > sharing->cores ? sharing->n : sharing->cores;
}

static void catch_up(struct system *s, struct sharing *sharing)
{
    uint128 elapsed = (uint128)(s->sim.now_ns - sharing->since_ns) << FRACTION_BITS;
    sharing->virtual_time += elapsed * sharing->cores / sharers(sharing);
    sharing->since_ns = s->sim.now_ns;
}

/* Of n computing workers as many are busy as there are cores; the others are ready. */
static void count_ready(struct system *s, struct sharing *sharing)
{
    int64_t ready = sharing->n > sharing->cores ? (int64_t)sharing->n - sharing->cores : 0;
    int64_t more = ready - sharing->ready;
    sharing->ready = ready;
    if (more == 0)
        return;
    struct time_average *workers = sharing->instance->component->workers;
    time_average_add(&workers[WORKER_BUSY], s->sim.now_ns, -more);
    time_average_add(&workers[WORKER_READY], s->sim.now_ns, more);
}

static void finish_first(void *system, void *subject);

static void plan(struct system *s, struct sharing *sharing)
{
    sim_cancel(&s->sim, sharing->next);
    sharing->next = 0;
    if (sharing->n == 0 || sharing->frozen)
        return;
    uint128 finish = sharing->jobs[0].finish;
    uint128 left = finish > sharing->virtual_time ? finish - sharing->virtual_time : 0;
    uint128 per_ns = (uint128)sharing->cores << FRACTION_BITS;
    uint128 wait_ns =
        (left * sharers(sharing) + per_ns - 1) / per_ns; /* rounded up: then it is surely done */
    int64_t at_ns = wait_ns < (uint128)SIM_TIME_MAX ? s->sim.now_ns + (int64_t)wait_ns : SIM_TIME_MAX;
    sharing->next = sim_schedule(&s->sim, at_ns, finish_first, sharing);
}

/* Its time went to its work, and the rest to waiting for its share of a core, or for the replica to go on. */
static void split(struct system *s, struct activation *a)
{
    struct frame *f = a->frame;
    int64_t waited_ns = s->sim.now_ns - a->since_ns - f->demand_ns;
    int64_t stopped_ns = f->stopped_ns < waited_ns ? f->stopped_ns : waited_ns;
    activation_turn(s, a, STRETCH_WORK);
    if (waited_ns > 0) {
        f->split_ns[CAUSE_WORK] -= waited_ns;
        f->worked_ns -= waited_ns;
        f->split_ns[CAUSE_READY] += waited_ns - stopped_ns;
        f->split_ns[CAUSE_DOWN] += stopped_ns;
    }
}

static void finish_first(void *system, void *subject)
{
    struct system *s = system;
    struct sharing *sharing = subject;
    sharing->next = 0;
    catch_up(s, sharing);
    struct activation *a = sharing->jobs[0].activation;
    take_out(sharing, 0);
    count_ready(s, sharing);
    plan(s, sharing);
    split(s, a);
    activation_worked(s, a);
}

void sharing_join(struct system *s, struct sharing *sharing, struct activation *a)
{
    catch_up(s, sharing);
    uint128 finish = sharing->virtual_time + ((uint128)a->frame->demand_ns << FRACTION_BITS);
    activation_turn(s, a, STRETCH_WORK);
    worker_turn(s, a, WORKER_BUSY);
    a->frame->stopped_ns = 0;
    if (!push(sharing,
              (struct sharing_job){.finish = finish, .order = sharing->next_order++, .activation = a})) {
        system_fail(s);
        return;
    }
    count_ready(s, sharing);
    plan(s, sharing);
}

static uint32_t place_of(const struct sharing *sharing, const struct activation *a)
{
    uint32_t i = 0;
    while (sharing->jobs[i].activation != a)
        i++;
    return i;
}

/* What it has had of the cores is what it has worked. */
static int64_t done_ns(const struct sharing *sharing, const struct sharing_job *job)
{
    uint128 left = job->finish > sharing->virtual_time ? job->finish - sharing->virtual_time : 0;
    int64_t left_ns = (int64_t)(left >> FRACTION_BITS), demand_ns = job->activation->frame->demand_ns;
    return left_ns < demand_ns ? demand_ns - left_ns : 0;
}

void sharing_leave(struct system *s, struct sharing *sharing, struct activation *a)
{
    if (sharing->frozen) {
        sharing_thaw(s, sharing);
        sharing_leave(s, sharing, a);
        sharing_freeze(s, sharing);
        return;
    }
    catch_up(s, sharing);
    uint32_t i = place_of(sharing, a);
    a->frame->demand_ns = done_ns(sharing, &sharing->jobs[i]);
    take_out(sharing, i);
    count_ready(s, sharing);
    plan(s, sharing);
    split(s, a);
}

/* All that compute or wait for their share are down, or no longer. */
static void turn_all(struct system *s, struct sharing *sharing, int sign)
{
    struct time_average *workers = sharing->instance->component->workers;
    int64_t n = sharing->n;
    time_average_add(&workers[WORKER_DOWN], s->sim.now_ns, sign * n);
    time_average_add(&workers[WORKER_READY], s->sim.now_ns, -sign * sharing->ready);
    time_average_add(&workers[WORKER_BUSY], s->sim.now_ns, -sign * (n - sharing->ready));
    failure_busy_changed(s, sharing->instance, -sign * n);
}

void sharing_freeze(struct system *s, struct sharing *sharing)
{
    catch_up(s, sharing);
    turn_all(s, sharing, 1);
    sharing->frozen = true;
    plan(s, sharing);
}

void sharing_thaw(struct system *s, struct sharing *sharing)
{
    for (uint32_t i = 0; i < sharing->n; i++)
        sharing->jobs[i].activation->frame->stopped_ns += s->sim.now_ns - sharing->since_ns;
    sharing->since_ns = s->sim.now_ns;
    sharing->frozen = false;
    turn_all(s, sharing, -1);
    plan(s, sharing);
}
