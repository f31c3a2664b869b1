#include "experiment/pace.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "experiment/machine.h"
#include "model/activity.h"

enum {
    SLICE_EVENTS = 1 << 13, /* between two looks at the clock and the limits: about a millisecond */

    /* At one instant they are no news where a burst begins or all of a large system does. Of what has a
     * record in memory each may be worth a hundred events, and more than these. */
    STILL_EVENTS = 1000000,
    STILL_BYTES_AN_EVENT = 2,

    WITNESSED_EVENTS = 1 << 16, /* more of them, to see what they are */
    MOST_NAMED = 3,
};

void pace_begin(struct pace *pace, struct system *system, const struct spec *spec,
                const struct limits *limits, const volatile sig_atomic_t *stop)
{
    *pace = (struct pace){.system = system, .spec = spec, .limits = limits, .stop = stop};
    if (limits && limits->bytes)
        system_limit_memory(system, limits->bytes);
}

void pace_finish(struct pace *pace)
{
    free(pace->why);
    pace->why = NULL;
}

/* ---- why ---- */

static int by_number(const void *left, const void *right)
{
    const struct activity *a = left, *b = right;
    return (a->n < b->n) - (a->n > b->n);
}

/* "requests of load users (21845), calls of component a (21845)"; NULL: nothing is known. */
static char *name_most(struct activity *list, size_t n)
{
    struct text text = {0};
    qsort(list, n, sizeof *list, by_number);
    for (size_t i = 0; i < n && i < MOST_NAMED && list[i].n > 0 && list[i].n >= list[0].n / 10; i++)
        text_addf(&text, "%s%s %s (%" PRIu64 ")", i ? ", " : "", list[i].what, list[i].of, list[i].n);
    if (text.length == 0) {
        text_finish(&text);
        return NULL;
    }
    return text_take(&text);
}

/* What happens while the clock stands still: some more of it is looked at. */
static char *witness(struct system *system)
{
    size_t n = 0, n_before = 0;
    bool reached;
    struct activity *before = system_activities(system, &n_before), *after = NULL;
    char *most = NULL;
    if (before && system_step_some(system, system_now_ns(system), WITNESSED_EVENTS, &reached, NULL))
        after = system_activities(system, &n);
    for (size_t i = 0; after && i < n; i++)
        after[i].n -= before[i].n < after[i].n ? before[i].n : after[i].n;
    if (after)
        most = name_most(after, n);
    free(before);
    free(after);
    return most;
}

/* Where most things wait. */
static char *name_fullest(const struct system *system, const struct spec *spec)
{
    struct system_sample sample = {0};
    struct activity most[3] = {{"in queue", "", 0}, {"in the inbox of", "", 0}, {"suspended in", "", 0}};
    if (!system_look(system, &sample))
        return NULL;
    for (size_t i = 0; i < system_queue_count(system); i++)
        if ((uint64_t)sample.queues[i].depth > most[0].n)
            most[0] = (struct activity){most[0].what, system_queue_name(system, i),
                                        (uint64_t)sample.queues[i].depth};
    for (size_t i = 0; i < spec->n_components; i++) {
        const struct component_sample *c = &sample.components[i];
        const char *name = spec->components[i].name;
        if ((uint64_t)c->inbox > most[1].n)
            most[1] = (struct activity){most[1].what, name, (uint64_t)c->inbox};
        if ((uint64_t)c->suspended > most[2].n)
            most[2] = (struct activity){most[2].what, name, (uint64_t)c->suspended};
    }
    system_sample_finish(&sample);
    qsort(most, 3, sizeof *most, by_number);
    return most[0].n ? text_format("%" PRIu64 " %s %s", most[0].n, most[0].what, most[0].of) : NULL;
}

/* Tells it, too; what cannot be found out is left out. */
static void end(struct pace *pace, enum limit limit)
{
    pace->limit = limit;
    if (limit == LIMIT_STANDSTILL)
        pace->why = witness(pace->system);
    else if (limit != LIMIT_NONE)
        pace->why = name_fullest(pace->system, pace->spec);
}

/* ---- going ---- */

/* Of the next slice: none of it is beyond the limit of events. */
static uint64_t slice_of(const struct pace *pace)
{
    uint64_t events = pace->limits ? pace->limits->events : 0, had = system_event_count(pace->system);
    if (events == 0)
        return SLICE_EVENTS;
    return had >= events ? 0 : events - had < SLICE_EVENTS ? events - had : SLICE_EVENTS;
}

static bool stands_still(struct pace *pace, int64_t since_ns)
{
    pace->still_events = system_now_ns(pace->system) == since_ns ? pace->still_events + SLICE_EVENTS : 0;
    return pace->still_events > STILL_EVENTS &&
           pace->still_events > STILL_EVENTS + system_usage(pace->system).bytes / STILL_BYTES_AN_EVENT;
}

/* Between two slices. */
static enum limit look(struct pace *pace, int64_t since_ns)
{
    const struct limits *limits = pace->limits;
    if (stands_still(pace, since_ns))
        return LIMIT_STANDSTILL;
    if (limits && limits->events && system_event_count(pace->system) >= limits->events)
        return LIMIT_EVENTS;
    if (limits && limits->wall_until_s > 0.0 && machine_now_s() >= limits->wall_until_s)
        return LIMIT_WALL;
    return LIMIT_NONE;
}

bool pace_step(struct pace *pace, int64_t until_ns, bool *ret_there, struct error *error)
{
    struct system *system = pace->system;
    *ret_there = false;
    while (!*ret_there && pace->limit == LIMIT_NONE && !pace->stopped) {
        int64_t since_ns = system_now_ns(system);
        if (system_step_some(system, until_ns, slice_of(pace), ret_there, NULL)) {
            pace->stopped = !*ret_there && pace->stop && *pace->stop;
            end(pace, *ret_there ? LIMIT_NONE : look(pace, since_ns));
        } else if (system_exceeds(system)) {
            end(pace, LIMIT_MEMORY);
        } else {
            return error_set(error, "out of memory");
        }
    }
    return true;
}
