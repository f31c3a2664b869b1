/* The blocking chain, and whatever else has a time of its own that no queue adds to: a caller's worker is
 * held until all that it has called is done. */
#include <math.h>

#include "theory/front.h"

static const char source[] = "Lazowska et al., Quantitative System Performance, 1984, ch. 3 and 5";

/* ---- closed: fewer users than workers ---- */

static bool solve_still(const struct situation *situation, struct values *values)
{
    static const char law[] = "nobody waits";
    const struct journey *journey = situation->journey;
    const struct errand *door = &journey->door;
    const struct endpoint_anatomy *entry = journey_entry(journey);
    struct span think = span_of(&situation->load->think);
    double users = situation->load->users;
    double response_s = (door->out.mean_ns + entry->answer.mean_ns + door->back.mean_ns) * 1e-9;
    double round_s = response_s + think.mean_ns * 1e-9, window_s = situation->window_s;
    bool known = !door->out.vague && !door->back.vague && !entry->answer.vague && !think.vague;
    if (situation->load->kind != LOAD_CLOSED || !door->awaited || !known || !(round_s > 0.0) ||
        (entry->traits & ANATOMY_PARALLEL) || !journey_is_faultless(journey) ||
        !nobody_waits(journey, users, SPEC_NONE))
        return false;
    values->theory.model = users > 1.0 ? "users whom nobody keeps waiting" : "one request after another";
    values->theory.source = source;
    values_add(values, NULL, "throughput", users / round_s, users / window_s, "response time law");
    bool constant = door->out.variance_ns2 + entry->answer.variance_ns2 + door->back.variance_ns2 == 0.0;
    values_add(values, NULL, "response.mean", response_s,
               constant ? 0.0 : situation_cut_off_s(situation, response_s), law);
    values_add_workers(values, journey, journey->component_awaited, users / round_s, users / window_s);
    return true;
}

/* ---- closed: more users than workers, always ready ---- */

static bool always_ready(const struct situation *situation)
{
    const struct load_spec *load = situation->load;
    return load->kind == LOAD_CLOSED && load->think.mean_ns == 0.0;
}

/* All workers of the front are held all of the time. */
static bool solve_saturated(const struct situation *situation, struct values *values)
{
    struct front front;
    double users = situation->load->users;
    if (!always_ready(situation) || !front_find(situation, users, &front) || front.queue ||
        front.way_s > 0.0 || !(front.service.mean_ns > 0.0) || front.component->replicas > 1 ||
        front.places < users || users < front.servers)
        return false;
    double service_s = front.service.mean_ns * 1e-9, per_s = front.servers / service_s;
    double slack = users / situation->window_s;
    values->theory.model = "workers that are always held";
    values->theory.source = source;
    values_add(values, NULL, "throughput", per_s, slack, "Little's law of held workers");
    values_add(values, NULL, "response.mean", users / per_s, users / per_s * slack / per_s,
               "response time law");
    values_add(values, front.component->name, "inbox.mean", users - front.servers, slack * service_s,
               "Little's law");
    values_add_workers(values, situation->journey, front.visited, per_s, slack);
    return true;
}

/* ---- open: shares of time alone ---- */

/* How long requests wait for one of several workers no formula tells; that they do not wait for ever does.
 */
static bool solve_held_time(const struct situation *situation, struct values *values)
{
    struct front front;
    if (!load_is_poisson(situation->load) || !front_find(situation, INFINITY, &front) ||
        isfinite(front.places) || isinf(front.servers))
        return false;
    double per_s = situation->load->per_s;
    if (!(per_s * front.service.mean_ns * 1e-9 < front.servers * front.stations))
        return false;
    values->theory.model = "M/G/c queue, shares of time only";
    values->theory.source = source;
    values_add(values, NULL, front.queue ? "completions" : "throughput", per_s, 0.0,
               "stable: what comes goes");
    values_add_workers(values, situation->journey, front.visited, per_s, 0.0);
    return true;
}

const struct model_type still_model = {.solve = solve_still};
const struct model_type saturated_model = {.solve = solve_saturated};
const struct model_type held_time_model = {.solve = solve_held_time};
