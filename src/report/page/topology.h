/* The picture of a system before it is drawn: where its boxes stand, and where arrows go. */
#ifndef TANDEM_REPORT_TOPOLOGY_H
#define TANDEM_REPORT_TOPOLOGY_H

#include "report/page/draw_figure.h"
#include "report/page/graph_layout.h"
#include "report/page/system_graph.h"

/* What all panels share: only colours and numbers differ. */
struct topology {
    const struct drawing_source *source;
    struct system_graph graph;
    struct layout_node nodes[GRAPH_MOST + GRAPH_LOADS];
    struct layout_edge *edges; /* owned */
    struct graph_layout layout;
    bool sideways; /* arrows point to the right, not down */
    double box_width;
    char *all_links; /* what all links are like, where they are many and alike: said once; owned, or NULL */
};

/* To be finished even where it fails, because memory is gone. */
bool topology_make(const struct drawing_source *source, struct topology *ret_topology);
void topology_finish(struct topology *topology);

/* A point of the panel, in its units. */
struct spot {
    double x, y;
};

struct spot topology_spot(const struct topology *topology, double across, double along);

/* All that belongs to a node. */
struct svg_box topology_box(const struct topology *topology, size_t node);

/* Of the panel. */
double topology_height(const struct topology *topology);

#endif
