#include "theory/anatomy.h"

#include <stdlib.h>

/* Chances of going round in a circle of calls are powers: of 0.99, 5000 of them leave 1e-22. */
enum { MOST_SWEEPS = 5000, MOST_CALLS_SWEPT = 20000000 };

/* ---- a part of an endpoint ---- */

struct part {
    struct span own, held, answer;
    struct span tail; /* what was published at its end, until all of that is done */
    unsigned traits;
    bool answered; /* early */
};

static bool takes_time(const struct part *part)
{
    return part->own.mean_ns > 0.0 || part->held.mean_ns > 0.0 || part->answer.mean_ns > 0.0;
}

static void make_vague(struct part *part)
{
    part->own.vague = part->held.vague = part->answer.vague = part->tail.vague = true;
}

/* What comes after the answer counts for nobody who waits for it. */
static struct part part_then(struct part a, const struct part *b)
{
    if ((a.traits & ANATOMY_PUBLISHES) && (takes_time(b) || (b->traits & ANATOMY_PUBLISHES)))
        a.traits |= ANATOMY_FORKS;
    a.traits |= b->traits;
    if (a.answered) {
        a.traits |= ANATOMY_PARALLEL;
        make_vague(&a);
        return a;
    }
    a.own = span_then(a.own, b->own);
    a.held = span_then(a.held, b->held);
    a.answer = span_then(a.answer, b->answer);
    a.tail = span_then(a.tail, b->tail);
    a.answered = b->answered;
    return a;
}

static struct part part_rounds(struct part part, uint32_t times, double chance)
{
    if (times == 0)
        return (struct part){0};
    if (times > 1 && (part.traits & ANATOMY_PUBLISHES))
        part.traits |= ANATOMY_FORKS;
    part.own = span_rounds(part.own, times, chance);
    part.held = span_rounds(part.held, times, chance);
    part.answer = span_rounds(part.answer, times, chance);
    part.tail = span_rounds(part.tail, times, chance);
    if (part.answered && times > 1) {
        part.traits |= ANATOMY_PARALLEL;
        make_vague(&part);
    }
    return part;
}

struct part_choice {
    struct span_choice own, held, answer, tail;
    unsigned traits;
    bool answered;
};

static void part_choice_add(struct part_choice *choice, const struct part *part, double chance)
{
    span_choice_add(&choice->own, part->own, chance);
    span_choice_add(&choice->held, part->held, chance);
    span_choice_add(&choice->answer, part->answer, chance);
    span_choice_add(&choice->tail, part->tail, chance);
    if (chance > 0.0) {
        choice->traits |= part->traits;
        choice->answered |= part->answered;
    }
}

static struct part part_choice_whole(const struct part_choice *choice)
{
    struct part part = {
        .own = span_choice_whole(&choice->own),
        .held = span_choice_whole(&choice->held),
        .answer = span_choice_whole(&choice->answer),
        .tail = span_choice_whole(&choice->tail),
        .traits = choice->traits,
        .answered = choice->answered,
    };
    if (part.answered) { /* in one branch perhaps, and not in the other */
        part.traits |= ANATOMY_PARALLEL;
        make_vague(&part);
    }
    return part;
}

static struct part part_maybe(struct part part, double chance)
{
    struct part_choice choice = {0};
    part_choice_add(&choice, &part, chance);
    part_choice_add(&choice, &(struct part){0}, 1.0 - chance);
    return part_choice_whole(&choice);
}

/* ---- steps ---- */

struct walk {
    const struct anatomy *anatomy;
    size_t next_call;
};

static struct part walk_steps(struct walk *walk, const struct step_spec *steps, size_t n);

/* One call, its answer awaited or not. */
static struct part errand_part(const struct anatomy *anatomy, const struct errand *errand)
{
    const struct endpoint_anatomy *callee = &anatomy->endpoints[errand->callee];
    struct part part = {0};
    if (!errand->awaited) {
        part.tail = span_then(errand->out, callee->whole);
        part.traits = ANATOMY_PUBLISHES | (callee->traits & ANATOMY_FORKS);
        if (errand->fails || (callee->traits & (ANATOMY_FAILS | ANATOMY_LOSES)))
            part.traits |= ANATOMY_LOSES;
        part.held.vague = part.answer.vague = errand->delays;
        return part;
    }
    part.answer = span_then(span_then(errand->out, callee->answer), errand->back);
    if (errand->holds)
        part.held = part.answer;
    else
        part.traits |= ANATOMY_RELEASES;
    if (errand->fails)
        part.traits |= ANATOMY_FAILS;
    part.traits |= callee->traits & (ANATOMY_FAILS | ANATOMY_LOSES | ANATOMY_PARALLEL);
    if (callee->traits & ANATOMY_PUBLISHES)
        part.traits |= ANATOMY_PUBLISHES | ANATOMY_FORKS;
    return part;
}

