#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/choose.h"
#include "cli/command.h"
#include "cli/estimate.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "experiment/expect.h"
#include "experiment/experiment.h"
#include "experiment/files.h"
#include "experiment/metric_lookup.h"
#include "experiment/precision.h"
#include "report/comparison.h"
#include "report/expectations.h"
#include "report/markdown.h"
#include "report/number.h"
#include "report/plot/plots.h"
#include "report/report.h"
#include "report/summary.h"
#include "report/table.h"
#include "report/theory_view.h"

static const struct option options[] = {
    {"out", 'o', "DIR", "folder that gets a folder of reports for each scenario (out)"},
    {"format", 'f', "table|csv|json|markdown", "what is printed (table)"},
    {"get", 'g', "METRIC", "print this number alone; may be repeated; writes files only with --out"},
    POLICY_OPTION,
    SCENARIO_OPTIONS,
    THREADS_OPTION,
    ESTIMATE_OPTION,
    {"resume", 0, NULL, "go on with a run that was interrupted: what it has finished is not done again"},
    {"no-theory", 0, NULL, "do not show what theory says (summary.json has it all the same)"},
    {"no-plots", 0, NULL, "draw nothing"},
    {"no-files", 0, NULL, "write nothing but standard output"},
    {"quiet", 'q', NULL, "print no table"},
    COMMON_OPTIONS,
};

/* ---- what is printed ---- */

static void add_theory(const struct arguments *arguments, const struct spec *spec,
                       const struct experiment *experiment, struct text *text, bool markdown)
{
    struct theory_view view;
    struct table_style style = print_style();
    if (arguments_have(arguments, "no-theory"))
        return;
    text->failed |= !theory_view_init(&view, spec, experiment);
    if (text->failed)
        return;
    if (markdown)
        theory_view_add_markdown(text, &view);
    else
        theory_view_add_table(text, &view, &style);
    theory_view_finish(&view);
}

static void print_comparison(const struct arguments *arguments, const struct spec *spec,
                             const struct experiment *experiment, struct text *text, bool markdown)
{
    struct comparison comparison;
    struct table_style style = print_style();
    if (!comparison_init(&comparison, spec, experiment)) {
        text->failed = true;
    } else if (markdown) {
        markdown_add(text, spec, &comparison);
        add_theory(arguments, spec, experiment, text, true);
        expectations_add_markdown(text, &experiment->expectations);
    } else {
        table_add(text, spec, &comparison, &style);
        add_theory(arguments, spec, experiment, text, false);
        expectations_add_table(text, &experiment->expectations, &style);
    }
    comparison_finish(&comparison);
}

static void format_table(const struct arguments *arguments, const struct spec *spec,
                         const struct experiment *experiment, struct text *text)
{
    print_comparison(arguments, spec, experiment, text, false);
}

static void format_markdown(const struct arguments *arguments, const struct spec *spec,
                            const struct experiment *experiment, struct text *text)
{
    print_comparison(arguments, spec, experiment, text, true);
}

static void format_csv(const struct arguments *arguments, const struct spec *spec,
                       const struct experiment *experiment, struct text *text)
{
    (void)arguments;
    (void)spec;
    summary_add_csv(text, experiment);
}

static void format_json(const struct arguments *arguments, const struct spec *spec,
                        const struct experiment *experiment, struct text *text)
{
    (void)arguments;
    summary_add_json(text, spec, experiment);
}

