#include "theory/prospect.h"

#include <math.h>
#include <stdlib.h>

/* ---- can it be a selection? ---- */

/* Most requests behind the entry at once. */
static double most_at_once(const struct journey *journey)
{
    const struct anatomy *anatomy = journey->anatomy;
    const struct endpoint_anatomy *entry = journey_entry(journey);
    uint32_t component = anatomy->spec->endpoints[journey->load->endpoint].component;
    if (anatomy->spec->n_loads > 1 || (entry->traits & ANATOMY_PARALLEL) || !journey_is_layered(journey))
        return INFINITY;
    if (journey->load->kind == LOAD_CLOSED)
        return journey->load->users;
    bool holds = journey->door.awaited && !(entry->traits & ANATOMY_RELEASES);
    return holds ? component_workers(&anatomy->spec->components[component]) : (double)INFINITY;
}

/* Whoever is refused at the users' door has not begun anything that could tell him from others. */
static bool may_refuse(const struct prospect *prospect, uint32_t component, double most)
{
    const struct journey *journey = prospect->journey;
    const struct spec *spec = journey->anatomy->spec;
    bool entry = spec->endpoints[journey->load->endpoint].component == component;
    double behind = journey->component_awaited[component] - (entry && journey->door.awaited ? 1.0 : 0.0);
    double beyond = journey->component_beyond[component];
    bool meets = behind > 1e-9 || (prospect->view == PROSPECT_COMPLETIONS && beyond > 0.0);
    return meets && component_places(&spec->components[component]) < (beyond > 0.0 ? (double)INFINITY : most);
}

static bool find_failures(const struct prospect *prospect)
{
    const struct journey *journey = prospect->journey;
    const struct spec *spec = journey->anatomy->spec;
    double most = most_at_once(journey);
    bool all = prospect->view == PROSPECT_COMPLETIONS;
    unsigned traits = all ? ANATOMY_FAILS | ANATOMY_LOSES : ANATOMY_FAILS;
    if (spec->n_events > 0 || journey->door.fails || (journey_entry(journey)->traits & traits) ||
        journey_can_deadlock(journey))
        return true;
    for (size_t i = 0; i < journey->n_components; i++) {
        uint32_t c = journey->components[i];
        const struct component_spec *component = &spec->components[c];
        bool fails = component->failures.up.type || component->shed_after_ns != INT64_MAX;
        bool visited = journey->component_awaited[c] > 0.0 || (all && journey->component_beyond[c] > 0.0);
        if ((fails && visited) || may_refuse(prospect, c, most))
            return true;
    }
    return false;
}

/* ---- what comes ---- */

static double offered_per_s(const struct load_spec *load, bool steady)
{
    if (load->kind != LOAD_OPEN || !steady)
        return INFINITY;
    if (load->arrival == ARRIVAL_POISSON || load->arrival == ARRIVAL_CONSTANT)
        return load->per_s * load->batch_mean;
    return load->arrival == ARRIVAL_RENEWAL ? 1e9 / load->between.mean_ns * load->batch_mean
                                            : (double)INFINITY;
}

/* ---- what is needed ---- */

static struct visits visits_to(const struct prospect *prospect, size_t endpoint)
{
    struct visits visits = prospect->journey->awaited[endpoint];
    if (prospect->view == PROSPECT_COMPLETIONS) {
        visits.mean += prospect->journey->beyond[endpoint].mean;
        visits.sure += prospect->journey->beyond[endpoint].sure;
    }
    return visits;
}

/* A worker that began with a request stays with it, and which one comes next does not depend on how long it
 * will take: so all that were begun count, but for those few that are still under way. */
static bool is_worked_off_in_turn(const struct component_spec *component,
                                  const struct endpoint_anatomy *endpoint)
{
    return component->workers != SPEC_UNLIMITED && component->inbox.order != INBOX_SHORTEST &&
           !(endpoint->traits & ANATOMY_RELEASES);
}

static void add_endpoint(struct prospect *prospect, size_t e)
{
    const struct anatomy *anatomy = prospect->journey->anatomy;
    const struct endpoint_anatomy *endpoint = &anatomy->endpoints[e];
    uint32_t component = anatomy->spec->endpoints[e].component;
    struct visits visits = visits_to(prospect, e);
    struct need *mean = &prospect->mean[component], *sure = &prospect->sure[component];
    bool in_turn = !prospect->fails && is_worked_off_in_turn(&anatomy->spec->components[component], endpoint);
    mean->held_s += visits.mean * endpoint->held.mean_ns * 1e-9;
    mean->own_s += visits.mean * endpoint->own.mean_ns * 1e-9;
    if (prospect->bounded) {
        *sure = *mean;
        return;
    }
    sure->held_s += visits.sure * (in_turn ? endpoint->held.mean_ns : endpoint->held.least_ns) * 1e-9;
    sure->own_s += visits.sure * (in_turn ? endpoint->own.mean_ns : endpoint->own.least_ns) * 1e-9;
}

