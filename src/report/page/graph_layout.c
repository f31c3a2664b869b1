#include "report/page/graph_layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 12, SETTLINGS = 24 };

/* A box, or a point that a long arrow passes by in a layer between its ends. */
struct spot {
    double size; /* across */
    double at, wished;
    double rank; /* what a layer is ordered by */
    uint32_t layer;
    uint32_t place; /* in its layer */
    bool box;
};

/* Between spots of neighbouring layers. */
struct hop {
    uint32_t upper, lower;
};

struct work {
    struct graph_layout *layout;
    struct spot *spots;
    size_t n_spots;
    struct hop *hops;
    size_t n_hops;
    uint32_t *order; /* of spots, layer by layer */
    size_t *first;   /* of each layer in `order`; one more than there are layers */
    uint32_t *best;  /* the order with the fewest crossings by now */
    uint32_t *stack, *marks;
};

/* ---- layers ---- */

enum { MARK_NEW, MARK_OPEN, MARK_DONE };

static bool is_loop(const struct layout_edge *edge)
{
    return edge->from == edge->to;
}

/* In depth, without recursion: `next` is where each open node's edges are looked at next. An edge to an open
 * node closes a circle. Nodes leave in `stack` in reverse topological order. */
static void turn_circles(struct work *work, const size_t *begin, const uint32_t *out, size_t *next)
{
    const struct graph_layout *layout = work->layout;
    size_t done = 0, depth = 0;
    uint32_t *path = work->best; /* not needed yet */
    for (uint32_t root = 0; root < layout->n_nodes; root++) {
        if (work->marks[root] != MARK_NEW)
            continue;
        work->marks[root] = MARK_OPEN;
        path[depth++] = root;
        while (depth > 0) {
            uint32_t node = path[depth - 1];
            if (next[node] == begin[node + 1]) {
                work->marks[node] = MARK_DONE;
                work->stack[done++] = node;
                depth--;
                continue;
            }
            struct layout_edge *edge = &layout->edges[out[next[node]++]];
            edge->turned = work->marks[edge->to] == MARK_OPEN && !is_loop(edge);
            if (work->marks[edge->to] == MARK_NEW) {
                work->marks[edge->to] = MARK_OPEN;
                path[depth++] = edge->to;
            }
        }
    }
}

static uint32_t upper_end(const struct layout_edge *edge)
{
    return edge->turned ? edge->to : edge->from;
}

static uint32_t lower_end(const struct layout_edge *edge)
{
    return edge->turned ? edge->from : edge->to;
}

/* The first layer from `layer` on that has room; `counts` has as many as there are nodes, and one more. */
static uint32_t layer_with_room(const struct graph_layout *layout, uint32_t layer, const uint32_t *counts)
{
    while (counts[layer] >= layout->most_in_layer)
        layer++;
    return layer;
}

/* A source stands just above the first that it points to, if there is room; what has no arrows at all, at the
 * end. */
static void lower_sources(struct graph_layout *layout, uint32_t *counts)
{
    uint32_t last = 0;
    for (size_t i = 0; i < layout->n_nodes; i++)
        last = layout->nodes[i].layer > last ? layout->nodes[i].layer : last;
    for (uint32_t node = 0; node < layout->n_nodes; node++) {
        uint32_t nearest = UINT32_MAX;
        bool source = true;
        for (size_t e = 0; e < layout->n_edges; e++) {
            const struct layout_edge *edge = &layout->edges[e];
            if (is_loop(edge))
                continue;
            source = source && lower_end(edge) != node;
            if (upper_end(edge) == node && layout->nodes[lower_end(edge)].layer < nearest)
                nearest = layout->nodes[lower_end(edge)].layer;
        }
        uint32_t now = layout->nodes[node].layer;
        nearest = nearest == UINT32_MAX ? last + 1 : nearest;
        if (!source || nearest <= now + 1 || counts[nearest - 1] >= layout->most_in_layer)
            continue;
        counts[now]--;
        counts[nearest - 1]++;
        layout->nodes[node].layer = nearest - 1;
    }
}

static void close_empty_layers(struct graph_layout *layout, const uint32_t *counts)
{
    uint32_t empty = 0;
    for (uint32_t layer = 0; layer < layout->n_nodes; layer++) {
        empty += counts[layer] == 0;
        for (size_t i = 0; counts[layer] > 0 && i < layout->n_nodes; i++)
            if (layout->nodes[i].layer == layer)
                layout->nodes[i].layer = layer - empty;
    }
    layout->n_layers = layout->n_nodes - empty;
}

