#include <math.h>
#include <string.h>

#include "scenario/read.h"

/* Where the steps belong. */
struct place {
    uint32_t endpoint;
    double repeats; /* how often the steps around these have them done */
};

static bool check_repeats(struct reader *reader, const struct path *path, const char *key, double repeats)
{
    struct path at = {path, key, 0};
    double most = caps[CAP_REPEATS].most;
    return repeats <= most ||
           read_error(reader, &at, AT_VALUE, NULL,
                      "found %.0f times, with the repeats around it, expected at most %.0f", repeats, most);
}

/* ---- calls ---- */

static bool check_link(struct reader *reader, const struct path *path, const struct place *place,
                       const struct call_spec *call)
{
    const struct spec *spec = &reader->spec;
    struct path at = {path, "call", 0};
    uint32_t caller = spec->endpoints[place->endpoint].component,
             callee = spec->endpoints[call->endpoint].component;
    if (reader->links_unknown || read_linked(reader, caller, callee))
        return true;
    return read_error(reader, &at, AT_VALUE, NULL,
                      "there is no link between \"%s\" and \"%s\", and none with the name \"default\"",
                      spec->components[caller].name, spec->components[callee].name);
}

static bool read_call(struct reader *reader, const cJSON *item, const struct path *path,
                      const struct place *place, struct call_spec *call)
{
    *call = (struct call_spec){.endpoint = SPEC_NONE, .priority = SPEC_SAME_PRIORITY};
    reader->n_calls++;
    return read_object(reader, item, path, &call_step_type, call, true) &&
           check_link(reader, path, place, call) &&
           check_repeats(reader, path, "times", place->repeats * call->times);
}

static bool read_calls(struct reader *reader, const cJSON *item, const struct path *path,
                       const struct place *place, struct step_spec *step)
{
    struct path list = {path, "gather", 0};
    bool good = true;
    uint64_t most = 0;
    step->calls = read_allocate(reader, read_count(item, "gather"), sizeof *step->calls);
    if (!step->calls || !cJSON_IsArray(read_get(item, "gather")))
        return false;
    for (const cJSON *child = read_first(item, "gather"); child; child = child->next) {
        struct path at = {&list, NULL, step->n_calls};
        struct call_spec *call = &step->calls[step->n_calls++];
        good &= read_call(reader, child, &at, place, call);
        most += call->times;
    }
    struct path need = {path, "need", 0};
    if (good && (double)most > caps[CAP_REPEATS].most)
        return read_error(reader, &list, AT_VALUE, NULL, "found %llu calls, expected at most %.0f",
                          (unsigned long long)most, caps[CAP_REPEATS].most);
    if (good && step->need > most)
        return read_error(reader, &need, AT_VALUE, NULL,
                          "found %u, expected at most the %u calls of the gather", step->need,
                          (unsigned)most);
    if (step->need == 0)
        step->need = (uint32_t)most;
    return good;
}

/* ---- branches ---- */

static bool read_branch(struct reader *reader, const cJSON *item, const struct path *path,
                        const struct place *place, struct branch_spec *branch)
{
    struct path at = {path, "steps", 0};
    const cJSON *steps = read_get(item, "steps");
    branch->chance = NAN;
    bool good = read_object(reader, item, path, &branch_type, branch, true);
    if (!cJSON_IsArray(steps))
        return false;
    good &= read_steps(reader, steps, &at, place->endpoint, place->repeats, &branch->steps, &branch->n_steps);
    return good;
}

/* What the branches with a chance leave is shared by those without one, else it is a branch of its own. The
 * room for that one is there. */
static bool share_chances(struct reader *reader, const struct path *path, struct step_spec *step)
{
    static const double slack = 1e-9; /* ten times 0.1 is not quite 1 */
    double sum = 0.0;
    int n_open = 0;
    for (size_t i = 0; i < step->n_branches; i++) {
        sum += isnan(step->branches[i].chance) ? 0.0 : step->branches[i].chance;
        n_open += isnan(step->branches[i].chance) != 0;
    }
    if (sum > 1.0 + slack)
        return read_error(reader, path, AT_VALUE, NULL, "the chances sum to %g, expected at most 1", sum);
    double rest = sum > 1.0 - slack ? 0.0 : 1.0 - sum;
    for (size_t i = 0; i < step->n_branches; i++)
        if (isnan(step->branches[i].chance))
            step->branches[i].chance = rest / n_open;
    if (n_open == 0 && rest > 0.0)
        step->branches[step->n_branches++].chance = rest;
    return true;
}

