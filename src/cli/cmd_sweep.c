#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/choose.h"
#include "cli/command.h"
#include "cli/estimate.h"
#include "cli/limit_option.h"
#include "cli/load.h"
#include "cli/plot_option.h"
#include "cli/print.h"
#include "cli/sweep.h"
#include "experiment/plan.h"

static const struct option options[] = {
    {"vary", 'v', "PATH=VALUES", "take these values in turn; may be repeated: each with each"},
    {"get", 'g', "METRIC", "show this metric; may be repeated"},
    {"out", 'o', "DIR", "folder that gets a folder for each sweep (out)"},
    {"format", 'f', "table|csv|json|markdown", "what is printed (table)"},
    POLICY_OPTION,
    SCENARIO_OPTIONS,
    THREADS_OPTION,
    ESTIMATE_OPTION,
    LIMIT_OPTIONS,
    {"resume", 0, NULL, "go on with a sweep that was interrupted: what it has finished is not done again"},
    {"shard", 0, "I/N", "do the tasks of shard I of N alone, 1 to N; \"tandem merge\" puts them together"},
    {"tasks", 0, NULL, "list the tasks and do nothing"},
    PLOT_OPTIONS,
    {"no-files", 0, NULL, "write nothing but standard output"},
    {"quiet", 'q', NULL, "print no table"},
    COMMON_OPTIONS,
};

/* ---- the plan ---- */

static bool add_all(struct plan *plan, enum plan_key key, const struct arguments *arguments,
                    const char *option, struct error *error)
{
    const char *value;
    bool ok = true;
    for (size_t at = 0; ok && (value = arguments_next(arguments, option, &at)) != NULL;)
        ok = plan_add(plan, key, value, error);
    return ok;
}

/* The folder of a scenario, from the root on: shards are put together elsewhere. NULL, and errno. */
static char *absolute_folder(const char *path)
{
    char here[4096];
    errno = 0;
    char *folder = load_folder(path);
    if (!folder || folder[0] == '/')
        return folder;
    char *absolute = getcwd(here, sizeof here) ? text_format("%s/%s", here, folder) : NULL;
    free(folder);
    return absolute;
}

static bool fill_plan(struct plan *plan, const struct arguments *arguments, const struct loaded *loaded,
                      struct error *error)
{
    char *folder = absolute_folder(loaded->path);
    bool ok = folder || error_set(error, "%s", errno && errno != ENOMEM ? strerror(errno) : "out of memory");
    if (strlen(loaded->text) != loaded->length)
        ok = error_set(error, "there is a NUL in it");
    ok = ok && plan_add(plan, PLAN_SCENARIO, loaded->path, error) &&
         plan_add(plan, PLAN_FOLDER, folder, error) && plan_add(plan, PLAN_TEXT, loaded->text, error);
    for (size_t i = 0; ok && i < loaded->n_sets; i++)
        ok = plan_add(plan, PLAN_SET, loaded->sets[i], error);
    free(folder);
    return ok && add_all(plan, PLAN_VARY, arguments, "vary", error) &&
           add_all(plan, PLAN_POLICY, arguments, "policy", error) &&
           add_all(plan, PLAN_GET, arguments, "get", error);
}

/* So that it can be told which shard has not done its part. */
static bool add_shards(struct plan *plan, uint32_t shards, struct error *error)
{
    char number[16];
    snprintf(number, sizeof number, "%u", (unsigned)shards);
    return shards == 0 || plan_add(plan, PLAN_SHARDS, number, error);
}

/* ---- the command ---- */

/* "3/10", from 1; `order` counts shards from 0. */
static bool read_shard(const char *value, struct sweep_order *order)
{
    char *slash, *end;
    if (!value)
        return true;
    unsigned long shard = strtoul(value, &slash, 10);
    unsigned long shards = *slash == '/' ? strtoul(slash + 1, &end, 10) : 0;
    bool digits = strspn(value, "0123456789/") == strlen(value);
    if (!digits || *slash != '/' || *end || shard < 1 || shard > shards || shards > 1000000) {
        complain_usage("sweep ", "--shard needs I/N with I from 1 to N, such as 3/10, not \"%s\"", value);
        return false;
    }
    order->shard = (uint32_t)shard - 1;
    order->shards = (uint32_t)shards;
    return true;
}

