/* Scenarios made by chance: any mixture of all that the model can do. For tests of what must hold in every
 * run. */
#ifndef TANDEM_TESTS_RANDOM_SPEC_H
#define TANDEM_TESTS_RANDOM_SPEC_H

#include <stddef.h>
#include <stdint.h>

#include "model/spec.h"

/* The scenario number `seed`; the caller owns it (spec_finish). Ends the process when memory is gone. */
struct spec random_spec(uint64_t seed);

/* The same, chosen byte by byte, with more kinds of loads and distributions and a run of 2 s at most. No
 * bytes: the plainest. */
struct spec random_spec_of_bytes(const uint8_t *bytes, size_t n);

#endif
