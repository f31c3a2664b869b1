/* The verbs: one cmd_*.c each, and a table of them all in main.c. */
#ifndef TANDEM_CLI_COMMAND_H
#define TANDEM_CLI_COMMAND_H

#include "base/text.h"
#include "cli/options.h"

enum exit_code {
    EXIT_OK = 0,
    EXIT_FAILED = 1, /* an expectation failed, or could not be told */
    EXIT_USAGE = 2,  /* wrong usage, or a mistake in a scenario */
    EXIT_IO = 3,     /* could not read or write, or memory is gone */
    EXIT_LIMIT = 4,  /* a replication came to a limit: what is shown is a part of what was asked for */
    EXIT_INTERRUPTED = 130,
};

/* What the first operand of some commands is one of. */
struct topic {
    const char *name; /* NULL ends a table */
    const char
        *operand;    /* what it is about: "FILE", "FOLDER"; NULL = nothing; with "..." it may be several */
    const char *doc; /* one line */
    enum exit_code (*add)(const struct arguments *arguments, const char *operand, struct text *text);
};

struct command {
    const char *name;
    const char *operands; /* as --help shows them: "FILE..."; completion knows FILE and FOLDER */
    const char *summary;  /* one line */
    const char *details;  /* for --help and the manual, some lines; may be "" */
    const char *examples; /* for --help and the manual, some lines */
    const struct option *options;
    const struct topic *topics; /* sorted; NULL = it has none */
    /* `argv` is the whole command line, for the manifest. */
    enum exit_code (*run)(const struct arguments *arguments, char *const *argv);
};

/* All of them, sorted; NULL ends the table. */
extern const struct command *const commands[];

extern const struct command command_check, command_completion, command_explain, command_lesson, command_list,
    command_manual, command_merge, command_new, command_run, command_schema, command_search, command_sweep;

#endif
