/* The small languages of the command line and of claims, each behind a letter of its own:
 *   s PATH=VALUE, and v PATH=VALUES, what --set and --vary get
 *   c CLAIM, what "expect" holds, g GOAL, behind --such-that
 *   < PATH=LOW..HIGH, and > likewise, behind --max and --min */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/expect.h"
#include "experiment/goal.h"
#include "experiment/search_space.h"
#include "fuzz.h"
#include "scenario/axis.h"
#include "scenario/scenario.h"

static const char scenario[] =
    "{\"name\": \"small\", \"run\": {\"duration\": \"1s\", \"warmup\": \"100ms\"},\n"
    " \"components\": {\"shop\": {\"workers\": 2, \"endpoints\": {\"buy\": [{\"work\": \"2ms\"}, {\"call\": "
    "\"bank.pay\"}]}},\n"
    " \"bank\": {\"workers\": 1, \"endpoints\": {\"pay\": [{\"work\": {\"exponential\": \"5ms\"}}]}}},\n"
    " \"links\": {\"wire\": {\"between\": [\"shop\", \"bank\"], \"delay\": \"1ms\"}},\n"
    " \"load\": [{\"request\": \"shop.buy\", \"open\": {\"poisson\": \"100/s\"}}],\n"
    " \"policies\": {\"sync\": {\"mode\": \"sync\"}, \"queue\": {\"mode\": \"queue\", \"capacity\": 20}}}";

static const struct scenario_source plain = {scenario, sizeof scenario - 1, "small.json", NULL, 0};

/* What it has is asked for once, and is never given back. */
static const struct experiment *outline(void)
{
    static struct experiment experiment;
    static struct spec spec;
    struct problem_list problems = {0};
    if (experiment.policies)
        return &experiment;
    fuzz_check(scenario_read(scenario, sizeof scenario - 1, "small.json", ".", NULL, 0, &spec, &problems) &&
                   experiment_outline(&spec, &experiment, NULL),
               "the scenario", problems.n ? problems.problems[0].text : NULL);
    problem_list_finish(&problems);
    return &experiment;
}

static void check_error(struct error *error)
{
    const char *text = error_text(error);
    fuzz_check(text && *text, "an error has a text", NULL);
    error_finish(error);
}

static void check_fault(struct expression_fault *fault, const char *text)
{
    fuzz_check(fault->offset <= strlen(text), "a fault is in the text", text);
    fuzz_check(*error_text(&fault->error), "a fault has a text", text);
    expression_fault_finish(fault);
}

static void try_set(const char *set)
{
    struct spec spec = {0};
    struct problem_list problems = {0};
    bool read = scenario_read(scenario, sizeof scenario - 1, "small.json", ".", &set, 1, &spec, &problems);
    fuzz_check_problems(&problems, read);
    if (read)
        spec_finish(&spec);
    problem_list_finish(&problems);
}

/* A value that is sought is told as a text, too. */
static void try_value(const char *path)
{
    struct error error = {0};
    char *value = NULL;
    if (scenario_value(&plain, path, &value, &error))
        free(value);
    else
        check_error(&error);
}

static void try_axis(const char *text)
{
    enum { TRIED = 3 };
    struct error error = {0};
    struct axis axis;
    if (!axis_read(text, &axis, &error)) {
        check_error(&error);
        return;
    }
    fuzz_check(axis.n >= 1 && axis.n <= AXIS_MOST_VALUES && axis.n_paths >= 1, "an axis has values", text);
    fuzz_check(axis_label(&axis), "an axis has a label", text);
    for (size_t i = 0; axis.numbers && i < axis.n; i++)
        fuzz_check(isfinite(axis.numbers[i]), "a value is finite", axis.values[i]);
    for (size_t i = 0; i < axis.n && i < TRIED; i++) {
        char *set = axis_set(&axis, 0, i * (axis.n - 1) / TRIED);
        fuzz_check(set, "memory", NULL);
        try_set(set);
        free(set);
    }
    try_value(axis.paths[0]);
    axis_finish(&axis);
}

static void try_claim(char *text)
{
    struct expect_spec spec = {.claim = text};
    struct expect expect;
    struct expression_fault fault = {0};
    if (!expect_read(&spec, outline(), &expect, &fault)) {
        check_fault(&fault, text);
        return;
    }
    fuzz_check(!isnan(expect.claim.tolerance), "a tolerance is a number", text);
    expect_finish(&expect);
}

static void try_goal(const char *text)
{
    struct goal goal;
    struct expression_fault fault = {0};
    if (!goal_read(text, outline(), &goal, &fault)) {
        check_fault(&fault, text);
        return;
    }
    fuzz_check(goal.n_claims >= 1 && goal.n_steps == 2 * goal.n_claims - 1, "claims are joined", text);
    for (size_t p = 0; p < outline()->n_policies; p++)
        goal_missing(&goal, &outline()->policies[p].metrics);
    goal_finish(&goal);
}

/* Bisection comes to an end wherever the limit is. */
static void seek(const struct search_space *space, double limit)
{
    enum { MOST_TRIES = 300 };
    struct search_try tries[MOST_TRIES];
    size_t n = 0;
    bool ended = false;
    for (; n < MOST_TRIES && !ended; n++) {
        double x = search_next(space, tries, n);
        ended = isnan(x);
        bool met = space->direction == SEARCH_MAX ? x <= limit : x >= limit;
        tries[n] = (struct search_try){.x = x, .verdict = met ? GOAL_MET : GOAL_MISSED, .events = 1000};
        fuzz_check(ended || isfinite(x), "a value that is tried is finite", NULL);
        fuzz_check(ended || !space->ranged || (x >= space->low && x <= space->high), "it is in the range",
                   NULL);
    }
    fuzz_check(ended, "a search ends", NULL);
}

static void try_search(const char *text, enum search_direction direction)
{
    struct search_source source = {plain, ".", NULL};
    struct search_space space;
    struct error error = {0};
    if (!search_space_read(text, direction, 0.01, &source, &space, &error)) {
        check_error(&error);
        return;
    }
    double low = space.ranged ? space.low : space.start / 50,
           high = space.ranged ? space.high : space.start * 50;
    seek(&space, low + (high - low) / 3);
    seek(&space, low - 1);
    seek(&space, high);
    struct units_text value = search_value(&space, high);
    fuzz_check(*value.chars, "a value has a text", text);
    search_space_finish(&space);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return 0;
    char *text = fuzz_string(bytes + 1, length - 1);
    switch (bytes[0]) {
    case 's': try_set(text); break;
    case 'v': try_axis(text); break;
    case 'c': try_claim(text); break;
    case 'g': try_goal(text); break;
    case '<': try_search(text, SEARCH_MAX); break;
    case '>': try_search(text, SEARCH_MIN); break;
    default: break;
    }
    free(text);
    return 0;
}
