/* Where the keys of a scenario stand, and what they are like: for whoever explains them. */
#ifndef TANDEM_SCENARIO_KEYS_H
#define TANDEM_SCENARIO_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "scenario/fields.h"

/* A key, and one of the places where it stands. */
struct key_place {
    const struct field *field;
    char *path; /* owned: "components.COMPONENT.inbox.capacity" */
};

struct key_list {
    struct key_place *places; /* owned */
    size_t n;
    bool failed; /* memory is gone, some are missing */
};

/* All places of the keys that `word` may mean: the key itself, "timeout", or as much of the way to it as
 * tells it from others, "policies.timeout", "components.shop.inbox.capacity", "load[0].open". Zeroed before.
 */
void keys_find(const char *word, struct key_list *ret_list);
void key_list_finish(struct key_list *list);

/* The name of a key most like `word`, or NULL. */
const char *keys_nearest(const char *word);

/* Adds a value as it may be written, as JSON. */
void key_add_example(struct text *text, const struct field *field);

#endif
