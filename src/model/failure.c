#include "model/failure.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/state.h"
#include "model/worker.h"

/* ---- a replica's state ---- */

enum condition { CONDITION_UP, CONDITION_PAUSED, CONDITION_DOWN };

static enum condition condition_of(const struct instance *instance)
{
    if (instance->n_down > 0)
        return CONDITION_DOWN;
    return instance->n_paused > 0 ? CONDITION_PAUSED : CONDITION_UP;
}

/* A broker stands on all replicas of its component, as a cluster does: it is down when all of them are. */
static void go_down(struct system *s, struct instance *instance)
{
    struct component *c = instance->component;
    workers_down(s, instance);
    queues_consumer_down(s, instance);
    queues_publisher_down(s, instance);
    instance_crash(s, instance);
    if (++c->n_down == c->spec->replicas)
        queues_broker_down(s, c->index);
}

static void come_back(struct system *s, struct instance *instance)
{
    struct component *c = instance->component;
    workers_up(s, instance);
    if (c->n_down-- == c->spec->replicas)
        queues_broker_up(s, c->index);
    queues_consumer_up(s, instance);
}

static void leave_condition(struct system *s, struct instance *instance, enum condition condition)
{
    if (condition == CONDITION_PAUSED)
        workers_thaw(s, instance);
    else if (condition == CONDITION_DOWN)
        come_back(s, instance);
}

static void enter_condition(struct system *s, struct instance *instance, enum condition condition)
{
    if (condition == CONDITION_PAUSED)
        workers_freeze(s, instance);
    else if (condition == CONDITION_DOWN)
        go_down(s, instance);
}

/* One reason more or less for being down (`pause`: for standing still). */
static void change(struct system *s, struct instance *instance, bool pause, int delta)
{
    enum condition old = condition_of(instance);
    uint32_t *reasons = pause ? &instance->n_paused : &instance->n_down;
    *reasons += (uint32_t)delta;
    enum condition now = condition_of(instance);
    if (now == old)
        return;
    leave_condition(s, instance, old);
    enter_condition(s, instance, now);
    if (now != CONDITION_PAUSED)
        instance_release_held(s, instance);
    instance_pull(s, instance);
}

/* ---- outages, for those who draw them ---- */

/* Those beyond OUTAGES_MOST are not noted. */
static void outage_note(struct system *s, struct outage outage)
{
    struct outage_log *log = &s->outages;
    if (log->n == OUTAGES_MOST)
        return;
    if (log->n == log->capacity) {
        size_t capacity = log->capacity ? 2 * log->capacity : 64;
        struct outage *list = realloc(log->list, capacity * sizeof *list);
        if (!list) {
            system_fail(s);
            return;
        }
        log->list = list;
        log->capacity = capacity;
    }
    log->list[log->n++] = outage;
}

/* ---- failures that come by themselves ---- */

static const struct failure_spec *failures_of(const struct instance *instance)
{
    return &instance->component->spec->failures;
}

static struct draw draw_for(const struct instance *instance, uint64_t which)
{
    return draw_make(&instance->clock->draws, instance->index, 2 * instance->clock->n + which);
}

static void fail(void *system, void *subject);
static void repaired(void *system, void *subject);

static void schedule(struct system *s, struct instance *instance, int64_t ns, event_function *happen)
{
    int64_t room_ns = SIM_TIME_MAX - s->sim.now_ns;
    instance->clock->next =
        sim_schedule(&s->sim, s->sim.now_ns + (ns < room_ns ? ns : room_ns), happen, instance);
}

/* It is whole, from now on. */
static void begin_to_age(struct system *s, struct instance *instance)
{
    struct replica_clock *clock = instance->clock;
    struct draw draw = draw_for(instance, 0);
    clock->failed = false;
    clock->left_ns = distribution_sample(&failures_of(instance)->up, &draw);
    clock->since_ns = s->sim.now_ns;
    if (!failures_of(instance)->working || instance->busy > 0)
        schedule(s, instance, clock->left_ns, fail);
}

static void fail(void *system, void *subject)
{
    struct system *s = system;
    struct instance *instance = subject;
    struct replica_clock *clock = instance->clock;
    struct draw draw = draw_for(instance, 1);
    clock->failed = true;
    clock->since_ns = s->sim.now_ns;
    schedule(s, instance, distribution_sample(&failures_of(instance)->down, &draw), repaired);
    change(s, instance, failures_of(instance)->pause, 1);
}

static void note_failure(struct system *s, const struct instance *instance)
{
    outage_note(s, (struct outage){.component = instance->component->index,
                                   .replica = instance->index,
                                   .link = SPEC_NONE,
                                   .from_ns = instance->clock->since_ns,
                                   .until_ns = s->sim.now_ns});
}

static void repaired(void *system, void *subject)
{
    struct system *s = system;
    struct instance *instance = subject;
    note_failure(s, instance);
    instance->clock->n++;
    change(s, instance, failures_of(instance)->pause, -1);
    begin_to_age(s, instance);
}

void failure_busy_begins_or_ends(struct system *s, struct instance *instance)
{
    struct replica_clock *clock = instance->clock;
    if (clock->failed || !failures_of(instance)->working)
        return;
    if (instance->busy > 0) {
        clock->since_ns = s->sim.now_ns;
        schedule(s, instance, clock->left_ns, fail);
    } else {
        clock->left_ns -= s->sim.now_ns - clock->since_ns;
        sim_cancel(&s->sim, clock->next);
    }
}

/* ---- events of the spec ---- */

