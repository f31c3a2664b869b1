#include "report/page/system_graph.h"

#include <stdlib.h>

#include "report/choice.h"

/* ---- calls ---- */

/* While calls are collected, `from` and `to` are components, or SPEC_USERS - n of load n. */
struct calls {
    struct graph_call *calls;
    size_t n, capacity;
    const struct spec *spec;
    bool failed;
};

static void add_call(struct calls *calls, uint32_t from, uint32_t caller, uint32_t callee)
{
    if (calls->n == calls->capacity) {
        size_t capacity = calls->capacity > 0 ? 2 * calls->capacity : 64;
        struct graph_call *more = realloc(calls->calls, capacity * sizeof *more);
        calls->failed |= !more;
        if (!more)
            return;
        calls->calls = more;
        calls->capacity = capacity;
    }
    calls->calls[calls->n++] =
        (struct graph_call){from, calls->spec->endpoints[callee].component, caller, callee};
}

static void add_steps(struct calls *calls, uint32_t caller, const struct step_spec *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < steps[i].n_calls; c++)
            add_call(calls, calls->spec->endpoints[caller].component, caller, steps[i].calls[c].endpoint);
        for (size_t b = 0; b < steps[i].n_branches; b++)
            add_steps(calls, caller, steps[i].branches[b].steps, steps[i].branches[b].n_steps);
    }
}

static void add_load(struct calls *calls, uint32_t load)
{
    const struct load_spec *spec = &calls->spec->loads[load];
    uint32_t from = SPEC_USERS - load, before = SPEC_NONE;
    if (spec->kind != LOAD_TRACE) {
        add_call(calls, from, SPEC_USERS, spec->endpoint);
        return;
    }
    for (size_t i = 0; i < spec->n_arrivals; i++) {
        if (spec->arrivals[i].endpoint != before)
            add_call(calls, from, SPEC_USERS, spec->arrivals[i].endpoint);
        before = spec->arrivals[i].endpoint;
    }
}

