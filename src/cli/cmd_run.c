#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/print.h"
#include "experiment/expect.h"
#include "experiment/experiment.h"
#include "experiment/metric_lookup.h"
#include "report/comparison.h"
#include "report/expectations.h"
#include "report/markdown.h"
#include "report/number.h"
#include "report/plots.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/table.h"

static const struct option options[] = {
    {"out", 'o', "DIR", "folder that gets a folder of reports for each scenario (out)"},
    {"format", 'f', "FORMAT", "what is printed: table, csv, json or markdown (table)"},
    {"get", 'g', "METRIC", "print this number alone; may be repeated; writes files only with --out"},
    {"policy", 'p', "NAME", "run this policy alone; may be repeated"},
    SCENARIO_OPTIONS,
    {"threads", 't', "N", "threads to use (one a processor); the results do not depend on it"},
    {"no-plots", 0, NULL, "draw nothing"},
    {"no-files", 0, NULL, "write nothing but standard output"},
    {"quiet", 'q', NULL, "print no table"},
    COMMON_OPTIONS,
};

/* ---- what is printed ---- */

static void print_comparison(const struct spec *spec, const struct experiment *experiment, struct text *text,
                             bool markdown)
{
    struct comparison comparison;
    struct table_style style = print_style();
    if (!comparison_init(&comparison, spec, experiment)) {
        text->failed = true;
    } else if (markdown) {
        markdown_add(text, spec, &comparison);
        expectations_add_markdown(text, &experiment->expectations);
    } else {
        table_add(text, spec, &comparison, &style);
        expectations_add_table(text, &experiment->expectations, &style);
    }
    comparison_finish(&comparison);
}

static void format_table(const struct spec *spec, const struct experiment *experiment, struct text *text)
{
    print_comparison(spec, experiment, text, false);
}

static void format_markdown(const struct spec *spec, const struct experiment *experiment, struct text *text)
{
    print_comparison(spec, experiment, text, true);
}

static void format_csv(const struct spec *spec, const struct experiment *experiment, struct text *text)
{
    (void)spec;
    summary_add_csv(text, experiment);
}

static void format_json(const struct spec *spec, const struct experiment *experiment, struct text *text)
{
    summary_add_json(text, spec, experiment);
}

/* Sorted. */
static const struct format {
    const char *name;
    void (*add)(const struct spec *spec, const struct experiment *experiment, struct text *text);
    bool tells_expectations;
} formats[] = {
    {"csv", format_csv, false},
    {"json", format_json, true},
    {"markdown", format_markdown, true},
    {"table", format_table, true},
};

enum { FORMATS = sizeof formats / sizeof *formats };

static const struct format *find_format(const char *name)
{
    const char *names[FORMATS];
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(names[i], name) == 0)
            return &formats[i];
    }
    complain_unknown("run ", "format", name, names, FORMATS);
    return NULL;
}

/* ---- --policy ---- */

static const struct policy_spec *find_policy(const struct spec *spec, const char *name)
{
    for (size_t p = 0; p < spec->n_policies; p++)
        if (strcmp(spec->policies[p].name, name) == 0)
            return &spec->policies[p];
    return NULL;
}

static void complain_policy(const struct loaded *loaded, const char *name)
{
    const struct spec *spec = &loaded->spec;
    const char **names = calloc(spec->n_policies + 1, sizeof *names);
    for (size_t p = 0; names && p < spec->n_policies; p++)
        names[p] = spec->policies[p].name;
    const char *nearest = names ? text_nearest(name, names, spec->n_policies) : NULL;
    if (nearest)
        complain("%s: no policy \"%s\"; did you mean \"%s\"?", loaded->path, name, nearest);
    else
        complain("%s: no policy \"%s\"", loaded->path, name);
    free(names);
}

/* The spec with the chosen policies only, in the scenario's order; they are borrowed from `loaded`, the array
 * is the caller's to free(). */
static enum exit_code choose_policies(const struct arguments *arguments, const struct loaded *loaded,
                                      struct spec *ret_spec)
{
    const struct spec *spec = &loaded->spec;
    struct spec chosen = *spec;
    bool all = !arguments_have(arguments, "policy");
    const char *name;
    for (size_t at = 0; (name = arguments_next(arguments, "policy", &at)) != NULL;)
        if (!find_policy(spec, name)) {
            complain_policy(loaded, name);
            return EXIT_USAGE;
        }
    chosen.n_policies = 0;
    chosen.policies = calloc(spec->n_policies, sizeof *chosen.policies);
    if (!chosen.policies) {
        complain("out of memory");
        return EXIT_IO;
    }
    for (size_t p = 0; p < spec->n_policies; p++) {
        bool wanted = all;
        for (size_t at = 0; (name = arguments_next(arguments, "policy", &at)) != NULL;)
            wanted |= strcmp(name, spec->policies[p].name) == 0;
        if (wanted)
            chosen.policies[chosen.n_policies++] = spec->policies[p];
    }
    *ret_spec = chosen;
    return EXIT_OK;
}

