#include "model/activity.h"

#include <stdlib.h>

#include "model/state.h"

static uint64_t requests_of(const struct load *load)
{
    uint64_t n = load->n_requests;
    for (uint32_t u = 0; load->users && u < load->spec->users; u++)
        n += load->users[u].requests;
    return n;
}

/* Turned away or begun: whatever came to its door. */
static uint64_t arrivals_at(const struct component *c)
{
    return c->started + c->rejected + c->dropped + c->met_down;
}

struct activity *system_activities(const struct system *s, size_t *ret_n)
{
    const struct spec *spec = s->spec;
    struct activity *list = calloc(spec->n_loads + s->n_queues + 2 * spec->n_components + 1, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; list && i < spec->n_loads; i++)
        list[n++] = (struct activity){"requests of load", spec->loads[i].name, requests_of(&s->loads[i])};
    for (size_t i = 0; list && i < s->n_queues; i++) {
        const struct queue *queue = s->queues[i];
        list[n++] =
            (struct activity){"deliveries from queue", queue->name, queue->deliveries + queue->rejected};
    }
    for (size_t i = 0; list && i < spec->n_components; i++) {
        const struct component *c = &s->components[i];
        list[n++] = (struct activity){"calls of component", spec->components[i].name, arrivals_at(c)};
        list[n++] = (struct activity){"crashes of component", spec->components[i].name, c->crashes};
    }
    *ret_n = n;
    return list;
}
