#include "theory/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- ways in ---- */

static void note_way(struct network *network, const struct errand *errand)
{
    const struct endpoint_spec *callee = &network->situation->spec->endpoints[errand->callee];
    struct node *node = &network->nodes[callee->component];
    if (errand->at_door) {
        node->mixed |= node->queue != NULL;
        node->direct = true;
        return;
    }
    const char *queue = errand->queue->name ? errand->queue->name : callee->name;
    node->mixed |= node->direct || (node->queue && strcmp(node->queue, queue) != 0);
    node->queue = queue;
}

static void note_ways(struct network *network)
{
    const struct journey *journey = network->situation->journey;
    const struct anatomy *anatomy = journey->anatomy;
    note_way(network, &journey->door);
    for (uint32_t e = 0; e < anatomy->spec->n_endpoints; e++) {
        size_t end = anatomy_end_of_calls(anatomy, e);
        bool visited = journey_executions(journey, e) > 0.0;
        for (size_t i = anatomy->endpoints[e].first_call; visited && i < end; i++)
            note_way(network, &anatomy->calls[i]);
    }
}

/* ---- kinds ---- */

static bool has_replicas_alike(const struct component_spec *c)
{
    return c->replicas == 1 || c->balance == BALANCE_RANDOM;
}

static enum node_kind kind_of(const struct component_spec *c, const struct node *node)
{
    if (c->workers == SPEC_UNLIMITED) {
        if (c->cores == SPEC_UNLIMITED)
            return NODE_DELAY;
        bool shared = c->inbox.order == INBOX_PROCESSOR_SHARING && has_replicas_alike(c);
        return shared ? NODE_SHARED : NODE_NONE;
    }
    bool alike = node->direct ? has_replicas_alike(c) : true;
    bool pooled = !node->mixed || c->replicas == 1;
    return component_is_plain(c) && alike && pooled ? NODE_LINE : NODE_NONE;
}

static void find_servers(struct node *node, const struct component_spec *c)
{
    bool pooled = node->kind == NODE_LINE && !node->direct; /* a queue hands on to any replica */
    node->copies = pooled ? 1.0 : c->replicas;
    node->servers = node->kind == NODE_DELAY    ? (double)INFINITY
                    : node->kind == NODE_SHARED ? c->cores
                                                : (double)c->workers * (pooled ? c->replicas : 1);
}

/* One exponential time, the same for all who come. */
static bool fits_in_line(const struct endpoint_anatomy *endpoint, const struct node *node)
{
    double mean_ns = endpoint->own.mean_ns;
    bool own = endpoint->held.mean_ns == mean_ns && endpoint->answer.mean_ns == mean_ns;
    bool alike =
        node->visits == 0.0 || fabs(node->demand_s / node->visits - mean_ns * 1e-9) < 1e-12 * mean_ns * 1e-9;
    return own && alike && endpoint->own.shape == SPAN_EXPONENTIAL && !(endpoint->traits & ANATOMY_RELEASES);
}

static bool add_endpoint(struct network *network, uint32_t e)
{
    const struct journey *journey = network->situation->journey;
    const struct endpoint_anatomy *endpoint = &journey->anatomy->endpoints[e];
    uint32_t component = journey->anatomy->spec->endpoints[e].component;
    struct node *node = &network->nodes[component];
    double awaited = journey->awaited[e].mean, visits = journey_executions(journey, e);
    if (!(visits > 0.0))
        return true;
    if (node->kind == NODE_NONE)
        node->kind = kind_of(&journey->anatomy->spec->components[component], node);
    if (node->kind == NODE_NONE || (node->kind == NODE_LINE && !fits_in_line(endpoint, node)))
        return false;
    node->visits += visits;
    node->demand_s += visits * endpoint->own.mean_ns * 1e-9;
    node->awaited += awaited;
    node->awaited_s += awaited * endpoint->own.mean_ns * 1e-9;
    return true;
}

bool network_find(struct network *network, const struct situation *situation)
{
    const struct journey *journey = situation->journey;
    const struct endpoint_anatomy *entry = journey_entry(journey);
    const struct spec *spec = situation->spec;
    *network = (struct network){.situation = situation};
    bool one_way = !entry->whole.vague && !(entry->traits & (ANATOMY_PARALLEL | ANATOMY_FORKS));
    if (!one_way || journey->door.out.vague || journey->door.back.vague || !journey_is_faultless(journey))
        return false;
    network->nodes = calloc(spec->n_components + 1, sizeof *network->nodes);
    network->failed = !network->nodes;
    if (network->failed)
        return false;
    note_ways(network);
    for (uint32_t e = 0; e < spec->n_endpoints; e++)
        if (!add_endpoint(network, e))
            return false;
    for (size_t c = 0; c < spec->n_components; c++) {
        find_servers(&network->nodes[c], &spec->components[c]);
        network->n_lines += network->nodes[c].kind == NODE_LINE;
        network->n_shared += network->nodes[c].kind == NODE_SHARED;
    }
    return true;
}

void network_finish(struct network *network)
{
    free(network->nodes);
    *network = (struct network){0};
}

bool network_has_room(const struct network *network, double requests)
{
    const struct spec *spec = network->situation->spec;
    for (size_t c = 0; c < spec->n_components; c++)
        if (network->nodes[c].kind != NODE_NONE && component_places(&spec->components[c]) < requests)
            return false;
    return true;
}

/* ---- what is told ---- */

static void add_line(struct values *values, const struct network *network, const struct node *node,
                     const char *component, double per_s, const char *law)
{
    double waits = fmin(1.0, node->waiting / (per_s * node->demand_s)); /* about */
    const char *line = node->direct ? component : node->queue;
    if (node->mixed || !situation_shows(network->situation, per_s * node->visits, waits))
        return; /* who waits where nobody can tell, or nobody waits */
    double wait_s = node->waiting / (per_s * node->visits);
    double at_node_s = wait_s + node->demand_s / node->visits;
    values_add(values, line, "wait.mean", wait_s, situation_cut_off_s(network->situation, at_node_s), law);
    values_add(values, line, node->direct ? "inbox.mean" : "depth.mean", node->waiting, 0.0, "Little's law");
}

void network_add_nodes(struct values *values, const struct network *network, double per_s, const char *law)
{
    const struct spec *spec = network->situation->spec;
    double *visited = calloc(spec->n_components + 1, sizeof *visited);
    values->failed |= !visited;
    for (size_t c = 0; visited && c < spec->n_components; c++) {
        const struct node *node = &network->nodes[c];
        visited[c] = node->visits;
        if (node->kind == NODE_LINE)
            add_line(values, network, node, spec->components[c].name, per_s, law);
        if (node->kind == NODE_SHARED && situation_shows(network->situation, per_s, node->waiting))
            values_add(values, spec->components[c].name, "workers.ready", node->waiting, 0.0, law);
    }
    if (visited)
        values_add_workers(values, network->situation->journey, visited, per_s, 0.0);
    free(visited);
}
