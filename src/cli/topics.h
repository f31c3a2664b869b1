/* Commands whose first operand is one of several topics. */
#ifndef TANDEM_CLI_TOPICS_H
#define TANDEM_CLI_TOPICS_H

#include "cli/command.h"

/* Prints what the topic that the operands name adds. */
enum exit_code topics_run(const struct command *command, const struct arguments *arguments);

/* The topics as --help shows them. */
void topics_describe(const struct command *command, struct text *text);

#endif
