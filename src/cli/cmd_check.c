#include "cli/command.h"
#include "cli/load.h"
#include "cli/print.h"

static const struct option options[] = {SCENARIO_OPTIONS, COMMON_OPTIONS};

static enum exit_code check(const struct arguments *arguments, const char *path)
{
    struct loaded loaded;
    enum exit_code code = load_scenario(arguments, path, &loaded);
    if (code != EXIT_OK)
        return code;
    code = load_expects(&loaded);
    loaded_finish(&loaded);
    if (code != EXIT_OK)
        return code;
    struct text text = {0};
    text_addf(&text, "%s: ok\n", path);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}

/* Every file is checked; the worst counts. */
static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    (void)argv;
    enum exit_code worst = EXIT_OK;
    if (arguments->n_operands == 0)
        return complain_usage("check ", "check needs a FILE");
    for (size_t i = 0; i < arguments->n_operands; i++) {
        enum exit_code code = check(arguments, arguments->operands[i]);
        worst = code > worst ? code : worst;
    }
    return worst;
}

const struct command command_check = {
    .name = "check",
    .operands = "FILE...",
    .summary = "Tell what is wrong with scenarios without running them",
    .details = "Mistakes and warnings go to standard error; \"FILE: ok\" to standard output. \"-\" is "
               "standard input.\n",
    .examples = "  tandem check shop.json\n"
                "  tandem check --set links.wire.delay=30ms shop.json\n",
    .options = options,
    .run = run,
};
