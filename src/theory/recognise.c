#include "theory/recognise.h"

#include <math.h>
#include <stdlib.h>

/* ---- what can go wrong ---- */

static bool load_is_steady(const struct spec *spec, const struct load_spec *load)
{
    if (load->from_ns > 0 || load->until_ns < spec->run.duration_ns)
        return false;
    if (load->kind == LOAD_CLOSED)
        return true;
    bool changes = load->arrival == ARRIVAL_PIECEWISE || load->arrival == ARRIVAL_SINUSOIDAL;
    return load->kind == LOAD_OPEN && !changes;
}

bool spec_is_steady(const struct spec *spec)
{
    for (size_t i = 0; i < spec->n_loads; i++)
        if (!load_is_steady(spec, &spec->loads[i]))
            return false;
    return spec->n_events == 0;
}

bool journey_is_faultless(const struct journey *journey)
{
    const struct spec *spec = journey->anatomy->spec;
    if (!journey->settled || !journey->anatomy->settled || journey->door.fails ||
        (journey_entry(journey)->traits & (ANATOMY_FAILS | ANATOMY_LOSES)))
        return false;
    for (size_t i = 0; i < journey->n_components; i++) {
        uint32_t c = journey->components[i];
        const struct component_spec *component = &spec->components[c];
        bool fails = component->failures.up.type || component->shed_after_ns != INT64_MAX;
        if (fails && journey_visits(journey, c) > 0.0)
            return false;
    }
    return true;
}

/* ---- what one thing is ---- */

bool load_is_poisson(const struct load_spec *load)
{
    static const double most_per_s = 1e7;
    return load->kind == LOAD_OPEN && load->arrival == ARRIVAL_POISSON && load->batch_mean == 1.0 &&
           load->per_s > 0.0 && load->per_s <= most_per_s;
}

bool component_is_plain(const struct component_spec *component)
{
    return component->cores >= component->workers && component->inbox.order == INBOX_FIFO &&
           component->shed_after_ns == INT64_MAX;
}

double component_workers(const struct component_spec *component)
{
    return component->workers == SPEC_UNLIMITED ? (double)INFINITY
                                                : (double)component->workers * component->replicas;
}

double component_places(const struct component_spec *component)
{
    double places = INFINITY;
    if (component->inbox.capacity != SPEC_UNLIMITED && component->workers != SPEC_UNLIMITED)
        places = (double)component->workers + component->inbox.capacity;
    if (component->max_in_flight != SPEC_UNLIMITED)
        places = fmin(places, component->max_in_flight);
    return places;
}

static double or_infinite(uint32_t limit)
{
    return limit == SPEC_UNLIMITED ? (double)INFINITY : limit;
}

bool component_has_room_for(const struct component_spec *component, double requests)
{
    return or_infinite(component->workers) >= requests && or_infinite(component->cores) >= requests &&
           or_infinite(component->max_in_flight) >= requests;
}

double journey_visits(const struct journey *journey, uint32_t component)
{
    return journey->component_awaited[component] + journey->component_beyond[component];
}

/* ---- layers ---- */

/* Raises the callees of one endpoint above it. False when one stood higher than there are components. */
static bool raise_callees(const struct anatomy *anatomy, uint32_t endpoint, uint32_t *levels, bool *changed)
{
    const struct spec *spec = anatomy->spec;
    size_t end = anatomy_end_of_calls(anatomy, endpoint);
    uint32_t level = levels[spec->endpoints[endpoint].component];
    for (size_t i = anatomy->endpoints[endpoint].first_call; i < end; i++) {
        uint32_t callee = spec->endpoints[anatomy->calls[i].callee].component;
        if (!(anatomy->calls[i].awaited || anatomy->calls[i].delays) || levels[callee] > level)
            continue;
        levels[callee] = level + 1;
        *changed = true;
        if (levels[callee] > spec->n_components)
            return false;
    }
    return true;
}

bool journey_is_layered(const struct journey *journey)
{
    const struct anatomy *anatomy = journey->anatomy;
    const struct spec *spec = anatomy->spec;
    enum { MOST_SWEEPS = 1000 };
    uint32_t *levels = calloc(spec->n_components + 1, sizeof *levels);
    bool layered = levels != NULL, changed = true; /* without memory it is in doubt */
    for (int sweep = 0; layered && changed; sweep++) {
        changed = false;
        for (size_t i = 0; layered && i < journey->n_endpoints; i++)
            if (journey_executions(journey, journey->endpoints[i]) > 0.0)
                layered = raise_callees(anatomy, journey->endpoints[i], levels, &changed);
        layered = layered && (sweep < MOST_SWEEPS || !changed);
    }
    free(levels);
    return layered;
}

