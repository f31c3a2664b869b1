#include "experiment/seal.h"

#include <string.h>

#include "base/sha256.h"

static const char word[] = "sha256 ";

enum { WORD = sizeof word - 1, DIGITS = 64, SEAL = WORD + DIGITS + 1 };

void seal_add(struct text *text)
{
    if (text->failed)
        return;
    struct sha256_text sum = sha256(text_string(text), text->length);
    text_addf(text, "%s%s\n", word, sum.chars);
}

bool seal_check(const char *bytes, size_t length, size_t *ret_length)
{
    if (length < SEAL)
        return false;
    const char *seal = bytes + length - SEAL;
    struct sha256_text sum = sha256(bytes, length - SEAL);
    if (memcmp(seal, word, WORD) != 0 || memcmp(seal + WORD, sum.chars, DIGITS) != 0 ||
        seal[SEAL - 1] != '\n')
        return false;
    *ret_length = length - SEAL;
    return true;
}
