/* --junit FILE: what became of the claims of all scenarios of a command, in one file that is written at its
 * end. */
#ifndef TANDEM_CLI_JUNIT_FILE_H
#define TANDEM_CLI_JUNIT_FILE_H

#include "cli/command.h"
#include "report/junit.h"

/* clang-format off */
#define JUNIT_OPTION \
    {"junit", 0, "FILE", "write what became of the claims of all scenarios to this file, as JUnit XML"}
/* clang-format on */

struct junit_file {
    const char *path; /* borrowed; NULL = none is wanted, and nothing is kept */
    struct junit junit;
    struct text told; /* of the scenario at hand: what is wrong with it */
    size_t n_suites;  /* before it */
};

/* Before a scenario: the text that shall get what is wrong with it, or NULL. */
struct text *junit_file_begin(struct junit_file *file);

/* It was run. */
void junit_file_add(struct junit_file *file, const char *path, const struct spec *spec,
                    const struct experiment *experiment);

/* After it: one of which nothing was added, or that was interrupted, is an error. */
void junit_file_end(struct junit_file *file, const char *path, enum exit_code code);

/* Writes the file, and finishes what is here, after runs of which `worst` was the worst. EXIT_OK, or EXIT_IO,
 * which was told: that memory is gone, only once. */
enum exit_code junit_file_close(struct junit_file *file, enum exit_code worst);

#endif
