/* Closed networks with product form: users at terminals, the machine repairman. */
#include <math.h>
#include <stdlib.h>

#include "theory/formulas.h"
#include "theory/network.h"

/* The network as one user's round: every copy of a node, and all delays as one station at the end. */
struct round {
    struct closed_station *stations; /* owned */
    size_t n;
    double delay_s;
};

static bool is_station(const struct node *node)
{
    return (node->kind == NODE_LINE || node->kind == NODE_SHARED) && node->demand_s > 0.0;
}

static double count_stations(const struct network *network)
{
    double n = 1.0;
    for (size_t c = 0; c < network->situation->spec->n_components; c++)
        n += is_station(&network->nodes[c]) ? network->nodes[c].copies : 0.0;
    return n;
}

static bool round_init(struct round *round, const struct network *network, double n_stations, double round_s)
{
    *round = (struct round){.delay_s = round_s};
    round->stations = calloc((size_t)n_stations, sizeof *round->stations);
    if (!round->stations)
        return false;
    for (size_t c = 0; c < network->situation->spec->n_components; c++) {
        const struct node *node = &network->nodes[c];
        for (double copy = 0.0; is_station(node) && copy < node->copies; copy++)
            round->stations[round->n++] =
                (struct closed_station){.demand_s = node->demand_s / node->copies, .servers = node->servers};
        round->delay_s -= is_station(node) ? node->demand_s : 0.0;
    }
    if (round->delay_s > 1e-12 * round_s)
        round->stations[round->n++] =
            (struct closed_station){.demand_s = round->delay_s, .servers = (double)INFINITY};
    return true;
}

static void note_waiting(struct network *network, const struct round *round, double per_s)
{
    const struct closed_station *station = round->stations;
    for (size_t c = 0; c < network->situation->spec->n_components; c++) {
        struct node *node = &network->nodes[c];
        for (double copy = 0.0; is_station(node) && copy < node->copies; copy++, station++)
            node->waiting += station->present - per_s * station->demand_s;
    }
}

static void name(struct values *values, const struct network *network)
{
    bool repairman = network->n_lines == 1 && network->n_shared == 0;
    values->theory.model = repairman ? "M/M/c//N: the machine repairman" : "closed product-form network";
    values->theory.source = repairman ? "Kleinrock, Queueing Systems I, 3.8"
                                      : "Reiser and Lavenberg, J. ACM 27(2), 1980; Buzen, CACM 16(9), 1973";
}

static bool solve_round(struct network *network, double think_s, double response_s, struct values *values)
{
    static const char law[] = "exact mean value analysis";
    struct round round;
    uint32_t users = network->situation->load->users;
    double per_s = (double)NAN, n = count_stations(network);
    if (n > FORMULA_MOST_PLACES || !formula_closed_is_small((size_t)n, users))
        return false;
    values->failed |= !round_init(&round, network, n, think_s + response_s);
    if (!values->failed)
        values->failed = !formula_closed(round.stations, round.n, users, &per_s);
    bool fits = isfinite(per_s) && per_s > 0.0;
    if (fits) {
        double found_s = users / per_s - think_s;
        note_waiting(network, &round, per_s);
        name(values, network);
        values_add(values, NULL, "throughput", per_s, 0.0, law);
        values_add(values, NULL, "response.mean", found_s, situation_cut_off_s(network->situation, found_s),
                   "response time law");
        network_add_nodes(values, network, per_s, law);
    }
    free(round.stations);
    return fits;
}

static bool solve(const struct situation *situation, struct values *values)
{
    const struct journey *journey = situation->journey;
    const struct endpoint_anatomy *entry = journey_entry(journey);
    struct span think = span_of(&situation->load->think);
    struct network network;
    if (situation->load->kind != LOAD_CLOSED || !journey->door.awaited || think.vague ||
        (entry->traits & ANATOMY_PUBLISHES))
        return false;
    /* Without chance the users would go round in step for ever. */
    bool fits = network_find(&network, situation) && network_has_room(&network, situation->load->users) &&
                (network.n_lines > 0 || (network.n_shared > 0 && think.shape == SPAN_EXPONENTIAL));
    values->failed |= network.failed;
    if (fits)
        fits = solve_round(
            &network, think.mean_ns * 1e-9,
            (journey->door.out.mean_ns + entry->answer.mean_ns + journey->door.back.mean_ns) * 1e-9, values);
    network_finish(&network);
    return fits;
}

const struct model_type closed_network_model = {.solve = solve};
