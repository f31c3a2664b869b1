/* The only door to the terminal: results go to standard output, everything else to standard error. */
#ifndef TANDEM_CLI_PRINT_H
#define TANDEM_CLI_PRINT_H

#include <stdbool.h>

#include "base/text.h"
#include "cli/command.h"
#include "report/table.h"

/* Prints the text, as harmless_add() has it, and empties it. False, and told on standard error unless who
 * read it has gone (| head), when it could not be written or the text is not whole because memory ran out. */
bool print_text(struct text *text);

/* What is not the result: on standard error, harmless as well. */
void print_aside(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "tandem: ...", on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, ending in a pointer to `tandem COMMAND --help`. Always EXIT_USAGE. */
enum exit_code complain_usage(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* 'unknown WHAT "NAME"', and which of `names` may have been meant; then as complain_usage(). */
enum exit_code complain_unknown(const char *command, const char *what, const char *name,
                                const char *const *names, size_t n_names);

/* How tables should look on standard output: width of the terminal (or $COLUMNS, or 80), UTF-8 if the locale
 * says so, bold only on a terminal and without $NO_COLOR. */
struct table_style print_style(void);

#endif
