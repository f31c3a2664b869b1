/* A request's way over components each of which is a station with product form. */
#ifndef TANDEM_THEORY_NETWORK_H
#define TANDEM_THEORY_NETWORK_H

#include "theory/recognise.h"

enum node_kind {
    NODE_NONE,  /* no request comes there */
    NODE_DELAY, /* everyone has a worker and a core at once; any times */
    NODE_LINE,  /* first come, first served; all times alike and exponential */
    NODE_SHARED /* everyone has a worker at once, the cores are shared evenly; any times */
};

struct node {
    enum node_kind kind;
    double visits, demand_s;   /* of one request, over all copies */
    double awaited, awaited_s; /* of these, what the user waits for */
    double servers;            /* of each copy */
    double copies;             /* stations that are alike, among which chance decides */
    bool direct, mixed;        /* requests come to the inbox; by several ways */
    const char *queue;         /* or through this queue; borrowed */
    double waiting;            /* found: mean number, over all copies */
};

struct network {
    const struct situation *situation;
    struct node *nodes; /* owned; one a component */
    size_t n_lines, n_shared;
    bool failed; /* memory is gone */
};

/* False where some component is none of these, or the way is not one way; network_finish() all the same. */
bool network_find(struct network *network, const struct situation *situation);
void network_finish(struct network *network);

/* Nobody is ever refused, with so many requests at once. */
bool network_has_room(const struct network *network, double requests);

/* How long requests wait at lines, and how many share cores, at `per_s` requests per second, once `waiting`
 * is known. */
void network_add_nodes(struct values *values, const struct network *network, double per_s, const char *law);

#endif
