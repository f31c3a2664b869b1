#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/metric_patterns.h"
#include "cli/metric_reference.h"
#include "cli/print.h"
#include "cli/sweep_points.h"
#include "cli/topics.h"
#include "des/distribution.h"
#include "experiment/experiment.h"
#include "experiment/files.h"
#include "experiment/percentiles.h"
#include "report/wrap.h"
#include "scenario/caps.h"
#include "scenario/fields.h"
#include "scenario/reference.h"

static const struct option options[] = {SCENARIO_OPTIONS, COMMON_OPTIONS};

/* ---- topics ---- */

static enum exit_code list_distributions(const struct arguments *arguments, const char *operand,
                                         struct text *text)
{
    (void)arguments;
    (void)operand;
    for (size_t i = 0; distribution_types[i]; i++) {
        const struct distribution_type *type = distribution_types[i];
        text_addf(text, "%-18s%s\n", type->name, type->doc);
        for (int k = 0; k < DISTRIBUTION_PARAMETERS && type->parameters[k].name; k++)
            text_addf(text, "  %-16s%s%s\n", type->parameters[k].name, type->parameters[k].doc,
                      type->parameters[k].kind == PARAMETER_DURATION ? " (a duration)" : "");
    }
    return EXIT_OK;
}

static void add_key(struct text *text, const struct field *field)
{
    text_addf(text, "  %-20s%s", field->name, field->doc);
    for (size_t i = 0; field->choices && field->choices[i]; i++)
        text_addf(text, "%s%s", i ? ", " : ": ", field->choices[i]);
    if (field->required)
        text_add(text, " (required)");
    else if (field->fallback)
        text_addf(text, " (%s)", field->fallback);
    else if (field->absent)
        text_addf(text, " (%s)", field->absent);
    text_add(text, "\n");
}

/* What is in parentheses holds where the key is absent. */
static enum exit_code list_keys(const struct arguments *arguments, const char *operand, struct text *text)
{
    (void)arguments;
    (void)operand;
    for (size_t i = 0; object_types[i]; i++) {
        const struct object_type *type = object_types[i];
        text_addf(text, "%s%s: %s\n", i ? "\n" : "", type->name, type->doc);
        for (const struct field *field = type->fields; field && field->name; field++)
            add_key(text, field);
    }
    return EXIT_OK;
}

static enum exit_code list_reference(const struct arguments *arguments, const char *operand,
                                     struct text *text)
{
    (void)arguments;
    (void)operand;
    scenario_reference(text);
    return EXIT_OK;
}

static enum exit_code list_limits(const struct arguments *arguments, const char *operand, struct text *text)
{
    (void)arguments;
    (void)operand;
    caps_list(text);
    cap_add(text, SWEEP_MOST_POINTS, "points of a sweep",
            "the scenario of each is read before the first run");
    cap_add(text, SWEEP_MOST_BYTES, "bytes of the scenarios of all points of a sweep", "likewise");
    cap_add(text, SWEEP_MOST_TASKS, "tasks of a sweep: points, replications, policies",
            "each keeps its metrics to the end");
    cap_add(text, PERCENTILES_MOST, "percentiles, besides the usual ones, that claims name",
            "each is worked out of every histogram of every run");
    return EXIT_OK;
}

static enum exit_code list_reference_metrics(const struct arguments *arguments, const char *operand,
                                             struct text *text)
{
    struct metric_patterns patterns;
    struct error error = {0};
    (void)arguments;
    (void)operand;
    if (!metric_patterns_init(&patterns, NULL, 0, &error)) {
        complain("%s", error_text(&error));
        error_finish(&error);
        return EXIT_IO;
    }
    metric_reference(text, &patterns);
    metric_patterns_finish(&patterns);
    return EXIT_OK;
}

static void add_metrics(struct text *text, const struct policy_run *run)
{
    text->failed |= !metric_table_name(&run->metrics);
    for (size_t i = 0; i < run->metrics.n; i++) {
        const struct metric *metric = &run->metrics.metrics[i];
        char *name = text_format("%s.%s", run->name, metric->name);
        text_addf(text, "%-44s %-5s  %s\n", name ? name : "", metric_unit_names[metric->unit],
                  metric->meaning);
        text->failed |= !name;
        free(name);
    }
}

static enum exit_code add_all_metrics(const struct loaded *loaded, struct text *text)
{
    struct experiment outline;
    struct error error = {0};
    if (!experiment_outline(&loaded->spec, &outline, &error)) {
        complain("%s: %s", loaded->path, error_text(&error));
        error_finish(&error);
        return EXIT_IO;
    }
    for (size_t p = 0; p < outline.n_policies; p++)
        add_metrics(text, &outline.policies[p]);
    experiment_finish(&outline);
    return EXIT_OK;
}

