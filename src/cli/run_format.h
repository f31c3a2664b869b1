/* What `tandem run` prints of a run, in the forms that --format names. */
#ifndef TANDEM_CLI_RUN_FORMAT_H
#define TANDEM_CLI_RUN_FORMAT_H

#include <stdbool.h>

#include "base/text.h"
#include "cli/options.h"
#include "experiment/experiment.h"
#include "model/spec.h"

struct run_format {
    const char *name;
    void (*add)(const struct arguments *arguments, const struct spec *spec,
                const struct experiment *experiment, struct text *text);
    bool tells_expectations;
};

/* The one of that name; NULL, and told, when there is none. */
const struct run_format *run_format_find(const char *name);

#endif
