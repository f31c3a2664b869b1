/* Any bytes at all must end in a spec or in a list of problems. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "json_mutate.h"
#include "scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spec spec = {0}, again = {0};
    struct problem_list problems = {0}, same = {0};
    bool read =
        scenario_read((const char *)bytes, length, "fuzz.json", fuzz_folder(), NULL, 0, &spec, &problems);
    fuzz_check_problems(&problems, read);
    bool reread =
        scenario_read((const char *)bytes, length, "fuzz.json", fuzz_folder(), NULL, 0, &again, &same);
    fuzz_check(read == reread && problems.n == same.n, "it is read twice alike", NULL);
    for (size_t i = 0; i < problems.n; i++)
        fuzz_check(strcmp(problems.problems[i].text, same.problems[i].text) == 0, "the same problem twice",
                   problems.problems[i].text);
    if (read) {
        fuzz_check(strcmp(spec.fingerprint, again.fingerprint) == 0, "the same fingerprint twice", NULL);
        spec_finish(&spec);
        spec_finish(&again);
    }
    problem_list_finish(&problems);
    problem_list_finish(&same);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
    return json_mutate(bytes, length, most, seed);
}
