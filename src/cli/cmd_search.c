#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/choose.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/limit_option.h"
#include "cli/load.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "experiment/files.h"
#include "experiment/journal.h"
#include "experiment/percentiles.h"
#include "experiment/search.h"
#include "report/plot/search_plots.h"
#include "report/report.h"
#include "report/sweep/search_files.h"
#include "report/sweep/search_table.h"
#include "scenario/problems.h"

static const struct option options[] = {
    {"max", 0, "PATH[=LOW..HIGH]", "find the largest value; without a range from the scenario's on"},
    {"min", 0, "PATH[=LOW..HIGH]", "find the smallest value"},
    {"such-that", 0, "GOAL", "with which this is true: claims joined by and, or"},
    {"resolution", 0, "SHARE", "how near the ends of the answer shall be to each other (1%)"},
    {"max-replications", 0, "N", "of one value, at most (320)"},
    {"out", 'o', "DIR", "folder that gets a folder of reports for each scenario (out)"},
    {"format", 'f', "table|csv|json|markdown", "what is printed (table)"},
    POLICY_OPTION,
    SCENARIO_OPTIONS,
    THREADS_OPTION,
    LIMIT_OPTIONS,
    {"resume", 0, NULL, "go on with a search that was interrupted: what it has finished is not done again"},
    {"no-plots", 0, NULL, "draw nothing"},
    {"no-files", 0, NULL, "write nothing but standard output"},
    {"quiet", 'q', NULL, "print no table"},
    COMMON_OPTIONS,
};

/* ---- what is printed ---- */

static void format_table(struct text *text, const struct search *search, const struct report_source *source)
{
    struct table_style style = print_style();
    (void)source;
    search_table_add(text, search, &style);
}

static void format_markdown(struct text *text, const struct search *search,
                            const struct report_source *source)
{
    (void)source;
    search_markdown_add(text, search);
}

static void format_csv(struct text *text, const struct search *search, const struct report_source *source)
{
    (void)source;
    search_add_csv(text, search);
}

/* Sorted. */
static const struct format {
    const char *name;
    void (*add)(struct text *text, const struct search *search, const struct report_source *source);
} formats[] = {
    {"csv", format_csv},
    {"json", search_add_json},
    {"markdown", format_markdown},
    {"table", format_table},
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
    complain_unknown("search ", "format", name, names, FORMATS);
    return NULL;
}

/* ---- the order ---- */

/* What the command line asks for. */
struct order {
    const struct arguments *arguments;
    const struct format *format;
    const char *sought; /* PATH[=LOW..HIGH] */
    enum search_direction direction;
    const char *goal;
    double resolution;
    uint32_t most_replications; /* 0: the usual */
    unsigned threads;
    struct limits limits;
    const volatile sig_atomic_t *stop;
    char *const *argv;
};

static bool read_sought(const struct arguments *arguments, struct order *order)
{
    size_t n = 0, at = 0;
    for (at = 0; arguments_next(arguments, "max", &at);)
        n++;
    for (at = 0; arguments_next(arguments, "min", &at);)
        n++;
    order->direction = arguments_have(arguments, "max") ? SEARCH_MAX : SEARCH_MIN;
    order->sought = arguments_value(arguments, order->direction == SEARCH_MAX ? "max" : "min");
    order->goal = arguments_value(arguments, "such-that");
    if (n != 1)
        complain_usage("search ", "say what is sought: one --max or one --min, such as --max load.0.rate");
    else if (!order->goal)
        complain_usage("search ",
                       "say what shall be true: --such-that \"response.p99 < 300ms and lost == 0\"");
    return n == 1 && order->goal;
}

static bool read_resolution(const struct arguments *arguments, struct order *order)
{
    const char *value = arguments_value(arguments, "resolution");
    order->resolution = 0.01;
    if (value && (!units_parse_share(value, &order->resolution, NULL) || order->resolution < 1e-6 ||
                  order->resolution > 0.5)) {
        complain_usage("search ", "--resolution needs a share from 0.000001 to 0.5, such as 2%%, not \"%s\"",
                       value);
        return false;
    }
    return true;
}

static bool read_most(const struct arguments *arguments, struct order *order)
{
    const char *value = arguments_value(arguments, "max-replications");
    char *end = NULL;
    unsigned long n = value ? strtoul(value, &end, 10) : 0;
    if (value && (*value < '0' || *value > '9' || *end || n < 1 || n > 100000)) {
        complain_usage("search ", "--max-replications needs a number from 1 to 100000, not \"%s\"", value);
        return false;
    }
    order->most_replications = (uint32_t)n;
    return true;
}

static bool read_order(const struct arguments *arguments, struct order *order)
{
    const char *format = arguments_value(arguments, "format");
    order->format = find_format(format ? format : "table");
    if (!order->format || !read_sought(arguments, order) || !read_resolution(arguments, order) ||
        !read_most(arguments, order) || !choose_threads(arguments, "search ", &order->threads) ||
        !limit_option_read(arguments, "search ", &order->limits))
        return false;
    if (arguments_have(arguments, "resume") && arguments_have(arguments, "no-files")) {
        complain_usage("search ", "--resume needs the folder that --no-files does without");
        return false;
    }
    return true;
}

