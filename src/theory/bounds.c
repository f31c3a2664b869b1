/* Asymptotic bounds: Muntz and Wong, Asymptotic properties of closed queueing network models, 1974; Denning
 * and Buzen, The operational analysis of queueing network models, ACM Comput. Surv. 10(3), 1978; Lazowska et
 * al., Quantitative System Performance, 1984, ch. 5. */
#include "theory/bounds.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "theory/prospect.h"

/* A bound on requests per second. */
struct rate {
    double per_s;
    double slack;
    const char *law;
    const char *where;
};

struct bounds {
    const struct anatomy *anatomy;
    struct values *values;
    double window_s;
    double rush; /* what was begun before the window and ends in it: by how much the rate can be higher */
    struct journey journey;           /* of the load that is looked at */
    struct prospect prospect;         /* likewise */
    struct rate sums[PROSPECT_VIEWS]; /* over the loads so far */
    struct need
        *least[PROSPECT_VIEWS]; /* owned; what any request of any load that meets a component needs of it */
    size_t *n_meeting;          /* owned; the loads that meet each component */
};

static const char response_time_law[] = "response time law";

/* What components carry, as a bound: each of `waiting` requests may have been begun before the window. */
static struct rate rate_of(const struct bounds *bounds, struct prospect_rate carried, double waiting)
{
    return (struct rate){carried.per_s * bounds->rush, (carried.workers + 1.0 + waiting) / bounds->window_s,
                         carried.held ? "held workers" : "bottleneck law", carried.where};
}

/* ---- one load ---- */

static double users_of(const struct load_spec *load)
{
    return load->kind == LOAD_CLOSED ? load->users : 0.0;
}

static double think_s(const struct load_spec *load)
{
    return load->kind == LOAD_CLOSED ? span_of(&load->think).mean_ns * 1e-9 : 0.0;
}

static struct rate find_rate(const struct bounds *bounds, const struct prospect *prospect)
{
    const struct load_spec *load = prospect->journey->load;
    double users = users_of(load), round_s = prospect_round_trip_s(prospect) + think_s(load);
    struct rate rate = {.per_s = INFINITY};
    if (users > 0.0 && round_s > 0.0)
        rate = (struct rate){users / round_s, users / bounds->window_s, response_time_law, NULL};
    struct rate carried = rate_of(bounds, prospect_rate(prospect), users);
    return carried.per_s < rate.per_s ? carried : rate;
}

/* The users' own law: where all are always either thinking or waiting, a rate tells how long they wait. */
static double least_response_s(const struct prospect *prospect, struct rate rate)
{
    const struct spec *spec = prospect->journey->anatomy->spec;
    const struct load_spec *load = prospect->journey->load;
    double round_trip_s = prospect_round_trip_s(prospect);
    double places = component_places(&spec->components[spec->endpoints[load->endpoint].component]);
    if (!prospect->bounded || spec->n_loads > 1 || places < load->users || !prospect->journey->door.awaited ||
        rate.law == response_time_law)
        return round_trip_s;
    return fmax(round_trip_s, load->users / rate.per_s - think_s(load));
}

static void add_response(const struct bounds *bounds, const struct prospect *prospect, struct rate rate)
{
    const struct spec *spec = bounds->anatomy->spec;
    const struct load_spec *load = prospect->journey->load;
    double response_s = least_response_s(prospect, rate);
    bool queues = response_s > prospect_round_trip_s(prospect) * (1.0 + 1e-12);
    double slack = queues ? response_s * rate.slack / rate.per_s : 0.0;
    char *metric =
        spec->n_loads > 1 ? text_format("%s.response.mean", load->name) : text_copy("response.mean");
    bounds->values->failed |= !metric;
    /* Of one load alone there may be an exact value. */
    bool known = metric && spec->n_loads == 1 && values_have(bounds->values, metric);
    if (metric && response_s > 0.0 && !known)
        values_add_bound(bounds->values, metric, THEORY_AT_LEAST, response_s, slack,
                         queues ? response_time_law : "work and wires", queues ? rate.where : NULL);
    free(metric);
}

/* Each load has its share of the sum; one alone keeps its law. */
static void add_to_sum(struct bounds *bounds, const struct prospect *prospect, struct rate rate)
{
    struct rate *sum = &bounds->sums[prospect->view];
    struct need *least = bounds->least[prospect->view];
    for (size_t i = 0; i < prospect->journey->n_components; i++) {
        uint32_t c = prospect->journey->components[i];
        least[c].held_s = fmin(least[c].held_s, prospect->sure[c].held_s);
        least[c].own_s = fmin(least[c].own_s, prospect->sure[c].own_s);
    }
    if (bounds->anatomy->spec->n_loads == 1) {
        *sum = rate;
        return;
    }
    sum->per_s += rate.per_s;
    sum->slack += rate.slack;
    sum->law = "bottleneck law, load by load";
}

static void look_at_load(struct bounds *bounds, const struct load_spec *load)
{
    struct journey *journey = &bounds->journey;
    struct prospect *prospect = &bounds->prospect;
    journey_follow(journey, load);
    for (size_t i = 0; i < journey->n_components; i++)
        bounds->n_meeting[journey->components[i]]++;
    for (enum prospect_view view = PROSPECT_ANSWERS; view < PROSPECT_VIEWS; view++) {
        prospect_look(prospect, journey, view);
        struct rate rate = find_rate(bounds, prospect);
        if (view == PROSPECT_ANSWERS)
            add_response(bounds, prospect, rate);
        add_to_sum(bounds, prospect, rate);
    }
}

/* ---- all loads ---- */