/* An event's begin or end; `subject` is the event. */
static void for_replicas(struct system *s, const struct event_spec *event, bool pause, int delta)
{
    struct component *c = &s->components[event->component];
    for (uint32_t i = 0; i < c->spec->replicas; i++)
        if (event->replica == SPEC_NONE || event->replica == i)
            change(s, &c->instances[i], pause, delta);
}

static bool is_on(const struct event_spec *event, int64_t now_ns)
{
    return event->from_ns <= now_ns && now_ns < event->until_ns;
}

static void set_slowness(struct system *s, uint32_t component)
{
    double slowness = 1.0;
    for (uint32_t i = s->changes.first[component]; i != SPEC_NONE; i = s->changes.next[i]) {
        const struct event_spec *event = &s->spec->events[i];
        if (event->kind == EVENT_SLOW && is_on(event, s->sim.now_ns))
            slowness *= event->factor;
    }
    s->components[component].slowness = slowness;
}

/* The event that began last says how many there are. */
static void set_workers(struct system *s, uint32_t component)
{
    struct component *c = &s->components[component];
    uint32_t workers = c->spec->workers;
    for (uint32_t i = s->changes.first[component]; i != SPEC_NONE; i = s->changes.next[i]) {
        const struct event_spec *event = &s->spec->events[i];
        if (event->kind == EVENT_WORKERS && is_on(event, s->sim.now_ns))
            workers = event->workers;
    }
    for (uint32_t i = 0; i < c->spec->replicas; i++)
        if (c->instances[i].workers != workers)
            workers_employ(s, &c->instances[i], workers);
}

static void turn(struct system *s, const struct event_spec *event, int delta)
{
    switch (event->kind) {
    case EVENT_DOWN: for_replicas(s, event, false, delta); break;
    case EVENT_PAUSE: for_replicas(s, event, true, delta); break;
    case EVENT_SLOW:
        if (event->component != SPEC_NONE)
            set_slowness(s, event->component);
        break;
    case EVENT_WORKERS: set_workers(s, event->component); break;
    case EVENT_CUT:
    case EVENT_LOSS:
    case EVENT_PARTITION:
    case EVENT_RATE: break; /* links and loads look themselves */
    }
}

static void event_begins(void *system, void *subject)
{
    turn(system, subject, 1);
}

static void event_ends(void *system, void *subject)
{
    turn(system, subject, -1);
}

/* ---- all ---- */

static bool clocks_init(struct system *s, struct component *c)
{
    struct stream draws;
    if (!c->spec->failures.up.type)
        return true;
    if (!system_stream(s, "failures", c->spec->name, &draws))
        return false;
    for (uint32_t i = 0; i < c->spec->replicas; i++) {
        c->instances[i].clock = calloc(1, sizeof *c->instances[i].clock);
        if (!c->instances[i].clock)
            return false;
        c->instances[i].clock->draws = draws;
    }
    return true;
}

static bool is_change(const struct event_spec *event)
{
    return (event->kind == EVENT_SLOW || event->kind == EVENT_WORKERS) && event->component != SPEC_NONE;
}

static bool changes_init(struct system *s)
{
    const struct spec *spec = s->spec;
    struct change_index *changes = &s->changes;
    if (spec->n_events == 0)
        return true;
    changes->first = malloc(spec->n_components * sizeof *changes->first);
    changes->next = malloc(spec->n_events * sizeof *changes->next);
    if (!changes->first || !changes->next)
        return false;
    for (size_t c = 0; c < spec->n_components; c++)
        changes->first[c] = SPEC_NONE;
    for (size_t i = spec->n_events; i-- > 0;)
        if (is_change(&spec->events[i])) {
            changes->next[i] = changes->first[spec->events[i].component];
            changes->first[spec->events[i].component] = (uint32_t)i;
        }
    return true;
}

bool failures_init(struct system *s)
{
    for (size_t i = 0; i < s->spec->n_components; i++)
        if (!clocks_init(s, &s->components[i]))
            return false;
    return changes_init(s);
}

void failures_finish(struct system *s)
{
    free(s->outages.list);
    s->outages = (struct outage_log){0};
    free(s->changes.first);
    free(s->changes.next);
    s->changes = (struct change_index){0};
}

void failures_begin(struct system *s)
{
    for (size_t i = 0; i < s->spec->n_components; i++)
        for (uint32_t k = 0; k < s->spec->components[i].replicas; k++)
            if (s->components[i].instances[k].clock)
                begin_to_age(s, &s->components[i].instances[k]);
    for (size_t i = 0; i < s->spec->n_events; i++) {
        struct event_spec *event = &s->spec->events[i];
        sim_schedule(&s->sim, event->from_ns, event_begins, event);
        if (event->until_ns < SIM_TIME_MAX)
            sim_schedule(&s->sim, event->until_ns, event_ends, event);
    }
}

void outages_close(struct system *s)
{
    for (size_t i = 0; i < s->spec->n_components; i++)
        for (uint32_t k = 0; k < s->spec->components[i].replicas; k++) {
            const struct instance *instance = &s->components[i].instances[k];
            if (instance->clock && instance->clock->failed)
                note_failure(s, instance);
        }
}

bool failures_possible(const struct spec *spec)
{
    for (size_t i = 0; i < spec->n_components; i++)
        if (spec->components[i].failures.up.type)
            return true;
    for (size_t i = 0; i < spec->n_events; i++)
        if (spec->events[i].kind == EVENT_DOWN || spec->events[i].kind == EVENT_PAUSE)
            return true;
    return false;
}
