/* SHA-256, as FIPS 180-4 has it: what `sha256sum FILE` prints. */
#ifndef TANDEM_BASE_SHA256_H
#define TANDEM_BASE_SHA256_H

#include <stddef.h>

struct sha256_text {
    char chars[65]; /* lower-case hexadecimal */
};

struct sha256_text sha256(const void *bytes, size_t length);

#endif
