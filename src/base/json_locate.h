/* Where things stand in a JSON text, and whether it is one: a strict walk over the text itself, to be made
 * before a parser that is lenient, recursive or forgetful of positions is let at it. Comments must have been
 * blanked. */
#ifndef TANDEM_BASE_JSON_LOCATE_H
#define TANDEM_BASE_JSON_LOCATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum {
    JSON_DEEPEST = 64,          /* levels of objects and arrays in each other */
    JSON_MOST_VALUES = 5000000, /* so that a small file cannot ask for all of the memory */
};

/* A key, or with a NULL key the index of an element, on the way from the root to a value. */
struct json_step {
    const char *key; /* UTF-8, without escapes */
    size_t index;
};

/* Byte offsets; where there is no key (the root, elements of arrays) `key` equals `value`. */
struct json_place {
    size_t key, value;
};

/* From 1. A column is a character (code point), a tab is one. */
struct json_position {
    int line, column;
};

/* Called for each key that its object had before; `path` is that of the object, "" for the root. */
typedef void json_twice(void *data, const char *path, const char *key, size_t offset, size_t first_offset);

/* Is the text JSON (RFC 8259) in UTF-8, with no number that a double cannot hold and no "\u0000"? False, with
 * what was expected in `error` and its offset in `fault_offset`, at the first fault. Keys that stand twice
 * are valid JSON and told to `twice` (unless NULL). Needs memory for the keys, and to tell a fault. */
bool json_check(const char *text, size_t length, json_twice *twice, void *data, size_t *fault_offset,
                struct error *error);

/* Finds the value at `path` in a text that json_check() found good; of keys that stand twice the first. False
 * when there is no such value. One walk over the text. */
bool json_locate(const char *text, size_t length, const struct json_step *path, size_t n_steps,
                 struct json_place *ret_place);

/* The line and column of an offset; of the end when it lies beyond. Any text will do. */
struct json_position json_position(const char *text, size_t length, size_t offset);

/* Adds one step to a path as messages show it: `components.shop.endpoints.buy[0]`; keys that are not plain
 * stand as `calls["bank.pay"]`. */
void json_path_add(struct text *path, const struct json_step *step);

#endif
