#include "model/component.h"

#include <stdlib.h>

#include "model/list.h"
#include "model/sharing.h"
#include "model/state.h"
#include "model/worker.h"

static const enum waitlist_order inbox_orders[] = {
    [INBOX_FIFO] = WAITLIST_FIFO,
    [INBOX_LIFO] = WAITLIST_LIFO,
    [INBOX_PRIORITY] = WAITLIST_BY_KEY,
    [INBOX_SHORTEST] = WAITLIST_BY_KEY,
    [INBOX_PROCESSOR_SHARING] = WAITLIST_FIFO,
};

/* ---- making ---- */

static bool instance_init(struct component *component, uint32_t index)
{
    const struct component_spec *spec = component->spec;
    struct instance *instance = &component->instances[index];
    *instance = (struct instance){
        .component = component,
        .index = index,
        .workers = spec->workers,
        .workers_free = spec->workers,
        .cores_free = spec->cores,
        .inbox.order = inbox_orders[spec->inbox.order],
    };
    if (spec->inbox.order == INBOX_PROCESSOR_SHARING && component->cores_limited) {
        instance->sharing = sharing_create(instance, spec->cores);
        return instance->sharing != NULL;
    }
    return true;
}

bool component_init(struct system *s, struct component *component, uint32_t index)
{
    const struct component_spec *spec = &s->spec->components[index];
    *component = (struct component){
        .spec = spec,
        .index = index,
        .cores_limited = spec->cores < spec->workers,
        .slowness = 1.0,
    };
    if (!system_stream(s, "balance", spec->name, &component->balance))
        return false;
    component->instances = calloc(spec->replicas, sizeof *component->instances);
    if (!component->instances)
        return false;
    for (uint32_t i = 0; i < spec->replicas; i++)
        if (!instance_init(component, i))
            return false;
    if (spec->workers == SPEC_UNLIMITED)
        return true;
    time_average_add(&component->workers[WORKER_IDLE], 0, (int64_t)spec->workers * spec->replicas);
    time_average_add(&component->employed, 0, (int64_t)spec->workers * spec->replicas);
    return true;
}

void component_finish(struct component *component)
{
    if (!component)
        return;
    for (uint32_t i = 0; component->instances && i < component->spec->replicas; i++) {
        waitlist_finish(&component->instances[i].inbox);
        sharing_destroy(component->instances[i].sharing);
        free(component->instances[i].held);
        free(component->instances[i].clock);
    }
    free(component->instances);
    histogram_finish(&component->wait);
}

/* Those who wait come first: a worker can be free while they still do, when it was given back just now. */
static bool serves_at_once(const struct instance *instance)
{
    return worker_is_free(instance) && !instance->pulling && instance->inbox.n == 0 &&
           instance->continuations.n == 0;
}

/* ---- choosing a replica ---- */

static struct instance *less_loaded(struct component *c, uint32_t i, uint32_t j)
{
    return &c->instances[c->instances[j].in_flight < c->instances[i].in_flight ? j : i];
}

static struct instance *pick_round_robin(struct component *c, struct draw *draw)
{
    (void)draw;
    struct instance *instance = &c->instances[c->next];
    c->next = (c->next + 1) % c->spec->replicas;
    return instance;
}

static struct instance *pick_random(struct component *c, struct draw *draw)
{
    return &c->instances[draw_below(draw, c->spec->replicas)];
}

/* Ties go to the one whose turn it is. */
static struct instance *pick_least_outstanding(struct component *c, struct draw *draw)
{
    (void)draw;
    uint32_t n = c->spec->replicas, best = c->next;
    for (uint32_t k = 1; k < n; k++)
        if (c->instances[(c->next + k) % n].in_flight < c->instances[best].in_flight)
            best = (c->next + k) % n;
    c->next = (c->next + 1) % n;
    return &c->instances[best];
}

static struct instance *pick_power_of_two(struct component *c, struct draw *draw)
{
    uint32_t n = c->spec->replicas, i = (uint32_t)draw_below(draw, n);
    uint32_t j = n > 1 ? (uint32_t)draw_below(draw, n - 1) : i;
    return less_loaded(c, i, n > 1 && j >= i ? j + 1 : j);
}

static struct instance *pick_power_of_two_repeats(struct component *c, struct draw *draw)
{
    uint32_t i = (uint32_t)draw_below(draw, c->spec->replicas),
             j = (uint32_t)draw_below(draw, c->spec->replicas);
    return less_loaded(c, i, j);
}

static struct instance *pick(struct component *c, const struct activation *a)
{
    static struct instance *(*const picks[])(struct component *, struct draw *) = {
        [BALANCE_ROUND_ROBIN] = pick_round_robin,
        [BALANCE_RANDOM] = pick_random,
        [BALANCE_LEAST_OUTSTANDING] = pick_least_outstanding,
        [BALANCE_POWER_OF_TWO] = pick_power_of_two,
        [BALANCE_POWER_OF_TWO_REPEATS] = pick_power_of_two_repeats,
    };
    if (c->spec->replicas == 1)
        return c->instances;
    struct draw draw = draw_make(&c->balance, a->request->number, a->path);
    return picks[c->spec->balance](c, &draw);
}

/* ---- the inbox ---- */

static int64_t inbox_key(const struct instance *instance, const struct activation *a)
{
    switch (instance->component->spec->inbox.order) {
    case INBOX_PRIORITY: return -(int64_t)a->priority;
    case INBOX_SHORTEST: return a->frame ? 0 : activation_first_work(a);
    default: return 0;
    }
}