/* Each node below all that point to it. */
static bool find_layers(struct work *work)
{
    struct graph_layout *layout = work->layout;
    size_t n = layout->n_nodes;
    size_t *begin = calloc(n + 2, sizeof *begin), *next = calloc(n + 1, sizeof *next);
    uint32_t *out = calloc(layout->n_edges + 1, sizeof *out), *counts = calloc(n + 1, sizeof *counts);
    bool ok = begin && next && out && counts;
    for (size_t e = 0; ok && e < layout->n_edges; e++)
        begin[layout->edges[e].from + 1]++;
    for (size_t i = 0; ok && i < n; i++)
        begin[i + 1] += begin[i];
    for (size_t i = 0; ok && i < n; i++)
        next[i] = begin[i];
    for (size_t e = 0; ok && e < layout->n_edges; e++)
        out[next[layout->edges[e].from]++] = (uint32_t)e;
    for (size_t i = 0; ok && i < n; i++)
        next[i] = begin[i];
    if (ok)
        turn_circles(work, begin, out, next);
    for (size_t i = n; ok && i-- > 0;) {
        uint32_t node = work->stack[i], layer = 0;
        for (size_t e = 0; e < layout->n_edges; e++) {
            const struct layout_edge *edge = &layout->edges[e];
            if (!is_loop(edge) && lower_end(edge) == node && layout->nodes[upper_end(edge)].layer >= layer)
                layer = layout->nodes[upper_end(edge)].layer + 1;
        }
        layer = layer_with_room(layout, layer, counts);
        layout->nodes[node].layer = layer;
        counts[layer]++;
    }
    if (ok) {
        lower_sources(layout, counts);
        close_empty_layers(layout, counts);
    }
    free(begin);
    free(next);
    free(out);
    free(counts);
    return ok;
}

/* ---- spots ---- */

static size_t count_spots(const struct graph_layout *layout)
{
    size_t n = layout->n_nodes;
    for (size_t e = 0; e < layout->n_edges; e++)
        if (!is_loop(&layout->edges[e]))
            n += layout->nodes[lower_end(&layout->edges[e])].layer -
                 layout->nodes[upper_end(&layout->edges[e])].layer;
    return n;
}

static bool make_spots(struct work *work)
{
    struct graph_layout *layout = work->layout;
    size_t most = count_spots(layout);
    work->spots = calloc(most + 1, sizeof *work->spots);
    work->hops = calloc(most + 1, sizeof *work->hops);
    layout->points = calloc(2 * most + 2, sizeof *layout->points);
    if (!work->spots || !work->hops || !layout->points)
        return false;
    for (size_t i = 0; i < layout->n_nodes; i++)
        work->spots[work->n_spots++] =
            (struct spot){.size = layout->nodes[i].across, .layer = layout->nodes[i].layer, .box = true};
    for (size_t e = 0; e < layout->n_edges; e++) {
        const struct layout_edge *edge = &layout->edges[e];
        if (is_loop(edge))
            continue;
        uint32_t above = upper_end(edge), last = lower_end(edge);
        for (uint32_t layer = layout->nodes[above].layer + 1; layer < layout->nodes[last].layer; layer++) {
            uint32_t spot = (uint32_t)work->n_spots++;
            work->spots[spot] = (struct spot){.layer = layer};
            work->hops[work->n_hops++] = (struct hop){above, spot};
            above = spot;
        }
        work->hops[work->n_hops++] = (struct hop){above, last};
    }
    return true;
}

/* ---- order ---- */

static bool make_order(struct work *work)
{
    size_t n_layers = work->layout->n_layers;
    work->order = calloc(work->n_spots + 1, sizeof *work->order);
    work->first = calloc(n_layers + 2, sizeof *work->first);
    uint32_t *best = realloc(work->best, (work->n_spots + 1) * sizeof *best);
    if (best)
        work->best = best;
    if (!work->order || !work->first || !best)
        return false;
    for (size_t i = 0; i < work->n_spots; i++)
        work->first[work->spots[i].layer + 1]++;
    for (size_t l = 0; l < n_layers; l++)
        work->first[l + 1] += work->first[l];
    size_t at = 0;
    for (uint32_t l = 0; l < n_layers; l++)
        for (uint32_t i = 0; i < work->n_spots; i++)
            if (work->spots[i].layer == l) {
                work->spots[i].place = (uint32_t)(at - work->first[l]);
                work->order[at++] = i;
            }
    return true;
}

/* Of hops between the same two layers. */
static bool cross(const struct work *work, const struct hop *a, const struct hop *b)
{
    const struct spot *s = work->spots;
    if (s[a->upper].layer != s[b->upper].layer)
        return false;
    return (s[a->upper].place < s[b->upper].place && s[a->lower].place > s[b->lower].place) ||
           (s[a->upper].place > s[b->upper].place && s[a->lower].place < s[b->lower].place);
}

static size_t count_crossings(const struct work *work)
{
    size_t n = 0;
    for (size_t a = 0; a < work->n_hops; a++)
        for (size_t b = 0; b < a; b++)
            n += cross(work, &work->hops[a], &work->hops[b]);
    return n;
}

