/* Open networks with product form. */
#include <math.h>

#include "theory/formulas.h"
#include "theory/network.h"

static const char law[] = "product form";

/* What queues add to one request's time. */
struct extra {
    double awaited_s, whole_s;
};

/* By Jackson's theorem each station is as if it stood alone before Poisson arrivals. Where cores are shared
 * everyone takes longer by the same factor, however long the work. */
static bool solve_node(struct node *node, double per_s, struct extra *extra)
{
    double offered = per_s * node->demand_s / node->copies;
    if (node->kind == NODE_NONE || node->kind == NODE_DELAY || node->demand_s == 0.0)
        return true;
    if (!(offered < node->servers))
        return false;
    node->waiting = node->copies * formula_mmc(offered, (uint32_t)node->servers).waiting;
    bool line = node->kind == NODE_LINE;
    double all = line ? node->visits : node->demand_s, awaited = line ? node->awaited : node->awaited_s;
    bool known =
        !node->mixed || awaited == 0.0 || awaited == all; /* whose turn it is depends on the way in */
    extra->whole_s += node->waiting / per_s;
    extra->awaited_s += known ? node->waiting / per_s * awaited / all : (double)NAN;
    return true;
}

static bool solve_nodes(struct network *network, double per_s, struct extra *extra)
{
    for (size_t c = 0; c < network->situation->spec->n_components; c++)
        if (!solve_node(&network->nodes[c], per_s, extra))
            return false;
    return true;
}

static void add_users(struct values *values, const struct situation *situation, struct extra extra)
{
    const struct journey *journey = situation->journey;
    const struct endpoint_anatomy *entry = journey_entry(journey);
    double out_s = journey->door.out.mean_ns * 1e-9, back_s = journey->door.back.mean_ns * 1e-9;
    double per_s = situation->load->per_s;
    static const char stable[] = "stable: what comes goes";
    double response_s = out_s + entry->answer.mean_ns * 1e-9 + extra.awaited_s + back_s;
    double whole_s = out_s + entry->whole.mean_ns * 1e-9 + extra.whole_s;
    if (journey->door.awaited) {
        values_add(values, NULL, "response.mean", response_s, situation_cut_off_s(situation, response_s),
                   law);
        values_add(values, NULL, "throughput", per_s, 0.0, stable);
    }
    if (!journey->door.awaited || (entry->traits & ANATOMY_PUBLISHES)) {
        values_add(values, NULL, "completion.mean", whole_s, situation_cut_off_s(situation, whole_s), law);
        values_add(values, NULL, "completions", per_s, 0.0, stable);
    }
}

static void name(struct values *values, const struct network *network)
{
    struct theory *theory = &values->theory;
    theory->model = network->n_shared > 0 ? "open BCMP network" : "Jackson network";
    theory->source = network->n_shared > 0 ? "Baskett, Chandy, Muntz and Palacios, J. ACM 22(2), 1975"
                                           : "Jackson, Oper. Res. 5(4), 1957";
    if (network->n_lines == 0 && network->n_shared == 1) {
        theory->model = "M/G/c queue with processor sharing";
        theory->source = "Kleinrock, Queueing Systems II, 4.4";
    }
}

/* One station alone, and delays alone, are told more of by other models. */
static bool is_network(const struct network *network)
{
    const struct journey *journey = network->situation->journey;
    uint32_t entry = journey->anatomy->spec->endpoints[journey->load->endpoint].component;
    bool alone = network->nodes[entry].kind == NODE_LINE || network->n_lines + network->n_shared == 0;
    return !alone || (journey_entry(journey)->traits & (ANATOMY_PUBLISHES | ANATOMY_RELEASES));
}

static bool solve(const struct situation *situation, struct values *values)
{
    struct network network;
    struct extra extra = {0};
    double per_s = situation->load->per_s;
    if (!load_is_poisson(situation->load))
        return false;
    bool fits = network_find(&network, situation) && network_has_room(&network, INFINITY) &&
                is_network(&network) && solve_nodes(&network, per_s, &extra);
    values->failed |= network.failed;
    if (fits) {
        name(values, &network);
        add_users(values, situation, extra);
        network_add_nodes(values, &network, per_s, law);
    }
    network_finish(&network);
    return fits;
}

const struct model_type open_network_model = {.solve = solve};