static struct part walk_call(struct walk *walk, const struct call_spec *call, uint32_t times)
{
    const struct errand *errand = &walk->anatomy->calls[walk->next_call++];
    struct part once = errand_part(walk->anatomy, errand);
    return part_rounds(part_maybe(once, call->chance), times, 1.0);
}

uint32_t step_copies(const struct step_spec *step)
{
    uint64_t copies = 0;
    for (size_t i = 0; i < step->n_calls; i++)
        copies += step->calls[i].times;
    return copies < UINT32_MAX ? (uint32_t)copies : UINT32_MAX;
}

/* Those that hold the worker are made one after another, when the others have gone out; of these all are
 * under way at once. */
static struct part walk_gather(struct walk *walk, const struct step_spec *step)
{
    struct part in_turn = {0}, all = {0};
    struct span beside = {0};
    uint32_t n_beside = 0, copies = step_copies(step);
    for (size_t i = 0; i < step->n_calls; i++) {
        const struct errand *errand = &walk->anatomy->calls[walk->next_call];
        bool together = errand->awaited && !errand->holds;
        struct part part = walk_call(walk, &step->calls[i], together ? 1 : step->calls[i].times);
        if (!together) {
            in_turn = part_then(in_turn, &part);
            continue;
        }
        all.traits |= part.traits;
        n_beside += step->calls[i].times;
        beside = n_beside > 1 ? span_beside(beside, part.answer) : part.answer;
    }
    if (n_beside > 0 && copies > 1) {
        beside = span_beside(beside, in_turn.answer);
        make_vague(&in_turn);
        in_turn.traits |= ANATOMY_PARALLEL;
    } else if (n_beside == 0) {
        beside = in_turn.answer;
    }
    in_turn.answer = beside;
    in_turn.traits |= all.traits;
    if (step->need < copies) {
        unsigned traits =
            in_turn.traits | ANATOMY_FAILS | ANATOMY_PARALLEL; /* what it goes on with is a selection */
        in_turn = (struct part){.traits = traits};
        make_vague(&in_turn);
    }
    return in_turn;
}

static struct part walk_choose(struct walk *walk, const struct step_spec *step)
{
    struct part_choice choice = {0};
    for (size_t i = 0; i < step->n_branches; i++) {
        struct part part = walk_steps(walk, step->branches[i].steps, step->branches[i].n_steps);
        part_choice_add(&choice, &part, step->branches[i].chance);
    }
    return part_choice_whole(&choice);
}

static struct part walk_wait(const struct walk *walk, const struct step_spec *step)
{
    struct part part = {.answer = span_of(&step->duration)};
    if (walk->anatomy->policy->wait_blocks)
        part.held = part.answer;
    else
        part.traits = ANATOMY_RELEASES;
    return part;
}

static struct part walk_step(struct walk *walk, const struct step_spec *step)
{
    struct part part = {0};
    switch (step->kind) {
    case STEP_WORK: part.own = part.held = part.answer = span_of(&step->duration); return part;
    case STEP_WAIT: return walk_wait(walk, step);
    case STEP_CALL: return walk_call(walk, &step->calls[0], step->calls[0].times);
    case STEP_GATHER: return walk_gather(walk, step);
    case STEP_CHOOSE: return walk_choose(walk, step);
    case STEP_REPEAT:
        part = walk_steps(walk, step->branches->steps, step->branches->n_steps);
        return part_rounds(part, step->times, step->chance);
    case STEP_REPLY: return (struct part){.answered = true};
    case STEP_FAIL: part.traits = step->chance > 0.0 ? ANATOMY_FAILS : 0; return part;
    }
    return part;
}

static struct part walk_steps(struct walk *walk, const struct step_spec *steps, size_t n)
{
    struct part all = {0};
    for (size_t i = 0; i < n; i++) {
        struct part part = walk_step(walk, &steps[i]);
        all = part_then(all, &part);
    }
    return all;
}

