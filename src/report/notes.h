/* How far the numbers of a run can be trusted: what a reader must know who sees nothing but them. */
#ifndef TANDEM_REPORT_NOTES_H
#define TANDEM_REPORT_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/experiment.h"
#include "model/spec.h"
#include "report/differences.h"

struct notes {
    char **sentences; /* owned */
    size_t n, capacity;
    bool failed;
};

/* False when memory is gone; there is something to finish either way. */
bool notes_init(struct notes *notes, const struct spec *spec, const struct experiment *experiment,
                const struct differences *differences);
void notes_finish(struct notes *notes);

#endif
