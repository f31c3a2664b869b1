/* One station and Poisson arrivals: M/M/c, M/M/c/K, M/G/1, Erlang's loss system, M/G/infinity. */
#include <math.h>

#include "theory/formulas.h"
#include "theory/front.h"

static const char erlang_1917[] = "Erlang 1917; Kleinrock, Queueing Systems I, 3.5";

struct arrivals {
    double per_s;   /* at each station */
    double offered; /* erlangs, likewise */
};

static void name(struct values *values, const char *model, const char *source)
{
    values->theory.model = model;
    values->theory.source = source;
}

/* What follows for the workers, and for the users, from how many are refused. */
static void add_flow(struct values *values, const struct situation *situation, const struct front *front,
                     double refused, const char *law)
{
    double per_s = situation->load->per_s * (1.0 - refused);
    values_add(values, NULL, front->queue ? "completions" : "throughput", per_s, 0.0, law);
    values_add_workers(values, situation->journey, front->visited, per_s, 0.0);
}

static void solve_mmc(const struct situation *situation, const struct front *front, struct arrivals arrivals,
                      struct values *values)
{
    struct station_numbers numbers = formula_mmc(arrivals.offered, (uint32_t)front->servers);
    name(values, front->servers > 1.0 ? "M/M/c queue" : "M/M/1 queue", erlang_1917);
    front_add_wait(values, situation, front, situation->load->per_s, numbers.waiting / arrivals.per_s,
                   numbers.waits, "Erlang C");
    add_flow(values, situation, front, 0.0, "stable: what comes goes");
}

static void solve_mmck(const struct situation *situation, const struct front *front, struct arrivals arrivals,
                       struct values *values)
{
    static const char law[] = "birth and death";
    struct station_numbers numbers =
        formula_mmck(arrivals.offered, (uint32_t)front->servers, (uint32_t)front->places);
    double let_in_per_s = arrivals.per_s * (1.0 - numbers.refused);
    name(values, "M/M/c/K queue", "Kleinrock, Queueing Systems I, 3.6");
    if (situation_shows(situation, situation->load->per_s, numbers.refused))
        values_add(values, NULL, "rejected.share", numbers.refused, 0.0, law);
    front_add_wait(values, situation, front, let_in_per_s * front->stations, numbers.waiting / let_in_per_s,
                   numbers.waits, law);
    add_flow(values, situation, front, numbers.refused, law);
}

static void add_unhindered(struct values *values, const struct situation *situation,
                           const struct front *front)
{
    double response_s = front->way_s + front->service.mean_ns * 1e-9;
    values_add(values, NULL, front->queue ? "completion.mean" : "response.mean", response_s,
               situation_cut_off_s(situation, response_s), "nobody waits");
}

/* The mean response is that of those who are let in: nobody waits. */
static void solve_loss(const struct situation *situation, const struct front *front, struct arrivals arrivals,
                       struct values *values)
{
    static const char law[] = "Erlang B";
    double refused = formula_erlang_b(arrivals.offered, (uint32_t)fmin(front->servers, front->places));
    name(values, "M/G/c/c loss system", "Erlang 1917; Sevastyanov, Theory Prob. Appl. 2(1), 1957");
    if (situation_shows(situation, situation->load->per_s, refused))
        values_add(values, NULL, "rejected.share", refused, 0.0, law);
    add_unhindered(values, situation, front);
    add_flow(values, situation, front, refused, law);
}

static void solve_mg1(const struct situation *situation, const struct front *front, struct arrivals arrivals,
                      struct values *values)
{
    double wait_s = formula_pollaczek_khinchine(arrivals.per_s, front->service.mean_ns * 1e-9,
                                                front->service.variance_ns2 * 1e-18);
    bool constant = front->service.shape == SPAN_CONSTANT;
    name(values, constant ? "M/D/1 queue" : "M/G/1 queue",
         "Pollaczek 1930; Kleinrock, Queueing Systems I, 5.6");
    front_add_wait(values, situation, front, situation->load->per_s, wait_s, arrivals.offered,
                   "Pollaczek-Khinchine");
    add_flow(values, situation, front, 0.0, "stable: what comes goes");
}

static void solve_mginf(const struct situation *situation, const struct front *front,
                        struct arrivals arrivals, struct values *values)
{
    name(values, "M/G/infinity", "Takacs, Introduction to the Theory of Queues, 1962, 3.2");
    add_unhindered(values, situation, front);
    values_add(values, front->component->name, "present", arrivals.offered, 0.0, "Little's law");
    add_flow(values, situation, front, 0.0, "stable: what comes goes");
}

static bool solve(const struct situation *situation, struct values *values)
{
    struct front front;
    if (!load_is_poisson(situation->load) || !front_find(situation, INFINITY, &front) ||
        !(front.service.mean_ns > 0.0))
        return false;
    struct arrivals arrivals = {.per_s = situation->load->per_s / front.stations};
    arrivals.offered = arrivals.per_s * front.service.mean_ns * 1e-9;
    bool exponential = front.service.shape == SPAN_EXPONENTIAL, limited = isfinite(front.places);
    bool told = front.component->inbox.overflow == INBOX_REJECT, stable = arrivals.offered < front.servers;
    if (limited && !told)
        return false;
    if (limited && front.places <= front.servers)
        solve_loss(situation, &front, arrivals, values);
    else if (limited && exponential && front.places <= FORMULA_MOST_PLACES)
        solve_mmck(situation, &front, arrivals, values);
    else if (!limited && isinf(front.servers))
        solve_mginf(situation, &front, arrivals, values);
    else if (!limited && exponential && stable)
        solve_mmc(situation, &front, arrivals, values);
    else if (!limited && front.servers == 1.0 && stable)
        solve_mg1(situation, &front, arrivals, values);
    else
        return false;
    return true;
}

const struct model_type station_model = {.solve = solve};
