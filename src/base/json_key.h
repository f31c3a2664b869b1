/* The characters of JSON strings, and keys as they stand in a text, escapes and all. */
#ifndef TANDEM_BASE_JSON_KEY_H
#define TANDEM_BASE_JSON_KEY_H

#include <stdbool.h>
#include <stddef.h>

/* The text of a string between its quotation marks; must be good JSON. */
struct json_key {
    const char *begin, *end;
};

/* The number of bytes of the UTF-8 character at `at`, which must lie before `end`, and its code point; 0 when
 * the bytes there are not UTF-8. */
size_t json_utf8(const char *at, const char *end, unsigned long *ret_code);

/* The value of the four hexadecimal digits of a \u escape; -1 when they are not that. */
long json_hex_four(const char *at, const char *end);

/* The order of two keys by their characters: "a" and "\u0061" are the same. */
int json_key_compare(const struct json_key *a, const struct json_key *b);

/* Is it the key that `name`, in UTF-8, says? */
bool json_key_is(const struct json_key *key, const char *name);

/* The key in UTF-8 (free() it), or NULL. */
char *json_key_text(const struct json_key *key);

#endif
