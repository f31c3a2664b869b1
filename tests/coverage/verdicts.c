/* Do verdicts keep what the level promises? M/M/1 with lambda = 0.5/s and mu = 1/s is run on many seeds, and
 * each run is asked claims whose sides are the same in truth, or differ by just the tolerance: there a claim
 * that says "less" is wrong to hold and one that says "at most" is wrong to fail, each 2.5 times in 100 with
 * a level of 95 %. And claims that are clearly right or wrong have to be told so. usage: verdicts --seeds N
 * FOLDER; TAP on standard output. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/expect.h"
#include "trial.h"

/* Kleinrock, Queueing Systems I, 1975, 3.2: the mean response time is 1 / (mu - lambda) = 2 s, and the worker
 * is busy for rho = 0.5 of its time. */
static const struct {
    char claim[64];
    enum { BOUNDARY, RIGHT, WRONG } truth;
} claims[] = {
    {"sync.response.mean <= 2s", BOUNDARY},
    {"sync.response.mean >= 2s", BOUNDARY},
    {"sync.server.busy < 0.5", BOUNDARY},
    {"sync.server.busy ~ 0.45 within 0.05", BOUNDARY},
    {"sync.server.busy ~ 0.55 within 0.05", BOUNDARY},
    {"2 * sync.server.busy ~ sync.throughput * 1s + 0.45 within 0.05", BOUNDARY},
    {"sync.server.busy > 0.4", RIGHT},
    {"sync.server.busy ~ 0.5 within 20%", RIGHT},
    {"sync.response.mean > 4s", WRONG},
    {"sync.server.busy ~ 0.7 within 10%", WRONG},
};

enum { CLAIMS = sizeof claims / sizeof *claims, REPLICATIONS = 20 };

struct tallies {
    unsigned verdicts[CLAIMS][EXPECTATION_SKIPPED + 1];
};

/* Of so many that are wrong with the chance 0.025 more than this are wrong once in 10000 times at most: the
 * mean and 4 standard deviations, and one for the skewness. */
static double most_wrong(unsigned n)
{
    const double chance = 0.025;
    return chance * n + 4.0 * sqrt(chance * (1.0 - chance) * n) + 1.0;
}

static bool read_claims(char *const *texts, struct expect *expects, const struct spec *spec,
                        struct error *error)
{
    struct experiment outline;
    bool ok = experiment_outline(spec, &outline, error);
    for (size_t i = 0; ok && i < CLAIMS; i++) {
        struct expression_fault fault = {0};
        ok = expect_read(&(struct expect_spec){.claim = texts[i]}, &outline, &expects[i], &fault);
        if (!ok)
            error_set(error, "%s: %s", claims[i].claim, error_text(&fault.error));
        expression_fault_finish(&fault);
    }
    experiment_finish(&outline);
    return ok;
}

static bool run_seed(struct spec *spec, const struct expect *expects, uint64_t seed, struct tallies *tallies,
                     struct error *error)
{
    struct experiment experiment;
    if (!trial_run(spec, seed, 2, &experiment, error))
        return false;
    bool ok = expect_decide(expects, CLAIMS, &experiment, error);
    for (size_t i = 0; ok && i < CLAIMS; i++)
        tallies->verdicts[i][experiment.expectations.expectations[i].verdict]++;
    experiment_finish(&experiment);
    return ok;
}

static bool is_kept(size_t claim, const struct tallies *tallies, unsigned n)
{
    const unsigned *verdicts = tallies->verdicts[claim];
    switch (claims[claim].truth) {
    case BOUNDARY:
        return verdicts[EXPECTATION_HOLDS] <= most_wrong(n) && verdicts[EXPECTATION_FAILS] <= most_wrong(n);
    case RIGHT: return verdicts[EXPECTATION_HOLDS] == n;
    case WRONG: return verdicts[EXPECTATION_FAILS] == n;
    }
    return false;
}

static int report(const struct tallies *tallies, unsigned n)
{
    int status = EXIT_SUCCESS;
    printf("1..%d\n", (int)CLAIMS);
    for (size_t i = 0; i < CLAIMS; i++) {
        const unsigned *verdicts = tallies->verdicts[i];
        bool kept = is_kept(i, tallies, n);
        status = kept ? status : EXIT_FAILURE;
        printf("%s %zu - %s: of %u held %u, failed %u, undecided %u\n", kept ? "ok" : "not ok", i + 1,
               claims[i].claim, n, verdicts[EXPECTATION_HOLDS], verdicts[EXPECTATION_FAILS],
               verdicts[EXPECTATION_UNDECIDED]);
    }
    return status;
}

int main(int argc, char **argv)
{
    static const char *const sets[] = {"run.replications=20", "run.duration=600s"};
    unsigned n = argc == 4 && strcmp(argv[1], "--seeds") == 0 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    char *file = n ? text_format("%s/mm1.json", argv[3]) : NULL;
    struct expect expects[CLAIMS] = {0};
    char *texts[CLAIMS];
    struct tallies tallies = {0};
    struct error error = {0};
    struct spec spec = {0};
    bool ok = file != NULL;
    for (size_t i = 0; i < CLAIMS; i++)
        ok &= (texts[i] = text_copy(claims[i].claim)) != NULL;
    if (!ok)
        return EXIT_FAILURE;
    ok = trial_read(file, sets, sizeof sets / sizeof *sets, &spec, &error) &&
         read_claims(texts, expects, &spec, &error);
    for (unsigned seed = 1; ok && seed <= n; seed++)
        ok = run_seed(&spec, expects, seed, &tallies, &error);
    spec_finish(&spec);
    for (size_t i = 0; i < CLAIMS; i++) {
        expect_finish(&expects[i]);
        free(texts[i]);
    }
    free(file);
    if (!ok)
        printf("Bail out! %s\n", error_text(&error));
    return ok ? report(&tallies, n) : EXIT_FAILURE;
}
