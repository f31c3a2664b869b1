#include <math.h>
#include <stdlib.h>

#include "experiment/metric_sheet.h"

/* What callers believed of their calls, and what was true. The names stand beside those of the endpoint's
 * queue, which often has the same name: none may be the same as one of the queue's. */

/* ---- which endpoints are called ---- */

static void mark_steps(bool *called, const struct step_spec *steps, size_t n_steps)
{
    for (size_t i = 0; i < n_steps; i++) {
        for (size_t k = 0; k < steps[i].n_calls; k++)
            called[steps[i].calls[k].endpoint] = true;
        for (size_t k = 0; k < steps[i].n_branches; k++)
            mark_steps(called, steps[i].branches[k].steps, steps[i].branches[k].n_steps);
    }
}

static void mark_load(bool *called, const struct load_spec *load)
{
    if (load->kind != LOAD_TRACE)
        called[load->endpoint] = true;
    for (size_t i = 0; i < load->n_arrivals; i++)
        called[load->arrivals[i].endpoint] = true;
}

bool *calls_find(const struct spec *spec)
{
    bool *called = calloc(spec->n_endpoints + 1, sizeof *called);
    for (size_t i = 0; called && i < spec->n_loads; i++)
        mark_load(called, &spec->loads[i]);
    for (size_t i = 0; called && i < spec->n_endpoints; i++)
        mark_steps(called, spec->endpoints[i].steps, spec->endpoints[i].n_steps);
    return called;
}

/* ---- the numbers of one endpoint ---- */

/* A count; or, for names that tell how many there are in a call, `per_call`. */
static const struct call_kind {
    const char *name;
    const char *meaning;
    size_t count; /* offset of an uint64_t in struct call_result */
    bool per_call;
} kinds[] = {
    {"calls", "those that can time out or get lost", offsetof(struct call_result, calls), false},
    {"attempts", "attempts", offsetof(struct call_result, attempts), false},
    {"amplification", "attempts per call", offsetof(struct call_result, attempts), true},
    {"executions", "executions to the good end per call", offsetof(struct call_result, executions), true},
    {"timeouts", "attempts that timed out", offsetof(struct call_result, timeouts), false},
    {"retries", "attempts after the first", offsetof(struct call_result, retries), false},
    {"messages_lost", "requests and answers that got lost", offsetof(struct call_result, lost), false},
    {"late", "answers that nobody awaited any more", offsetof(struct call_result, late), false},
    {"short_circuited", "attempts that an open circuit breaker did not let out",
     offsetof(struct call_result, short_circuited), false},
    {"pool_full", "attempts that found no place in the caller's pool in time",
     offsetof(struct call_result, pool_full), false},
    {"over_budget", "retries that the budget did not allow", offsetof(struct call_result, over_budget),
     false},
    {"hedges", "second copies sent for want of an answer", offsetof(struct call_result, hedges), false},
    {"cancelled", "executions and messages that were called off", offsetof(struct call_result, cancelled),
     false},
    {"past_deadline", "attempts that came to a worker after their deadline",
     offsetof(struct call_result, expired), false},
    {"answered_again", "attempts whose work had been done already, and was not done again",
     offsetof(struct call_result, deduplicated), false},
    {"connections", "connections opened", offsetof(struct call_result, connections), false},
    {"hung", "callers that wait for ever, at the end of the run", offsetof(struct call_result, hung), false},
};

static const char *const truth_names[TRUTHS] = {"executed_0", "executed_1", "executed_2"};
static const char *const truth_meanings[TRUTHS] = {"never executed", "executed once",
                                                   "executed twice or more"};

static double count_of(const struct call_result *calls, const struct call_kind *kind)
{
    return (double)*(const uint64_t *)(const void *)((const char *)calls + kind->count);
}

static double per_call(const struct call_result *calls, double count)
{
    return calls->calls ? count / (double)calls->calls : (double)NAN;
}

static double share(const struct call_result *calls, uint64_t count)
{
    return per_call(calls, (double)count);
}

static void put_counts(struct sheet *sheet, const struct call_result *calls)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        double count = count_of(calls, &kinds[i]);
        sheet_put(sheet, kinds[i].name, METRIC_COUNT, kinds[i].per_call ? per_call(calls, count) : count,
                  "calls", kinds[i].meaning);
    }
}

static void put_truths(struct sheet *sheet, const struct call_result *calls)
{
    for (int t = 0; t < TRUTHS; t++) {
        uint64_t n = 0;
        for (int b = 0; b < BELIEFS; b++)
            n += calls->belief[b][t];
        sheet_put(sheet, truth_names[t], METRIC_SHARE, share(calls, n), "share of the calls",
                  truth_meanings[t]);
    }
}

static void put_belief(struct sheet *sheet, const struct call_result *calls, int belief)
{
    static const char about[] = "share of the calls, as the caller believed", comma[] = ", ";
    const uint64_t *truths = calls->belief[belief];
    sheet_put_word(sheet, belief_names[belief], METRIC_SHARE, share(calls, truths[0] + truths[1] + truths[2]),
                   about, belief_names[belief]);
    size_t mark = sheet_enter_word(sheet, belief_names[belief]);
    const char *believed = sheet_phrase(sheet, about, comma, belief_names[belief]);
    for (int t = 0; t < TRUTHS; t++)
        sheet_put(sheet, truth_names[t], METRIC_SHARE, share(calls, truths[t]), believed, truth_meanings[t]);
    sheet_put(sheet, "executed", METRIC_SHARE, share(calls, truths[1] + truths[2]), believed,
              "executed once or more often");
    sheet_leave(sheet, mark);
}

void sheet_put_calls(struct sheet *sheet, const struct call_result *calls)
{
    put_counts(sheet, calls);
    put_truths(sheet, calls);
    size_t mark = sheet_enter(sheet, "believed");
    for (int b = 0; b < BELIEFS; b++)
        put_belief(sheet, calls, b);
    sheet_leave(sheet, mark);
}