/* The mean place of a spot's neighbours above or below; where there is none, its own. */
static double mean_neighbour(const struct work *work, uint32_t spot, bool above, bool positions)
{
    double sum = 0.0, n = 0.0;
    for (size_t h = 0; h < work->n_hops; h++) {
        uint32_t here = above ? work->hops[h].lower : work->hops[h].upper;
        uint32_t there = above ? work->hops[h].upper : work->hops[h].lower;
        if (here != spot)
            continue;
        sum += positions ? work->spots[there].at : work->spots[there].place;
        n += 1.0;
    }
    return n > 0.0 ? sum / n : (double)NAN;
}

/* By insertion: a layer is short, and equals must keep their order. */
static void sort_layer(struct work *work, size_t layer)
{
    uint32_t *order = work->order + work->first[layer];
    size_t n = work->first[layer + 1] - work->first[layer];
    for (size_t i = 1; i < n; i++) {
        uint32_t spot = order[i];
        size_t at = i;
        for (; at > 0 && work->spots[order[at - 1]].rank > work->spots[spot].rank; at--)
            order[at] = order[at - 1];
        order[at] = spot;
    }
    for (size_t i = 0; i < n; i++)
        work->spots[order[i]].place = (uint32_t)i;
}

static void sweep(struct work *work, bool down)
{
    size_t n_layers = work->layout->n_layers;
    for (size_t i = 1; i < n_layers; i++) {
        size_t layer = down ? i : n_layers - 1 - i;
        for (size_t at = work->first[layer]; at < work->first[layer + 1]; at++) {
            struct spot *spot = &work->spots[work->order[at]];
            double mean = mean_neighbour(work, work->order[at], down, false);
            spot->rank = isnan(mean) ? spot->place : mean;
        }
        sort_layer(work, layer);
    }
}

static void find_order(struct work *work)
{
    size_t bytes = work->n_spots * sizeof *work->best, least = count_crossings(work);
    memcpy(work->best, work->order, bytes);
    for (int i = 0; i < SWEEPS && least > 0; i++) {
        sweep(work, i % 2 == 0);
        size_t here = count_crossings(work);
        if (here >= least)
            continue;
        least = here;
        memcpy(work->best, work->order, bytes);
    }
    memcpy(work->order, work->best, bytes);
    for (size_t l = 0; l < work->layout->n_layers; l++)
        for (size_t at = work->first[l]; at < work->first[l + 1]; at++)
            work->spots[work->order[at]].place = (uint32_t)(at - work->first[l]);
}

/* ---- positions ---- */

/* How much of the gaps around points of passage there is room for in a layer: boxes come first. */
static double squeeze_of(const struct work *work, size_t layer)
{
    double boxes = 0.0, gaps = 0.0;
    size_t before = SIZE_MAX;
    for (size_t at = work->first[layer]; at < work->first[layer + 1]; at++) {
        const struct spot *spot = &work->spots[work->order[at]];
        boxes += spot->size;
        if (before != SIZE_MAX) {
            bool rigid = spot->box && work->spots[work->order[before]].box;
            boxes += rigid ? work->layout->gap_across : 0.0;
            gaps += rigid ? 0.0 : work->layout->gap_across;
        }
        before = at;
    }
    double room = work->layout->across - boxes;
    return gaps > 0.0 ? fmax(0.0, fmin(1.0, room / gaps)) : 1.0;
}

/* From the middle of one spot to the middle of the next in its layer. */
static double distance(const struct work *work, size_t at, double squeeze)
{
    const struct spot *a = &work->spots[work->order[at]], *b = &work->spots[work->order[at + 1]];
    double gap = work->layout->gap_across * (a->box && b->box ? 1.0 : squeeze);
    return (a->size + b->size) / 2.0 + gap;
}

/* The places nearest to what is wished that keep the distances: the mean of pushing everything one way, and
 * the other way; then within the edges. */
static void settle_layer(struct work *work, size_t layer)
{
    size_t first = work->first[layer], end = work->first[layer + 1];
    double squeeze = squeeze_of(work, layer), edge = work->layout->across;
    struct spot *spots = work->spots;
    const uint32_t *order = work->order;
    for (size_t at = first; at < end; at++)
        spots[order[at]].at = at == first ? spots[order[at]].wished
                                          : fmax(spots[order[at]].wished,
                                                 spots[order[at - 1]].at + distance(work, at - 1, squeeze));
    for (size_t at = end; at-- > first;) {
        double wished = spots[order[at]].wished;
        if (at + 1 < end)
            wished = fmin(wished, spots[order[at + 1]].rank - distance(work, at, squeeze));
        spots[order[at]].rank = wished;
    }
    for (size_t at = first; at < end; at++) {
        struct spot *spot = &spots[order[at]];
        double least =
            at == first ? spot->size / 2.0 : spots[order[at - 1]].at + distance(work, at - 1, squeeze);
        spot->at = fmax((spot->at + spot->rank) / 2.0, least);
    }
    for (size_t at = end; at-- > first;) {
        struct spot *spot = &spots[order[at]];
        double most =
            at + 1 == end ? edge - spot->size / 2.0 : spots[order[at + 1]].at - distance(work, at, squeeze);
        spot->at = fmin(spot->at, most);
    }
}