/* ---- the question ---- */

/* All that a search of one file needs. */
struct question {
    struct loaded loaded;
    char *folder;              /* where the scenario lies */
    struct spec chosen;        /* with the policies of --policy */
    struct experiment outline; /* of these */
    struct goal goal;
    struct search_source source;
    struct search_space space;
    struct search_question asked;
};

static void question_finish(struct question *question)
{
    goal_finish(&question->goal);
    search_space_finish(&question->space);
    experiment_finish(&question->outline);
    free(question->chosen.policies);
    free(question->folder);
    loaded_finish(&question->loaded);
}

static enum exit_code tell(const struct question *question, struct error *error, enum exit_code code)
{
    complain("%s: %s", question->loaded.path, error_text(error));
    error_finish(error);
    return code;
}

static enum exit_code read_goal(const struct order *order, struct question *question)
{
    struct expression_fault fault = {0};
    struct problem_list problems = {0};
    bool ok = goal_read(order->goal, &question->outline, &question->goal, &fault);
    bool failed = !ok && error_is_memory(&fault.error);
    if (failed) {
        complain("out of memory");
    } else if (!ok) {
        struct problem_site site = {"--such-that", order->goal, strlen(order->goal), fault.offset};
        struct remark remark = {.path = "", .message = error_text(&fault.error), .hint = fault.hint};
        problem_list_add(&problems, &site, &remark, 0, 0);
        failed = complain_problems(&problems) == EXIT_IO;
    }
    problem_list_finish(&problems);
    expression_fault_finish(&fault);
    return ok ? EXIT_OK : failed ? EXIT_IO : EXIT_USAGE;
}

static enum exit_code read_space(const struct order *order, struct question *question)
{
    const struct loaded *loaded = &question->loaded;
    struct error error = {0};
    question->folder = load_folder(loaded->path);
    if (!question->folder) {
        complain("out of memory");
        return EXIT_IO;
    }
    question->source = (struct search_source){
        {loaded->text, loaded->length, loaded->path, (const char *const *)loaded->sets, loaded->n_sets},
        question->folder,
        order->goal};
    if (search_space_read(order->sought, order->direction, order->resolution, &question->source,
                          &question->space, &error))
        return EXIT_OK;
    complain("--%s %s: %s", order->direction == SEARCH_MAX ? "max" : "min", order->sought,
             error_text(&error));
    enum exit_code code = error_is_memory(&error) ? EXIT_IO : EXIT_USAGE;
    error_finish(&error);
    return code;
}

/* What was read is there to finish either way. */
static enum exit_code read_question(const struct order *order, struct question *question)
{
    struct error error = {0};
    enum exit_code code = choose_policies(order->arguments, &question->loaded, &question->chosen);
    if (code == EXIT_OK && !experiment_outline(&question->chosen, &question->outline, &error))
        code = tell(question, &error, EXIT_IO);
    if (code == EXIT_OK)
        code = read_goal(order, question);
    if (code == EXIT_OK)
        code = read_space(order, question);
    question->asked = (struct search_question){.source = &question->source,
                                               .space = &question->space,
                                               .goal = &question->goal,
                                               .outline = &question->outline,
                                               .most_replications = order->most_replications};
    return code;
}

/* ---- the report ---- */

static bool write_files(const struct order *order, const struct question *question,
                        const struct search *search, const struct report_source *source, const char *folder,
                        struct error *error)
{
    bool drawn = true;
    if (!search_files_write(search, source, folder, error))
        return false;
    if (!arguments_have(order->arguments, "no-plots") &&
        !search_plots_write(search, &question->chosen, folder, &drawn, error))
        return false;
    if (!drawn)
        complain("gnuplot was not found: data and scripts are in %s/plots, pictures are not", folder);
    print_aside("written: %s\n", folder);
    return true;
}

/* `folder` may be NULL: no files. */
static enum exit_code report(const struct order *order, const struct question *question,
                             const struct search *search, const char *folder)
{
    const struct loaded *loaded = &question->loaded;
    struct report_source source = {.path = loaded->path,
                                   .text = loaded->text,
                                   .length = loaded->length,
                                   .sets = loaded->sets,
                                   .n_sets = loaded->n_sets,
                                   .argv = order->argv};
    struct text text = {0};
    struct error error = {0};
    if (!arguments_have(order->arguments, "quiet"))
        order->format->add(&text, search, &source);
    bool whole = !text.failed, printed = print_text(&text);
    if (folder && whole && !write_files(order, question, search, &source, folder, &error))
        return tell(question, &error, EXIT_IO);
    return printed ? EXIT_OK : EXIT_IO;
}

/* ---- the search ---- */

/* The bar is about one step: how many there will be nobody knows. */
struct show {
    struct progress progress;
    char name[96];
};

static void show_step(void *data, const struct search *search, size_t step)
{
    struct show *show = data;
    progress_finish(&show->progress);
    snprintf(show->name, sizeof show->name, "%.40s, step %zu", search->name, step);
    progress_init(&show->progress, show->name);
}

