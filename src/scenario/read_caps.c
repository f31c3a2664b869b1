/* What several values ask for together: see caps.h. */
#include <math.h>
#include <stdlib.h>

#include "scenario/call_graph.h"
#include "scenario/read.h"

bool read_cap(struct reader *reader, const struct path *path, enum where where, enum cap cap, double found)
{
    return found <= caps[cap].most ||
           read_error(reader, path, where, NULL, "found %.0f %s, expected at most %.0f", found,
                      caps[cap].what, caps[cap].most);
}

bool read_cap_list(struct reader *reader, const struct path *path, const struct object_type *type, size_t n)
{
    double most = object_type_field(type, path->key)->max;
    return (double)n <= most ||
           read_error(reader, path, AT_VALUE, NULL, "found %zu of them, expected at most %.0f", n, most);
}

bool read_cap_rows(struct reader *reader, const struct path *path, size_t n)
{
    reader->n_rows += n;
    return read_cap(reader, path, AT_VALUE, CAP_ROWS, (double)reader->n_rows);
}

/* ---- loads ---- */

void read_cap_users(struct reader *reader, const struct path *path)
{
    double users = 0.0;
    for (size_t i = 0; i < reader->spec.n_loads; i++)
        users += reader->spec.loads[i].kind == LOAD_CLOSED ? reader->spec.loads[i].users : 0.0;
    read_cap(reader, path, AT_KEY, CAP_USERS, users);
}

bool read_cap_changes(struct reader *reader, const struct path *path, const struct load_spec *load)
{
    double arrivals = 0.0; /* while it goes through all states once */
    for (size_t i = 0; i < load->n_rates; i++)
        arrivals += load->rates[i].per_s * load->rates[i].mean_ns * 1e-9;
    return read_cap(reader, path, AT_VALUE, CAP_CHANGES, (double)load->n_rates / arrivals);
}

/* ---- runs ---- */

void read_cap_runs(struct reader *reader, const struct path *path)
{
    const struct run_spec *run = &reader->spec.run;
    uint32_t most = run->precision > 0.0 ? run->max_replications : run->replications;
    read_cap(reader, path, AT_KEY, CAP_RUNS, (double)most * (double)reader->spec.n_policies);
}

/* ---- links ---- */

bool read_cap_failures(struct reader *reader, const struct path *path, const struct failure_spec *failures)
{
    double cycle_ns = failures->up.mean_ns + failures->down.mean_ns;
    return read_cap(reader, path, AT_VALUE, CAP_FAILURES, (double)reader->spec.run.duration_ns / cycle_ns);
}

/* ---- circuit breakers ---- */

/* Each replica has a window for each endpoint that it calls. */
static double windows_of(const struct spec *spec, const struct call_graph *graph,
                         const struct policy_spec *policy)
{
    double attempts = 0.0;
    for (size_t i = 0; i < graph->n_edges; i++) {
        const struct call_edge *edge = &graph->edges[i];
        const struct call_rule *rule = policy_rule(policy, edge->caller, edge->callee);
        uint32_t replicas = spec->components[spec->endpoints[edge->caller].component].replicas;
        attempts += (double)rule->control.breaker.window * replicas;
    }
    return attempts;
}

static bool has_breaker(const struct policy_spec *policy)
{
    bool some = policy->rule.control.breaker.window > 0;
    for (size_t i = 0; i < policy->n_overrides; i++)
        some |= policy->overrides[i].rule.control.breaker.window > 0;
    return some;
}

static double windows_of_users(const struct spec *spec)
{
    double attempts = 0.0;
    for (size_t i = 0; i < spec->n_loads; i++)
        attempts += spec->loads[i].control.breaker.window;
    return attempts;
}

void read_check_windows(struct reader *reader, const struct call_graph *graph)
{
    const struct spec *spec = &reader->spec;
    double of_users = windows_of_users(spec);
    struct path policies = {NULL, "policies", 0}, loads = {NULL, "load", 0};
    if (!read_cap(reader, &loads, AT_KEY, CAP_WINDOWS, of_users))
        return;
    for (size_t i = 0; i < spec->n_policies; i++) {
        struct path at = {&policies, spec->policies[i].name, 0};
        if (has_breaker(&spec->policies[i]))
            read_cap(reader, &at, AT_KEY, CAP_WINDOWS,
                     of_users + windows_of(spec, graph, &spec->policies[i]));
    }
}

/* ---- events ---- */

/* An event that multiplies, and another of the same kind that has begun and is not over when it begins. */
static bool is_on(const struct event_spec *event, const struct event_spec *other)
{
    return other->kind == event->kind && other->from_ns <= event->from_ns && event->from_ns < other->until_ns;
}

static bool same_target(const struct event_spec *a, const struct event_spec *b)
{
    return a->component == b->component && a->link == b->link;
}

/* Those of `load`, and those of all loads. */
static double rate_of(const struct spec *spec, const struct event_spec *event, uint32_t load)
{
    double factor = 1.0;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *other = &spec->events[i];
        if (is_on(event, other) && (other->load == load || other->load == SPEC_NONE))
            factor *= other->factor;
    }
    return factor;
}

static double slowness_of(const struct spec *spec, const struct event_spec *event)
{
    double factor = 1.0;
    for (size_t i = 0; i < spec->n_events; i++)
        if (is_on(event, &spec->events[i]) && same_target(event, &spec->events[i]))
            factor *= spec->events[i].factor;
    return factor;
}

/* An event of all loads meets those of single ones: the greatest of these counts, times all of the others. */
static double rate_of_any(const struct spec *spec, const struct event_spec *event, double *single)
{
    double greatest = 1.0;
    for (size_t i = 0; i < spec->n_loads; i++)
        single[i] = 1.0;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *other = &spec->events[i];
        if (!is_on(event, other) || other->load == SPEC_NONE)
            continue;
        single[other->load] *= other->factor;
        greatest = fmax(greatest, single[other->load]);
    }
    return greatest * rate_of(spec, event, SPEC_NONE);
}

bool read_cap_factors(struct reader *reader, const struct path *path)
{
    const struct spec *spec = &reader->spec;
    double *single = read_allocate(reader, spec->n_loads, sizeof *single);
    bool good = single != NULL;
    for (size_t i = 0; good && i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        struct path at = {path, NULL, i};
        double factor = 1.0;
        if (event->kind == EVENT_SLOW)
            factor = slowness_of(spec, event);
        else if (event->kind == EVENT_RATE)
            factor = event->load == SPEC_NONE ? rate_of_any(spec, event, single)
                                              : rate_of(spec, event, event->load);
        good = read_cap(reader, &at, AT_VALUE, CAP_FACTOR, factor);
    }
    free(single);
    return good;
}