/* ---- --get ---- */

static void complain_metric(const struct loaded *loaded, const struct experiment *experiment,
                            const char *name)
{
    char *nearest = metric_lookup_nearest(experiment, name);
    if (nearest)
        complain("%s: no metric \"%s\"; did you mean \"%s\"?", loaded->path, name, nearest);
    else
        complain("%s: no metric \"%s\"; \"tandem list metrics %s\" names them", loaded->path, name,
                 loaded->path);
    free(nearest);
}

/* A slip in a metric's name is told before the run, not after an hour of it. */
static enum exit_code check_metrics(const struct arguments *arguments, const struct loaded *loaded,
                                    const struct spec *spec)
{
    struct experiment outline;
    struct error error = {0};
    enum exit_code code = EXIT_OK;
    const char *name;
    if (!arguments_have(arguments, "get"))
        return EXIT_OK;
    if (!experiment_outline(spec, &outline, &error)) {
        complain("%s: %s", loaded->path, error_text(&error));
        error_finish(&error);
        return EXIT_IO;
    }
    for (size_t at = 0; (name = arguments_next(arguments, "get", &at)) != NULL;)
        if (!metric_lookup(&outline, name, NULL)) {
            complain_metric(loaded, &outline, name);
            code = EXIT_USAGE;
        }
    experiment_finish(&outline);
    return code;
}

static void add_metrics(const struct arguments *arguments, const struct experiment *experiment,
                        struct text *text)
{
    const char *name;
    for (size_t at = 0; (name = arguments_next(arguments, "get", &at)) != NULL;) {
        number_add(text, metric_lookup(experiment, name, NULL)->value);
        text_add(text, "\n");
    }
}

/* ---- files ---- */

static bool draw(const struct spec *spec, const struct experiment *experiment, const char *folder,
                 struct error *error)
{
    bool drawn;
    if (!plots_write(spec, experiment, folder, &drawn, error))
        return false;
    if (!drawn)
        complain("gnuplot was not found: data and scripts are in %s/plots, pictures are not", folder);
    return true;
}

static enum exit_code write_files(const struct arguments *arguments, const struct loaded *loaded,
                                  const struct spec *spec, const struct experiment *experiment,
                                  char *const *argv)
{
    const char *out = arguments_value(arguments, "out");
    struct report_source source = {loaded->path, loaded->text,   loaded->length,
                                   loaded->sets, loaded->n_sets, argv};
    struct error error = {0};
    char *folder = report_folder(out ? out : "out", spec->name);
    bool ok =
        folder ? report_write(spec, experiment, &source, folder, &error) : error_set(&error, "out of memory");
    ok = ok && (arguments_have(arguments, "no-plots") || draw(spec, experiment, folder, &error));
    if (ok)
        fprintf(stderr, "written: %s\n", folder);
    else
        complain("%s", error_text(&error));
    error_finish(&error);
    free(folder);
    return ok ? EXIT_OK : EXIT_IO;
}

static bool wants_files(const struct arguments *arguments)
{
    if (arguments_have(arguments, "no-files"))
        return false;
    return arguments_have(arguments, "out") || !arguments_have(arguments, "get");
}

/* ---- expectations ---- */

/* What standard output does not show goes to standard error. */
static void complain_expectations(const struct loaded *loaded, const struct experiment *experiment)
{
    const struct expectation_list *list = &experiment->expectations;
    struct table_style style = print_style();
    struct text text = {0};
    if (list->n_failed == 0)
        return;
    complain("%s: %zu of %zu expectations failed", loaded->path, list->n_failed, list->n);
    expectations_add_failures(&text, list, &style);
    fputs(text_string(&text), stderr);
    text_finish(&text);
}

/* ---- one file ---- */

