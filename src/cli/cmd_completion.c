#include "cli/command.h"
#include "cli/completion.h"
#include "cli/topics.h"

static const struct option options[] = {COMMON_OPTIONS};

static enum exit_code add_bash(const struct arguments *arguments, const char *operand, struct text *text)
{
    (void)arguments;
    (void)operand;
    completion_bash(text);
    return EXIT_OK;
}

static enum exit_code add_fish(const struct arguments *arguments, const char *operand, struct text *text)
{
    (void)arguments;
    (void)operand;
    completion_fish(text);
    return EXIT_OK;
}

static enum exit_code add_zsh(const struct arguments *arguments, const char *operand, struct text *text)
{
    (void)arguments;
    (void)operand;
    completion_zsh(text);
    return EXIT_OK;
}

static const struct topic topics[] = {
    {"bash", NULL, "for bash 4 or later", add_bash},
    {"fish", NULL, "for fish, with the meaning of each option", add_fish},
    {"zsh", NULL, "for zsh, with the meaning of each option", add_zsh},
    {NULL, NULL, NULL, NULL},
};

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    (void)argv;
    return topics_run(&command_completion, arguments);
}

const struct command command_completion = {
    .name = "completion",
    .operands = "SHELL",
    .summary = "Print the script that completes command lines in a shell",
    .details = "Installed with tandem, the scripts work by themselves in new shells.\n",
    .examples = "  source <(tandem completion bash)\n"
                "  tandem completion fish | source\n"
                "  source <(tandem completion zsh)\n",
    .options = options,
    .topics = topics,
    .run = run,
};
