#include "theory/journey.h"

#include <stdlib.h>

/* Visits that are still to be handed on to callees; what is less than this is left out. */
static const double least_visits = 1e-17;
enum { MOST_CALLS_FOLLOWED = 20000000 };

struct debt {
    struct visits awaited, beyond;
    bool listed;
};

/* ---- following the calls ---- */

struct follow {
    struct journey *journey;
    struct debt *debts; /* one an endpoint */
    uint32_t *list;     /* of those that have one: a ring */
    size_t first, n;
    size_t n_followed;
    /* Of the endpoint that is being followed. */
    struct debt paid;
    size_t next_call;
    bool answered; /* early */
};

static void sum(struct visits *visits, double mean, double sure)
{
    visits->mean += mean;
    visits->sure += sure;
}

static void owe(struct follow *follow, uint32_t endpoint, struct visits awaited, struct visits beyond)
{
    struct debt *debt = &follow->debts[endpoint];
    sum(&debt->awaited, awaited.mean, awaited.sure);
    sum(&debt->beyond, beyond.mean, beyond.sure);
    if (debt->listed || debt->awaited.mean + debt->beyond.mean < least_visits)
        return;
    size_t capacity = follow->journey->anatomy->spec->n_endpoints;
    debt->listed = true;
    follow->list[(follow->first + follow->n++) % capacity] = endpoint;
}

static struct visits times(struct visits visits, struct visits each)
{
    return (struct visits){visits.mean * each.mean, visits.sure * each.sure};
}

/* `each`: how often the step with the call is executed in one execution of the endpoint. */
static void follow_call(struct follow *follow, const struct call_spec *call, struct visits each)
{
    const struct errand *errand = &follow->journey->anatomy->calls[follow->next_call++];
    double share = 1.0 / errand->batch;
    each.mean *= call->chance * call->times * share;
    each.sure *= call->chance >= 1.0 ? call->times * share : 0.0;
    struct visits awaited = times(follow->paid.awaited, each), beyond = times(follow->paid.beyond, each);
    follow->n_followed++;
    if (!errand->awaited || follow->answered) {
        sum(&beyond, awaited.mean, awaited.sure);
        awaited = (struct visits){0};
    }
    owe(follow, errand->callee, awaited, beyond);
}

static void follow_steps(struct follow *follow, const struct step_spec *steps, size_t n, struct visits each);

static void follow_choose(struct follow *follow, const struct step_spec *step, struct visits each)
{
    for (size_t i = 0; i < step->n_branches; i++) {
        const struct branch_spec *branch = &step->branches[i];
        double sure = branch->chance >= 1.0 ? each.sure : 0.0;
        follow_steps(follow, branch->steps, branch->n_steps,
                     (struct visits){each.mean * branch->chance, sure});
    }
}

static void follow_repeat(struct follow *follow, const struct step_spec *step, struct visits each)
{
    struct span rounds = span_rounds(span_constant(1.0), step->times, step->chance);
    follow_steps(follow, step->branches->steps, step->branches->n_steps,
                 (struct visits){each.mean * rounds.mean_ns, each.sure * rounds.least_ns});
}

static void follow_step(struct follow *follow, const struct step_spec *step, struct visits each)
{
    bool all_needed = step->kind == STEP_CALL || step->need >= step_copies(step);
    for (size_t i = 0; i < step->n_calls; i++)
        follow_call(follow, &step->calls[i], all_needed ? each : (struct visits){0});
    if (step->kind == STEP_CHOOSE)
        follow_choose(follow, step, each);
    if (step->kind == STEP_REPEAT)
        follow_repeat(follow, step, each);
    follow->answered |= step->kind == STEP_REPLY;
}

static void follow_steps(struct follow *follow, const struct step_spec *steps, size_t n, struct visits each)
{
    for (size_t i = 0; i < n; i++)
        follow_step(follow, &steps[i], each);
}

/* Visits that came to an endpoint go on from it. */
static void pay(struct follow *follow, uint32_t endpoint)
{
    struct journey *journey = follow->journey;
    const struct endpoint_spec *spec = &journey->anatomy->spec->endpoints[endpoint];
    follow->paid = follow->debts[endpoint];
    follow->debts[endpoint] = (struct debt){0};
    follow->next_call = journey->anatomy->endpoints[endpoint].first_call;
    follow->answered = false;
    sum(&journey->awaited[endpoint], follow->paid.awaited.mean, follow->paid.awaited.sure);
    sum(&journey->beyond[endpoint], follow->paid.beyond.mean, follow->paid.beyond.sure);
    follow_steps(follow, spec->steps, spec->n_steps, (struct visits){1.0, 1.0});
    follow->n_followed++;
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
        uint32_t endpoint = follow->list[follow->first];
        follow->first = (follow->first + 1) % capacity;
        follow->n--;
        pay(follow, endpoint);
    }
    journey->settled = follow->n == 0;
}

/* ---- the whole ---- */

static void add_up_components(struct journey *journey)
{
    const struct spec *spec = journey->anatomy->spec;
    for (size_t e = 0; e < spec->n_endpoints; e++) {
        uint32_t c = spec->endpoints[e].component;
        journey->component_awaited[c] += journey->awaited[e].mean;
        journey->component_beyond[c] += journey->beyond[e].mean;
    }
}

bool journey_init(struct journey *journey, const struct anatomy *anatomy, const struct load_spec *load)
{
    const struct spec *spec = anatomy->spec;
    struct call_spec call = {.endpoint = load->endpoint,
                             .times = 1,
                             .chance = 1.0,
                             .bytes = load->bytes,
                             .reply_bytes = load->reply_bytes};
    struct follow follow = {.journey = journey};
    *journey = (struct journey){.anatomy = anatomy, .load = load};
    journey->door = errand_of(spec, anatomy->policy, SPEC_USERS, &call, &load->control);
    journey->awaited = calloc(spec->n_endpoints + 1, sizeof *journey->awaited);
    journey->beyond = calloc(spec->n_endpoints + 1, sizeof *journey->beyond);
    journey->component_awaited = calloc(spec->n_components + 1, sizeof *journey->component_awaited);
    journey->component_beyond = calloc(spec->n_components + 1, sizeof *journey->component_beyond);
    follow.debts = calloc(spec->n_endpoints + 1, sizeof *follow.debts);
    follow.list = calloc(spec->n_endpoints + 1, sizeof *follow.list);
    bool good = journey->awaited && journey->beyond && journey->component_awaited &&
                journey->component_beyond && follow.debts && follow.list;
    if (good) {
        follow_all(&follow);
        add_up_components(journey);
    } else {
        journey_finish(journey);
    }
    free(follow.debts);
    free(follow.list);
    return good;
}

void journey_finish(struct journey *journey)
{
    free(journey->awaited);
    free(journey->beyond);
    free(journey->component_awaited);
    free(journey->component_beyond);
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
