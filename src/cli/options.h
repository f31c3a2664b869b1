/* The command line, read after tables: parsing, --help, completion and the manual all come from them. */
#ifndef TANDEM_CLI_OPTIONS_H
#define TANDEM_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

struct option {
    const char *name;     /* without the dashes; NULL ends a table */
    char letter;          /* 0 = none */
    const char *argument; /* what stands for its value in --help; NULL = it takes none. Completion knows FILE,
                             DIR and words to choose from: "table|csv" */
    const char *doc;      /* one line */
};

struct given_option {
    const struct option *option;
    const char *value; /* borrowed; NULL where it takes none */
};

struct arguments {
    struct given_option *options; /* owned */
    size_t n_options;
    const char **operands; /* owned; the strings are borrowed */
    size_t n_operands;
    bool failed; /* memory ran out: nothing was read */
};

/* Every table ends with these. */
/* clang-format off */
#define COMMON_OPTIONS {"help", 'h', NULL, "show this and exit"}, {NULL, 0, NULL, NULL}
/* clang-format on */

/* Reads `argv` (without the command's own name) as getopt_long would: --name=value, --name value, -nvalue, -n
 * value, options and operands in any order, "--" ends the options, "-" is an operand, a name may be cut short
 * where that is unambiguous. On failure the error says what the user should have written, and
 * nothing is there to finish. */
bool arguments_read(const struct option *options, int argc, char **argv, struct arguments *ret_arguments,
                    struct error *error);
void arguments_finish(struct arguments *arguments);

bool arguments_have(const struct arguments *arguments, const char *name);

/* The value given last, or NULL. */
const char *arguments_value(const struct arguments *arguments, const char *name);

/* Every value of an option that may be repeated: call with *position 0 first; NULL when there is no further
 * one. */
const char *arguments_next(const struct arguments *arguments, const char *name, size_t *position);

/* The options as --help shows them. */
void options_describe(const struct option *options, struct text *text);

#endif
