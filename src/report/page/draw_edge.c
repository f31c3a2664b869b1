#include "report/page/draw_edge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/draw_node.h"

/* ---- routes ---- */

/* How the calls of an edge travel under a policy. */
static const char *edge_classes(const struct topology *topology, const struct graph_edge *edge, size_t policy)
{
    bool waits = false, queued = false;
    for (size_t i = 0; i < edge->n; i++) {
        const struct graph_call *call = &topology->graph.calls[edge->first + i];
        const struct call_rule *rule =
            policy_rule(&topology->source->spec->policies[policy], call->caller, call->callee);
        waits |= rule->mode == CALL_SYNC && call->caller != SPEC_USERS;
        queued |= rule->mode == CALL_QUEUE;
    }
    return waits ? "edge waiting" : queued ? "edge queued" : "edge";
}

/* Of n arrows at a side, where the one that comes at place i is, seen from the middle. */
static double spread(double width, size_t i, size_t n)
{
    return n > 1 ? width * (-0.5 + (double)i / (double)(n - 1)) : 0.0;
}

/* Which of the edges that leave its upper end (or arrive at its lower one) comes at which place, by where
 * they go to. */
static double port_of(const struct topology *topology, size_t edge, bool upper, double width)
{
    const struct graph_layout *layout = &topology->layout;
    const struct layout_edge *self = &layout->edges[edge];
    uint32_t node = upper == !self->turned ? self->from : self->to;
    size_t place = 0, n = 0;
    double own = layout->points[self->route + (upper ? 1 : self->n_route - 2)].across;
    for (size_t e = 0; e < layout->n_edges; e++) {
        const struct layout_edge *other = &layout->edges[e];
        if (other->n_route == 0 || (upper == !other->turned ? other->from : other->to) != node)
            continue;
        double there = layout->points[other->route + (upper ? 1 : other->n_route - 2)].across;
        n++;
        place += there < own || (there == own && e < edge);
    }
    return spread(fmin(width, layout->nodes[node].across / 2.0), place, n);
}

enum { ROUTE_MOST = 2 * (GRAPH_MOST + GRAPH_LOADS) };

struct route {
    struct spot spots[ROUTE_MOST];
    size_t n;
};

static void route_add(struct route *route, struct spot spot)
{
    if (route->n < ROUTE_MOST)
        route->spots[route->n++] = spot;
}

/* From the edge of the upper box to that of the lower one. In the layers between, straight past the boxes. */
static struct route route_of(const struct topology *topology, size_t e, size_t policy)
{
    const struct graph_layout *layout = &topology->layout;
    const struct layout_edge *edge = &layout->edges[e];
    const struct layout_node *upper = &layout->nodes[edge->turned ? edge->to : edge->from];
    const struct layout_node *lower = &layout->nodes[edge->turned ? edge->from : edge->to];
    const struct graph_node *arrival = &topology->graph.nodes[lower - layout->nodes];
    struct node_door door = {0.0, lower->across};
    if (!topology->sideways) {
        door = node_door_of(topology->source, arrival, policy, lower->across);
        door.below += lower->along - node_height(topology->source, arrival);
    }
    struct route route = {.n = 0};
    route_add(&route, topology_spot(topology, upper->across_at + port_of(topology, e, true, upper->across),
                                    upper->along_at + upper->along / 2.0));
    for (size_t i = 1; i + 1 < edge->n_route; i++) {
        struct layout_point point = layout->points[edge->route + i];
        double half = 0.0;
        for (size_t n = 0; n < layout->n_nodes; n++)
            if (layout->nodes[n].along_at == point.along)
                half = fmax(half, layout->nodes[n].along / 2.0);
        route_add(&route, topology_spot(topology, point.across, point.along - half));
        route_add(&route, topology_spot(topology, point.across, point.along + half));
    }
    route_add(&route, topology_spot(topology, lower->across_at + port_of(topology, e, false, door.width),
                                    lower->along_at - lower->along / 2.0 + door.below));
    return route;
}

static struct spot control(const struct topology *topology, struct spot a, struct spot b, bool first)
{
    if (topology->sideways)
        return (struct spot){(a.x + b.x) / 2.0, first ? a.y : b.y};
    return (struct spot){first ? a.x : b.x, (a.y + b.y) / 2.0};
}

static void add_spot(struct text *html, const char *before, struct spot spot)
{
    text_add(html, before);
    svg_add_number(html, spot.x);
    text_add(html, " ");
    svg_add_number(html, spot.y);
}

