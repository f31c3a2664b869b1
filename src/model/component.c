#include "model/component.h"

#include <assert.h>
#include <stdlib.h>

#include "model/list.h"
#include "model/sharing.h"
#include "model/state.h"

static const struct waitlist_type *const inbox_types[] = {
    [INBOX_FIFO] = &waitlist_fifo,
    [INBOX_LIFO] = &waitlist_lifo,
    [INBOX_PRIORITY] = &waitlist_by_key,
    [INBOX_SHORTEST] = &waitlist_by_key,
    [INBOX_PROCESSOR_SHARING] = &waitlist_fifo,
};

/* ---- making ---- */

static bool instance_init(struct component *component, uint32_t index)
{
    const struct component_spec *spec = component->spec;
    struct instance *instance = &component->instances[index];
    *instance = (struct instance){
        .component = component,
        .index = index,
        .workers_free = spec->workers,
        .cores_free = spec->cores,
        .inbox.type = inbox_types[spec->inbox.order],
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
    };
    if (!system_stream(s, "balance", spec->name, &component->balance))
        return false;
    component->instances = calloc(spec->replicas, sizeof *component->instances);
    if (!component->instances)
        return false;
    for (uint32_t i = 0; i < spec->replicas; i++)
        if (!instance_init(component, i))
            return false;
    if (spec->workers != SPEC_UNLIMITED)
        time_average_add(&component->workers[WORKER_IDLE], 0, (int64_t)spec->workers * spec->replicas);
    return true;
}

void component_finish(struct component *component)
{
    if (!component)
        return;
    for (uint32_t i = 0; component->instances && i < component->spec->replicas; i++) {
        waitlist_finish(&component->instances[i].inbox);
        sharing_destroy(component->instances[i].sharing);
    }
    free(component->instances);
    histogram_finish(&component->wait);
}

/* ---- workers and cores ---- */

static bool has_free_worker(const struct instance *instance)
{
    return instance->component->spec->workers == SPEC_UNLIMITED || instance->workers_free > 0;
}

/* Those who wait come first: a worker can be free while they still do, when it was given back just now. */
static bool serves_at_once(const struct instance *instance)
{
    return has_free_worker(instance) && !instance->pulling && instance->inbox.n == 0 &&
           instance->continuations.n == 0;
}

static void worker_count(struct system *s, struct component *c, enum worker_state state, int delta)
{
    if (state != WORKER_IDLE || c->spec->workers != SPEC_UNLIMITED)
        time_average_add(&c->workers[state], s->sim.now_ns, delta);
}

static void worker_take(struct system *s, struct instance *instance)
{
    if (instance->component->spec->workers != SPEC_UNLIMITED)
        instance->workers_free--;
    worker_count(s, instance->component, WORKER_IDLE, -1);
    worker_count(s, instance->component, WORKER_BUSY, 1);
}

void worker_turn(struct system *s, struct activation *a, enum worker_state state)
{
    enum worker_state old = a->frame->worker;
    if (old == state)
        return;
    worker_count(s, a->instance->component, old, -1);
    worker_count(s, a->instance->component, state, 1);
    a->frame->worker = (uint8_t)state;
}

void worker_release(struct system *s, struct activation *a)
{
    worker_turn(s, a, WORKER_IDLE);
    a->frame->worker = WORKER_STATES;
    if (a->instance->component->spec->workers != SPEC_UNLIMITED)
        a->instance->workers_free++;
}

static void core_worked(void *system, void *activation);

static void core_begin(struct system *s, struct activation *a)
{
    activation_turn(s, a, STRETCH_WORK);
    worker_turn(s, a, WORKER_BUSY);
    sim_schedule(&s->sim, s->sim.now_ns + a->frame->demand_ns, core_worked, a);
}

static void core_worked(void *system, void *activation)
{
    struct system *s = system;
    struct activation *a = activation;
    struct instance *instance = a->instance;
    if (instance->component->cores_limited) {
        struct activation *next = list_take(&instance->ready);
        if (next)
            core_begin(s, next);
        else
            instance->cores_free++;
    }
    activation_worked(s, a);
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

static int64_t inbox_key(const struct system *s, const struct instance *instance, const struct activation *a)
{
    switch (instance->component->spec->inbox.order) {
    case INBOX_PRIORITY: return -(int64_t)a->priority;
    case INBOX_SHORTEST: return a->frame ? 0 : activation_first_work(s, a);
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
    if (!instance->inbox.type->push(&instance->inbox, a, inbox_key(s, instance, a)))
        system_fail(s);
}

/* Who gets the next worker; NULL when nobody waits. */
static struct activation *inbox_take(struct system *s, struct instance *instance)
{
    struct activation *a = list_take(&instance->continuations);
    if (!a) {
        a = instance->inbox.type->take(&instance->inbox);
        if (!a)
            return NULL;
        instance->n_new -= came_to_the_door(a);
    }
    time_average_add(&instance->component->inbox, s->sim.now_ns, -1);
    return a;
}

/* A worker for one that begins. */
static void start(struct system *s, struct instance *instance, struct activation *a)
{
    worker_take(s, instance);
    instance->component->started++;
    if (a->request->measured)
        histogram_add(&instance->component->wait, s->sim.now_ns - a->since_ns);
    activation_start(s, a);
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
    instance_leave(s, a);
    refuse(s, instance->component, a, false);
    return true;
}

void instance_pull(struct system *s, struct instance *instance)
{
    if (instance->pulling)
        return; /* work that takes no time ended within the loop below, which goes on */
    instance->pulling = true;
    struct activation *a;
    while (has_free_worker(instance) && !system_failed(s) && (a = inbox_take(s, instance))) {
        if (a->frame)
            restart(s, instance, a);
        else if (!shed(s, instance, a))
            start(s, instance, a);
    }
    instance->pulling = false;
}

static void let_in(struct system *s, struct instance *instance, struct activation *a)
{
    a->instance = instance;
    instance->in_flight++;
    time_average_add(&instance->component->present, s->sim.now_ns, 1);
    activation_turn(s, a, STRETCH_INBOX);
    if (serves_at_once(instance))
        start(s, instance, a);
    else
        inbox_put(s, instance, a);
}

void component_admit(struct system *s, struct component *component, struct activation *a)
{
    const struct component_spec *spec = component->spec;
    struct instance *instance = pick(component, a);
    bool no_room = !has_free_worker(instance) && instance->n_new >= spec->inbox.capacity;
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

void instance_leave(struct system *s, struct activation *a)
{
    struct instance *instance = a->instance;
    instance->in_flight--;
    time_average_add(&instance->component->present, s->sim.now_ns, -1);
}
