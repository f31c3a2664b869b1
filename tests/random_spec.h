/* Scenarios made by chance: any mixture of all that the model can do. For tests of what must hold in every
 * run. */
#ifndef TANDEM_TESTS_RANDOM_SPEC_H
#define TANDEM_TESTS_RANDOM_SPEC_H

#include <stdint.h>

#include "model/spec.h"

/* The scenario number `seed`; the caller owns it (spec_finish). Ends the process when memory is gone. */
struct spec random_spec(uint64_t seed);

#endif
