/* The folder that a run leaves behind. Two runs of the same command leave the same bytes. */
#ifndef TANDEM_REPORT_REPORT_H
#define TANDEM_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"
#include "report/json.h"

/* Where a run came from; all borrowed. */
struct report_source {
    const char *path; /* of the scenario */
    const char *text; /* of the scenario, as the file has it */
    size_t length;
    char *const *sets; /* PATH=VALUE */
    size_t n_sets;
    char *const *argv;  /* the command line; NULL ends it */
    bool some_policies; /* not all of the scenario's */
    bool has_plots;     /* there are or will be figures in the folder "plots" */
};

/* "out/NAME" (free() it), or NULL: a folder's name holds only letters, digits and "._-", and does not begin
 * with a dot. */
char *report_folder(const char *out, const char *name);

/* "folder/POLICY" (free() it), or NULL. Of policies that only differ in case, which is no difference on some
 * disks, the second has the folder "POLICY.2". */
char *report_policy_folder(const char *folder, const struct experiment *experiment, size_t policy);

/* Removes manifest.json: what is in the folder is of two runs until it is written again, which comes last. */
bool report_unseal(const char *folder, struct error *error);

/* Writes summary.json, summary.csv, manifest.json, and POLICY/timeseries.csv and POLICY/requests.csv for each
 * policy, into `folder`, which is made when missing. */
bool report_write(const struct spec *spec, const struct experiment *experiment,
                  const struct report_source *source, const char *folder, struct error *error);

/* What a manifest begins with, into an open object: program, version, command, and the scenario of that name.
 */
void report_add_source(struct json *json, const char *name, const struct report_source *source);

/* Writes the text, which is finished here, to `name` in `folder`. */
bool report_write_text(const char *folder, const char *name, struct text *text, struct error *error);

#endif