/* One of the calls of `endpoint` holds a worker or a consumer of which there are only so many. */
static bool holds_something(const struct anatomy *anatomy, uint32_t endpoint)
{
    const struct spec *spec = anatomy->spec;
    bool few = spec->components[spec->endpoints[endpoint].component].workers != SPEC_UNLIMITED, holds = false;
    size_t end = anatomy_end_of_calls(anatomy, endpoint);
    for (size_t i = anatomy->endpoints[endpoint].first_call; i < end; i++) {
        const struct errand *errand = &anatomy->calls[i];
        holds |= errand->delays || (errand->holds && few) || (errand->awaited && !errand->at_door);
    }
    return holds;
}

bool journey_can_deadlock(const struct journey *journey)
{
    const struct anatomy *anatomy = journey->anatomy;
    bool holds = false;
    for (size_t i = 0; i < journey->n_endpoints && !holds; i++) {
        uint32_t e = journey->endpoints[i];
        holds = journey_executions(journey, e) > 0.0 && holds_something(anatomy, e);
    }
    return holds && !journey_is_layered(journey);
}

bool nobody_waits(const struct journey *journey, double most, uint32_t except)
{
    const struct spec *spec = journey->anatomy->spec;
    const double *visits = journey->door.awaited ? journey->component_awaited : journey->component_beyond;
    for (uint32_t c = 0; c < spec->n_components; c++) {
        if (!(visits[c] > 0.0))
            continue;
        if (journey->door.awaited && journey->component_beyond[c] > 0.0)
            return false; /* what nobody waits for comes on top, how much of it nobody can tell */
        if (c != except && !component_has_room_for(&spec->components[c], most))
            return false;
    }
    return journey_is_layered(journey);
}

/* ---- what all models tell ---- */

bool situation_shows(const struct situation *situation, double per_s, double share)
{
    enum { ENOUGH = 100 };
    return situation->window_s * per_s * share >= ENOUGH;
}

double situation_cut_off_s(const struct situation *situation, double response_s)
{
    return 2.0 * response_s * response_s / situation->window_s;
}

/* Time at a component for one request. */
struct shares {
    double busy_s, held_s;
};

static void add_shares(struct values *values, const struct component_spec *c, struct shares shares,
                       double per_s, double slack_per_s)
{
    static const char law[] = "utilisation law";
    double workers = component_workers(c), blocked_s = shares.held_s - shares.busy_s;
    if (isinf(workers)) {
        if (shares.busy_s > 0.0)
            values_add(values, c->name, "workers.busy", per_s * shares.busy_s, slack_per_s * shares.busy_s,
                       law);
        return;
    }
    values_add(values, c->name, "busy", per_s * shares.busy_s / workers,
               slack_per_s * shares.busy_s / workers, law);
    if (blocked_s > 1e-12 * shares.held_s)
        values_add(values, c->name, "blocked", per_s * blocked_s / workers, slack_per_s * blocked_s / workers,
                   "Little's law of held workers");
}

void values_add_workers(struct values *values, const struct journey *journey, const double *visited,
                        double per_s, double slack_per_s)
{
    const struct spec *spec = journey->anatomy->spec;
    struct shares *shares = calloc(spec->n_components + 1, sizeof *shares);
    if (!shares) {
        values->failed = true;
        return;
    }
    for (uint32_t e = 0; e < spec->n_endpoints; e++) {
        const struct endpoint_anatomy *endpoint = &journey->anatomy->endpoints[e];
        double visits = journey_executions(journey, e);
        shares[spec->endpoints[e].component].busy_s += visits * endpoint->own.mean_ns * 1e-9;
        shares[spec->endpoints[e].component].held_s += visits * endpoint->held.mean_ns * 1e-9;
    }
    for (uint32_t c = 0; c < spec->n_components; c++)
        if (visited[c] > 0.0)
            add_shares(values, &spec->components[c], shares[c], per_s, slack_per_s);
    free(shares);
}
