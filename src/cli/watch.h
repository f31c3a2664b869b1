/* tandem run --watch: a scenario as it goes, for those who sit before it. */
#ifndef TANDEM_CLI_WATCH_H
#define TANDEM_CLI_WATCH_H

#include <signal.h>
#include <stdbool.h>

#include "cli/command.h"
#include "model/spec.h"

/* clang-format off */
#define WATCH_OPTIONS \
    {"watch", 'w', NULL, "show one replication as it goes, and write no files"}, \
    {"speed", 0, "N", "with --watch: simulated seconds a second, or \"max\" (the whole run takes 30 s)"}
/* clang-format on */

/* How fast time passes. */
struct watch_order {
    bool wanted;  /* --watch was given */
    bool paced;   /* a speed was chosen */
    double speed; /* simulated seconds a second; INFINITY = as fast as it goes; where paced */
};

/* What the options say. False, and told, when they make no sense; `command` is as complain_usage() wants it.
 */
bool watch_read(const struct arguments *arguments, const char *command, struct watch_order *ret_order);

/* Shows the first replication of all policies of `spec`: on a terminal ten times a second at most, with keys;
 * else as a series of plain frames at simulated times, the same for the same seed. `path` stands before
 * errors. `*stop` is not 0 when a signal wants it to end. */
enum exit_code watch_run(const struct watch_order *order, const char *path, const struct spec *spec,
                         const volatile sig_atomic_t *stop);

#endif
