/* Who calls whom: a spec's components and loads as a graph, or of a large one the part that matters most. */
#ifndef TANDEM_REPORT_SYSTEM_GRAPH_H
#define TANDEM_REPORT_SYSTEM_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiment/experiment.h"
#include "model/spec.h"

enum { GRAPH_MOST = 24, GRAPH_LOADS = 3 }; /* components; loads, before they are drawn as one */

enum graph_node_kind { GRAPH_COMPONENT, GRAPH_LOAD, GRAPH_ALL_LOADS };

struct graph_node {
    enum graph_node_kind kind;
    uint32_t index; /* of the component, or of the load */
};

/* A call that a spec makes. */
struct graph_call {
    uint32_t from, to; /* nodes */
    uint32_t caller;   /* endpoint, or SPEC_USERS */
    uint32_t callee;   /* endpoint */
};

/* All calls between the same two nodes, in that direction. */
struct graph_edge {
    uint32_t from, to;
    size_t first, n; /* of the calls */
};

struct system_graph {
    struct graph_node nodes[GRAPH_MOST + GRAPH_LOADS];
    size_t n_nodes;
    struct graph_edge *edges; /* owned; ordered by from, to */
    size_t n_edges;
    struct graph_call *calls; /* owned; each once, in the order of the edges */
    size_t n_calls;
    size_t left_out; /* components */
};

/* False when memory is gone. */
bool system_graph_make(const struct spec *spec, const struct experiment *experiment,
                       struct system_graph *ret_graph);
void system_graph_finish(struct system_graph *graph);

#endif
