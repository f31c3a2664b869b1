#include "cli/help.h"

#include "cli/topics.h"

const struct exit_status exit_statuses[] = {
    {EXIT_OK, "all is well"},
    {EXIT_FAILED, "an expectation of a scenario failed, or could not be told"},
    {EXIT_USAGE, "wrong usage, or a mistake in a scenario"},
    {EXIT_IO, "could not read or write, or memory ran out"},
    {EXIT_LIMIT, "ended at a limit: memory, events, time, or a clock that stands still"},
    {EXIT_INTERRUPTED, "interrupted"},
    {EXIT_OK, NULL},
};

const char help_about[] =
    "Simulates components that call each other, synchronously, asynchronously or through queues,\n"
    "and shows who waits for whom.\n";

void help_add(struct text *text)
{
    text_addf(text, "Usage: tandem COMMAND [OPTIONS] ...\n\n%s\nCommands:\n", help_about);
    for (size_t i = 0; commands[i]; i++)
        text_addf(text, "  %-11s %s\n", commands[i]->name, commands[i]->summary);
    text_add(text, "\n\"tandem COMMAND --help\" tells more. \"tandem --version\" tells the version.\n\n"
                   "Exit status:\n");
    for (const struct exit_status *status = exit_statuses; status->meaning; status++)
        text_addf(text, "  %3d %s\n", (int)status->code, status->meaning);
}

void help_add_command(struct text *text, const struct command *command)
{
    text_addf(text, "Usage: tandem %s [OPTIONS]%s%s\n\n%s.\n", command->name, command->operands[0] ? " " : "",
              command->operands, command->summary);
    if (command->topics) {
        text_add(text, "\n");
        topics_describe(command, text);
    }
    if (command->details[0])
        text_addf(text, "\n%s", command->details);
    text_add(text, "\nOptions:\n");
    options_describe(command->options, text);
    text_addf(text, "\nExamples:\n%s", command->examples);
}