static bool publishes(const struct anatomy *anatomy)
{
    const struct spec *spec = anatomy->spec;
    bool any = false;
    for (size_t i = 0; i < spec->n_loads; i++) {
        const struct load_spec *load = &spec->loads[i];
        const struct call_rule *rule = policy_rule(anatomy->policy, SPEC_USERS, load->endpoint);
        any |= (anatomy->endpoints[load->endpoint].traits & ANATOMY_PUBLISHES) ||
               (rule->mode == CALL_QUEUE && !rule->queue.reply);
    }
    return any;
}

/* What all loads need bounds their sum, too. */
static struct rate find_sum(const struct bounds *bounds, enum prospect_view view)
{
    const struct spec *spec = bounds->anatomy->spec;
    struct prospect_rate carried = {.per_s = INFINITY};
    double users = 0.0;
    for (size_t c = 0; c < spec->n_components; c++)
        if (bounds->n_meeting[c] == spec->n_loads)
            prospect_lower(&carried, &spec->components[c], bounds->least[view][c]);
    for (size_t i = 0; i < spec->n_loads; i++)
        users += users_of(&spec->loads[i]);
    struct rate rate = rate_of(bounds, carried, users);
    return rate.per_s < bounds->sums[view].per_s ? rate : bounds->sums[view];
}

static void add_rates(const struct bounds *bounds)
{
    static const char *const metrics[] = {
        [PROSPECT_ANSWERS] = "throughput", [PROSPECT_COMPLETIONS] = "completions"};
    for (enum prospect_view view = PROSPECT_ANSWERS; view < PROSPECT_VIEWS; view++) {
        struct rate rate = find_sum(bounds, view);
        bool wanted = view == PROSPECT_ANSWERS || publishes(bounds->anatomy);
        if (wanted && !values_have(bounds->values, metrics[view]))
            values_add_bound(bounds->values, metrics[view], THEORY_AT_MOST, rate.per_s, rate.slack, rate.law,
                             rate.where);
    }
}

/* ---- the whole ---- */

/* Something becomes faster, or comes from where nobody looks. */
static bool is_beyond_bounds(const struct spec *spec)
{
    bool beyond = false;
    for (size_t i = 0; i < spec->n_events; i++) {
        const struct event_spec *event = &spec->events[i];
        beyond |= event->kind == EVENT_WORKERS || (event->kind == EVENT_SLOW && event->factor < 1.0);
    }
    for (size_t i = 0; i < spec->n_loads; i++)
        beyond |= spec->loads[i].kind == LOAD_TRACE;
    return beyond;
}

static bool bounds_init(struct bounds *bounds, struct values *values, const struct anatomy *anatomy)
{
    const struct run_spec *run = &anatomy->spec->run;
    size_t n = anatomy->spec->n_components;
    double measured_ns = (double)(run->duration_ns - run->warmup_ns);
    *bounds = (struct bounds){.anatomy = anatomy, .values = values, .window_s = measured_ns * 1e-9};
    bounds->n_meeting = calloc(n + 1, sizeof *bounds->n_meeting);
    bool good = bounds->n_meeting && journey_init(&bounds->journey, anatomy) &&
                prospect_init(&bounds->prospect, anatomy->spec);
    bounds->rush = bounds->prospect.steady ? 1.0 : (double)run->duration_ns / measured_ns;
    for (int view = 0; view < PROSPECT_VIEWS; view++) {
        bounds->least[view] = calloc(n + 1, sizeof *bounds->least[view]);
        good = good && bounds->least[view];
        for (size_t c = 0; good && c < n; c++)
            bounds->least[view][c] = (struct need){(double)INFINITY, (double)INFINITY};
    }
    return good;
}

static void bounds_finish(struct bounds *bounds)
{
    for (int view = 0; view < PROSPECT_VIEWS; view++)
        free(bounds->least[view]);
    free(bounds->n_meeting);
    journey_finish(&bounds->journey);
    prospect_finish(&bounds->prospect);
}

enum { MOST_FOLLOWED = 20000000 }; /* calls: to look at more takes longer than a person waits for a table */

static bool is_too_much(const struct bounds *bounds)
{
    const struct spec *spec = bounds->anatomy->spec;
    return bounds->journey.n_followed > MOST_FOLLOWED &&
           (bounds->anatomy->n_calls + spec->n_endpoints) * spec->n_loads > MOST_FOLLOWED;
}

bool bounds_add(struct values *values, const struct anatomy *anatomy)
{
    struct bounds bounds;
    if (is_beyond_bounds(anatomy->spec))
        return true;
    const struct spec *spec = anatomy->spec;
    bool good = bounds_init(&bounds, values, anatomy);
    for (size_t i = 0; i < spec->n_loads && good && !is_too_much(&bounds); i++)
        look_at_load(&bounds, &spec->loads[i]);
    if (good && !is_too_much(&bounds))
        add_rates(&bounds);
    bounds_finish(&bounds);
    return good;
}

bool bounds_are_hopeless(const struct anatomy *anatomy)
{
    enum { TRIED = 8, FAR = 10 };
    const struct spec *spec = anatomy->spec;
    size_t stride = spec->n_loads / TRIED, most = (size_t)FAR * MOST_FOLLOWED;
    struct journey journey;
    if (is_beyond_bounds(spec) || stride <= 1 || (anatomy->n_calls + spec->n_endpoints) * stride <= most ||
        !journey_init(&journey, anatomy))
        return false;
    for (size_t i = 0; i < TRIED && journey.n_followed * stride <= most; i++)
        journey_follow(&journey, &spec->loads[i * stride]);
    bool hopeless = journey.n_followed * stride > most;
    journey_finish(&journey);
    return hopeless;
}
