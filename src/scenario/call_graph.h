/* Who calls whom, how often and for how much work: what the steps of a spec come to on average. */
#ifndef TANDEM_SCENARIO_CALL_GRAPH_H
#define TANDEM_SCENARIO_CALL_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/spec.h"

struct call_edge {
    uint32_t caller, callee; /* endpoints */
    double calls;            /* mean number in one execution of the caller */
    bool surely;             /* at least one in every execution */
};

struct call_graph {
    const struct spec *spec;
    struct call_edge *edges; /* owned; those of one caller together, callers rising */
    size_t n_edges, capacity;
    size_t *first;  /* owned; the edges of endpoint e are first[e] to first[e + 1] - 1 */
    double *work_s; /* owned; mean work in one execution of each endpoint */
    bool failed;    /* memory is gone */
};

/* False when memory is gone. The spec is borrowed. */
bool call_graph_init(struct call_graph *graph, const struct spec *spec);
void call_graph_finish(struct call_graph *graph);

/* Mean executions per second of each endpoint under the open loads, averaged over the run; `ret_per_s` has
 * room for all endpoints. Where calls beget calls without end a lower bound. False when memory is gone. */
bool call_graph_rates(const struct call_graph *graph, double *ret_per_s);

/* Arcs between nodes 0 to n - 1. */
struct arcs {
    uint32_t n;
    struct arc {
        uint32_t from, to;
    } * arcs; /* owned by whoever made them; in any order, find_circle() sorts them */
    size_t n_arcs;
};

/* Finds a circle. `circle` has room for n nodes; its nodes are stored in order. The number of them; 0 = there
 * is none, or memory is gone, which sets *failed. */
size_t find_circle(struct arcs *arcs, uint32_t *circle, bool *failed);

#endif
