/* What only the whole document shows: endless calls, deadlocks, overload. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario/call_graph.h"
#include "scenario/read.h"

enum { LONGEST_CIRCLE = 12 }; /* names that a message shows */

static const char *endpoint_name(const struct spec *spec, uint32_t endpoint)
{
    return spec->endpoints[endpoint].name;
}

static const char *component_name(const struct spec *spec, uint32_t component)
{
    return spec->components[component].name;
}

/* "a -> b -> a" */
static char *circle_text(const struct spec *spec, const uint32_t *circle, size_t n,
                         const char *(*name)(const struct spec *spec, uint32_t node))
{
    struct text text = {0};
    for (size_t i = 0; i < n && i < LONGEST_CIRCLE; i++)
        text_addf(&text, "%s -> ", name(spec, circle[i]));
    text_addf(&text, "%s%s", n > LONGEST_CIRCLE ? "... -> " : "", name(spec, circle[0]));
    return text_take(&text);
}

/* ---- calls that never end ---- */

static void tell_endless(struct reader *reader, const uint32_t *circle, size_t n)
{
    const struct spec *spec = &reader->spec;
    const struct endpoint_spec *endpoint = &spec->endpoints[circle[0]];
    const char *name = strchr(endpoint->name, '.') + 1;
    struct path components = {NULL, "components", 0};
    struct path component = {&components, spec->components[endpoint->component].name, 0};
    struct path endpoints = {&component, "endpoints", 0}, at = {&endpoints, name, 0};
    char *text = circle_text(spec, circle, n, endpoint_name);
    if (!text)
        read_failed(reader);
    else
        read_error(reader, &at, AT_KEY, NULL, "calls itself each time and so never ends: %s", text);
    free(text);
}

static bool check_endless(struct reader *reader, const struct call_graph *graph)
{
    struct arcs arcs = {.n = (uint32_t)reader->spec.n_endpoints};
    uint32_t *circle = read_allocate(reader, arcs.n, sizeof *circle);
    size_t n = 0;
    arcs.arcs = read_allocate(reader, graph->n_edges, sizeof *arcs.arcs);
    if (circle && arcs.arcs) {
        for (size_t i = 0; i < graph->n_edges; i++)
            if (graph->edges[i].surely)
                arcs.arcs[arcs.n_arcs++] = (struct arc){graph->edges[i].caller, graph->edges[i].callee};
        n = find_circle(&arcs, circle, &reader->failed);
        if (n > 0)
            tell_endless(reader, circle, n);
    }
    free(arcs.arcs);
    free(circle);
    return n == 0;
}

/* ---- deadlocks ---- */

/* Workers of one component wait for those of another when a call holds its worker; neither can run out of
 * workers that there is no limit to. */
static void collect_holds(const struct spec *spec, const struct call_graph *graph,
                          const struct policy_spec *policy, struct arcs *arcs)
{
    for (size_t i = 0; i < graph->n_edges; i++) {
        const struct call_edge *edge = &graph->edges[i];
        uint32_t from = spec->endpoints[edge->caller].component, to = spec->endpoints[edge->callee].component;
        bool limited = spec->components[from].workers != SPEC_UNLIMITED &&
                       spec->components[to].workers != SPEC_UNLIMITED;
        if (limited && policy_rule(policy, edge->caller, edge->callee)->mode == CALL_SYNC)
            arcs->arcs[arcs->n_arcs++] = (struct arc){from, to};
    }
}

static void check_deadlock(struct reader *reader, const struct call_graph *graph,
                           const struct policy_spec *policy)
{
    const struct spec *spec = &reader->spec;
    struct path policies = {NULL, "policies", 0}, at = {&policies, policy->name, 0};
    struct arcs arcs = {.n = (uint32_t)spec->n_components};
    uint32_t *circle = read_allocate(reader, arcs.n, sizeof *circle);
    char *text = NULL;
    arcs.arcs = read_allocate(reader, graph->n_edges, sizeof *arcs.arcs);
    if (circle && arcs.arcs) {
        collect_holds(spec, graph, policy, &arcs);
        size_t n = find_circle(&arcs, circle, &reader->failed);
        text = n > 0 ? circle_text(spec, circle, n, component_name) : NULL;
    }
    if (text)
        read_warning(reader, &at, AT_KEY,
                     "synchronous calls go round in a circle, a deadlock when all workers wait at once: %s",
                     text);
    free(text);
    free(arcs.arcs);
    free(circle);
}

/* ---- overload ---- */

static double capacity(const struct component_spec *component)
{
    uint32_t most = component->workers < component->cores ? component->workers : component->cores;
    return most == SPEC_UNLIMITED ? INFINITY : (double)most * component->replicas;
}

static void tell_overload(struct reader *reader, const struct component_spec *component, double busy)
{
    struct path components = {NULL, "components", 0}, at = {&components, component->name, 0};
    const char *what = component->cores < component->workers ? "core" : "worker";
    double there = capacity(component);
    if (isinf(busy))
        read_warning(reader, &at, AT_KEY, "the mean work is infinite: no policy can carry the load for long");
    else
        read_warning(reader, &at, AT_KEY,
                     "the load keeps %s %ss busy but there %s %.0f (utilisation %s): no policy can carry it",
                     units_format_number(busy, UNITS_DIGITS).chars, what, there == 1.0 ? "is" : "are", there,
                     units_format_share(busy / there, UNITS_DIGITS).chars);
}

static void check_overload(struct reader *reader, const struct call_graph *graph)
{
    static const double slack = 1e-9;
    const struct spec *spec = &reader->spec;
    double *per_s = read_allocate(reader, spec->n_endpoints, sizeof *per_s);
    double *busy = read_allocate(reader, spec->n_components, sizeof *busy);
    if (per_s && busy && !call_graph_rates(graph, per_s))
        read_failed(reader);
    if (per_s && busy && !reader->failed) {
        for (size_t e = 0; e < spec->n_endpoints; e++)
            if (per_s[e] > 0.0)
                busy[spec->endpoints[e].component] += per_s[e] * graph->work_s[e];
        for (size_t c = 0; c < spec->n_components; c++)
            if (busy[c] > capacity(&spec->components[c]) * (1.0 + slack) ||
                (isinf(busy[c]) && isfinite(capacity(&spec->components[c]))))
                tell_overload(reader, &spec->components[c], busy[c]);
    }
    free(busy);
    free(per_s);
}

void read_check(struct reader *reader, const cJSON *root)
{
    struct call_graph graph;
    if (call_graph_init(&graph, &reader->spec)) {
        if (check_endless(reader, &graph)) {
            for (size_t i = 0; i < reader->spec.n_policies; i++)
                check_deadlock(reader, &graph, &reader->spec.policies[i]);
            check_overload(reader, &graph);
        }
        read_check_windows(reader, &graph);
        read_check_links(reader, root);
        read_check_rules(reader, root, &graph);
    } else {
        read_failed(reader);
    }
    call_graph_finish(&graph);
}