static double layer_width(const struct work *work, size_t layer)
{
    double width = 0.0;
    for (size_t at = work->first[layer]; at < work->first[layer + 1]; at++)
        width +=
            work->spots[work->order[at]].size + (at > work->first[layer] ? work->layout->gap_across : 0.0);
    return width;
}

static void find_across(struct work *work)
{
    struct graph_layout *layout = work->layout;
    layout->across = layout->across_most;
    for (size_t l = 0; layout->across_most <= 0.0 && l < layout->n_layers; l++)
        layout->across = fmax(layout->across, layer_width(work, l));
    for (size_t l = 0; l < layout->n_layers; l++) {
        double at = (layout->across - fmin(layer_width(work, l), layout->across)) / 2.0;
        for (size_t i = work->first[l]; i < work->first[l + 1]; i++) {
            struct spot *spot = &work->spots[work->order[i]];
            spot->wished = at + spot->size / 2.0;
            at += spot->size + layout->gap_across;
        }
        settle_layer(work, l);
    }
    for (int round = 0; round < SETTLINGS; round++)
        for (size_t i = 0; i < layout->n_layers; i++) {
            bool down = round % 2 == 0;
            size_t l = down ? i : layout->n_layers - 1 - i;
            for (size_t at = work->first[l]; at < work->first[l + 1]; at++) {
                struct spot *spot = &work->spots[work->order[at]];
                double above = mean_neighbour(work, work->order[at], true, true);
                double below = mean_neighbour(work, work->order[at], false, true);
                spot->wished = isnan(above) && isnan(below) ? spot->at
                               : isnan(above)               ? below
                               : isnan(below)               ? above
                                                            : (above + below) / 2.0;
            }
            settle_layer(work, l);
        }
}

/* Boxes of a layer begin at the same height. */
static bool find_along(struct work *work)
{
    struct graph_layout *layout = work->layout;
    double *middles = calloc(layout->n_layers + 1, sizeof *middles);
    double at = 0.0;
    if (!middles)
        return false;
    for (size_t l = 0; l < layout->n_layers; l++) {
        double highest = 0.0;
        for (size_t i = 0; i < layout->n_nodes; i++)
            if (layout->nodes[i].layer == l)
                highest = fmax(highest, layout->nodes[i].along);
        middles[l] = at + highest / 2.0;
        at += highest + layout->gap_along;
    }
    layout->along = layout->n_layers > 0 ? at - layout->gap_along : 0.0;
    for (size_t i = 0; i < layout->n_nodes; i++) {
        layout->nodes[i].across_at = work->spots[i].at;
        layout->nodes[i].along_at = middles[layout->nodes[i].layer];
    }
    size_t n_points = 0, hop = 0;
    for (size_t e = 0; e < layout->n_edges; e++) {
        struct layout_edge *edge = &layout->edges[e];
        edge->route = n_points;
        if (is_loop(edge))
            continue;
        uint32_t spot = upper_end(edge);
        layout->points[n_points++] =
            (struct layout_point){work->spots[spot].at, middles[work->spots[spot].layer]};
        do {
            spot = work->hops[hop++].lower;
            layout->points[n_points++] =
                (struct layout_point){work->spots[spot].at, middles[work->spots[spot].layer]};
        } while (spot != lower_end(edge));
        edge->n_route = n_points - edge->route;
    }
    free(middles);
    return true;
}

bool graph_layout_make(struct graph_layout *layout)
{
    size_t n = layout->n_nodes + 1;
    struct work work = {.layout = layout,
                        .stack = calloc(n, sizeof *work.stack),
                        .marks = calloc(n, sizeof *work.marks),
                        .best = calloc(n, sizeof *work.best)};
    bool ok =
        work.stack && work.marks && work.best && find_layers(&work) && make_spots(&work) && make_order(&work);
    if (ok) {
        find_order(&work);
        find_across(&work);
        ok = find_along(&work);
    }
    free(work.spots);
    free(work.hops);
    free(work.order);
    free(work.first);
    free(work.best);
    free(work.stack);
    free(work.marks);
    return ok;
}

void graph_layout_finish(struct graph_layout *layout)
{
    free(layout->points);
    layout->points = NULL;
}
