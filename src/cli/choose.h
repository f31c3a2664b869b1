/* What several commands let their user choose: policies, threads. */
#ifndef TANDEM_CLI_CHOOSE_H
#define TANDEM_CLI_CHOOSE_H

#include <stdbool.h>

#include "cli/command.h"
#include "cli/load.h"
#include "model/spec.h"

/* Options that what stands below obeys. */
/* clang-format off */
#define POLICY_OPTION {"policy", 'p', "NAME", "run this policy alone; may be repeated"}
#define THREADS_OPTION {"threads", 't', "N", "threads to use (one a processor); the results do not depend on it"}
/* clang-format on */

/* The spec with the policies alone that --policy names, in the scenario's order; all without it. They are
 * borrowed from `loaded`, the array of them is the caller's to free(). */
enum exit_code choose_policies(const struct arguments *arguments, const struct loaded *loaded,
                               struct spec *ret_spec);

/* Tells that the spec, which `file` has, has no policy of that name, and which was perhaps meant. */
void complain_policy(const char *file, const struct spec *spec, const char *name);

/* The number that --threads gives; 0 without it. False, and told, when it is none; `command` is as
 * complain_usage() wants it. */
bool choose_threads(const struct arguments *arguments, const char *command, unsigned *ret_threads);

#endif
