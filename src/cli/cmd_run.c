#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/choose.h"
#include "cli/command.h"
#include "cli/estimate.h"
#include "cli/interrupt.h"
#include "cli/junit_file.h"
#include "cli/limit_option.h"
#include "cli/load.h"
#include "cli/plot_option.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/run_format.h"
#include "cli/watch.h"
#include "experiment/expect.h"
#include "experiment/experiment.h"
#include "experiment/files.h"
#include "experiment/metric_lookup.h"
#include "experiment/percentiles.h"
#include "experiment/precision.h"
#include "report/expectations.h"
#include "report/number.h"
#include "report/plot/plot_terminal.h"
#include "report/plot/plots.h"
#include "report/report.h"

static const struct option options[] = {
    {"out", 'o', "DIR", "folder that gets a folder of reports for each scenario (out)"},
    {"format", 'f', "table|csv|json|markdown", "what is printed (table)"},
    {"get", 'g', "METRIC", "print this number alone; may be repeated; writes files only with --out"},
    POLICY_OPTION,
    SCENARIO_OPTIONS,
    WATCH_OPTIONS,
    THREADS_OPTION,
    ESTIMATE_OPTION,
    LIMIT_OPTIONS,
    {"resume", 0, NULL, "go on with a run that was interrupted: what it has finished is not done again"},
    {"no-expect", 0, NULL,
     "do not check what the scenario claims: for variations that its claims are not about"},
    {"no-theory", 0, NULL, "do not show what theory says (summary.json has it all the same)"},
    PLOT_OPTIONS,
    {"no-files", 0, NULL, "write nothing but standard output"},
    JUNIT_OPTION,
    {"quiet", 'q', NULL, "print no table"},
    COMMON_OPTIONS,
};

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

/* Percentiles that only --get names have to be measured, too. */
static enum exit_code ask_metrics(const struct arguments *arguments, struct spec *spec)
{
    const char *name;
    for (size_t at = 0; (name = arguments_next(arguments, "get", &at)) != NULL;)
        if (!percentiles_ask(spec, name)) {
            complain("out of memory");
            return EXIT_IO;
        }
    return EXIT_OK;
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
                                  bool has_plots, char *const *argv)
{
    struct report_source source = {.path = loaded->path,
                                   .text = loaded->text,
                                   .length = loaded->length,
                                   .sets = loaded->sets,
                                   .n_sets = loaded->n_sets,
                                   .argv = argv,
                                   .some_policies = spec->n_policies < loaded->spec.n_policies,
                                   .has_plots = has_plots};
    struct error error = {0};
    char *folder = choose_folder(arguments, spec);
    if (!folder)
        return EXIT_IO;
    bool ok = report_write(spec, experiment, &source, folder, &error) &&
              (!has_plots || draw(spec, experiment, folder, &error));
    if (ok)
        print_aside("written: %s (report.html is the page)\n", folder);
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
    if (expectation_list_open(list) == 0)
        return;
    if (list->n_undecided)
        complain("%s: %zu of %zu expectations failed, %zu could not be told", loaded->path, list->n_failed,
                 list->n, list->n_undecided);
    else
        complain("%s: %zu of %zu expectations failed", loaded->path, list->n_failed, list->n);
    expectations_add_failures(&text, list, &style);
    print_aside("%s", text_string(&text));
    text_finish(&text);
}

/* ---- plots in letters ---- */

static bool print_letters(const struct spec *spec, const struct experiment *experiment)
{
    struct table_style style = print_style();
    struct text text = {0};
    struct error error = {0};
    bool drawn = true, ok = plots_add_letters(&text, spec, experiment, &style, &drawn, &error);
    if (!ok)
        complain("%s", error_text(&error));
    error_finish(&error);
    return plot_option_print(&text, drawn) && ok;
}

/* ---- one file ---- */

/* What is the same for all files of a command. */
struct job {
    const struct arguments *arguments;
    const struct run_format *format;
    unsigned threads;
    struct limits limits;
    const volatile sig_atomic_t *stop;
    char *const *argv;
    struct watch_order watch;
    struct junit_file *junit;
    enum plot_where plots;
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
    junit_file_add(job->junit, loaded->path, spec, experiment);
    bool printed = print_text(&text); /* what cannot be printed can be written all the same */
    if (printed && job->plots == PLOT_TERMINAL)
        printed = print_letters(spec, experiment);
    enum exit_code code = wants_files(arguments) ? write_files(arguments, loaded, spec, experiment,
                                                               job->plots == PLOT_FILES, job->argv)
                                                 : EXIT_OK;
    if (code == EXIT_OK && expectation_list_open(&experiment->expectations))
        code = EXIT_FAILED;
    return printed ? code : EXIT_IO;
}

/* What was finished before Ctrl-C, or before a limit, is reported like a shorter run. */
static enum exit_code report_unfinished(const struct job *job, const struct loaded *loaded,
                                        const struct spec *spec, const struct experiment *experiment)
{
    const char *go_on = wants_files(job->arguments) ? "; --resume goes on" : "";
    if (experiment->replications > 0 && report(job, loaded, spec, experiment) == EXIT_IO)
        return EXIT_IO;
    if (experiment->cut.limit != LIMIT_NONE && !*job->stop) {
        limit_option_complain(loaded->path, spec, experiment,
                              experiment->cut.limit == LIMIT_STANDSTILL ? "" : go_on);
        return EXIT_LIMIT;
    }
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
                                     .untraced = !wants_files(job->arguments) && job->plots != PLOT_TERMINAL,
                                     .limits = &job->limits,
                                     .stop = job->stop,
                                     .progress = progress_show,
                                     .progress_data = &progress};
    progress_estimate(&progress, &spec, 1, NULL, 0, &how);
    bool ok = experiment_run(spec, &how, ret_experiment, error);
    progress_finish(&progress);
    /* Claims are about the whole run. */
    if (!ok || !loaded->n_expects || !ret_experiment->replications || ret_experiment->cut.shortened)
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
        bool whole = experiment.replications == experiment.wanted && experiment.cut.limit == LIMIT_NONE;
        code = whole ? report(job, loaded, spec, &experiment)
                     : report_unfinished(job, loaded, spec, &experiment);
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
    enum exit_code code = EXIT_IO;
    if (tasks)
        code = perform(job, loaded, spec, tasks);
    else if (folder)
        complain("out of memory");
    free(tasks);
    free(folder);
    return code;
}

