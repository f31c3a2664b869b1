/* What became of the claims of several scenarios, as the JUnit XML that build servers read: a suite for each
 * scenario, a case for each claim. Elements and attributes are those of the schema of Jenkins' xunit plugin
 * (junit-10.xsd), without times: the same results are the same bytes. */
#ifndef TANDEM_REPORT_JUNIT_H
#define TANDEM_REPORT_JUNIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"

/* Zeroed: no suite yet. */
struct junit {
    struct text suites;
    size_t n_suites;
    size_t n_tests, n_failures, n_errors, n_skipped;
};

/* Adds what was decided: a claim that fails or could not be told ("undecided") is a failure, one that was
 * skipped is skipped. `file` is what the scenario was read from. */
void junit_add(struct junit *junit, const char *file, const struct spec *spec,
               const struct experiment *experiment);

/* Adds a scenario of which nothing can be said, as an error: `type` is a word, `message` a sentence,
 * `details` all that was told. */
void junit_add_error(struct junit *junit, const char *file, const char *type, const char *message,
                     const char *details);

/* Writes the document: whole, or not at all. */
bool junit_write(const struct junit *junit, const char *path, struct error *error);

void junit_finish(struct junit *junit);

#endif