bool prospect_init(struct prospect *prospect, const struct spec *spec)
{
    *prospect = (struct prospect){.steady = spec_is_steady(spec)};
    prospect->mean = calloc(spec->n_components + 1, sizeof *prospect->mean);
    prospect->sure = calloc(spec->n_components + 1, sizeof *prospect->sure);
    if (prospect->mean && prospect->sure)
        return true;
    prospect_finish(prospect);
    return false;
}

void prospect_look(struct prospect *prospect, const struct journey *journey, enum prospect_view view)
{
    prospect->journey = journey;
    prospect->view = view;
    prospect->fails = find_failures(prospect);
    prospect->bounded = journey->load->kind == LOAD_CLOSED && view == PROSPECT_ANSWERS && !prospect->fails;
    prospect->offered_per_s = offered_per_s(journey->load, prospect->steady);
    for (size_t i = 0; i < journey->n_components; i++)
        prospect->mean[journey->components[i]] = prospect->sure[journey->components[i]] = (struct need){0};
    for (size_t i = 0; i < journey->n_endpoints; i++)
        add_endpoint(prospect, journey->endpoints[i]);
}

void prospect_finish(struct prospect *prospect)
{
    free(prospect->mean);
    free(prospect->sure);
    *prospect = (struct prospect){0};
}

/* ---- what components carry ---- */

static void lower(struct prospect_rate *rate, struct prospect_rate other)
{
    if (other.per_s < rate->per_s)
        *rate = other;
}

void prospect_lower(struct prospect_rate *rate, const struct component_spec *component, struct need need)
{
    double workers = component_workers(component), cores = (double)component->cores * component->replicas;
    bool held = need.held_s > need.own_s * (1.0 + 1e-12);
    if (need.held_s > 0.0)
        lower(rate, (struct prospect_rate){workers / need.held_s, workers, held, component->name});
    if (need.own_s > 0.0 && component->cores < component->workers)
        lower(rate, (struct prospect_rate){cores / need.own_s, cores, false, component->name});
}

struct prospect_rate prospect_rate(const struct prospect *prospect)
{
    const struct journey *journey = prospect->journey;
    struct prospect_rate rate = {.per_s = INFINITY};
    for (size_t i = 0; i < journey->n_components; i++) {
        uint32_t c = journey->components[i];
        const struct component_spec *component = &journey->anatomy->spec->components[c];
        struct prospect_rate mean = {.per_s = INFINITY};
        prospect_lower(&mean, component, prospect->mean[c]);
        prospect_lower(&rate, component, prospect->sure[c]);
        if (prospect->offered_per_s <= mean.per_s)
            lower(&rate, mean);
    }
    return rate;
}

/* No component has more to do than it can. */
static bool is_enough_for_all(const struct prospect *prospect)
{
    const struct journey *journey = prospect->journey;
    struct prospect_rate rate = {.per_s = INFINITY};
    for (size_t i = 0; i < journey->n_components; i++) {
        uint32_t c = journey->components[i];
        prospect_lower(&rate, &journey->anatomy->spec->components[c], prospect->mean[c]);
    }
    return prospect->offered_per_s < rate.per_s;
}

/* Those who are answered are like all others. */
static bool is_no_selection(const struct prospect *prospect)
{
    const struct journey *journey = prospect->journey;
    const struct spec *spec = journey->anatomy->spec;
    uint32_t entry = spec->endpoints[journey->load->endpoint].component;
    if (prospect->fails)
        return false;
    return prospect->bounded || is_enough_for_all(prospect) ||
           is_worked_off_in_turn(&spec->components[entry], journey_entry(journey));
}

double prospect_round_trip_s(const struct prospect *prospect)
{
    const struct journey *journey = prospect->journey;
    struct span out = journey->door.out, answer = journey_entry(journey)->answer, back = journey->door.back;
    if (!journey->door.awaited)
        return 0.0;
    bool mean = is_no_selection(prospect);
    return (mean ? out.mean_ns + answer.mean_ns + back.mean_ns
                 : out.least_ns + answer.least_ns + back.least_ns) *
           1e-9;
}
