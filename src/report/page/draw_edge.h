/* An arrow of the topology, and what is written beside it. */
#ifndef TANDEM_REPORT_DRAW_EDGE_H
#define TANDEM_REPORT_DRAW_EDGE_H

#include "report/page/topology.h"

enum { TAKEN_MOST = 100 };

/* What is on the page already, so that no two texts lie on each other. */
struct taken {
    struct svg_box boxes[TAKEN_MOST];
    size_t n;
};

/* Of edge `e`, under a policy. */
void edge_add(struct text *html, const struct topology *topology, size_t e, size_t policy,
              struct taken *taken);

/* "10 ms" where many links are there and all alike (free() it); NULL where they are not. False when memory is
 * gone. */
bool edges_all_alike(const struct topology *topology, char **ret_words);

#endif
