/* Bytes choose a scenario, all that the model can do mixed, which runs for a moment under all its policies.
 */
#include "bounded_run.h"
#include "fuzz.h"
#include "random_spec.h"

enum { MOST_EVENTS = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spec spec = random_spec_of_bytes(bytes, length);
    bounded_run(&spec, MOST_EVENTS);
    spec_finish(&spec);
    return 0;
}