static void add_route(struct text *html, const struct topology *topology, const struct route *route)
{
    text_add(html, " d=\"");
    add_spot(html, "M", route->spots[0]);
    for (size_t i = 1; i < route->n; i++) {
        struct spot a = route->spots[i - 1], b = route->spots[i];
        if (fabs(topology->sideways ? a.y - b.y : a.x - b.x) < 0.05) {
            add_spot(html, "L", b);
            continue;
        }
        add_spot(html, "C", control(topology, a, b, true));
        add_spot(html, " ", control(topology, a, b, false));
        add_spot(html, " ", b);
    }
    text_add(html, "\"");
}

static void add_head(struct text *html, const struct topology *topology, struct spot tip, bool turned,
                     const char *style)
{
    const double length = turned ? -7.0 : 7.0, half = 4.0;
    struct svg_path path = {.svg = html};
    text_addf(html, "<path class=\"head\" style=\"%s\" d=\"", style);
    double dx = topology->sideways ? length : 0.0, dy = topology->sideways ? 0.0 : length;
    double sx = topology->sideways ? 0.0 : half, sy = topology->sideways ? half : 0.0;
    svg_path_point(&path, tip.x - dx - sx, tip.y - dy - sy);
    svg_path_point(&path, tip.x, tip.y);
    svg_path_point(&path, tip.x - dx + sx, tip.y - dy + sy);
    text_add(html, "Z\"/>\n");
}

/* ---- words at edges ---- */

static uint32_t component_of(const struct topology *topology, uint32_t node)
{
    const struct graph_node *n = &topology->graph.nodes[node];
    return n->kind == GRAPH_COMPONENT ? n->index : SPEC_USERS;
}

static double chance_of_loss(const struct loss_spec *loss)
{
    double good = fmax(loss->good[0], loss->good[1]);
    if (!(loss->to_bad > 0.0) || !(loss->to_bad + loss->to_good > 0.0))
        return good;
    double bad = loss->to_bad / (loss->to_bad + loss->to_good);
    return good * (1.0 - bad) + loss->bad * bad;
}

/* "10 ms, loses 1 %, 2 MB/s"; nothing where there is no link. */
static char *link_text(const struct link_spec *link)
{
    struct text text = {0};
    if (link && link->delay.type)
        text_add(&text, units_format_duration(link->delay.mean_ns * 1e-9, UNITS_DIGITS).chars);
    if (link && chance_of_loss(&link->loss) > 0.0)
        text_addf(&text, "%sloses %s", text.length > 0 ? ", " : "",
                  units_format_share(chance_of_loss(&link->loss), 2).chars);
    if (link && isfinite(link->bytes_per_s) && link->bytes_per_s > 0.0)
        text_addf(&text, "%s%sB/s", text.length > 0 ? ", " : "", plot_short_count(link->bytes_per_s).chars);
    return text_take(&text);
}

static char *edge_link(const struct topology *topology, const struct graph_edge *edge)
{
    return link_text(spec_link(topology->source->spec, component_of(topology, edge->from),
                               component_of(topology, edge->to)));
}

bool edges_all_alike(const struct topology *topology, char **ret_words)
{
    enum { MANY = 4 };
    size_t n = 0;
    bool alike = true, ok = true;
    char *first = NULL;
    for (size_t e = 0; ok && e < topology->graph.n_edges; e++) {
        char *words = edge_link(topology, &topology->graph.edges[e]);
        ok = words != NULL;
        if (words && *words) {
            n++;
            alike = alike && (!first || strcmp(first, words) == 0);
        }
        if (words && *words && !first)
            first = words;
        else
            free(words);
    }
    *ret_words = ok && alike && n >= MANY ? first : NULL;
    if (!*ret_words)
        free(first);
    return ok;
}

/* "pay: through a queue at broker" */
static void add_mode(struct text *text, const struct spec *spec, const struct call_rule *rule)
{
    if (rule->mode != CALL_QUEUE) {
        text_add(text, rule->mode == CALL_SYNC ? "the caller waits" : "asynchronous");
        return;
    }
    text_addf(text, "through a queue at %s",
              rule->queue.at == BROKER_AT_RECEIVER ? "the receiver"
              : rule->queue.at == BROKER_AT_SENDER ? "the sender"
                                                   : spec->components[rule->queue.broker].name);
    if (rule->queue.reply)
        text_add(text, ", the answer is awaited");
}

