#include "scenario/call_graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SWEEPS = 2000 };

/* ---- steps ---- */

/* The endpoint that is being walked. */
struct walk {
    struct call_graph *graph;
    uint32_t endpoint;
    bool may_have_failed; /* before the present step */
};

static double steps_survival(const struct step_spec *steps, size_t n);

/* Mean number of rounds that are begun, when each lets the request go on with the chance `survival`. */
static double rounds_begun(const struct step_spec *step, double survival)
{
    double next = survival * step->chance; /* that one round is followed by another, but for the last */
    return next >= 1.0 ? step->times : (1.0 - pow(next, step->times)) / (1.0 - next);
}

static double repeat_survival(const struct step_spec *step)
{
    double survival = steps_survival(step->branches->steps, step->branches->n_steps);
    return fmax(0.0, 1.0 - (1.0 - survival) * rounds_begun(step, survival));
}

/* How likely a step that is begun does not end the request. */
static double step_survival(const struct step_spec *step)
{
    double survival = 0.0;
    switch (step->kind) {
    case STEP_FAIL: return 1.0 - step->chance;
    case STEP_REPEAT: return repeat_survival(step);
    case STEP_CHOOSE:
        for (size_t i = 0; i < step->n_branches; i++)
            survival +=
                step->branches[i].chance * steps_survival(step->branches[i].steps, step->branches[i].n_steps);
        return survival;
    case STEP_WORK:
    case STEP_WAIT:
    case STEP_CALL:
    case STEP_GATHER:
    case STEP_REPLY: break;
    }
    return 1.0;
}

static double steps_survival(const struct step_spec *steps, size_t n)
{
    double survival = 1.0;
    for (size_t i = 0; i < n; i++)
        survival *= step_survival(&steps[i]);
    return survival;
}

static double rounds(const struct step_spec *step)
{
    return rounds_begun(step, steps_survival(step->branches->steps, step->branches->n_steps));
}

static void add_edge(struct walk *walk, const struct call_spec *call, double weight, bool surely)
{
    struct call_graph *graph = walk->graph;
    if (graph->n_edges == graph->capacity) {
        size_t capacity = graph->capacity ? 2 * graph->capacity : 64;
        struct call_edge *edges = realloc(graph->edges, capacity * sizeof *edges);
        graph->failed |= !edges;
        if (!edges)
            return;
        graph->edges = edges;
        graph->capacity = capacity;
    }
    graph->edges[graph->n_edges++] = (struct call_edge){
        .caller = walk->endpoint,
        .callee = call->endpoint,
        .calls = weight * call->chance * call->times,
        .surely = surely && !walk->may_have_failed && call->chance >= 1.0,
    };
}

static void walk_steps(struct walk *walk, const struct step_spec *steps, size_t n, double weight,
                       bool surely);

static void walk_step(struct walk *walk, const struct step_spec *step, double weight, bool surely)
{
    switch (step->kind) {
    case STEP_WORK: walk->graph->work_s[walk->endpoint] += weight * step->duration.mean_ns * 1e-9; break;
    case STEP_CALL:
    case STEP_GATHER:
        for (size_t i = 0; i < step->n_calls; i++)
            add_edge(walk, &step->calls[i], weight, surely);
        break;
    case STEP_CHOOSE:
        for (size_t i = 0; i < step->n_branches; i++) {
            const struct branch_spec *branch = &step->branches[i];
            walk_steps(walk, branch->steps, branch->n_steps, weight * branch->chance,
                       surely && branch->chance >= 1.0);
        }
        break;
    case STEP_REPEAT:
        walk_steps(walk, step->branches->steps, step->branches->n_steps, weight * rounds(step), surely);
        break;
    case STEP_FAIL: walk->may_have_failed |= step->chance > 0.0; break;
    case STEP_WAIT:
    case STEP_REPLY: break;
    }
}

static void walk_steps(struct walk *walk, const struct step_spec *steps, size_t n, double weight, bool surely)
{
    for (size_t i = 0; i < n; i++) {
        if (weight > 0.0)
            walk_step(walk, &steps[i], weight, surely);
        weight *= step_survival(&steps[i]);
    }
}

bool call_graph_init(struct call_graph *graph, const struct spec *spec)
{
    *graph = (struct call_graph){.spec = spec};
    graph->first = calloc(spec->n_endpoints + 1, sizeof *graph->first);
    graph->work_s = calloc(spec->n_endpoints + 1, sizeof *graph->work_s);
    if (!graph->first || !graph->work_s)
        return false;
    for (uint32_t e = 0; e < spec->n_endpoints; e++) {
        struct walk walk = {.graph = graph, .endpoint = e};
        graph->first[e] = graph->n_edges;
        walk_steps(&walk, spec->endpoints[e].steps, spec->endpoints[e].n_steps, 1.0, true);
    }
    graph->first[spec->n_endpoints] = graph->n_edges;
    return !graph->failed;
}

void call_graph_finish(struct call_graph *graph)
{
    free(graph->edges);
    free(graph->first);
    free(graph->work_s);
    *graph = (struct call_graph){0};
}

/* ---- rates ---- */

static double mean_of_states(const struct load_spec *load)
{
    double time = 0.0, arrivals = 0.0;
    for (size_t i = 0; i < load->n_rates; i++) {
        time += load->rates[i].mean_ns;
        arrivals += load->rates[i].per_s * load->rates[i].mean_ns;
    }
    return arrivals / time;
}

/* Share of the run that lies in [from, until) of both the load and a stretch of it. */
static double share_of_run(const struct spec *spec, const struct load_spec *load, int64_t from_ns,
                           int64_t until_ns)
{
    int64_t begin = from_ns > load->from_ns ? from_ns : load->from_ns;
    int64_t end = until_ns < load->until_ns ? until_ns : load->until_ns;
    end = end < spec->run.duration_ns ? end : spec->run.duration_ns;
    return end > begin ? (double)(end - begin) / (double)spec->run.duration_ns : 0.0;
}