static bool read_choose(struct reader *reader, const cJSON *item, const struct path *path,
                        const struct place *place, struct step_spec *step)
{
    struct path list = {path, "choose", 0};
    bool good = true;
    step->branches = read_allocate(reader, read_count(item, "choose") + 1, sizeof *step->branches);
    if (!step->branches || !cJSON_IsArray(read_get(item, "choose")))
        return false;
    for (const cJSON *child = read_first(item, "choose"); child; child = child->next) {
        struct path at = {&list, NULL, step->n_branches};
        good &= read_branch(reader, child, &at, place, &step->branches[step->n_branches++]);
    }
    return good && share_chances(reader, &list, step);
}

/* Not the most, but how often on average, where chance ends it. */
static double mean_times(const struct step_spec *step)
{
    double times = step->times ? step->times : 1;
    return step->chance < 1.0 ? fmin(times, 1.0 / (1.0 - step->chance)) : times;
}

static bool read_repeat(struct reader *reader, const cJSON *item, const struct path *path,
                        const struct place *place, struct step_spec *step)
{
    struct path at = {path, "steps", 0};
    const cJSON *steps = read_get(item, "steps");
    double repeats = place->repeats * mean_times(step);
    step->branches = read_allocate(reader, 1, sizeof *step->branches);
    if (!step->branches || !cJSON_IsArray(steps) || !check_repeats(reader, path, "repeat", repeats))
        return false;
    step->branches->chance = 1.0;
    step->n_branches = 1;
    return read_steps(reader, steps, &at, place->endpoint, repeats, &step->branches->steps,
                      &step->branches->n_steps);
}

/* ---- steps ---- */

static bool tell_no_kind(struct reader *reader, const cJSON *item, const struct path *path)
{
    enum { MOST_KINDS = 16 };
    const char *kinds[MOST_KINDS] = {0};
    size_t n = 0;
    struct text list = {0};
    for (; n < MOST_KINDS && step_types[n]; n++) {
        kinds[n] = step_types[n]->fields->name;
        text_addf(&list, "%s\"%s\"", n ? ", " : "", kinds[n]);
    }
    const cJSON *key = item->child;
    while (key && !text_nearest(key->string, kinds, n))
        key = key->next;
    struct path at = {path, key ? key->string : NULL, 0};
    if (key)
        read_error(reader, &at, AT_KEY, text_nearest(key->string, kinds, n), "unknown key");
    else
        read_error(reader, path, AT_VALUE, NULL, "expected a step: one of %s", text_string(&list));
    text_finish(&list);
    return false;
}

/* Exactly one key tells what a step does. */
static bool find_kind(struct reader *reader, const cJSON *item, const struct path *path,
                      enum step_kind *ret_kind)
{
    int kind = -1;
    if (!cJSON_IsObject(item))
        return read_expected(reader, path, item, NULL, "expected a step such as {\"work\": \"2ms\"}");
    for (int i = 0; step_types[i]; i++) {
        const char *key = step_types[i]->fields->name;
        struct path at = {path, key, 0};
        if (!read_get(item, key))
            continue;
        if (kind >= 0)
            return read_error(reader, &at, AT_KEY, NULL, "beside \"%s\", expected a step of its own",
                              step_types[kind]->fields->name);
        kind = i;
    }
    if (kind < 0)
        return tell_no_kind(reader, item, path);
    *ret_kind = (enum step_kind)kind;
    return true;
}

static bool read_step(struct reader *reader, const cJSON *item, const struct path *path,
                      const struct place *place, struct step_spec *step)
{
    if (!find_kind(reader, item, path, &step->kind))
        return false;
    if (step->kind == STEP_CALL) {
        step->calls = read_allocate(reader, 1, sizeof *step->calls);
        step->n_calls = 1;
        return step->calls && read_call(reader, item, path, place, step->calls);
    }
    bool good = read_object(reader, item, path, step_types[step->kind], step, true);
    switch (step->kind) {
    case STEP_GATHER: return read_calls(reader, item, path, place, step) && good;
    case STEP_CHOOSE: return read_choose(reader, item, path, place, step) && good;
    case STEP_REPEAT: return read_repeat(reader, item, path, place, step) && good;
    case STEP_WORK:
    case STEP_WAIT:
    case STEP_CALL:
    case STEP_REPLY:
    case STEP_FAIL: break;
    }
    return good;
}

bool read_steps(struct reader *reader, const cJSON *item, const struct path *path, uint32_t endpoint,
                double repeats, struct step_spec **steps, size_t *n_steps)
{
    struct place place = {endpoint, repeats};
    bool good = true;
    if (!cJSON_IsArray(item))
        return read_expected(reader, path, item, NULL,
                             "expected an array of steps such as [{\"work\": \"2ms\"}]");
    *steps = read_allocate(reader, (size_t)cJSON_GetArraySize(item), sizeof **steps);
    if (!*steps)
        return false;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, NULL, *n_steps};
        good &= read_step(reader, child, &at, &place, &(*steps)[(*n_steps)++]);
    }
    return good;
}
