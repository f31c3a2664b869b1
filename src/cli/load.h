/* Scenario files, as every command reads them. */
#ifndef TANDEM_CLI_LOAD_H
#define TANDEM_CLI_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "cli/command.h"
#include "experiment/expect.h"
#include "model/spec.h"
#include "scenario/scenario.h"

struct loaded {
    const char *path; /* borrowed */
    char *text;       /* owned; the file as it is */
    size_t length;
    char **sets; /* owned; what was set on the command line, as PATH=VALUE */
    size_t n_sets;
    struct spec spec;       /* owned */
    struct expect *expects; /* owned; by load_expects() */
    size_t n_expects;
    struct text *told; /* borrowed; gets what is wrong too, or NULL */
};

/* Options of every command that reads a scenario; load_scenario() obeys them. */
/* clang-format off */
#define SCENARIO_OPTIONS \
    {"set", 's', "PATH=VALUE", "override a value of the scenario; may be repeated"}, \
    {"seed", 0, "N", "short for --set run.seed=N"}, \
    {"replications", 'r', "N", "short for --set run.replications=N"}, \
    {"duration", 'd', "TIME", "short for --set run.duration=TIME"}
/* clang-format on */

/* Reads and checks a file ("-" = standard input). What is wrong with it is told on standard error; EXIT_OK
 * when nothing is (there may have been warnings), and only then there is something to finish. */
enum exit_code load_scenario(const struct arguments *arguments, const char *path, struct loaded *ret_loaded);

/* The same; what is wrong is added to `told`, too, which may be NULL. */
enum exit_code load_scenario_telling(const struct arguments *arguments, const char *path, struct text *told,
                                     struct loaded *ret_loaded);

/* The same without reading more of the file than its bytes: it has a text and sets, and no spec. */
enum exit_code load_text(const struct arguments *arguments, const char *path, struct loaded *ret_loaded);

/* The folder in which files lie that a scenario at `path` names: free() it; NULL when memory is gone. */
char *load_folder(const char *path);

/* Reads what the scenario expects, too; the same is true of what is wrong with that. What was loaded is there
 * to finish either way. */
enum exit_code load_expects(struct loaded *loaded);
void loaded_finish(struct loaded *loaded);

/* Tells them on standard error. EXIT_USAGE where there is an error, EXIT_IO where memory is gone. */
enum exit_code complain_problems(const struct problem_list *problems);

#endif
