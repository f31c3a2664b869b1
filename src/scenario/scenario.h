/* From a JSON document to a spec. All mistakes of a document are reported in one go. */
#ifndef TANDEM_SCENARIO_SCENARIO_H
#define TANDEM_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/spec.h"

/* One mistake (or warning), located. */
struct problem {
    bool warning;
    int line, column; /* from 1; 0 = none */
    char *text;       /* owned; the whole message, several lines, without a last newline:
                       * FILE:LINE:COLUMN: error: PATH: what was found, what was expected
                       *    12 |     { "dealy": "5ms" }
                       *       |       ^
                       *   did you mean "delay"? */
    char *brief;      /* owned; what of it does not depend on the place, in one line */
};

struct problem_list {
    struct problem *problems; /* owned */
    size_t n, capacity;
    size_t n_errors;   /* the others are warnings */
    size_t n_left_out; /* beyond the first SCENARIO_MOST_PROBLEMS */
    bool failed;       /* memory ran out: that is an error of its own, and others may be missing */
};

enum { SCENARIO_MOST_PROBLEMS = 50 };

/* Reads `text` (of `length` bytes; need not end in a NUL). `file` names it in messages ("-" is shown as
 * "<stdin>"); files that it refers to are sought in `folder`. `sets` are `n_sets` strings PATH=VALUE that
 * override values. True when there is no error; the spec then belongs to the caller (spec_finish). Warnings
 * may come with either. The values of a section "sweep" are tried one at a time, as far as that takes no more
 * than some 0.1 s; not those of an axis of which the sets say a value, as they do at each point of a sweep.
 */
bool scenario_read(const char *text, size_t length, const char *file, const char *folder,
                   const char *const *sets, size_t n_sets, struct spec *ret_spec,
                   struct problem_list *problems);

/* What scenario_read() was given; all borrowed. */
struct scenario_source {
    const char *text;
    size_t length;
    const char *file;
    const char *const *sets;
    size_t n_sets;
};

/* Adds an error about a text of a document that scenario_read() found good: for what can only be told by
 * those who know more than this floor. `array` is a key of the document ("expect"), or a key of an object in
 * it ("run.precision_of"), `index` an element of its array, `key` what holds the text in that element, or
 * NULL where it is the text, and `offset` the byte of that text where the caret shall stand; `hint` is what
 * was perhaps meant, or NULL. */
void scenario_tell(const struct scenario_source *source, const char *array, size_t index, const char *key,
                   size_t offset, const char *message, const char *hint, struct problem_list *problems);

/* Reads a file ("-" = standard input) whole; at most 128 MiB. The text belongs to the caller. False: could
 * not read. */
bool scenario_load(const char *path, char **ret_text, size_t *ret_length, struct error *error);

void problem_list_finish(struct problem_list *problems);

#endif
