/* From a name to its index. */
#ifndef TANDEM_SCENARIO_NAMES_H
#define TANDEM_SCENARIO_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/name_map.h"

enum { NAME_LONGEST = 63 };

/* Zeroed: empty. */
struct name_index {
    struct name_map map;
};

/* Adds a name, which must stay where it is; one that is there already stays the one that is found. False when
 * memory is gone. */
bool name_index_add(struct name_index *index, const char *name, uint32_t number);

/* The number of that name, or SPEC_NONE. */
uint32_t name_index_find(const struct name_index *index, const char *name);

/* The name most like `word`, or NULL. */
const char *name_index_nearest(const struct name_index *index, const char *word);

void name_index_finish(struct name_index *index);

/* Letters, digits, '_' and '-', beginning with a letter or digit, at most NAME_LONGEST of them: safe as the
 * name of a file and as a part of the name of a metric. */
bool name_is_good(const char *name);

#endif