/* ---- all endpoints ---- */

static bool same(struct span a, struct span b)
{
    return a.mean_ns <= b.mean_ns * (1.0 + 1e-15) && a.variance_ns2 <= b.variance_ns2 * (1.0 + 1e-15) &&
           a.least_ns <= b.least_ns && a.shape == b.shape && a.vague == b.vague;
}

/* True when nothing changed. */
static bool sum_up(struct anatomy *anatomy, size_t e)
{
    const struct endpoint_spec *spec = &anatomy->spec->endpoints[e];
    struct endpoint_anatomy *endpoint = &anatomy->endpoints[e], old = *endpoint;
    struct walk walk = {anatomy, endpoint->first_call};
    struct part part = walk_steps(&walk, spec->steps, spec->n_steps);
    endpoint->own = part.own;
    endpoint->held = part.held;
    endpoint->answer = part.answer;
    endpoint->whole = span_then(part.answer, part.tail);
    endpoint->traits = part.traits;
    return same(endpoint->own, old.own) && same(endpoint->held, old.held) &&
           same(endpoint->answer, old.answer) && same(endpoint->whole, old.whole) &&
           endpoint->traits == old.traits;
}

/* In the order of the endpoints and back, in turn: callees mostly stand behind their callers, or before. */
void anatomy_settle(struct anatomy *anatomy)
{
    size_t n = anatomy->spec->n_endpoints, swept = 0;
    for (int sweep = 0; sweep < MOST_SWEEPS && swept <= MOST_CALLS_SWEPT && !anatomy->settled; sweep++) {
        anatomy->settled = true;
        for (size_t i = 0; i < n; i++)
            anatomy->settled &= sum_up(anatomy, sweep % 2 == 0 ? n - 1 - i : i);
        swept += anatomy->n_calls + n;
    }
}

static size_t count_calls(const struct step_spec *steps, size_t n)
{
    size_t calls = 0;
    for (size_t i = 0; i < n; i++) {
        calls += steps[i].n_calls;
        for (size_t b = 0; b < steps[i].n_branches; b++)
            calls += count_calls(steps[i].branches[b].steps, steps[i].branches[b].n_steps);
    }
    return calls;
}

static void read_calls(struct anatomy *anatomy, uint32_t caller, const struct step_spec *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < steps[i].n_calls; k++)
            anatomy->calls[anatomy->n_calls++] =
                errand_of(anatomy->spec, anatomy->policy, caller, &steps[i].calls[k], NULL);
        for (size_t b = 0; b < steps[i].n_branches; b++)
            read_calls(anatomy, caller, steps[i].branches[b].steps, steps[i].branches[b].n_steps);
    }
}

static size_t count_all_calls(const struct spec *spec)
{
    size_t calls = 0;
    for (size_t e = 0; e < spec->n_endpoints; e++)
        calls += count_calls(spec->endpoints[e].steps, spec->endpoints[e].n_steps);
    return calls;
}

bool anatomy_init(struct anatomy *anatomy, const struct spec *spec, const struct policy_spec *policy)
{
    size_t n_calls = count_all_calls(spec);
    *anatomy = (struct anatomy){.spec = spec, .policy = policy};
    anatomy->endpoints = calloc(spec->n_endpoints + 1, sizeof *anatomy->endpoints);
    anatomy->calls = calloc(n_calls + 1, sizeof *anatomy->calls);
    if (!anatomy->endpoints || !anatomy->calls) {
        anatomy_finish(anatomy);
        return false;
    }
    for (uint32_t e = 0; e < spec->n_endpoints; e++) {
        anatomy->endpoints[e].first_call = anatomy->n_calls;
        read_calls(anatomy, e, spec->endpoints[e].steps, spec->endpoints[e].n_steps);
    }
    return true;
}

void anatomy_finish(struct anatomy *anatomy)
{
    free(anatomy->endpoints);
    free(anatomy->calls);
    *anatomy = (struct anatomy){0};
}

size_t anatomy_end_of_calls(const struct anatomy *anatomy, uint32_t endpoint)
{
    bool last = endpoint + 1 == anatomy->spec->n_endpoints;
    return last ? anatomy->n_calls : anatomy->endpoints[endpoint + 1].first_call;
}
