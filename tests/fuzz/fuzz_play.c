/* Any scenario that the reader finds good runs for a moment under all its policies: no value that it lets
 * through may be one that the model cannot bear. */
#include <stdlib.h>
#include <string.h>

#include "bounded_run.h"
#include "fuzz.h"
#include "json_mutate.h"
#include "scenario/scenario.h"

enum {
    MOST_EVENTS = 2000,
    MOST_POLICIES = 6,
    MOST_ENTITIES = 200, /* replicas, workers, queues and links take memory, and a moment to be made */
};

static void at_most(uint32_t *value, uint32_t most)
{
    if (*value != SPEC_UNLIMITED && *value > most)
        *value = most;
}

static void tame_steps(struct step_spec *steps, size_t n_steps)
{
    for (size_t i = 0; i < n_steps; i++) {
        uint32_t answers = 0;
        at_most(&steps[i].times, 2);
        for (size_t c = 0; c < steps[i].n_calls; c++) {
            at_most(&steps[i].calls[c].times, 3);
            answers += steps[i].calls[c].times;
        }
        at_most(&steps[i].need, answers);
        for (size_t b = 0; b < steps[i].n_branches; b++)
            tame_steps(steps[i].branches[b].steps, steps[i].branches[b].n_steps);
    }
}

/* What is only much, and not odd, takes long and finds nothing. How much that may be is for the limits of a
 * run. */
static bool tame(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_components; i++) {
        at_most(&spec->components[i].replicas, 20);
        at_most(&spec->components[i].workers, 50);
    }
    for (size_t i = 0; i < spec->n_endpoints; i++)
        tame_steps(spec->endpoints[i].steps, spec->endpoints[i].n_steps);
    for (size_t i = 0; i < spec->n_loads; i++) {
        at_most(&spec->loads[i].users, 100);
        spec->loads[i].requests = spec->loads[i].requests < 200 ? spec->loads[i].requests : 200;
        spec->loads[i].batch_mean = spec->loads[i].batch_mean < 20 ? spec->loads[i].batch_mean : 20;
    }
    for (size_t i = 0; i < spec->n_events; i++) {
        at_most(&spec->events[i].workers, 50);
        if (spec->events[i].replica != SPEC_NONE && spec->events[i].component != SPEC_NONE &&
            spec->events[i].replica >= spec->components[spec->events[i].component].replicas)
            return false;
    }
    return spec->n_components + spec->n_endpoints + spec->n_links + spec->n_loads + spec->n_events <
               MOST_ENTITIES &&
           spec->n_policies <= MOST_POLICIES;
}

static bool read_bytes(const uint8_t *bytes, size_t length, struct spec *ret_spec)
{
    struct problem_list problems = {0};
    bool read =
        scenario_read((const char *)bytes, length, "fuzz.json", fuzz_folder(), NULL, 0, ret_spec, &problems);
    problem_list_finish(&problems);
    return read;
}

/* Changes that leave a good scenario: of ten changes nine do not. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
    enum { TRIES = 30 };
    uint8_t *before = malloc(length + 1);
    size_t n = length;
    if (!before)
        return length;
    memcpy(before, bytes, length);
    for (unsigned i = 0; i < TRIES; i++) {
        struct spec spec = {0};
        n = json_mutate(bytes, n, most, seed + i * 7919);
        bool good = (n != length || memcmp(before, bytes, n) != 0) && read_bytes(bytes, n, &spec);
        spec_finish(&spec);
        if (good)
            break;
        memcpy(bytes, before, n = length);
    }
    free(before);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spec spec = {0};
    bool read = read_bytes(bytes, length, &spec);
    fuzz_forget(); /* ways to read one are for fuzz_scenario to find */
    if (read && tame(&spec))
        bounded_run(&spec, MOST_EVENTS);
    spec_finish(&spec);
    return 0;
}