static void show_share(void *data, const struct experiment_progress *now)
{
    struct show *show = data;
    progress_show(&show->progress, now);
}

static bool simulate(const struct order *order, const struct question *question,
                     const struct journal *journal, struct search *ret_search, struct error *error)
{
    struct show show = {0};
    struct experiment_options how = {.threads = order->threads,
                                     .journal = journal,
                                     .limits = &order->limits,
                                     .stop = order->stop,
                                     .progress = show_share,
                                     .progress_data = &show};
    struct search_watch watch = {.step = show_step, .data = &show};
    progress_init(&show.progress, question->chosen.name);
    bool ok = search_run(&question->asked, &how, &watch, ret_search, error);
    progress_finish(&show.progress);
    return ok;
}

static bool is_whole(const struct search *search)
{
    bool whole = true;
    for (size_t p = 0; p < search->n_policies; p++)
        whole &= search->policies[p].finished || search->policies[p].lacking;
    return whole;
}

/* `folder`, of the reports, and `tasks`, of what is finished, may be NULL: no files. */
static enum exit_code search_in(const struct order *order, const struct question *question,
                                const char *folder, const char *tasks)
{
    struct search search;
    struct error error = {0};
    struct journal journal = {.folders = &tasks, .n_folders = 1};
    bool fresh = tasks && !arguments_have(order->arguments, "resume");
    if ((fresh && !journal_clear(tasks, &error)) ||
        !simulate(order, question, tasks ? &journal : NULL, &search, &error))
        return tell(question, &error, EXIT_IO);
    enum exit_code code = report(order, question, &search, folder);
    if (search.cut && !*order->stop) {
        complain("%s: ended at a limit: %s", question->loaded.path, search.cut);
        code = code == EXIT_OK ? EXIT_LIMIT : code;
    } else if (!is_whole(&search)) {
        complain("%s: interrupted%s", question->loaded.path, tasks ? "; --resume goes on" : "");
        code = code == EXIT_OK ? EXIT_INTERRUPTED : code;
    } else if (code == EXIT_OK && tasks && !journal_clear(tasks, &error)) {
        code = tell(question, &error, EXIT_IO);
    }
    search_finish(&search);
    return code;
}

static enum exit_code search_file(const struct order *order, const char *path)
{
    struct question question = {0};
    char *folder = NULL, *tasks = NULL;
    bool keeps = !arguments_have(order->arguments, "no-files");
    enum exit_code code = load_scenario(order->arguments, path, &question.loaded);
    if (code != EXIT_OK)
        return code;
    if (percentiles_ask(&question.loaded.spec, order->goal)) {
        code = read_question(order, &question);
    } else {
        complain("out of memory");
        code = EXIT_IO;
    }
    if (code == EXIT_OK && keeps) {
        const char *out = arguments_value(order->arguments, "out");
        folder = report_folder(out ? out : "out", question.chosen.name);
        tasks = folder ? path_join(folder, "search-tasks") : NULL;
    }
    if (code == EXIT_OK && keeps && !tasks) {
        complain("out of memory");
        code = EXIT_IO;
    }
    if (code == EXIT_OK)
        code = search_in(order, &question, folder, tasks);
    free(tasks);
    free(folder);
    question_finish(&question);
    return code;
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    struct order order = {.arguments = arguments, .argv = argv};
    if (!read_order(arguments, &order))
        return EXIT_USAGE;
    if (arguments->n_operands != 1)
        return complain_usage("search ", "search needs one FILE");
    order.stop = interrupt_watch();
    return search_file(&order, arguments->operands[0]);
}

const struct command command_search = {
    .name = "search",
    .operands = "FILE",
    .summary = "Find the largest load that meets a goal, or the fewest workers",
    .details =
        "Looks, for each policy, for the largest (--max) or the smallest (--min) value at PATH with\n"
        "which the GOAL is met, by bisection: at each value replications are added until their\n"
        "intervals decide. With the confidence that the scenario's run asks for (95 %) none of the\n"
        "decisions is wrong. The GOAL is made of metrics without a policy, as \"tandem list metrics\n"
        "FILE\" has them behind the first point. A policy whose backlog grows misses every goal.\n"
        "PATH,PATH varies several values alike. Prints the answer, writes search.csv, search.json and\n"
        "plots/knee into DIR/NAME/.\n"
        "Exit status: 0 all is well, 2 wrong usage or a mistake in a scenario, 3 could not read or\n"
        "write, 4 ended at a limit (see \"tandem run --help\"), 130 interrupted.\n",
    .examples =
        "  tandem search --max load.0.rate --such-that \"response.p99 < 300ms and lost == 0\" shop.json\n"
        "  tandem search --min components.shop.workers=1..64 --such-that \"shop.wait.mean < 5ms\" shop.json\n"
        "  tandem search --max links.wire.delay --such-that \"throughput > 100/s\" --resolution 5% "
        "shop.json\n",
    .options = options,
    .run = run,
};
