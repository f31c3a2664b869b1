/* What has been finished of an experiment, kept in a folder, a file a task, so that it can go on later, or on
 * many machines at once. A task's numbers depend on its name alone: whoever does it writes the same bytes,
 * and doing it twice harms nothing.
 *
 * The task abcd... stands in FOLDER/ab/abcd....txt: the line "tandem task 1", a line with how many numbers
 * there are, a line for each (as C99's %a has it, so exactly; "nan", "inf", "-inf"), and the seal of
 * experiment/seal.h. */
#ifndef TANDEM_EXPERIMENT_JOURNAL_H
#define TANDEM_EXPERIMENT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

/* Folders to look in, one after another, and the one to write to; all borrowed. */
struct journal {
    const char *const *folders; /* n_folders >= 1; the first is written to, and need not exist */
    size_t n_folders;
    bool read_only; /* nothing is written */
};

/* A task's name: what its numbers depend on, and nothing else. */
struct journal_task {
    const char *fingerprint; /* of the effective scenario: spec.fingerprint */
    const char *policy;
    int64_t warmup_ns;
    uint32_t replication;
    const char *kind;  /* "replication", "pilot" */
    const char *asked; /* numbers besides the usual ones: spec.asked; "" or NULL = none */
};

/* SHA-256 of the task's name and of the version of this program. */
struct sha256_text journal_id(const struct journal_task *task);

enum { JOURNAL_FAILED = -1 };

/* The numbers of a finished task (free() them); NULL when it is not there, or what is there is not whole: a
 * file that was cut short counts as not there. NULL, too, when memory is gone: then *ret_n is
 * (size_t)JOURNAL_FAILED, else 0. */
double *journal_find(const struct journal *journal, const struct sha256_text *id, size_t *ret_n);

/* Writes them, whole or not at all. Several processes may write the same task at once. */
bool journal_keep(const struct journal *journal, const struct sha256_text *id, const double *values, size_t n,
                  struct error *error);

/* Takes away the tasks in a folder, and the folder unless something else is in it. One that is not there is
 * fine. */
bool journal_clear(const char *folder, struct error *error);

#endif
