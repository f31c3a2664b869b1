#include "theory/journey.h"

#include <stdlib.h>

/* Visits that are still to be handed on to callees; what is less than this is left out. */
static const double least_visits = 1e-17;
enum { MOST_CALLS_FOLLOWED = 20000000 };

struct debt {
    struct visits awaited, beyond;
    bool listed;
    bool met; /* there was a debt */
};

/* ---- the way of each call ---- */

/* One call, as often as one execution of its endpoint makes it. Many requests come by: they shall not have to
 * look at the steps again. */
struct hop {
    uint32_t callee;
    bool awaited; /* the answer of the endpoint waits for it */
    struct visits each;
};

/* The endpoint that is looked at. */
struct survey {
    struct journey *journey;
    size_t next_call;
    bool answered; /* early */
};

/* `each`: how often the step with the call is executed in one execution of the endpoint. */
static void survey_call(struct survey *survey, const struct call_spec *call, struct visits each)
{
    const struct errand *errand = &survey->journey->anatomy->calls[survey->next_call];
    double share = 1.0 / errand->batch;
    each.mean *= call->chance * call->times * share;
    each.sure *= call->chance >= 1.0 ? call->times * share : 0.0;
    survey->journey->hops[survey->next_call++] =
        (struct hop){errand->callee, errand->awaited && !survey->answered, each};
}

static void survey_steps(struct survey *survey, const struct step_spec *steps, size_t n, struct visits each);

static void survey_choose(struct survey *survey, const struct step_spec *step, struct visits each)
{
    for (size_t i = 0; i < step->n_branches; i++) {
        const struct branch_spec *branch = &step->branches[i];
        double sure = branch->chance >= 1.0 ? each.sure : 0.0;
        survey_steps(survey, branch->steps, branch->n_steps,
                     (struct visits){each.mean * branch->chance, sure});
    }
}

static void survey_repeat(struct survey *survey, const struct step_spec *step, struct visits each)
{
    struct span rounds = span_rounds(span_constant(1.0), step->times, step->chance);
    survey_steps(survey, step->branches->steps, step->branches->n_steps,
                 (struct visits){each.mean * rounds.mean_ns, each.sure * rounds.least_ns});
}

static void survey_step(struct survey *survey, const struct step_spec *step, struct visits each)
{
    bool all_needed = step->kind == STEP_CALL || step->need >= step_copies(step);
    for (size_t i = 0; i < step->n_calls; i++)
        survey_call(survey, &step->calls[i], all_needed ? each : (struct visits){0});
    if (step->kind == STEP_CHOOSE)
        survey_choose(survey, step, each);
    if (step->kind == STEP_REPEAT)
        survey_repeat(survey, step, each);
    survey->answered |= step->kind == STEP_REPLY;
}

static void survey_steps(struct survey *survey, const struct step_spec *steps, size_t n, struct visits each)
{
    for (size_t i = 0; i < n; i++)
        survey_step(survey, &steps[i], each);
}

static void survey_all(struct journey *journey)
{
    const struct spec *spec = journey->anatomy->spec;
    struct survey survey = {.journey = journey};
    for (size_t e = 0; e < spec->n_endpoints; e++) {
        survey.answered = false;
        survey_steps(&survey, spec->endpoints[e].steps, spec->endpoints[e].n_steps,
                     (struct visits){1.0, 1.0});
    }
}

/* ---- following the calls ---- */

struct follow {
    struct journey *journey;
    size_t first, n; /* of the endpoints that are listed: a ring */
    size_t n_followed;
};

static void sum(struct visits *visits, struct visits more)
{
    visits->mean += more.mean;
    visits->sure += more.sure;
}

static void list(struct follow *follow, uint32_t endpoint)
{
    size_t capacity = follow->journey->anatomy->spec->n_endpoints, place = follow->first + follow->n++;
    follow->journey->listed[place < capacity ? place : place - capacity] = endpoint;
}

static void owe(struct follow *follow, uint32_t endpoint, struct visits awaited, struct visits beyond)
{
    struct journey *journey = follow->journey;
    struct debt *debt = &journey->debts[endpoint];
    if (!debt->met)
        journey->endpoints[journey->n_endpoints++] = endpoint;
    debt->met = true;
    sum(&debt->awaited, awaited);
    sum(&debt->beyond, beyond);
    if (debt->listed || debt->awaited.mean + debt->beyond.mean < least_visits)
        return;
    debt->listed = true;
    list(follow, endpoint);
}

static struct visits times(struct visits visits, struct visits each)
{
    return (struct visits){visits.mean * each.mean, visits.sure * each.sure};
}

