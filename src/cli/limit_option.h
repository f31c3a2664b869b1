/* --max-memory, --max-events, --max-wall. */
#ifndef TANDEM_CLI_LIMIT_OPTION_H
#define TANDEM_CLI_LIMIT_OPTION_H

#include <stdbool.h>

#include "base/text.h"
#include "cli/command.h"
#include "experiment/experiment.h"
#include "experiment/limit.h"
#include "model/spec.h"

/* clang-format off */
#define LIMIT_OPTIONS \
    {"max-memory", 0, "SIZE", "end a replication that needs more memory, such as 2GB"}, \
    {"max-events", 0, "N", "end a replication that takes more events"}, \
    {"max-wall", 0, "DURATION", "end after this time, such as 10min"}
/* clang-format on */

/* Reads them; the wall's clock begins now. False, and told, when one is wrong; `command` is as
 * complain_usage() wants it. */
bool limit_option_read(const struct arguments *arguments, const char *command, struct limits *ret_limits);

/* Tells where the experiment came to a limit, and what the numbers are of; then `go_on`, what can be done
 * about it: may be "". */
void limit_option_complain(const char *path, const struct spec *spec, const struct experiment *experiment,
                           const char *go_on);

#endif