static enum exit_code report(const struct arguments *arguments, const struct loaded *loaded,
                             const struct spec *spec, const struct experiment *experiment,
                             const struct format *format, char *const *argv)
{
    struct text text = {0};
    bool whole = !arguments_have(arguments, "get") && !arguments_have(arguments, "quiet");
    if (arguments_have(arguments, "get"))
        add_metrics(arguments, experiment, &text);
    else if (whole)
        format->add(spec, experiment, &text);
    if (!whole || !format->tells_expectations)
        complain_expectations(loaded, experiment);
    bool printed = print_text(&text); /* what cannot be printed can be written all the same */
    enum exit_code code =
        wants_files(arguments) ? write_files(arguments, loaded, spec, experiment, argv) : EXIT_OK;
    if (code == EXIT_OK && experiment->expectations.n_failed)
        code = EXIT_FAILED;
    return printed ? code : EXIT_IO;
}

static enum exit_code run_spec(const struct arguments *arguments, const struct loaded *loaded,
                               const struct spec *spec, unsigned threads, const struct format *format,
                               char *const *argv)
{
    struct experiment experiment;
    struct progress progress;
    struct error error = {0};
    progress_init(&progress, spec->name);
    struct experiment_options how = {threads, progress_show, &progress};
    bool ok = experiment_run(spec, &how, &experiment, &error);
    progress_clear(&progress);
    if (ok && loaded->n_expects) {
        ok = expect_decide(loaded->expects, loaded->n_expects, &experiment, &error);
        if (!ok)
            experiment_finish(&experiment);
    }
    if (!ok) {
        complain("%s: %s", loaded->path, error_text(&error));
        error_finish(&error);
        return EXIT_IO;
    }
    enum exit_code code = report(arguments, loaded, spec, &experiment, format, argv);
    experiment_finish(&experiment);
    return code;
}

static enum exit_code run_file(const struct arguments *arguments, const char *path, unsigned threads,
                               const struct format *format, char *const *argv)
{
    struct loaded loaded;
    struct spec chosen;
    enum exit_code code = load_scenario(arguments, path, &loaded);
    if (code != EXIT_OK)
        return code;
    code = load_expects(&loaded);
    if (code == EXIT_OK)
        code = choose_policies(arguments, &loaded, &chosen);
    if (code == EXIT_OK) {
        code = check_metrics(arguments, &loaded, &chosen);
        if (code == EXIT_OK)
            code = run_spec(arguments, &loaded, &chosen, threads, format, argv);
        free(chosen.policies);
    }
    loaded_finish(&loaded);
    return code;
}

/* ---- the command ---- */

static bool read_threads(const struct arguments *arguments, unsigned *ret_threads)
{
    const char *value = arguments_value(arguments, "threads");
    char *end;
    unsigned long n = value ? strtoul(value, &end, 10) : 0;
    if (value && (n < 1 || n > 1024 || *end || *value == '-')) {
        complain_usage("run ", "--threads needs a number from 1 to 1024, not \"%s\"", value);
        return false;
    }
    *ret_threads = (unsigned)n;
    return true;
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    const char *format_name = arguments_value(arguments, "format");
    const struct format *format = find_format(format_name ? format_name : "table");
    unsigned threads;
    enum exit_code worst = EXIT_OK;
    if (!format || !read_threads(arguments, &threads))
        return EXIT_USAGE;
    if (arguments->n_operands == 0)
        return complain_usage("run ", "run needs a FILE");
    for (size_t i = 0; i < arguments->n_operands; i++) {
        enum exit_code code = run_file(arguments, arguments->operands[i], threads, format, argv);
        worst = code > worst ? code : worst;
    }
    return worst;
}

const struct command command_run = {
    .name = "run",
    .operands = "FILE...",
    .summary = "Run scenarios under each of their policies and compare",
    .details =
        "Prints the comparison and writes DIR/NAME/: summary.json, summary.csv, manifest.json, plots, and "
        "for\n"
        "each policy timeseries.csv and requests.csv. \"-\" is standard input. \"tandem list metrics FILE\"\n"
        "names what --get takes; a number that does not exist (no request was answered) is \"nan\".\n"
        "Claims that a scenario makes (\"expect\") are checked and shown; where they are not on standard "
        "output,\n"
        "those that fail are told on standard error. Exit status: 0 all is well, 1 a claim failed, 2 wrong\n"
        "usage or a mistake in a scenario, 3 could not read or write.\n",
    .examples = "  tandem run shop.json\n"
                "  tandem run --set links.wire.delay=30ms --replications 20 shop.json\n"
                "  tandem run --get sync.response.p99 --get queue.response.p99 shop.json\n"
                "  tandem run --no-files --format markdown shop.json\n",
    .options = options,
    .run = run,
};