static int compare(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_calls(const void *a, const void *b)
{
    const struct graph_call *x = a, *y = b;
    int order = compare(x->from, y->from);
    order = order != 0 ? order : compare(x->to, y->to);
    order = order != 0 ? order : compare(x->caller, y->caller);
    return order != 0 ? order : compare(x->callee, y->callee);
}

static void sort_calls(struct calls *calls)
{
    size_t n = 0;
    if (calls->n > 0)
        qsort(calls->calls, calls->n, sizeof *calls->calls, compare_calls);
    for (size_t i = 0; i < calls->n; i++)
        if (n == 0 || compare_calls(&calls->calls[n - 1], &calls->calls[i]) != 0)
            calls->calls[n++] = calls->calls[i];
    calls->n = n;
}

/* ---- which components ---- */

struct chosen_set {
    uint32_t *node_of; /* a component; SPEC_NONE = not in the picture */
    struct system_graph *graph;
};

static void take(struct chosen_set *set, uint32_t component)
{
    struct system_graph *graph = set->graph;
    if (set->node_of[component] != SPEC_NONE || graph->n_nodes == GRAPH_MOST)
        return;
    set->node_of[component] = (uint32_t)graph->n_nodes;
    graph->nodes[graph->n_nodes++] = (struct graph_node){GRAPH_COMPONENT, component};
}

static bool is_load(const struct spec *spec, uint32_t from)
{
    return from <= SPEC_USERS && SPEC_USERS - from < spec->n_loads;
}

/* All of them; of many those with the most to do, whom the users call, and who stands beside them. */
static bool choose_components(const struct spec *spec, const struct experiment *experiment,
                              const struct calls *calls, struct chosen_set *set)
{
    struct choice choice;
    size_t all = spec->n_components;
    if (all <= GRAPH_MOST) {
        for (uint32_t c = 0; c < all; c++)
            take(set, c);
        return true;
    }
    if (!choice_of_components(spec, experiment, &choice))
        return false;
    for (size_t i = 0; i < choice.n; i++)
        take(set, (uint32_t)choice.chosen[i].index);
    size_t loaded = set->graph->n_nodes;
    for (size_t i = 0; i < calls->n; i++) {
        uint32_t from = calls->calls[i].from, to = calls->calls[i].to;
        if (is_load(spec, from) || set->node_of[from] < loaded)
            take(set, to);
        else if (set->node_of[to] < loaded)
            take(set, from);
    }
    set->graph->left_out = all - set->graph->n_nodes;
    return true;
}

/* ---- the graph ---- */

static uint32_t add_loads(struct system_graph *graph, const struct spec *spec)
{
    uint32_t first = (uint32_t)graph->n_nodes;
    bool single = spec->n_loads <= GRAPH_LOADS;
    for (uint32_t l = 0; single && l < spec->n_loads; l++)
        graph->nodes[graph->n_nodes++] = (struct graph_node){GRAPH_LOAD, l};
    if (!single)
        graph->nodes[graph->n_nodes++] = (struct graph_node){GRAPH_ALL_LOADS, 0};
    return first;
}

/* From components to nodes; calls of what is not in the picture go. */
static void rename_calls(struct calls *calls, const struct chosen_set *set, uint32_t first_load)
{
    const struct spec *spec = calls->spec;
    size_t n = 0;
    for (size_t i = 0; i < calls->n; i++) {
        struct graph_call call = calls->calls[i];
        if (is_load(spec, call.from))
            call.from = first_load + (spec->n_loads <= GRAPH_LOADS ? SPEC_USERS - call.from : 0);
        else
            call.from = set->node_of[call.from];
        call.to = set->node_of[call.to];
        if (call.from != SPEC_NONE && call.to != SPEC_NONE)
            calls->calls[n++] = call;
    }
    calls->n = n;
    sort_calls(calls);
}

static bool make_edges(struct system_graph *graph)
{
    graph->edges = calloc(graph->n_calls + 1, sizeof *graph->edges);
    for (size_t i = 0; graph->edges && i < graph->n_calls; i++) {
        const struct graph_call *call = &graph->calls[i];
        struct graph_edge *last = graph->n_edges > 0 ? &graph->edges[graph->n_edges - 1] : NULL;
        if (last && last->from == call->from && last->to == call->to)
            last->n++;
        else
            graph->edges[graph->n_edges++] = (struct graph_edge){call->from, call->to, i, 1};
    }
    return graph->edges != NULL;
}

bool system_graph_make(const struct spec *spec, const struct experiment *experiment,
                       struct system_graph *ret_graph)
{
    struct system_graph graph = {.n_nodes = 0};
    struct calls calls = {.spec = spec};
    struct chosen_set set = {.node_of = malloc((spec->n_components + 1) * sizeof(uint32_t)), .graph = &graph};
    for (size_t c = 0; set.node_of && c < spec->n_components; c++)
        set.node_of[c] = SPEC_NONE;
    for (uint32_t e = 0; e < spec->n_endpoints; e++)
        add_steps(&calls, e, spec->endpoints[e].steps, spec->endpoints[e].n_steps);
    for (uint32_t l = 0; l < spec->n_loads; l++)
        add_load(&calls, l);
    sort_calls(&calls);
    bool ok = set.node_of && !calls.failed && choose_components(spec, experiment, &calls, &set);
    if (ok) {
        rename_calls(&calls, &set, add_loads(&graph, spec));
        graph.calls = calls.calls;
        graph.n_calls = calls.n;
        ok = make_edges(&graph);
    } else {
        free(calls.calls);
    }
    free(set.node_of);
    if (!ok)
        system_graph_finish(&graph);
    else
        *ret_graph = graph;
    return ok;
}

void system_graph_finish(struct system_graph *graph)
{
    free(graph->edges);
    free(graph->calls);
    graph->edges = NULL;
    graph->calls = NULL;
}