static enum exit_code add_policies(const struct loaded *loaded, struct text *text)
{
    static const char *const modes[] = {[CALL_SYNC] = "sync", [CALL_ASYNC] = "async", [CALL_QUEUE] = "queue"};
    for (size_t p = 0; p < loaded->spec.n_policies; p++) {
        const struct policy_spec *policy = &loaded->spec.policies[p];
        text_addf(text, "%-16s%s", policy->name, modes[policy->rule.mode]);
        if (policy->n_overrides)
            text_addf(text, ", with %zu exception%s", policy->n_overrides,
                      policy->n_overrides == 1 ? "" : "s");
        text_add(text, "\n");
    }
    return EXIT_OK;
}

/* The topics that are about a scenario read it first. */

static enum exit_code list_of_file(const struct arguments *arguments, const char *path, struct text *text,
                                   enum exit_code (*list)(const struct loaded *loaded, struct text *text))
{
    struct loaded loaded;
    enum exit_code code = load_scenario(arguments, path, &loaded);
    if (code != EXIT_OK)
        return code;
    code = list(&loaded, text);
    loaded_finish(&loaded);
    return code;
}

static enum exit_code list_metrics(const struct arguments *arguments, const char *path, struct text *text)
{
    return list_of_file(arguments, path, text, add_all_metrics);
}

static enum exit_code list_policies(const struct arguments *arguments, const char *path, struct text *text)
{
    return list_of_file(arguments, path, text, add_policies);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool is_scenario(const char *name)
{
    size_t length = strlen(name);
    return name[0] != '.' && length > 5 && strcmp(name + length - 5, ".json") == 0;
}

/* Of the scenarios in a folder. */
struct paths {
    char **of; /* owned, each and all */
    size_t n;
};

static bool add_path(struct paths *paths, const char *folder, const char *name)
{
    char **more = realloc(paths->of, (paths->n + 1) * sizeof *more);
    if (!more)
        return false;
    paths->of = more;
    more[paths->n] = path_join(folder, name);
    return more[paths->n++] != NULL;
}

/* Sorted. False: memory is gone. What was found is there to free either way. */
static bool find_scenarios(DIR *directory, const char *folder, struct paths *paths)
{
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (is_scenario(entry->d_name) && !add_path(paths, folder, entry->d_name))
            return false;
    if (paths->n)
        qsort(paths->of, paths->n, sizeof *paths->of, by_name);
    return true;
}

static enum exit_code add_scenario(const struct loaded *loaded, struct text *text)
{
    text_addf(text, "%s\n    ", loaded->path);
    wrap_add(text, loaded->spec.about, print_style().width - 4, 4);
    return EXIT_OK;
}

static void paths_finish(struct paths *paths)
{
    for (size_t i = 0; i < paths->n; i++)
        free(paths->of[i]);
    free(paths->of);
}

/* One that is wrong is told and left out; one that cannot be read ends it. */
static enum exit_code list_scenarios(const struct arguments *arguments, const char *folder, struct text *text)
{
    DIR *directory = opendir(folder);
    enum exit_code worst = EXIT_OK;
    struct paths paths = {0};
    if (!directory) {
        complain("%s: %s", folder, strerror(errno));
        return EXIT_IO;
    }
    bool found = find_scenarios(directory, folder, &paths);
    closedir(directory);
    text->failed |= !found;
    for (size_t i = 0; found && worst != EXIT_IO && i < paths.n; i++) {
        enum exit_code code = list_of_file(arguments, paths.of[i], text, add_scenario);
        worst = code > worst ? code : worst;
    }
    paths_finish(&paths);
    if (worst == EXIT_IO)
        text_finish(text);
    return worst;
}

static const struct topic topics[] = {
    {"distributions", NULL, "the kinds of distributions, with their parameters", list_distributions},
    {"keys", NULL, "what a scenario may say, and what an absent key means", list_keys},
    {"limits", NULL, "how much a scenario may hold and ask for, at most", list_limits},
    {"metrics", "FILE", "every number that a run yields, its unit and meaning", list_metrics},
    {"policies", "FILE", "the policies of a scenario", list_policies},
    {"reference", NULL, "keys and distributions in full, as Markdown", list_reference},
    {"reference-metrics", NULL, "every metric that there can be, as Markdown", list_reference_metrics},
    {"scenarios", "FOLDER", "the scenarios in a folder, and what each asks", list_scenarios},
    {NULL, NULL, NULL, NULL},
};

/* ---- the command ---- */

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    (void)argv;
    return topics_run(&command_list, arguments);
}

const struct command command_list = {
    .name = "list",
    .operands = "TOPIC [FILE | FOLDER]",
    .summary = "List what there is to choose from",
    .details = "",
    .examples = "  tandem list distributions\n"
                "  tandem list metrics shop.json | grep blocked\n",
    .options = options,
    .topics = topics,
    .run = run,
};
