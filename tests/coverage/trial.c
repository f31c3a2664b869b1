#include "trial.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/scenario.h"

static bool tell_problems(const struct problem_list *problems, struct error *error)
{
    struct text text = {0};
    for (size_t i = 0; i < problems->n; i++)
        text_addf(&text, "%s%s", i ? "\n" : "", problems->problems[i].text);
    error_set(error, "%s", text_string(&text));
    text_finish(&text);
    return false;
}

/* The folder that a file's own files are sought in; free() it. */
static char *folder_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? text_format("%.*s", (int)(slash - file), file) : text_copy(".");
}

bool trial_read(const char *file, const char *const *sets, size_t n_sets, struct spec *ret_spec,
                struct error *error)
{
    struct problem_list problems = {0};
    char *folder = folder_of(file), *text = NULL;
    size_t length;
    bool ok = folder ? scenario_load(file, &text, &length, error) : error_set(error, "out of memory");
    if (ok)
        ok = scenario_read(text, length, file, folder, sets, n_sets, ret_spec, &problems) ||
             tell_problems(&problems, error);
    problem_list_finish(&problems);
    free(text);
    free(folder);
    return ok;
}

bool trial_run(struct spec *spec, uint64_t seed, unsigned threads, struct experiment *ret_experiment,
               struct error *error)
{
    const struct experiment_options options = {.threads = threads, .numbers_only = true};
    struct run_spec as_written = spec->run;
    spec->run.seed = seed;
    bool ok = experiment_run(spec, &options, ret_experiment, error);
    spec->run = as_written;
    return ok;
}

static const struct policy_run *find_policy(const struct experiment *experiment, const char *name)
{
    for (size_t p = 0; p < experiment->n_policies; p++)
        if (strcmp(experiment->policies[p].name, name) == 0)
            return &experiment->policies[p];
    return NULL;
}

bool trial_find(const struct experiment *experiment, const char *policy, const char *metric,
                struct trial_values *ret_values)
{
    const struct policy_run *run = find_policy(experiment, policy);
    const struct metric *found = run ? metric_find(&run->metrics, metric) : NULL;
    if (found)
        *ret_values = (struct trial_values){.metric = found,
                                            .values = run->metrics.values + (found - run->metrics.metrics),
                                            .stride = run->metrics.n,
                                            .n = run->metrics.n_replications};
    return found != NULL;
}
