#include "cli/command.h"
#include "cli/print.h"
#include "scenario/schema.h"

static const struct option options[] = {COMMON_OPTIONS};

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    (void)argv;
    if (arguments->n_operands > 0)
        return complain_usage("schema ", "schema takes nothing more");
    struct text text = {0};
    scenario_schema(&text);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}

const struct command command_schema = {
    .name = "schema",
    .operands = "",
    .summary = "Print the format of scenarios as a JSON Schema",
    .details =
        "Draft 2020-12. Editors that know where it is complete keys, show what they mean and underline\n"
        "mistakes while you type: save it beside your scenarios, and let \"$schema\" of each say where.\n",
    .examples = "  tandem schema > scenario.schema.json\n",
    .options = options,
    .run = run,
};