static bool came_to_the_door(const struct activation *a)
{
    return !a->frame && !a->consumer;
}

static void inbox_put(struct system *s, struct instance *instance, struct activation *a)
{
    activation_move(s, a, PLACE_INBOX);
    time_average_add(&instance->component->inbox, s->sim.now_ns, 1);
    instance->n_new += came_to_the_door(a);
    if (!waitlist_push(&instance->inbox, a, inbox_key(instance, a)))
        system_fail(s);
}

/* Who gets the next worker; NULL when nobody waits. */
static struct activation *inbox_take(struct system *s, struct instance *instance)
{
    struct activation *a = list_take(&instance->continuations);
    if (!a) {
        a = waitlist_take(&instance->inbox);
        if (!a)
            return NULL;
        instance->n_new -= came_to_the_door(a);
    }
    time_average_add(&instance->component->inbox, s->sim.now_ns, -1);
    return a;
}

/* A worker for one that goes on. */
static void restart(struct system *s, struct instance *instance, struct activation *a)
{
    activation_turn(s, a, STRETCH_WORK);
    worker_take(s, instance);
    a->frame->worker = WORKER_BUSY;
    activation_move(s, a, PLACE_EXECUTING);
    activation_run(s, a);
}

static void refuse(struct system *s, struct component *c, struct activation *a, bool in_silence)
{
    if (in_silence)
        c->dropped++;
    else
        c->rejected++;
    activation_refuse(s, a, in_silence);
}

static bool shed(struct system *s, struct instance *instance, struct activation *a)
{
    if (a->consumer || s->sim.now_ns - a->since_ns <= instance->component->spec->shed_after_ns)
        return false;
    activation_turn(s, a, STRETCH_INBOX);
    instance_leave(s, a);
    refuse(s, instance->component, a, false);
    return true;
}

/* Nobody waits for it any more: it is not worth a worker. */
static bool expire(struct system *s, struct activation *a)
{
    if (a->deadline_ns > s->sim.now_ns)
        return false;
    s->calls_of[a->site->callee].expired += a->request->measured;
    activation_turn(s, a, STRETCH_INBOX);
    instance_leave(s, a);
    if (a->consumer)
        queue_acknowledge(s, a);
    activation_refuse(s, a, true);
    return true;
}

void instance_pull(struct system *s, struct instance *instance)
{
    if (instance->pulling)
        return; /* work that takes no time ended within the loop below, which goes on */
    instance->pulling = true;
    struct activation *a;
    while (worker_is_free(instance) && !system_failed(s) && (a = inbox_take(s, instance))) {
        if (a->frame)
            restart(s, instance, a);
        else if (!expire(s, a) && !shed(s, instance, a))
            activation_start(s, a);
    }
    instance->pulling = false;
}

static void let_in(struct system *s, struct instance *instance, struct activation *a)
{
    a->instance = instance;
    instance->in_flight++;
    time_average_add(&instance->component->present, s->sim.now_ns, 1);
    activation_turn(s, a, STRETCH_INBOX);
    if (!serves_at_once(instance))
        inbox_put(s, instance, a);
    else if (!expire(s, a))
        activation_start(s, a);
}

void component_admit(struct system *s, struct component *component, struct activation *a)
{
    const struct component_spec *spec = component->spec;
    struct instance *instance = pick(component, a);
    if (instance->n_down > 0) {
        component->met_down++;
        activation_refuse(s, a, spec->on_crash == ON_CRASH_SILENCE);
        return;
    }
    bool no_room = !worker_is_free(instance) && instance->n_new >= spec->inbox.capacity;
    if (no_room || instance->in_flight >= spec->max_in_flight)
        refuse(s, component, a, spec->inbox.overflow == INBOX_DROP);
    else
        let_in(s, instance, a);
}

void instance_deliver(struct system *s, struct instance *instance, struct activation *a)
{
    let_in(s, instance, a);
}

void instance_continue(struct system *s, struct instance *instance, struct activation *a)
{
    instance->component->suspended--;
    activation_turn(s, a, STRETCH_INBOX);
    if (serves_at_once(instance)) {
        restart(s, instance, a);
    } else if (instance->component->spec->continuations == CONTINUATIONS_FIFO) {
        inbox_put(s, instance, a);
    } else {
        activation_move(s, a, PLACE_INBOX);
        time_average_add(&instance->component->inbox, s->sim.now_ns, 1);
        list_append(&instance->continuations, a);
    }
}

void instance_take_out(struct system *s, struct activation *a)
{
    struct instance *instance = a->instance;
    if (a->stretch == STRETCH_INBOX) {
        time_average_add(&instance->component->inbox, s->sim.now_ns, -1);
        if (instance->n_down > 0)
            return; /* its lists are empty already */
        if (list_remove(&instance->continuations, a))
            return;
        instance->n_new -= came_to_the_door(a);
        waitlist_remove(&instance->inbox, a);
    } else if (a->stretch == STRETCH_WORK || a->stretch == STRETCH_READY || a->stretch == STRETCH_DOWN) {
        worker_stop(s, a);
    } else {
        sim_cancel(&s->sim, a->timer); /* of its I/O, if it has one */
        a->timer = 0;
        instance->component->suspended -= a->place == PLACE_SUSPENDED;
    }
}

void instance_forget_waiting(struct instance *instance)
{
    while (waitlist_take(&instance->inbox))
        continue;
    while (list_take(&instance->continuations))
        continue;
    while (list_take(&instance->ready))
        continue;
    instance->n_new = 0;
}