/* Sorted. */
static const struct format {
    const char *name;
    void (*add)(const struct arguments *arguments, const struct spec *spec,
                const struct experiment *experiment, struct text *text);
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
    if (!arguments_have(arguments, "get") && spec->n_precise == 0)
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
    name = precision_unknown(spec, &outline);
    if (name) {
        complain("%s: run.precision_of: there is no metric \"%s\"; \"tandem list metrics %s\" names them",
                 loaded->path, name, loaded->path);
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
        const struct metric *metric = metric_lookup(experiment, name, NULL);
        text->failed |= !metric; /* it is there: so memory is gone */
        number_add(text, metric ? metric->value : (double)NAN);
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

/* The folder of the run's reports; NULL, and told, when memory is gone. */
static char *choose_folder(const struct arguments *arguments, const struct spec *spec)
{
    const char *out = arguments_value(arguments, "out");
    char *folder = report_folder(out ? out : "out", spec->name);
    if (!folder)
        complain("out of memory");
    return folder;
}

static enum exit_code write_files(const struct arguments *arguments, const struct loaded *loaded,
                                  const struct spec *spec, const struct experiment *experiment,
                                  char *const *argv)
{
    struct report_source source = {loaded->path, loaded->text,   loaded->length,
                                   loaded->sets, loaded->n_sets, argv};
    struct error error = {0};
    char *folder = choose_folder(arguments, spec);
    if (!folder)
        return EXIT_IO;
    bool ok = report_write(spec, experiment, &source, folder, &error) &&
              (arguments_have(arguments, "no-plots") || draw(spec, experiment, folder, &error));
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

/* What is the same for all files of a command. */
struct job {
    const struct arguments *arguments;
    const struct format *format;
    unsigned threads;
    const volatile sig_atomic_t *stop;
    char *const *argv;
};

static enum exit_code report(const struct job *job, const struct loaded *loaded, const struct spec *spec,
                             const struct experiment *experiment)
{
    struct text text = {0};
    const struct arguments *arguments = job->arguments;
    bool whole = !arguments_have(arguments, "get") && !arguments_have(arguments, "quiet");
    if (arguments_have(arguments, "get"))
        add_metrics(arguments, experiment, &text);
    else if (whole)
        job->format->add(arguments, spec, experiment, &text);
    if (!whole || !job->format->tells_expectations)
        complain_expectations(loaded, experiment);
    bool printed = print_text(&text); /* what cannot be printed can be written all the same */
    enum exit_code code =
        wants_files(arguments) ? write_files(arguments, loaded, spec, experiment, job->argv) : EXIT_OK;
    if (code == EXIT_OK && experiment->expectations.n_failed)
        code = EXIT_FAILED;
    return printed ? code : EXIT_IO;
}

/* What was finished before Ctrl-C is reported like a shorter run. */
static enum exit_code report_interrupted(const struct job *job, const struct loaded *loaded,
                                         const struct spec *spec, const struct experiment *experiment)
{
    const char *go_on = wants_files(job->arguments) ? "; --resume goes on" : "";
    if (experiment->replications > 0)
        report(job, loaded, spec, experiment);
    complain("%s: interrupted: %" PRIu32 " of %" PRIu32 " replications were finished%s", loaded->path,
             experiment->replications, experiment->wanted, go_on);
    return EXIT_INTERRUPTED;
}

static bool simulate(const struct job *job, const struct loaded *loaded, struct spec *spec,
                     const struct journal *journal, struct experiment *ret_experiment, struct error *error)
{
    struct progress progress;
    progress_init(&progress, spec->name);
    struct experiment_options how = {.threads = job->threads,
                                     .journal = journal,
                                     .untraced = !wants_files(job->arguments),
                                     .stop = job->stop,
                                     .progress = progress_show,
                                     .progress_data = &progress};
    progress_estimate(&progress, &spec, 1, NULL, 0, &how);
    bool ok = experiment_run(spec, &how, ret_experiment, error);
    progress_finish(&progress);
    if (!ok || !loaded->n_expects || !ret_experiment->replications)
        return ok;
    ok = expect_decide(loaded->expects, loaded->n_expects, ret_experiment, error);
    if (!ok)
        experiment_finish(ret_experiment);
    return ok;
}

/* What is finished is kept in `tasks`, which may be NULL, until all is reported. */
static enum exit_code run_journaled(const struct job *job, const struct loaded *loaded, struct spec *spec,
                                    const char *tasks)
{
    struct experiment experiment;
    struct error error = {0};
    struct journal journal = {.folders = &tasks, .n_folders = 1};
    bool fresh = tasks && !arguments_have(job->arguments, "resume");
    enum exit_code code = EXIT_IO;
    if ((!fresh || journal_clear(tasks, &error)) &&
        simulate(job, loaded, spec, tasks ? &journal : NULL, &experiment, &error)) {
        bool whole = experiment.replications == experiment.wanted;
        code = whole ? report(job, loaded, spec, &experiment)
                     : report_interrupted(job, loaded, spec, &experiment);
        if (whole && tasks && code != EXIT_IO && !journal_clear(tasks, &error))
            code = EXIT_IO;
        experiment_finish(&experiment);
    }
    if (error_text(&error)[0])
        complain("%s: %s", loaded->path, error_text(&error));
    error_finish(&error);
    return code;
}

/* The same without doing it. */
static enum exit_code run_estimate(const struct job *job, const struct loaded *loaded, struct spec *spec,
                                   const char *tasks)
{
    struct journal journal = {.folders = &tasks, .n_folders = 1};
    bool resumes = tasks && arguments_have(job->arguments, "resume");
    struct experiment_options how = {
        .threads = job->threads, .journal = resumes ? &journal : NULL, .stop = job->stop};
    return estimate_print(loaded->path, job->format->name, &(struct estimate_order){&spec, 1, NULL, 0, &how});
}

static enum exit_code run_spec(const struct job *job, const struct loaded *loaded, struct spec *spec)
{
    enum exit_code (*perform)(const struct job *, const struct loaded *, struct spec *, const char *tasks) =
        arguments_have(job->arguments, "estimate") ? run_estimate : run_journaled;
    if (!wants_files(job->arguments))
        return perform(job, loaded, spec, NULL);
    char *folder = choose_folder(job->arguments, spec);
    char *tasks = folder ? path_join(folder, "tasks") : NULL;
    enum exit_code code = tasks ? perform(job, loaded, spec, tasks) : EXIT_IO;
    free(tasks);
    free(folder);
    return code;
}

static enum exit_code run_file(const struct job *job, const char *path)
{
    struct loaded loaded;
    struct spec chosen;
    enum exit_code code = load_scenario(job->arguments, path, &loaded);
    if (code != EXIT_OK)
        return code;
    code = load_expects(&loaded);
    if (code == EXIT_OK)
        code = choose_policies(job->arguments, &loaded, &chosen);
    if (code == EXIT_OK) {
        code = check_metrics(job->arguments, &loaded, &chosen);
        if (code == EXIT_OK)
            code = run_spec(job, &loaded, &chosen);
        free(chosen.policies);
    }
    loaded_finish(&loaded);
    return code;
}

/* ---- the command ---- */

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    const char *format_name = arguments_value(arguments, "format");
    struct job job = {
        .arguments = arguments, .format = find_format(format_name ? format_name : "table"), .argv = argv};
    enum exit_code worst = EXIT_OK;
    if (!job.format || !choose_threads(arguments, "run ", &job.threads))
        return EXIT_USAGE;
    if (arguments->n_operands == 0)
        return complain_usage("run ", "run needs a FILE");
    if (arguments_have(arguments, "resume") && !wants_files(arguments))
        return complain_usage("run ", "--resume needs the folder that --no-files and --get do without");
    job.stop = interrupt_watch();
    for (size_t i = 0; i < arguments->n_operands && !*job.stop; i++) {
        enum exit_code code = run_file(&job, arguments->operands[i]);
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
        "those that fail are told on standard error. --estimate on any such command line tells what it "
        "would\n"
        "take, and writes nothing. Exit status: 0 all is well, 1 a claim failed, 2 wrong\n"
        "usage or a mistake in a scenario, 3 could not read or write, 130 interrupted: what was finished by\n"
        "then is shown, and kept for --resume.\n",
    .examples = "  tandem run shop.json\n"
                "  tandem run --set links.wire.delay=30ms --replications 20 shop.json\n"
                "  tandem run --get sync.response.p99 --get queue.response.p99 shop.json\n"
                "  tandem run --no-files --format markdown shop.json\n"
                "  tandem run --estimate --replications 1000 shop.json\n",
    .options = options,
    .run = run,
};
