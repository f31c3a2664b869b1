#include <stdlib.h>

#include "experiment/metric_sheet.h"

/* The endpoints that a component may call: from the spec, so that every replication has the same metrics. */
struct callees {
    uint32_t *endpoints; /* owned; SPEC_NONE = an I/O wait; each once, in the order of the steps */
    size_t n, capacity;
};

static bool add_callee(struct callees *callees, uint32_t endpoint)
{
    for (size_t i = 0; i < callees->n; i++)
        if (callees->endpoints[i] == endpoint)
            return true;
    if (callees->n == callees->capacity) {
        size_t capacity = callees->capacity ? 2 * callees->capacity : 4;
        uint32_t *endpoints = realloc(callees->endpoints, capacity * sizeof *endpoints);
        if (!endpoints)
            return false;
        callees->endpoints = endpoints;
        callees->capacity = capacity;
    }
    callees->endpoints[callees->n++] = endpoint;
    return true;
}

static bool add_steps(struct callees *callees, const struct step_spec *steps, size_t n_steps)
{
    bool ok = true;
    for (size_t i = 0; ok && i < n_steps; i++) {
        if (steps[i].kind == STEP_WAIT)
            ok = add_callee(callees, SPEC_NONE);
        for (size_t k = 0; ok && k < steps[i].n_calls; k++)
            ok = add_callee(callees, steps[i].calls[k].endpoint);
        for (size_t k = 0; ok && k < steps[i].n_branches; k++)
            ok = add_steps(callees, steps[i].branches[k].steps, steps[i].branches[k].n_steps);
    }
    return ok;
}

void callees_destroy(struct callees *lists, const struct spec *spec)
{
    for (size_t i = 0; lists && i < spec->n_components; i++)
        free(lists[i].endpoints);
    free(lists);
}

struct callees *callees_create(const struct spec *spec)
{
    struct callees *lists = calloc(spec->n_components + 1, sizeof *lists);
    for (size_t i = 0; lists && i < spec->n_endpoints; i++) {
        const struct endpoint_spec *endpoint = &spec->endpoints[i];
        if (!add_steps(&lists[endpoint->component], endpoint->steps, endpoint->n_steps)) {
            callees_destroy(lists, spec);
            return NULL;
        }
    }
    return lists;
}

static void put_causes(struct sheet *sheet, const int128 *ns, int128 total_ns, const char *about)
{
    for (int i = 0; i < CAUSES; i++) {
        sheet_put(sheet, metric_word(cause_names[i]).chars, METRIC_SHARE, metric_share(ns[i], total_ns),
                  about, cause_names[i]);
    }
}

static void put_blocked_on(struct sheet *sheet, const struct component_result *c, uint32_t callee,
                           const char *callee_name)
{
    int128 ns[CAUSES] = {0}, sum = 0;
    for (size_t i = 0; i < c->n_blames; i++)
        for (int k = 0; c->blames[i].callee == callee && k < CAUSES; k++) {
            ns[k] += c->blames[i].ns[k];
            sum += c->blames[i].ns[k];
        }
    sheet_put(sheet, callee_name, METRIC_SHARE, metric_share(sum, c->total_ns),
              "share of the workers' time blocked on", callee_name);
    size_t mark = sheet_enter(sheet, callee_name);
    put_causes(sheet, ns, c->total_ns, "share of the workers' time blocked on it, for");
    sheet_leave(sheet, mark);
}

void sheet_put_blames(struct sheet *sheet, const struct spec *spec, const struct callees *lists,
                      size_t component, const struct component_result *c)
{
    const struct callees *callees = &lists[component];
    size_t mark = sheet_enter(sheet, "blocked_on");
    for (size_t i = 0; i < callees->n; i++) {
        uint32_t callee = callees->endpoints[i];
        put_blocked_on(sheet, c, callee, callee == SPEC_NONE ? "io" : spec->endpoints[callee].name);
    }
    sheet_leave(sheet, mark);
    int128 ns[CAUSES] = {0};
    for (size_t i = 0; i < c->n_blames; i++)
        for (int k = 0; k < CAUSES; k++)
            ns[k] += c->blames[i].ns[k];
    mark = sheet_enter(sheet, "blocked_for");
    put_causes(sheet, ns, c->total_ns, "share of the workers' time blocked for");
    sheet_leave(sheet, mark);
}
