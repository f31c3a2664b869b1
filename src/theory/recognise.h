/* What a scenario is under a policy, as far as its models of theory ask for it. Whatever is in doubt is said
 * to be worse than it is: a model is claimed only where every one of its assumptions is met. */
#ifndef TANDEM_THEORY_RECOGNISE_H
#define TANDEM_THEORY_RECOGNISE_H

#include <stdbool.h>

#include "theory/journey.h"
#include "theory/values.h"

/* What the models look at: one load that never changes, and nothing that fails. */
struct situation {
    const struct spec *spec;
    const struct anatomy *anatomy;
    const struct journey *journey; /* of the one load */
    const struct load_spec *load;
    double window_s; /* that is measured */
};

/* A model of theory. */
struct model_type {
    /* Whether the model fits; if so the values, with the name of the model and its source, are there. */
    bool (*solve)(const struct situation *situation, struct values *values);
};

/* In order: the first that fits counts. */
extern const struct model_type station_model, still_model, saturated_model, open_network_model,
    closed_network_model, held_time_model;

/* ---- what can go wrong ---- */

/* No load comes, goes or changes, and nothing happens at a given time. */
bool spec_is_steady(const struct spec *spec);

/* Every request goes through all of its steps, and everything that follows from it is done in the end; but
 * for what is refused where there is no room. */
bool journey_is_faultless(const struct journey *journey);

/* ---- what one thing is ---- */

/* Poisson arrivals, one at a time, at a rate that nanoseconds can tell. */
bool load_is_poisson(const struct load_spec *load);

/* Each worker has a core of its own, nobody is refused for having waited. */
bool component_is_plain(const struct component_spec *component);

/* Workers of all replicas; INFINITY where they are unlimited. */
double component_workers(const struct component_spec *component);

/* Most requests let in to each replica, those at workers included; INFINITY where there is no limit. */
double component_places(const struct component_spec *component);

/* So many requests at once find a worker and a core each, on whichever replica they meet. */
bool component_has_room_for(const struct component_spec *component, double requests);

/* Executions of a component's endpoints for one request, of whatever the user waits for or not. */
double journey_visits(const struct journey *journey, uint32_t component);

/* No request comes back to a component that it is in already, over calls that are awaited or can be held up.
 */
bool journey_is_layered(const struct journey *journey);

/* Workers, or the consumers of a queue, might wait for each other in a circle, some requests for ever. */
bool journey_can_deadlock(const struct journey *journey);

/* Nobody waits at any component but `except` (or SPEC_NONE), as no more than `most` requests are ever there:
 * each needs the calls of `journey` to be layered, and one request to be in one place only. */
bool nobody_waits(const struct journey *journey, double most, uint32_t except);

/* ---- what all models tell ---- */

/* Whether enough happens in one run to be compared with a mean: of `per_s` requests a share is concerned.
 * What a handful of requests meets is so skewed that no interval holds it. */
bool situation_shows(const struct situation *situation, double per_s, double share);

/* What a mean over requests can be off by, as those that are still under way at the end of the window do not
 * count and have been there for longer than others: the mean time `response_s`, times as much of the window
 * as it is, times the square of its coefficient of variation, which is taken to be 2 at most. */
double situation_cut_off_s(const struct situation *situation, double response_s);

/* Shares of time that the workers are busy and blocked, of each component that is `visited`, at `per_s`
 * requests per second; each can be off by the times of `slack_per_s` requests. */
void values_add_workers(struct values *values, const struct journey *journey, const double *visited,
                        double per_s, double slack_per_s);

#endif