/* Visits that came to an endpoint go on from it. */
static void pay(struct follow *follow, uint32_t endpoint)
{
    struct journey *journey = follow->journey;
    const struct anatomy *anatomy = journey->anatomy;
    struct debt paid = journey->debts[endpoint];
    size_t first = anatomy->endpoints[endpoint].first_call, end = anatomy_end_of_calls(anatomy, endpoint);
    journey->debts[endpoint] = (struct debt){.met = true};
    sum(&journey->awaited[endpoint], paid.awaited);
    sum(&journey->beyond[endpoint], paid.beyond);
    for (size_t i = first; i < end; i++) {
        const struct hop *hop = &journey->hops[i];
        struct visits awaited = times(paid.awaited, hop->each), beyond = times(paid.beyond, hop->each);
        if (!hop->awaited) {
            sum(&beyond, awaited);
            awaited = (struct visits){0};
        }
        owe(follow, hop->callee, awaited, beyond);
    }
    follow->n_followed += end - first + 1;
}

static void follow_all(struct follow *follow)
{
    struct journey *journey = follow->journey;
    size_t capacity = journey->anatomy->spec->n_endpoints;
    double share = 1.0 / journey->door.batch;
    struct visits one = {share, share}, none = {0};
    owe(follow, journey->load->endpoint, journey->door.awaited ? one : none,
        journey->door.awaited ? none : one);
    while (follow->n > 0 && follow->n_followed < MOST_CALLS_FOLLOWED) {
        uint32_t endpoint = journey->listed[follow->first];
        follow->first = follow->first + 1 < capacity ? follow->first + 1 : 0;
        follow->n--;
        pay(follow, endpoint);
    }
    journey->settled = follow->n == 0;
}

/* ---- the whole ---- */

static int rising(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static void add_up_components(struct journey *journey)
{
    const struct spec *spec = journey->anatomy->spec;
    for (size_t i = 0; i < journey->n_endpoints; i++) {
        uint32_t e = journey->endpoints[i], c = spec->endpoints[e].component;
        journey->component_awaited[c] += journey->awaited[e].mean;
        journey->component_beyond[c] += journey->beyond[e].mean;
        journey->components[i] = c;
    }
    qsort(journey->components, journey->n_endpoints, sizeof *journey->components, rising);
    for (size_t i = 0; i < journey->n_endpoints; i++)
        if (i == 0 || journey->components[i] != journey->components[i - 1])
            journey->components[journey->n_components++] = journey->components[i];
}

bool journey_init(struct journey *journey, const struct anatomy *anatomy)
{
    size_t n = anatomy->spec->n_endpoints + 1, n_components = anatomy->spec->n_components + 1;
    *journey = (struct journey){.anatomy = anatomy};
    journey->awaited = calloc(n, sizeof *journey->awaited);
    journey->beyond = calloc(n, sizeof *journey->beyond);
    journey->component_awaited = calloc(n_components, sizeof *journey->component_awaited);
    journey->component_beyond = calloc(n_components, sizeof *journey->component_beyond);
    journey->endpoints = calloc(n, sizeof *journey->endpoints);
    journey->components = calloc(n, sizeof *journey->components);
    journey->debts = calloc(n, sizeof *journey->debts);
    journey->listed = calloc(n, sizeof *journey->listed);
    journey->hops = calloc(anatomy->n_calls + 1, sizeof *journey->hops);
    if (journey->awaited && journey->beyond && journey->component_awaited && journey->component_beyond &&
        journey->endpoints && journey->components && journey->debts && journey->listed && journey->hops) {
        survey_all(journey);
        return true;
    }
    journey_finish(journey);
    return false;
}

static void forget(struct journey *journey)
{
    for (size_t i = 0; i < journey->n_endpoints; i++) {
        uint32_t e = journey->endpoints[i];
        journey->awaited[e] = journey->beyond[e] = (struct visits){0};
        journey->debts[e] = (struct debt){0};
    }
    for (size_t i = 0; i < journey->n_components; i++)
        journey->component_awaited[journey->components[i]] =
            journey->component_beyond[journey->components[i]] = 0.0;
    journey->n_endpoints = journey->n_components = 0;
}

void journey_follow(struct journey *journey, const struct load_spec *load)
{
    struct call_spec call = {.endpoint = load->endpoint,
                             .times = 1,
                             .chance = 1.0,
                             .bytes = load->bytes,
                             .reply_bytes = load->reply_bytes};
    struct follow follow = {.journey = journey};
    forget(journey);
    journey->load = load;
    journey->door =
        errand_of(journey->anatomy->spec, journey->anatomy->policy, SPEC_USERS, &call, &load->control);
    follow_all(&follow);
    journey->n_followed += follow.n_followed;
    qsort(journey->endpoints, journey->n_endpoints, sizeof *journey->endpoints, rising);
    add_up_components(journey);
}

void journey_finish(struct journey *journey)
{
    free(journey->awaited);
    free(journey->beyond);
    free(journey->component_awaited);
    free(journey->component_beyond);
    free(journey->endpoints);
    free(journey->components);
    free(journey->debts);
    free(journey->listed);
    free(journey->hops);
    *journey = (struct journey){0};
}

double journey_executions(const struct journey *journey, uint32_t endpoint)
{
    return journey->awaited[endpoint].mean + journey->beyond[endpoint].mean;
}

const struct endpoint_anatomy *journey_entry(const struct journey *journey)
{
    return &journey->anatomy->endpoints[journey->load->endpoint];
}
