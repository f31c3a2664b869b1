/* The verbs: one cmd_*.c each, and a table of them all in main.c. */
#ifndef TANDEM_CLI_COMMAND_H
#define TANDEM_CLI_COMMAND_H

#include "cli/options.h"

enum exit_code {
    EXIT_OK = 0,
    EXIT_FAILED = 1, /* an expectation failed */
    EXIT_USAGE = 2,  /* wrong usage, or a mistake in a scenario */
    EXIT_IO = 3,     /* could not read or write, or memory is gone */
    EXIT_INTERRUPTED = 130,
};

struct command {
    const char *name;
    const char *operands; /* as --help shows them: "FILE..." */
    const char *summary;  /* one line */
    const char *details;  /* for --help, some lines; may be "" */
    const char *examples; /* for --help, some lines */
    const struct option *options;
    /* `argv` is the whole command line, for the manifest. */
    enum exit_code (*run)(const struct arguments *arguments, char *const *argv);
};

extern const struct command command_check, command_list, command_merge, command_run, command_search,
    command_sweep;

#endif
