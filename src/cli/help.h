/* What --help prints; the manual says the same. */
#ifndef TANDEM_CLI_HELP_H
#define TANDEM_CLI_HELP_H

#include "cli/command.h"

struct exit_status {
    enum exit_code code;
    const char *meaning; /* NULL ends the table */
};

extern const struct exit_status exit_statuses[];

/* What tandem is: a sentence, some lines. */
extern const char help_about[];

void help_add(struct text *text);
void help_add_command(struct text *text, const struct command *command);

#endif
