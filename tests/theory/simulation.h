/* A scenario with some settings under some policies, simulated as `tandem run` does it. */
#ifndef TANDEM_TESTS_SIMULATION_H
#define TANDEM_TESTS_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/experiment.h"

struct simulation {
    struct spec spec;             /* with all policies of the file */
    struct spec run;              /* with those needed, borrowed from it */
    struct policy_spec *policies; /* owned */
    struct experiment experiment;
};

/* `settings`: "PATH=VALUE; PATH=VALUE", `policies`: names with spaces between, a name may come twice. `seed`
 * 0 = as the file says. */
bool simulation_run(const char *folder, const char *scenario, const char *settings, const char *policies,
                    uint64_t seed, unsigned threads, struct simulation *ret_simulation, struct error *error);
void simulation_finish(struct simulation *simulation);

/* The value of an expression in each replication (free() it); names are metrics of the first of `policies`,
 * or of the policy they begin with. `ret_is_time`: the expression is a time in seconds that stands by itself.
 */
double *simulation_values(const struct simulation *simulation, const char *policies, const char *expression,
                          size_t *ret_n, bool *ret_is_time, struct error *error);

#endif
