/* Texts of JSON that change in whole words: most changes of single bytes make a text that is none, and never
 * come to what it means. */
#ifndef TANDEM_TESTS_JSON_MUTATE_H
#define TANDEM_TESTS_JSON_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Changes a text of `length` bytes in place, in room for `most`; returns its new length. The seed says how.
 */
size_t json_mutate(uint8_t *bytes, size_t length, size_t most, unsigned seed);

#endif
