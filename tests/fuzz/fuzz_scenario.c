/* Any bytes at all must end in a spec or in a list of problems: see `./dev fuzz`. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <gsl/gsl_errno.h>

#include "scenario/scenario.h"

int LLVMFuzzerInitialize(int *n, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *n, char ***arguments)
{
    (void)n;
    (void)arguments;
    gsl_set_error_handler_off(); /* as main() does */
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spec spec = {0};
    struct problem_list problems = {0};
    bool read = scenario_read((const char *)bytes, length, "fuzz.json", ".", NULL, 0, &spec, &problems);
    if (read != (problems.n_errors == 0))
        abort();
    if (read)
        spec_finish(&spec);
    problem_list_finish(&problems);
    return 0;
}
