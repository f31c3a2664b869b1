/* --estimate: what a command would take, instead of doing it. */
#ifndef TANDEM_CLI_ESTIMATE_H
#define TANDEM_CLI_ESTIMATE_H

#include <stddef.h>

#include "cli/command.h"
#include "experiment/experiment.h"
#include "model/spec.h"

/* clang-format off */
#define ESTIMATE_OPTION {"estimate", 0, NULL, "tell how long it would take, and how much memory, and do nothing more"}
/* clang-format on */

/* What estimate_make() is to be asked. */
struct estimate_order {
    struct spec *const *specs;
    size_t n;
    const size_t *lengths;
    size_t n_axes;
    const struct experiment_options *options;
};

/* Prints it on standard output; `file` is named where something is wrong, and `format` is "table", "csv",
 * "json" or "markdown". */
enum exit_code estimate_print(const char *file, const char *format, const struct estimate_order *order);

#endif
