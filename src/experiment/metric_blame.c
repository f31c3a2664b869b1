#include <stdlib.h>
#include <string.h>

#include "base/pair_map.h"
#include "experiment/metric_sheet.h"

/* The endpoints that each component may call: from the spec, so that every replication has the same metrics.
 */
struct callee_list {
    uint32_t *endpoints; /* owned; SPEC_NONE = an I/O wait; each once, in the order of the steps */
    size_t n, capacity;
};

struct callees {
    struct callee_list *lists; /* owned; one a component */
    size_t n;
    struct pair_map places; /* of component and endpoint: where it stands in the list */
    int128 (*ns)[CAUSES];   /* owned; room for the longest list */
};

static bool add_callee(struct callees *callees, uint32_t component, uint32_t endpoint)
{
    struct callee_list *list = &callees->lists[component];
    uint32_t *place = pair_map_at(&callees->places, component, endpoint);
    if (!place || *place != PAIR_MAP_NONE)
        return place != NULL;
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 4;
        uint32_t *endpoints = realloc(list->endpoints, capacity * sizeof *endpoints);
        if (!endpoints)
            return false;
        list->endpoints = endpoints;
        list->capacity = capacity;
    }
    *place = (uint32_t)list->n;
    list->endpoints[list->n++] = endpoint;
    return true;
}

static bool add_steps(struct callees *callees, uint32_t component, const struct step_spec *steps,
                      size_t n_steps)
{
    bool ok = true;
    for (size_t i = 0; ok && i < n_steps; i++) {
        if (steps[i].kind == STEP_WAIT)
            ok = add_callee(callees, component, SPEC_NONE);
        for (size_t k = 0; ok && k < steps[i].n_calls; k++)
            ok = add_callee(callees, component, steps[i].calls[k].endpoint);
        for (size_t k = 0; ok && k < steps[i].n_branches; k++)
            ok = add_steps(callees, component, steps[i].branches[k].steps, steps[i].branches[k].n_steps);
    }
    return ok;
}

void callees_destroy(struct callees *callees)
{
    if (!callees)
        return;
    for (size_t i = 0; callees->lists && i < callees->n; i++)
        free(callees->lists[i].endpoints);
    free(callees->lists);
    free(callees->ns);
    pair_map_finish(&callees->places);
    free(callees);
}

static bool list_all(struct callees *callees, const struct spec *spec)
{
    size_t most = 0;
    for (size_t i = 0; i < spec->n_endpoints; i++) {
        const struct endpoint_spec *endpoint = &spec->endpoints[i];
        if (!add_steps(callees, endpoint->component, endpoint->steps, endpoint->n_steps))
            return false;
    }
    for (size_t i = 0; i < callees->n; i++)
        most = callees->lists[i].n > most ? callees->lists[i].n : most;
    callees->ns = calloc(most + 1, sizeof *callees->ns);
    return callees->ns != NULL;
}

struct callees *callees_create(const struct spec *spec)
{
    struct callees *callees = calloc(1, sizeof *callees);
    if (!callees)
        return NULL;
    callees->n = spec->n_components;
    callees->lists = calloc(spec->n_components + 1, sizeof *callees->lists);
    if (callees->lists && list_all(callees, spec))
        return callees;
    callees_destroy(callees);
    return NULL;
}

size_t callees_count(const struct callees *callees, uint32_t component)
{
    return callees->lists[component].n;
}

static void put_causes(struct sheet *sheet, const int128 *ns, int128 total_ns, const char *about)
{
    for (int i = 0; i < CAUSES; i++) {
        sheet_put_word(sheet, cause_names[i], METRIC_SHARE, metric_share(ns[i], total_ns), about,
                       cause_names[i]);
    }
}

/* Charges what the component was blocked for to its callees, and sums it up. */
static void charge(struct callees *callees, uint32_t component, const struct component_result *c,
                   int128 sum[CAUSES])
{
    memset(callees->ns, 0, callees->lists[component].n * sizeof *callees->ns);
    for (size_t i = 0; i < c->n_blames; i++) {
        uint32_t place = pair_map_find(&callees->places, component, c->blames[i].callee);
        for (int k = 0; k < CAUSES; k++) {
            sum[k] += c->blames[i].ns[k];
            if (place != PAIR_MAP_NONE)
                callees->ns[place][k] += c->blames[i].ns[k];
        }
    }
}

static void put_blocked_on(struct sheet *sheet, const int128 ns[CAUSES], int128 total_ns,
                           const char *callee_name)
{
    int128 sum = 0;
    for (int k = 0; k < CAUSES; k++)
        sum += ns[k];
    sheet_put(sheet, callee_name, METRIC_SHARE, metric_share(sum, total_ns),
              "share of the workers' time blocked on", callee_name);
    size_t mark = sheet_enter(sheet, callee_name);
    put_causes(sheet, ns, total_ns, "share of the workers' time blocked on it, for");
    sheet_leave(sheet, mark);
}

void sheet_put_blames(struct sheet *sheet, const struct spec *spec, struct callees *callees,
                      uint32_t component, const struct component_result *c)
{
    const struct callee_list *list = &callees->lists[component];
    int128 sum[CAUSES] = {0};
    charge(callees, component, c, sum);
    size_t mark = sheet_enter(sheet, "blocked_on");
    for (size_t i = 0; i < list->n; i++) {
        uint32_t callee = list->endpoints[i];
        put_blocked_on(sheet, callees->ns[i], c->total_ns,
                       callee == SPEC_NONE ? "io" : spec->endpoints[callee].name);
    }
    sheet_leave(sheet, mark);
    mark = sheet_enter(sheet, "blocked_for");
    put_causes(sheet, sum, c->total_ns, "share of the workers' time blocked for");
    sheet_leave(sheet, mark);
}