static bool read_order(const struct arguments *arguments, struct sweep_order *order)
{
    const char *format = arguments_value(arguments, "format"), *out = arguments_value(arguments, "out");
    bool keeps = !arguments_have(arguments, "no-files");
    enum plot_where where;
    order->format = sweep_find_format(format ? format : "table", "sweep ");
    if (!order->format || !choose_threads(arguments, "sweep ", &order->threads) ||
        !limit_option_read(arguments, "sweep ", &order->limits) ||
        !read_shard(arguments_value(arguments, "shard"), order))
        return false;
    order->out = !keeps ? NULL : out ? out : "out";
    order->resume = arguments_have(arguments, "resume");
    order->estimate = arguments_have(arguments, "estimate");
    if (!plot_option_read(arguments, "sweep ", format ? format : "table", &where))
        return false;
    order->no_plots = where != PLOT_FILES;
    order->letters = where == PLOT_TERMINAL;
    if (arguments_have(arguments, "quiet"))
        order->format = NULL;
    if (order->estimate && arguments_have(arguments, "tasks")) {
        complain_usage("sweep ", "--estimate and --tasks: one of them");
        return false;
    }
    if (!keeps && (order->resume || order->shards)) {
        complain_usage("sweep ", "--resume and --shard need the folder that --no-files does without");
        return false;
    }
    return true;
}

/* `wanted` is an order without its plan. */
static enum exit_code sweep_file(const struct arguments *arguments, const struct sweep_order *wanted,
                                 const char *path)
{
    struct loaded loaded;
    struct plan plan = {0};
    struct sweep_order order = *wanted;
    struct error error = {0};
    enum exit_code code = load_text(arguments, path, &loaded);
    if (code != EXIT_OK)
        return code;
    order.plan = &plan;
    if (!fill_plan(&plan, arguments, &loaded, &error) || !add_shards(&plan, order.shards, &error)) {
        complain("%s: %s", path, error_text(&error));
        code = EXIT_IO;
    } else if (arguments_have(arguments, "tasks")) {
        code = sweep_list_tasks(&order);
    } else {
        code = sweep_perform(&order);
    }
    error_finish(&error);
    plan_finish(&plan);
    loaded_finish(&loaded);
    return code;
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    struct sweep_order order = {.argv = argv};
    if (!read_order(arguments, &order))
        return EXIT_USAGE;
    if (arguments->n_operands != 1)
        return complain_usage("sweep ", "sweep needs one FILE");
    return sweep_file(arguments, &order, arguments->operands[0]);
}

const struct command command_sweep = {
    .name = "sweep",
    .operands = "FILE",
    .summary = "Run a scenario at many values of what is varied",
    .details =
        "What is varied stands in the scenario's \"sweep\", or after --vary:\n"
        "  PATH=0ms..100ms:20ms   from 0 ms to 100 ms in steps of 20 ms\n"
        "  PATH=1ms..1s*7         7 values, each as many times the one before\n"
        "  PATH=1ms..1s/7         7 values, evenly spaced\n"
        "  PATH=1,2,5             these\n"
        "  PATH,PATH=...          several alike\n"
        "Every value of one is run with every value of the others, under every policy. Prints a table\n"
        "of each metric, and where policies change places; writes DIR/NAME/: sweep.csv, sweep.json,\n"
        "manifest.json and plots. Each task (point, policy, replication) that is finished is kept in\n"
        "DIR/NAME/tasks, for --resume. --estimate on any such command line tells what it would take,\n"
        "and writes nothing.\n"
        "Exit status: 0 all is well, 2 wrong usage or a mistake in a scenario, 3 could not read or\n"
        "write, 4 some points ended at a limit (see \"tandem run --help\"), 130 interrupted.\n",
    .examples =
        "  tandem sweep --vary links.wire.delay=0ms..100ms:20ms shop.json\n"
        "  tandem sweep --vary load.0.rate=10/s..1000/s*7 --get response.p99 --replications 20 shop.json\n"
        "  tandem sweep --shard 3/10 --out /shared/out shop.json\n",
    .options = options,
    .run = run,
};
