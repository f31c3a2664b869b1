/* How far a run is. */
#ifndef TANDEM_CLI_PROGRESS_H
#define TANDEM_CLI_PROGRESS_H

#include <stdbool.h>

/* A bar on standard error that says how far something is and how much time is left, when that is a terminal.
 */
struct progress {
    const char *name; /* of what runs; borrowed */
    bool shown;
    double began_s, drawn_s; /* on the monotonic clock; drawn_s = 0: never */
    double share;            /* the greatest so far */
};

void progress_init(struct progress *progress, const char *name);
/* For struct experiment_options, with the progress as its data. */
void progress_show(void *progress, double share);
void progress_clear(struct progress *progress);

#endif