static enum exit_code run_file(const struct job *job, const char *path)
{
    struct loaded loaded;
    struct spec chosen;
    enum exit_code code = load_scenario_telling(job->arguments, path, junit_file_begin(job->junit), &loaded);
    if (code != EXIT_OK)
        return code;
    code = ask_metrics(job->arguments, &loaded.spec);
    if (code == EXIT_OK && !arguments_have(job->arguments, "no-expect"))
        code = load_expects(&loaded);
    if (code == EXIT_OK)
        code = choose_policies(job->arguments, &loaded, &chosen);
    if (code == EXIT_OK && job->watch.wanted) {
        code = watch_run(&job->watch, path, &chosen, job->stop);
        free(chosen.policies);
    } else if (code == EXIT_OK) {
        code = check_metrics(job->arguments, &loaded, &chosen);
        if (code == EXIT_OK)
            code = run_spec(job, &loaded, &chosen);
        free(chosen.policies);
    }
    loaded_finish(&loaded);
    return code;
}

/* ---- the command ---- */

static enum exit_code run_files(const struct job *job)
{
    const struct arguments *arguments = job->arguments;
    enum exit_code worst = EXIT_OK;
    for (size_t i = 0; i < arguments->n_operands; i++) {
        enum exit_code code = *job->stop ? EXIT_INTERRUPTED : run_file(job, arguments->operands[i]);
        junit_file_end(job->junit, arguments->operands[i], code);
        worst = code > worst ? code : worst;
    }
    return worst;
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    const char *format_name = arguments_value(arguments, "format");
    struct junit_file junit = {.path = arguments_value(arguments, "junit")};
    struct job job = {.arguments = arguments,
                      .format = run_format_find(format_name ? format_name : "table"),
                      .argv = argv,
                      .junit = &junit};
    if (!job.format || !choose_threads(arguments, "run ", &job.threads) ||
        !limit_option_read(arguments, "run ", &job.limits))
        return EXIT_USAGE;
    if (arguments->n_operands == 0)
        return complain_usage("run ", "run needs a FILE");
    if (arguments_have(arguments, "resume") && !wants_files(arguments))
        return complain_usage("run ", "--resume needs the folder that --no-files and --get do without");
    if (!watch_read(arguments, "run ", &job.watch) ||
        !plot_option_read(arguments, "run ", job.format->name, &job.plots))
        return EXIT_USAGE;
    if (job.plots == PLOT_TERMINAL && arguments_have(arguments, "get"))
        return complain_usage("run ", "--plot=terminal and --get: one of them");
    if (junit.path && (job.watch.wanted || arguments_have(arguments, "estimate")))
        return complain_usage("run ", "--junit needs a run that checks claims");
    if (junit.path && arguments_have(arguments, "no-expect"))
        return complain_usage("run ", "--junit and --no-expect: one of them");
    job.stop = interrupt_watch();
    enum exit_code worst = run_files(&job), written = junit_file_close(&junit, worst);
    return written > worst ? written : worst;
}

const struct command command_run = {
    .name = "run",
    .operands = "FILE...",
    .summary = "Run scenarios under each of their policies and compare",
    .details =
        "Prints the comparison and writes DIR/NAME/: report.html (all of it as a page), summary.json,\n"
        "summary.csv, manifest.json, plots, and for each policy timeseries.csv, requests.csv and\n"
        "trace.json. \"-\" is standard input. \"tandem list metrics FILE\" names what --get takes; a\n"
        "number that does not exist (no request was answered) is \"nan\". Claims that a scenario makes\n"
        "(\"expect\") are checked and shown: each holds, fails, or cannot be told at this precision,\n"
        "which is no pass either; where they are not on standard output, those that do not hold are\n"
        "told on standard error. --no-expect checks none: for a variation with --set that they are not\n"
        "about. --estimate on any such command line tells what it would take, and writes nothing.\n"
        "Exit status: 0 all is well, 1 a claim failed or could not be told, 2 wrong usage or a mistake\n"
        "in a scenario, 3 could not read or write, 4 ended at a limit, 130 interrupted. Of the last\n"
        "two, what was finished by then is shown, and kept for --resume.\n"
        "A run ends at a limit where a replication needs more memory than --max-memory, or takes more\n"
        "events than --max-events; after --max-wall; or where event after event happens and no time\n"
        "passes. Where not even one replication was finished, what is shown is the first one up to\n"
        "that time.\n",
    .examples = "  tandem run shop.json\n"
                "  tandem run --set links.wire.delay=30ms --replications 20 shop.json\n"
                "  tandem run --get sync.response.p99 --get queue.response.p99 shop.json\n"
                "  tandem run --no-files --format markdown shop.json\n"
                "  tandem run --no-files --quiet --junit grades.xml homework/*.json\n"
                "  tandem run --watch --policy sync --policy queue shop.json\n"
                "  tandem run --estimate --replications 1000 shop.json\n",
    .options = options,
    .run = run,
};
