#include "simulation.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "expression.h"
#include "scenario/scenario.h"

/* ---- lists in strings ---- */

/* Cuts `list` at each of `marks` in place, without spaces around; NULL when memory is gone. */
static const char **cut(char *list, const char *marks, size_t *ret_n)
{
    const char **parts = calloc(strlen(list) / 2 + 2, sizeof *parts);
    size_t n = 0;
    for (char *save = NULL, *part = strtok_r(list, marks, &save); parts && part;
         part = strtok_r(NULL, marks, &save)) {
        part += strspn(part, " ");
        if (*part)
            parts[n++] = part;
    }
    *ret_n = n;
    return parts;
}

/* ---- reading ---- */

static bool tell_problems(const struct problem_list *problems, struct error *error)
{
    struct text text = {0};
    for (size_t i = 0; i < problems->n; i++)
        text_addf(&text, "%s%s", i ? "\n" : "", problems->problems[i].text);
    error_set(error, "%s", text_string(&text));
    text_finish(&text);
    return false;
}

static bool read_spec(const char *folder, const char *file, const char *settings, struct spec *ret_spec,
                      struct error *error)
{
    struct problem_list problems = {0};
    char *path = text_format("%s/%s", folder, file), *list = text_copy(settings), *text = NULL;
    size_t length, n_sets = 0;
    const char **sets = list ? cut(list, ";", &n_sets) : NULL;
    bool ok = path && sets ? scenario_load(path, &text, &length, error) : error_set(error, "out of memory");
    if (ok)
        ok = scenario_read(text, length, file, folder, sets, n_sets, ret_spec, &problems) ||
             tell_problems(&problems, error);
    problem_list_finish(&problems);
    free(text);
    free(sets);
    free(list);
    free(path);
    return ok;
}

/* ---- policies ---- */

static const struct policy_spec *find_policy(const struct spec *spec, const char *name, size_t length)
{
    for (size_t i = 0; i < spec->n_policies; i++)
        if (strncmp(spec->policies[i].name, name, length) == 0 && spec->policies[i].name[length] == '\0')
            return &spec->policies[i];
    return NULL;
}

static bool choose_policy(struct simulation *s, const char *name, struct error *error)
{
    const struct policy_spec *policy = find_policy(&s->spec, name, strlen(name));
    if (!policy)
        return error_set(error, "there is no policy \"%s\"", name);
    if (!find_policy(&s->run, name, strlen(name)))
        s->run.policies[s->run.n_policies++] = *policy;
    return true;
}

static bool choose_policies(struct simulation *s, const char *policies, struct error *error)
{
    char *list = text_copy(policies);
    size_t n = 0;
    const char **names = list ? cut(list, " ", &n) : NULL;
    s->run = s->spec;
    s->run.n_policies = 0;
    s->run.policies = s->policies = calloc(s->spec.n_policies, sizeof *s->policies);
    bool ok = (names && s->policies) || error_set(error, "out of memory");
    for (size_t i = 0; ok && i < n; i++)
        ok = choose_policy(s, names[i], error);
    free(names);
    free(list);
    return ok;
}

/* ---- running ---- */

bool simulation_run(const char *folder, const char *scenario, const char *settings, const char *policies,
                    uint64_t seed, unsigned threads, struct simulation *ret_simulation, struct error *error)
{
    struct simulation s = {0};
    struct experiment_options options = {.threads = threads};
    if (!read_spec(folder, scenario, settings, &s.spec, error))
        return false;
    bool ok = choose_policies(&s, policies, error);
    if (ok) {
        /* Nobody looks at what replication 0 did in between. */
        s.run.run.samples = 1;
        s.run.run.sample_requests = s.run.run.timeline_requests = 0;
        s.run.run.seed = seed ? seed : s.run.run.seed;
        ok = experiment_run(&s.run, &options, &s.experiment, error);
    }
    if (ok)
        *ret_simulation = s;
    else
        simulation_finish(&s);
    return ok;
}

void simulation_finish(struct simulation *simulation)
{
    experiment_finish(&simulation->experiment);
    free(simulation->policies);
    spec_finish(&simulation->spec);
    *simulation = (struct simulation){0};
}

/* ---- evaluating ---- */

struct view {
    const struct simulation *simulation;
    const struct policy_run *policy;
    size_t replication;
};

static const struct policy_run *find_run(const struct simulation *s, const char *name, size_t length)
{
    for (size_t i = 0; i < s->experiment.n_policies; i++)
        if (strncmp(s->experiment.policies[i].name, name, length) == 0 &&
            s->experiment.policies[i].name[length] == '\0')
            return &s->experiment.policies[i];
    return NULL;
}

static const struct metric *find_metric(const struct view *view, const char *name,
                                        const struct metric_table **ret_table)
{
    size_t length = strcspn(name, ".");
    const struct policy_run *run = name[length] ? find_run(view->simulation, name, length) : NULL;
    *ret_table = run ? &run->metrics : &view->policy->metrics;
    return metric_find(*ret_table, run ? name + length + 1 : name);
}

static bool look_up(void *data, const char *name, double *ret_value)
{
    const struct view *view = data;
    const struct metric_table *table;
    const struct metric *metric = find_metric(view, name, &table);
    if (metric)
        *ret_value = table->values[view->replication * table->n + (size_t)(metric - table->metrics)];
    return metric != NULL;
}

double *simulation_values(const struct simulation *simulation, const char *policies, const char *expression,
                          size_t *ret_n, bool *ret_is_time, struct error *error)
{
    struct view view = {.simulation = simulation};
    view.policy = find_run(simulation, policies, strcspn(policies, " "));
    if (!view.policy) {
        error_set(error, "the policy of \"%s\" was not run", policies);
        return NULL;
    }
    const struct metric_table *table = &view.policy->metrics;
    const struct metric *alone = find_metric(&view, expression, &table);
    size_t n = table->n_replications;
    double *values = calloc(n, sizeof *values);
    bool ok = values || error_set(error, "out of memory");
    for (; ok && view.replication < n; view.replication++)
        ok = expression_evaluate(expression, look_up, &view, &values[view.replication], error);
    if (!ok) {
        free(values);
        return NULL;
    }
    *ret_n = n;
    *ret_is_time = alone && alone->unit == METRIC_SECONDS;
    return values;
}
