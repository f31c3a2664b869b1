#include "model/worker.h"

#include "model/list.h"
#include "model/sharing.h"

static int64_t free_ones(const struct instance *instance)
{
    return instance->workers_free > 0 ? instance->workers_free : 0;
}

void workers_employ(struct system *s, struct instance *instance, uint32_t workers)
{
    int64_t delta = (int64_t)workers - instance->workers, free_before = free_ones(instance);
    instance->workers = workers;
    instance->workers_free += delta;
    workers_count(s, instance, worker_free_state(instance), free_ones(instance) - free_before);
    time_average_add(&instance->component->employed, s->sim.now_ns, free_ones(instance) - free_before);
    queues_workers_changed(s, instance, delta);
    instance_pull(s, instance);
}

/* ---- cores ---- */

static void core_done(void *system, void *activation);

static void core_begin(struct system *s, struct activation *a)
{
    activation_turn(s, a, STRETCH_WORK);
    worker_turn(s, a, WORKER_BUSY);
    a->frame->ends_ns = s->sim.now_ns + a->frame->demand_ns;
    bool passes_on = a->instance->component->cores_limited;
    a->timer = sim_schedule(&s->sim, a->frame->ends_ns, passes_on ? core_done : activation_worked, a);
}

/* A core is free: the next who is ready has it. */
static void core_pass_on(struct system *s, struct instance *instance)
{
    if (!instance->component->cores_limited)
        return;
    struct activation *next = list_take(&instance->ready);
    if (next)
        core_begin(s, next);
    else
        instance->cores_free++;
}

static void core_done(void *system, void *activation)
{
    struct activation *a = activation;
    core_pass_on(system, a->instance);
    activation_worked(system, a);
}

void worker_compute(struct system *s, struct activation *a)
{
    struct instance *instance = a->instance;
    if (instance->sharing) {
        sharing_join(s, instance->sharing, a);
        return;
    }
    if (instance->component->cores_limited) {
        if (instance->cores_free == 0) {
            activation_turn(s, a, STRETCH_READY);
            worker_turn(s, a, WORKER_READY);
            list_append(&instance->ready, a);
            return;
        }
        instance->cores_free--;
    }
    core_begin(s, a);
}

void worker_stop(struct system *s, struct activation *a)
{
    struct instance *instance = a->instance;
    if (instance->sharing) {
        sharing_leave(s, instance->sharing, a);
    } else if (a->timer) {
        sim_cancel(&s->sim, a->timer);
        a->timer = 0;
        core_pass_on(s, instance);
    } else if (list_remove(&instance->ready, a)) {
        activation_turn(s, a, STRETCH_WORK);
    } else {
        core_pass_on(s, instance); /* it was on a core when the replica stopped */
    }
}

/* ---- crashes ---- */

void workers_down(struct system *s, struct instance *instance)
{
    if (workers_are_unlimited(instance))
        return;
    workers_count(s, instance, WORKER_IDLE, -free_ones(instance));
    workers_count(s, instance, WORKER_DOWN, free_ones(instance));
}

void workers_up(struct system *s, struct instance *instance)
{
    if (workers_are_unlimited(instance))
        return;
    workers_count(s, instance, WORKER_DOWN, -free_ones(instance));
    workers_count(s, instance, WORKER_IDLE, free_ones(instance));
}

/* ---- standing still ---- */

struct scene {
    struct system *s;
    struct instance *instance;
};

/* Its work is cut in two. Who waits for a core stays in line. */
static void freeze(void *item, void *data)
{
    struct activation *a = item;
    struct scene *scene = data;
    struct system *s = scene->s;
    if (!a->request || a->instance != scene->instance || !a->frame || a->frame->worker == WORKER_STATES)
        return;
    if (a->stretch == STRETCH_WORK && a->timer) {
        a->frame->demand_ns = a->frame->ends_ns - s->sim.now_ns;
        sim_cancel(&s->sim, a->timer);
        a->timer = 0;
    } else if (a->stretch != STRETCH_READY) {
        return;
    }
    activation_turn(s, a, STRETCH_DOWN);
    worker_turn(s, a, WORKER_DOWN);
}

void workers_freeze(struct system *s, struct instance *instance)
{
    workers_down(s, instance);
    if (instance->sharing)
        sharing_freeze(s, instance->sharing);
    else
        pool_each(&s->activations, freeze, &(struct scene){.s = s, .instance = instance});
}

static void thaw(void *item, void *data)
{
    struct activation *a = item;
    struct scene *scene = data;
    if (a->request && a->instance == scene->instance && a->frame && a->stretch == STRETCH_DOWN)
        core_begin(scene->s, a);
}

void workers_thaw(struct system *s, struct instance *instance)
{
    workers_up(s, instance);
    if (instance->sharing) {
        sharing_thaw(s, instance->sharing);
        return;
    }
    for (struct activation *a = instance->ready.first; a; a = a->next) {
        activation_turn(s, a, STRETCH_READY);
        worker_turn(s, a, WORKER_READY);
    }
    pool_each(&s->activations, thaw, &(struct scene){.s = s, .instance = instance});
}
