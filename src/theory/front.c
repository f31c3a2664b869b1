#include "theory/front.h"

#include <math.h>

static bool is_one_service(const struct situation *situation)
{
    const struct endpoint_anatomy *entry = journey_entry(situation->journey);
    const unsigned traits = ANATOMY_RELEASES | ANATOMY_PARALLEL;
    bool known = !entry->own.vague && !entry->held.vague && !entry->answer.vague;
    return known && !(entry->traits & traits) && journey_is_faultless(situation->journey);
}

/* Straight, or through a queue that hands on to any free worker of any replica. */
static bool find_door(const struct situation *situation, struct front *front)
{
    const struct journey *journey = situation->journey;
    const struct errand *door = &journey->door;
    if (door->out.vague || door->back.vague)
        return false;
    front->way_s = (door->out.mean_ns + door->back.mean_ns) * 1e-9;
    if (door->awaited)
        return door->at_door;
    front->queue =
        door->queue->name ? door->queue->name : situation->spec->endpoints[situation->load->endpoint].name;
    return door->lines_up && !(journey_entry(journey)->traits & ANATOMY_PUBLISHES);
}

static bool find_stations(struct front *front)
{
    const struct component_spec *c = front->component;
    double workers = c->workers == SPEC_UNLIMITED ? (double)INFINITY : c->workers;
    front->stations = isinf(workers) || front->queue ? 1.0 : c->replicas;
    front->servers = front->queue ? workers * c->replicas : workers;
    front->places = front->queue ? (double)INFINITY : component_places(c);
    bool pooled = front->stations == 1.0 && (isinf(front->places) || c->replicas == 1);
    return component_is_plain(c) && (pooled || c->balance == BALANCE_RANDOM);
}

bool front_find(const struct situation *situation, double most, struct front *ret_front)
{
    const struct journey *journey = situation->journey;
    uint32_t component = situation->spec->endpoints[situation->load->endpoint].component;
    struct front front = {
        .component = &situation->spec->components[component],
        .visited = journey->door.awaited ? journey->component_awaited : journey->component_beyond,
        .service = journey_entry(journey)->held,
    };
    if (!is_one_service(situation) || !find_door(situation, &front) || !find_stations(&front))
        return false;
    double served = fmin(front.servers, front.places) * front.stations;
    if (!nobody_waits(journey, fmin(served, most), component))
        return false;
    *ret_front = front;
    return true;
}

void front_add_wait(struct values *values, const struct situation *situation, const struct front *front,
                    double per_s, double wait_s, double waits, const char *law)
{
    double response_s = front->way_s + wait_s + front->service.mean_ns * 1e-9;
    double cut_off_s = situation_cut_off_s(situation, response_s);
    const char *line = front->queue ? front->queue : front->component->name;
    values_add(values, NULL, front->queue ? "completion.mean" : "response.mean", response_s, cut_off_s, law);
    if (!situation_shows(situation, per_s, waits))
        return;
    values_add(values, line, "wait.mean", wait_s, cut_off_s, law);
    if (!front->queue)
        values_add(values, line, "wait.share", waits, 0.0, law);
    values_add(values, line, front->queue ? "depth.mean" : "inbox.mean", per_s * wait_s, 0.0, "Little's law");
}
