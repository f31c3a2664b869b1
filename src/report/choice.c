#include "report/choice.h"

#include <math.h>
#include <string.h>

#include "base/name_map.h"

static void offer(struct choice *choice, const char *name, size_t index, double score)
{
    size_t worst = 0;
    choice->of++;
    if (choice->n == CHOICE_MOST) {
        for (size_t i = 1; i < choice->n; i++)
            if (choice->chosen[i].score <= choice->chosen[worst].score)
                worst = i;
        if (score <= choice->chosen[worst].score)
            return;
        choice->n--;
        memmove(&choice->chosen[worst], &choice->chosen[worst + 1],
                (choice->n - worst) * sizeof *choice->chosen);
    }
    choice->chosen[choice->n++] = (struct chosen){name, index, score};
}

/* The metric "place.metric"; 0 where there is none, or it has no value. */
static double value_of(const struct policy_run *run, struct text *name, const char *place, const char *metric)
{
    name->length = 0;
    text_add(name, place);
    text_add(name, ".");
    text_add(name, metric);
    double value = name->failed ? 0.0 : metric_value(&run->metrics, text_string(name));
    return isnan(value) ? 0.0 : value;
}

/* `name` held the names that were asked for, and is no longer needed. */
static bool conclude(const struct choice *choice, struct text *name, struct choice *ret_choice)
{
    bool whole = !name->failed;
    text_finish(name);
    *ret_choice = *choice;
    return whole;
}

/* ---- components ---- */

/* Unlimited workers are there as long as they compute: they are busy unless something stops them. */
static double load_of(const struct component_spec *component, const struct policy_run *run, struct text *name)
{
    double waiting = value_of(run, name, component->name, "inbox.mean");
    if (component->workers != SPEC_UNLIMITED)
        return waiting + 1.0 - value_of(run, name, component->name, "idle");
    return waiting + value_of(run, name, component->name, "blocked") +
           value_of(run, name, component->name, "ready") + value_of(run, name, component->name, "down");
}

uint32_t choice_first_component(const struct spec *spec)
{
    if (spec->n_loads == 0 || spec->loads[0].endpoint >= spec->n_endpoints)
        return 0;
    return spec->endpoints[spec->loads[0].endpoint].component;
}

bool choice_of_components(const struct spec *spec, const struct experiment *experiment,
                          struct choice *ret_choice)
{
    struct choice choice = {0};
    struct text name = {0};
    uint32_t first = choice_first_component(spec);
    for (size_t i = 0; i < spec->n_components; i++) {
        double score = i == first ? (double)INFINITY : 0.0;
        for (size_t p = 0; p < experiment->n_policies && spec->n_components > CHOICE_MOST; p++)
            score = fmax(score, load_of(&spec->components[i], &experiment->policies[p], &name));
        offer(&choice, spec->components[i].name, i, score);
    }
    return conclude(&choice, &name, ret_choice);
}

/* ---- queues ---- */

static void offer_queue(struct choice *choice, const struct experiment *experiment, const char *queue,
                        struct text *name)
{
    double score = 0.0;
    for (size_t p = 0; p < experiment->n_policies; p++)
        score = fmax(score, value_of(&experiment->policies[p], name, queue, "depth.mean"));
    offer(choice, queue, 0, score);
}

bool choice_of_queues(const struct experiment *experiment, struct choice *ret_choice)
{
    struct choice choice = {0};
    struct name_map seen = {0};
    struct text name = {0};
    bool ok = true;
    for (size_t p = 0; p < experiment->n_policies; p++)
        for (size_t i = 0; ok && i < experiment->policies[p].first.n_queues; i++) {
            const char *queue = experiment->policies[p].first.queues[i].name;
            uint32_t *number = name_map_at(&seen, queue, strlen(queue));
            ok = number != NULL;
            if (!ok || *number != NAME_MAP_NONE)
                continue;
            *number = 0;
            offer_queue(&choice, experiment, queue, &name);
        }
    name_map_finish(&seen);
    return conclude(&choice, &name, ret_choice) && ok;
}

/* ---- endpoints ---- */

static double doubts_of(const struct policy_run *run, struct text *name, const char *endpoint)
{
    static const char *const signs[] = {"timeouts", "retries",    "messages_lost", "executed_2",
                                        "hedges",   "cancelled",  "past_deadline", "answered_again",
                                        "hung",     "connections"};
    double doubts = 0.0;
    if (!(value_of(run, name, endpoint, "calls") > 0.0))
        return 0.0; /* under this policy nothing can go wrong with them */
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        doubts += value_of(run, name, endpoint, signs[i]);
    return doubts;
}

bool choice_of_endpoints(const struct spec *spec, const struct experiment *experiment,
                         struct choice *ret_choice)
{
    struct choice choice = {0};
    struct text name = {0};
    for (size_t i = 0; i < spec->n_endpoints; i++) {
        double score = 0.0;
        for (size_t p = 0; p < experiment->n_policies; p++)
            score = fmax(score, doubts_of(&experiment->policies[p], &name, spec->endpoints[i].name));
        if (score > 0.0)
            offer(&choice, spec->endpoints[i].name, i, score);
    }
    return conclude(&choice, &name, ret_choice);
}

void choice_tell(struct text *text, const struct choice *choice, const char *things, const char *chosen)
{
    if (choice->of > choice->n)
        text_addf(text, "%s%zu of %zu %s, %s", text->length ? "; " : "", choice->n, choice->of, things,
                  chosen);
}