static char *edge_tip(const struct topology *topology, const struct graph_edge *edge, size_t policy,
                      const char *link)
{
    enum { MOST = 6 };
    const struct spec *spec = topology->source->spec;
    uint32_t from = component_of(topology, edge->from), to = component_of(topology, edge->to);
    struct text text = {0};
    text_addf(&text, "%s to %s", from == SPEC_USERS ? "users" : spec->components[from].name,
              to == SPEC_USERS ? "users" : spec->components[to].name);
    if (*link)
        text_addf(&text, "\nlink: %s", link);
    for (size_t i = 0; i < edge->n && i < MOST; i++) {
        const struct graph_call *call = &topology->graph.calls[edge->first + i];
        const struct call_rule *rule = policy_rule(&spec->policies[policy], call->caller, call->callee);
        text_addf(&text, "\n%s: ", spec->endpoints[call->callee].name);
        add_mode(&text, spec, rule);
    }
    if (edge->n > MOST)
        text_addf(&text, "\nand %zu more", edge->n - MOST);
    return text_take(&text);
}

static bool is_free(const struct taken *taken, struct svg_box box)
{
    if (box.x < 0.0 || box.x + box.width > PANEL_WIDTH)
        return false;
    for (size_t i = 0; i < taken->n; i++) {
        const struct svg_box *other = &taken->boxes[i];
        if (box.x < other->x + other->width && other->x < box.x + box.width &&
            box.y < other->y + other->height && other->y < box.y + box.height)
            return false;
    }
    return true;
}

/* A point of the route, `share` of the way along its stretch `i`. */
static struct spot on_route(const struct route *route, size_t i, double share)
{
    struct spot a = route->spots[i], b = route->spots[i + 1];
    double bend = share * share * (3.0 - 2.0 * share); /* about that of the curve */
    return (struct spot){a.x + (b.x - a.x) * bend, a.y + (b.y - a.y) * share};
}

/* Beside the arrow, where there is room; where there is none, the tooltip has to do. */
static void add_edge_label(struct text *html, const struct topology *topology, const struct route *route,
                           struct taken *taken, const char *words)
{
    static const double shares[] = {0.5, 0.4, 0.6, 0.3, 0.7};
    enum { HIGH = 12 };
    double width = svg_text_width(words, 10.0, false);
    for (size_t i = 0; *words && i + 1 < route->n && taken->n < TAKEN_MOST; i++)
        for (size_t s = 0; s < 2 * (sizeof shares / sizeof *shares); s++) {
            struct spot spot = on_route(route, i, shares[s / 2]);
            bool right = s % 2 == 0;
            struct svg_box box = {right ? spot.x + 4.0 : spot.x - 4.0 - width, spot.y - HIGH / 2.0, width,
                                  HIGH};
            if (topology->sideways)
                box = (struct svg_box){spot.x - width / 2.0, right ? spot.y - HIGH - 2.0 : spot.y + 2.0,
                                       width, HIGH};
            if (!is_free(taken, box))
                continue;
            taken->boxes[taken->n++] = box;
            svg_add_label(
                html, (struct svg_label){.x = box.x, .y = box.y + 9.5, .size = 10.0, .classes = "note halo"},
                words);
            return;
        }
}

void edge_add(struct text *html, const struct topology *topology, size_t e, size_t policy,
              struct taken *taken)
{
    const struct graph_edge *edge = &topology->graph.edges[e];
    const struct layout_edge *laid = &topology->layout.edges[e];
    if (laid->n_route < 2)
        return;
    struct route route = route_of(topology, e, policy);
    struct drawing_style style = drawing_color(policy);
    char *link = edge_link(topology, edge);
    char *tip = edge_tip(topology, edge, policy, link ? link : "");
    text_addf(html, "<path class=\"%s\" style=\"%s\"", edge_classes(topology, edge, policy), style.chars);
    add_route(html, topology, &route);
    text_add(html, "/>\n");
    add_head(html, topology, route.spots[laid->turned ? 0 : route.n - 1], laid->turned, style.chars);
    text_add(html, "<path class=\"edge hit\"");
    add_route(html, topology, &route);
    svg_end_with_tip(html, "path", tip ? tip : "");
    add_edge_label(html, topology, &route, taken, link && !topology->all_links ? link : "");
    html->failed |= !link || !tip;
    free(link);
    free(tip);
}
