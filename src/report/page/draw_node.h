/* A box of the topology: a component with its workers and what waits for it, or a load. */
#ifndef TANDEM_REPORT_DRAW_NODE_H
#define TANDEM_REPORT_DRAW_NODE_H

#include "report/page/draw_figure.h"
#include "report/page/system_graph.h"

/* Of a component under a policy, means over the replications; 0 where nothing is known. */
struct node_state {
    double busy, ready, blocked, down; /* shares of worker time */
    double inbox, queued;              /* messages that wait for it */
    size_t n_queues;
    uint64_t crashes; /* in replication 1 */
};

struct node_state node_state_of(const struct drawing_source *source, uint32_t component, size_t policy);

/* Whether so much waits in its inbox that it is told. */
bool node_shows_inbox(const struct node_state *state);

/* The same under every policy, so that panels can be compared. */
double node_height(const struct drawing_source *source, const struct graph_node *node);

/* Where arrows from above end: how far below the upper edge of that box anything is drawn under this policy,
 * and how wide that is. */
struct node_door {
    double below, width;
};
struct node_door node_door_of(const struct drawing_source *source, const struct graph_node *node,
                              size_t policy, double width);

/* Draws it into the box, which has the node's height. */
void node_add(struct text *html, const struct drawing_source *source, const struct graph_node *node,
              size_t policy, struct svg_box box);

struct units_text node_percent(double share);

#endif
