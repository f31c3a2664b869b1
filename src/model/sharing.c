#include "model/sharing.h"

#include <stdlib.h>

#include "model/failure.h"
#include "model/state.h"
#include "model/worker.h"

/* With n computing on c cores each goes at the speed min(1, c / n). So all have had the same core time since
 * the sharing began (the virtual time), and one that needs d is done when the virtual time has grown by d:
 * Kleinrock, Queueing Systems II, 4.4. */

enum { FRACTION_BITS = 32 };

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
        heap_finish(&sharing->jobs);
    free(sharing);
}

static void catch_up(struct system *s, struct sharing *sharing)
{
    uint128 elapsed = (uint128)(s->sim.now_ns - sharing->since_ns) << FRACTION_BITS;
    if (sharing->jobs.n > sharing->cores) /* else each has a core: spares the division */
        elapsed = elapsed * sharing->cores / sharing->jobs.n;
    sharing->virtual_time += elapsed;
    sharing->since_ns = s->sim.now_ns;
}

/* Of n computing workers as many are busy as there are cores; the others are ready. */
static void count_ready(struct system *s, struct sharing *sharing)
{
    uint32_t n = sharing->jobs.n;
    int64_t ready = n > sharing->cores ? n - sharing->cores : 0;
    int64_t more = ready - sharing->ready;
    sharing->ready = ready;
    if (more == 0)
        return;
    struct time_average *workers = sharing->instance->component->workers;
    time_average_add(&workers[WORKER_BUSY], s->sim.now_ns, -more);
    time_average_add(&workers[WORKER_READY], s->sim.now_ns, more);
}

/* How long until the virtual time has grown by `left`; rounded up, so that it surely has. */
static uint128 real_ns(const struct sharing *sharing, uint128 left)
{
    if (sharing->jobs.n <= sharing->cores)
        return (left + (((uint128)1 << FRACTION_BITS) - 1)) >> FRACTION_BITS;
    uint128 per_ns = (uint128)sharing->cores << FRACTION_BITS;
    return (left * sharing->jobs.n + per_ns - 1) / per_ns;
}

static void finish_first(void *system, void *subject);

static void plan(struct system *s, struct sharing *sharing)
{
    sim_cancel(&s->sim, sharing->next);
    sharing->next = 0;
    if (sharing->jobs.n == 0 || sharing->frozen)
        return;
    uint128 finish = heap_key(&sharing->jobs, heap_least(&sharing->jobs));
    uint128 left = finish > sharing->virtual_time ? finish - sharing->virtual_time : 0;
    uint128 wait_ns = real_ns(sharing, left);
    int64_t at_ns = wait_ns < (uint128)SIM_TIME_MAX ? s->sim.now_ns + (int64_t)wait_ns : SIM_TIME_MAX;
    sharing->next = sim_schedule(&s->sim, at_ns, finish_first, sharing);
}

/* Its time went to its work, and the rest to waiting for its share of a core, or for the replica to go on. */
static void split(struct system *s, const struct sharing *sharing, struct activation *a)
{
    struct frame *f = a->frame;
    int64_t waited_ns = s->sim.now_ns - a->since_ns - f->demand_ns;
    int64_t stopped_ns = sharing->stopped_ns - f->stopped_ns;
    if (stopped_ns > waited_ns)
        stopped_ns = waited_ns;
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
    struct activation *a = heap_remove(&sharing->jobs, heap_least(&sharing->jobs));
    count_ready(s, sharing);
    plan(s, sharing);
    split(s, sharing, a);
    activation_worked(s, a);
}

void sharing_join(struct system *s, struct sharing *sharing, struct activation *a)
{
    catch_up(s, sharing);
    uint128 finish = sharing->virtual_time + ((uint128)a->frame->demand_ns << FRACTION_BITS);
    activation_turn(s, a, STRETCH_WORK);
    worker_turn(s, a, WORKER_BUSY);
    a->frame->stopped_ns = sharing->stopped_ns;
    if (!heap_push(&sharing->jobs, finish, sharing->next_order++, a, &a->seat)) {
        system_fail(s);
        return;
    }
    count_ready(s, sharing);
    plan(s, sharing);
}

/* What it has had of the cores is what it has worked. */
static int64_t done_ns(const struct sharing *sharing, const struct activation *a)
{
    uint128 finish = heap_key(&sharing->jobs, a->seat);
    uint128 left = finish > sharing->virtual_time ? finish - sharing->virtual_time : 0;
    int64_t left_ns = (int64_t)(left >> FRACTION_BITS), demand_ns = a->frame->demand_ns;
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
    a->frame->demand_ns = done_ns(sharing, a);
    heap_remove(&sharing->jobs, a->seat);
    count_ready(s, sharing);
    plan(s, sharing);
    split(s, sharing, a);
}

/* All that compute or wait for their share are down, or no longer. */
static void turn_all(struct system *s, struct sharing *sharing, int sign)
{
    struct time_average *workers = sharing->instance->component->workers;
    int64_t n = sharing->jobs.n;
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
    sharing->stopped_ns += s->sim.now_ns - sharing->since_ns;
    sharing->since_ns = s->sim.now_ns;
    sharing->frozen = false;
    turn_all(s, sharing, -1);
    plan(s, sharing);
}
