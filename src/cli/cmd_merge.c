#include <stdlib.h>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/sweep.h"
#include "experiment/files.h"
#include "experiment/plan.h"

static const struct option options[] = {
    {"out", 'o', "DIR", "folder that gets the folder of reports (the one that the first FOLDER is in)"},
    {"format", 'f', "table|csv|json|markdown", "what is printed (table)"},
    {"no-plots", 0, NULL, "draw nothing"},
    {"no-files", 0, NULL, "write nothing but standard output"},
    {"quiet", 'q', NULL, "print no table"},
    COMMON_OPTIONS,
};

/* ---- the folders ---- */

struct parts {
    struct plan plan;   /* of the first folder */
    const char **tasks; /* owned, and the strings as well */
    size_t n;
    bool mixed; /* they are of different sweeps */
};

static void parts_finish(struct parts *parts)
{
    plan_finish(&parts->plan);
    for (size_t i = 0; i < parts->n; i++)
        free((char *)parts->tasks[i]);
    free(parts->tasks);
}

static bool read_plan(const char *folder, struct plan *ret_plan, struct error *error)
{
    if (!plan_is_there(folder))
        return error_set(error, "%s: not the folder of a sweep: there is no plan.txt in it", folder);
    return plan_read(folder, ret_plan, error);
}

/* Is the folder's plan that of the first one? */
static bool check_plan(struct parts *parts, const char *first, const char *folder, struct error *error)
{
    struct plan plan;
    if (!read_plan(folder, &plan, error))
        return false;
    parts->mixed = !plan_same(&parts->plan, &plan, error);
    if (parts->mixed)
        error_prefix(error, "%s and %s are not of the same sweep", first, folder);
    plan_finish(&plan);
    return !parts->mixed;
}

static bool add_part(struct parts *parts, const struct arguments *arguments, size_t i, struct error *error)
{
    const char *first = arguments->operands[0], *folder = arguments->operands[i];
    if (i == 0 ? !read_plan(folder, &parts->plan, error) : !check_plan(parts, first, folder, error))
        return false;
    char *tasks = path_join(folder, "tasks");
    if (!tasks)
        return error_set(error, "out of memory");
    parts->tasks[parts->n++] = tasks;
    return true;
}

static bool parts_init(struct parts *parts, const struct arguments *arguments, struct error *error)
{
    *parts = (struct parts){.tasks = calloc(arguments->n_operands, sizeof *parts->tasks)};
    if (!parts->tasks)
        return error_set(error, "out of memory");
    for (size_t i = 0; i < arguments->n_operands; i++)
        if (!add_part(parts, arguments, i, error))
            return false;
    return true;
}

/* ---- the command ---- */

/* `out` is the folder above the first one. */
static enum exit_code merge(const struct arguments *arguments, const struct parts *parts, const char *out,
                            const struct sweep_format *format, char *const *argv)
{
    const char *wanted = arguments_value(arguments, "out");
    struct sweep_order order = {
        .plan = &parts->plan,
        .out = arguments_have(arguments, "no-files") ? NULL
               : wanted                              ? wanted
                                                     : out,
        .done = parts->tasks,
        .n_done = parts->n,
        .format = arguments_have(arguments, "quiet") ? NULL : format,
        .no_plots = arguments_have(arguments, "no-plots"),
        .argv = argv,
    };
    return sweep_perform(&order);
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    const char *name = arguments_value(arguments, "format");
    const struct sweep_format *format = sweep_find_format(name ? name : "table", "merge ");
    struct error error = {0};
    struct parts parts;
    enum exit_code code;
    if (!format)
        return EXIT_USAGE;
    if (arguments->n_operands == 0)
        return complain_usage("merge ", "merge needs the FOLDER of a sweep");
    char *above = path_above(arguments->operands[0]);
    if (parts_init(&parts, arguments, &error) && (above || error_set(&error, "out of memory"))) {
        code = merge(arguments, &parts, above, format, argv);
    } else {
        complain("%s", error_text(&error));
        code = parts.mixed ? EXIT_USAGE : EXIT_IO;
    }
    error_finish(&error);
    parts_finish(&parts);
    free(above);
    return code;
}

const struct command command_merge = {
    .name = "merge",
    .operands = "FOLDER...",
    .summary = "Put the shards of a sweep together",
    .details =
        "A FOLDER is what shards of \"tandem sweep\" have left: DIR/NAME with plan.txt and tasks/ in it;\n"
        "one folder that they shared, or one from each machine. Nothing is simulated: the report is\n"
        "made of what is there, and it is the report that the sweep would have made undivided. Where\n"
        "tasks are missing, they are counted and the command that does them is told.\n"
        "Exit status: 0 all is well, 2 wrong usage, 3 tasks are missing, or could not read or write.\n",
    .examples = "  tandem merge out/shop\n"
                "  tandem merge --out merged node1/out/shop node2/out/shop node3/out/shop\n",
    .options = options,
    .run = run,
};