static double mean_of_stretches(const struct spec *spec, const struct load_spec *load)
{
    double sum = 0.0;
    for (size_t i = 0; i < load->n_rates; i++) {
        int64_t until_ns = i + 1 < load->n_rates ? load->rates[i + 1].from_ns : INT64_MAX;
        sum += load->rates[i].per_s * share_of_run(spec, load, load->rates[i].from_ns, until_ns);
    }
    return sum;
}

static double load_rate(const struct spec *spec, const struct load_spec *load)
{
    double whole = share_of_run(spec, load, 0, INT64_MAX);
    if (load->kind != LOAD_OPEN)
        return 0.0;
    switch (load->arrival) {
    case ARRIVAL_POISSON:
    case ARRIVAL_CONSTANT:
    case ARRIVAL_SINUSOIDAL: return load->per_s * whole * load->batch_mean;
    case ARRIVAL_RENEWAL: return 1e9 / load->between.mean_ns * whole * load->batch_mean;
    case ARRIVAL_MMPP: return mean_of_states(load) * whole * load->batch_mean;
    case ARRIVAL_PIECEWISE: return mean_of_stretches(spec, load) * load->batch_mean;
    }
    return 0.0;
}

/* One step towards x = loads + calls * x. True when nothing changed that matters. */
static bool sweep(const struct call_graph *graph, const double *from_users, double *per_s, double *next)
{
    size_t n = graph->spec->n_endpoints;
    bool same = true;
    memcpy(next, from_users, n * sizeof *next);
    for (size_t i = 0; i < graph->n_edges; i++)
        next[graph->edges[i].callee] += graph->edges[i].calls * per_s[graph->edges[i].caller];
    for (size_t e = 0; e < n; e++)
        same = same && next[e] <= per_s[e] * (1.0 + 1e-12);
    memcpy(per_s, next, n * sizeof *next);
    return same;
}

bool call_graph_rates(const struct call_graph *graph, double *ret_per_s)
{
    const struct spec *spec = graph->spec;
    double *from_users = calloc(spec->n_endpoints + 1, sizeof *from_users);
    double *next = calloc(spec->n_endpoints + 1, sizeof *next);
    bool good = from_users && next;
    if (good) {
        for (size_t i = 0; i < spec->n_loads; i++)
            from_users[spec->loads[i].endpoint] += load_rate(spec, &spec->loads[i]);
        memcpy(ret_per_s, from_users, spec->n_endpoints * sizeof *ret_per_s);
        for (int i = 0; i < MOST_SWEEPS && !sweep(graph, from_users, ret_per_s, next); i++)
            ;
    }
    free(next);
    free(from_users);
    return good;
}

/* ---- circles ---- */

static int by_from(const void *a, const void *b)
{
    const struct arc *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    return (left->to > right->to) - (left->to < right->to);
}

/* Depth first, with a stack of our own: a chain of calls may be long. */
struct search {
    const struct arcs *arcs;
    size_t *next;    /* the arc of each node that is to be followed next */
    uint32_t *place; /* of each node: 0 = not seen, UINT32_MAX = done, else its place on the way, from 1 */
    uint32_t *way;
    uint32_t n_way;
};

/* Follows one arc from the end of the way, or goes back. The first node of a circle that it closes, or
 * SPEC_NONE. */
static uint32_t search_on(struct search *s)
{
    uint32_t node = s->way[s->n_way - 1];
    size_t arc = s->next[node];
    if (arc == s->arcs->n_arcs || s->arcs->arcs[arc].from != node) {
        s->place[node] = UINT32_MAX;
        s->n_way--;
        return SPEC_NONE;
    }
    uint32_t to = s->arcs->arcs[arc].to;
    s->next[node]++;
    if (s->place[to] == 0) {
        s->way[s->n_way++] = to;
        s->place[to] = s->n_way;
        return SPEC_NONE;
    }
    return s->place[to] == UINT32_MAX ? SPEC_NONE : to;
}

static size_t search_all(struct search *s, uint32_t *circle)
{
    for (size_t i = s->arcs->n_arcs; i-- > 0;)
        s->next[s->arcs->arcs[i].from] = i;
    for (size_t i = 0; i < s->arcs->n_arcs; i++) {
        uint32_t start = s->arcs->arcs[i].from, closed = SPEC_NONE;
        if (s->place[start] != 0)
            continue;
        s->way[s->n_way++] = start;
        s->place[start] = s->n_way;
        while (s->n_way > 0 && closed == SPEC_NONE)
            closed = search_on(s);
        if (closed != SPEC_NONE) {
            size_t first = s->place[closed] - 1, n = s->n_way - first;
            memcpy(circle, s->way + first, n * sizeof *circle);
            return n;
        }
    }
    return 0;
}

size_t find_circle(struct arcs *arcs, uint32_t *circle, bool *failed)
{
    size_t n = 0;
    struct search search = {.arcs = arcs,
                            .next = calloc(arcs->n + 1, sizeof *search.next),
                            .place = calloc(arcs->n + 1, sizeof *search.place),
                            .way = calloc(arcs->n + 1, sizeof *search.way)};
    if (!search.next || !search.place || !search.way) {
        *failed = true;
    } else {
        if (arcs->n_arcs > 0)
            qsort(arcs->arcs, arcs->n_arcs, sizeof *arcs->arcs, by_from);
        n = search_all(&search, circle);
    }
    free(search.next);
    free(search.place);
    free(search.way);
    return n;
}
