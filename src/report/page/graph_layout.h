/* Boxes and arrows in layers, as Sugiyama, Tagawa and Toda have it (IEEE Trans. SMC 11(2), 1981): arrows
 * point from layer to layer, with few crossings, past boxes and not through them. The same graph gives the
 * same picture. */
#ifndef TANDEM_REPORT_GRAPH_LAYOUT_H
#define TANDEM_REPORT_GRAPH_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "Along" is where arrows point to, "across" is along a layer. */
struct layout_node {
    double across, along; /* size */
    /* What is found: the layer, and the middle of the box. */
    uint32_t layer;
    double across_at, along_at;
};

struct layout_edge {
    uint32_t from, to; /* nodes; the same one twice: no route */
    /* What is found: the middles of the boxes with the points to pass by between them, from the lower layer
     * to the higher one, in `route` of the layout. */
    bool turned; /* it points against the layers, because it closes a circle */
    size_t route, n_route;
};

struct layout_point {
    double across, along;
};

struct graph_layout {
    struct layout_node *nodes; /* the caller's */
    size_t n_nodes;
    struct layout_edge *edges; /* the caller's */
    size_t n_edges;
    uint32_t most_in_layer; /* > 0 */
    double across_most;     /* the size of it all; 0 = as it needs */
    double gap_across, gap_along;
    /* What is found. */
    struct layout_point *points; /* owned: of all routes */
    size_t n_layers;
    double across, along; /* the size of it all */
};

/* False when memory is gone. */
bool graph_layout_make(struct graph_layout *layout);
void graph_layout_finish(struct graph_layout *layout);

#endif
