#include "report/page/topology.h"

#include <math.h>
#include <stdlib.h>

#include "report/page/draw_node.h"

enum {
    MOST_IN_LAYER = 4,
    GAP_ACROSS = 6,
    GAP_DOWN = 40, /* between layers, from top to bottom */
    SIDE_LAYERS = 3,
    SIDE_WIDTH = 84, /* of a box, where arrows point to the right */
    SIDE_GAP = 12,
    TOP = PANEL_HEAD - 4,
};

/* ---- layout ---- */

static void size_nodes(struct topology *topology)
{
    for (size_t i = 0; i < topology->graph.n_nodes; i++) {
        const struct graph_node *node = &topology->graph.nodes[i];
        double height = node_height(topology->source, node);
        topology->nodes[i] = topology->sideways
                                 ? (struct layout_node){.across = height, .along = topology->box_width}
                                 : (struct layout_node){.across = topology->box_width, .along = height};
    }
}

static bool lay_out(struct topology *topology)
{
    size_nodes(topology);
    graph_layout_finish(&topology->layout);
    topology->layout = (struct graph_layout){
        .nodes = topology->nodes,
        .n_nodes = topology->graph.n_nodes,
        .edges = topology->edges,
        .n_edges = topology->graph.n_edges,
        .most_in_layer = topology->sideways ? GRAPH_MOST + GRAPH_LOADS : MOST_IN_LAYER,
        .across_most = topology->sideways ? 0.0 : PANEL_WIDTH - 2.0,
        .gap_across = topology->sideways ? SIDE_GAP : GAP_ACROSS,
        .gap_along = GAP_DOWN,
    };
    for (size_t e = 0; e < topology->graph.n_edges; e++)
        topology->edges[e] =
            (struct layout_edge){.from = topology->graph.edges[e].from, .to = topology->graph.edges[e].to};
    return graph_layout_make(&topology->layout);
}

static size_t widest_layer(const struct topology *topology)
{
    size_t counts[GRAPH_MOST + GRAPH_LOADS] = {0}, most = 1;
    for (size_t i = 0; i < topology->graph.n_nodes; i++) {
        size_t here = ++counts[topology->nodes[i].layer];
        most = here > most ? here : most;
    }
    return most;
}

/* Few layers with many in one are drawn from left to right: boxes side by side would be too narrow. Else from
 * top to bottom, with boxes as wide as there is room for. */
static bool choose_shape(struct topology *topology)
{
    topology->sideways = true;
    topology->box_width = SIDE_WIDTH;
    if (!lay_out(topology))
        return false;
    size_t layers = topology->layout.n_layers, widest = widest_layer(topology);
    if (layers > 1 && layers <= SIDE_LAYERS && widest > MOST_IN_LAYER) {
        topology->layout.gap_along = (PANEL_WIDTH - 4.0 - SIDE_WIDTH * (double)layers) / (double)(layers - 1);
        double gap = fmin(topology->layout.gap_along, 110.0);
        graph_layout_finish(&topology->layout);
        topology->layout.gap_along = gap;
        return graph_layout_make(&topology->layout);
    }
    static const double widths[MOST_IN_LAYER + 1] = {150.0, 150.0, 132.0, 106.0, 80.0};
    topology->sideways = false;
    topology->box_width = widths[widest < MOST_IN_LAYER ? widest : MOST_IN_LAYER];
    return lay_out(topology);
}

/* What stands side by side stands on one line, whatever waits above it. */
static void align_bottoms(struct topology *topology)
{
    double highest[GRAPH_MOST + GRAPH_LOADS] = {0.0};
    for (size_t i = 0; i < topology->graph.n_nodes; i++) {
        const struct layout_node *node = &topology->nodes[i];
        highest[node->layer] = fmax(highest[node->layer], node->along);
    }
    for (size_t i = 0; i < topology->graph.n_nodes; i++)
        topology->nodes[i].along = highest[topology->nodes[i].layer];
}

bool topology_make(const struct drawing_source *source, struct topology *ret_topology)
{
    *ret_topology = (struct topology){.source = source};
    if (!system_graph_make(source->spec, source->experiment, &ret_topology->graph))
        return false;
    ret_topology->edges = calloc(ret_topology->graph.n_edges + 1, sizeof *ret_topology->edges);
    if (!ret_topology->edges || !choose_shape(ret_topology))
        return false;
    if (!ret_topology->sideways)
        align_bottoms(ret_topology);
    return true;
}

void topology_finish(struct topology *topology)
{
    graph_layout_finish(&topology->layout);
    system_graph_finish(&topology->graph);
    free(topology->edges);
    free(topology->all_links);
}

/* ---- places ---- */

struct spot topology_spot(const struct topology *topology, double across, double along)
{
    double width = topology->sideways ? topology->layout.along : topology->layout.across;
    double left = fmax((PANEL_WIDTH - width) / 2.0, 1.0);
    return topology->sideways ? (struct spot){left + along, TOP + across}
                              : (struct spot){left + across, TOP + along};
}

struct svg_box topology_box(const struct topology *topology, size_t node)
{
    const struct layout_node *n = &topology->nodes[node];
    struct spot middle = topology_spot(topology, n->across_at, n->along_at);
    double width = topology->box_width;
    double height = node_height(topology->source, &topology->graph.nodes[node]);
    double bottom = middle.y + (topology->sideways ? n->across : n->along) / 2.0;
    return (struct svg_box){middle.x - width / 2.0, bottom - height, width, height};
}

double topology_height(const struct topology *topology)
{
    double height = topology->sideways ? topology->layout.across : topology->layout.along;
    return TOP + height + 8.0;
}
