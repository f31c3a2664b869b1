/* What becomes of a replica, and of all that is on it, when it stands still or crashes. */
#include <stdlib.h>

#include "model/blame.h"
#include "model/list.h"
#include "model/state.h"
#include "model/worker.h"

/* ---- standing still ---- */

bool instance_holds(struct system *s, struct instance *instance, event_function *happen, void *subject,
                    const uint64_t *watched)
{
    if (!instance_stands_still(instance))
        return false;
    if (instance->n_held == instance->held_capacity) {
        size_t capacity = instance->held_capacity ? 2 * instance->held_capacity : 16;
        struct held *held = realloc(instance->held, capacity * sizeof *held);
        if (!held) {
            system_fail(s);
            return true;
        }
        instance->held = held;
        instance->held_capacity = capacity;
    }
    instance->held[instance->n_held++] =
        (struct held){.happen = happen, .subject = subject, .watched = watched, .value = *watched};
    return true;
}

void instance_release_held(struct system *s, struct instance *instance)
{
    struct held *held = instance->held;
    size_t n = instance->n_held;
    instance->held = NULL;
    instance->n_held = instance->held_capacity = 0;
    for (size_t i = 0; i < n; i++)
        if (*held[i].watched == held[i].value)
            held[i].happen(s, held[i].subject);
    free(held);
}

/* ---- ending what is on it ---- */

/* It waits for nothing any more; what its worker was blocked for until now is charged. */
static void stop_waiting(struct system *s, struct activation *a)
{
    if (a->stretch == STRETCH_CALL)
        blame_settle(s, a);
    for (struct activation *call; (call = list_pop(&a->frame->lost));)
        activation_destroy(s, call);
    call_abandon_all(s, a);
}

/* A batch dies with the one that stands for it. */
static void abort_riders(struct system *s, struct activation *head)
{
    for (struct activation *rider; (rider = head->riders);) {
        head->riders = rider->next;
        queue_delivery_died(s, rider);
        request_effect_ended(s, rider->request);
        activation_destroy(s, rider);
    }
}

void activation_abort(struct system *s, struct activation *a)
{
    struct instance *instance = a->instance;
    a->id = ++s->last_activation; /* whoever was called by it, or holds it up, does not know it any more */
    instance_take_out(s, a);
    if (a->frame) {
        stop_waiting(s, a);
        activation_turn(s, a, STRETCH_WIRE_BACK);
        s->ledger.wasted_ns += a->frame->worked_ns;
        if (a->frame->worker != WORKER_STATES)
            worker_release(s, a);
    } else {
        activation_turn(s, a, a->stretch);
    }
    abort_riders(s, a);
    instance_leave(s, a);
    if (a->consumer)
        queue_delivery_died(s, a);
    bool reset =
        instance->n_down > 0 && !a->consumer && instance->component->spec->on_crash == ON_CRASH_RESET;
    activation_refuse(s, a, !reset);
    instance_pull(s, instance);
}

/* ---- crashing ---- */

struct victims {
    const struct instance *instance;
    struct activation **list; /* owned */
    size_t n, capacity;
    bool failed;
};

static void find_victim(void *item, void *data)
{
    struct activation *a = item;
    struct victims *victims = data;
    if (!a->request || a->instance != victims->instance || victims->failed)
        return;
    if (victims->n == victims->capacity) {
        size_t capacity = victims->capacity ? 2 * victims->capacity : 64;
        struct activation **list = realloc(victims->list, capacity * sizeof *list);
        victims->failed = !list;
        if (!list)
            return;
        victims->list = list;
        victims->capacity = capacity;
    }
    victims->list[victims->n++] = a;
}

void instance_crash(struct system *s, struct instance *instance)
{
    struct component *component = instance->component;
    struct victims victims = {.instance = instance};
    pool_each(&s->activations, find_victim, &victims);
    if (victims.failed)
        system_fail(s);
    component->crashes++;
    component->lost_in_crash += victims.n;
    instance_forget_waiting(instance);
    for (size_t i = 0; i < victims.n; i++)
        activation_abort(s, victims.list[i]);
    guards_forget(s, component->index, instance->index);
    if (component->cores_limited)
        instance->cores_free = component->spec->cores;
    free(victims.list);
}
