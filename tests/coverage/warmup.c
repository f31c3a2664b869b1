/* Does the automatic warm-up take away what an empty beginning does to a mean? */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tally.h"
#include "trial.h"

static const char usage[] = "usage: warmup [--seeds N] FOLDER\n"
                            "\n"
                            "FOLDER has the scenarios.\n"
                            "  --seeds N  that many experiments of each, with and without a warm-up (1000)\n";

struct beginning {
    const char *scenario;
    double steady;    /* how many are there in the long run, mean */
    double from_zero; /* mean over a run that begins with nobody */
    double most_left; /* of the difference, with the warm-up */
    bool settles;     /* soon enough that the intervals are right then */
};

static const char metric[] = "server.present";

static const struct beginning beginnings[] = {
    /* E N(t) = L (1 - exp(-t)), L = 50, over 16 s. */
    {"crowd", 50.0, 50.0 * (1.0 - 1.0 / 16.0), 0.1, true},
    /* Over 300 s, by numerical integration of the birth-death equations (which has E N(10 s) = 2.03028156 and
     * E N(200 s) = 3.96298228, as A03.mm1 of tests/theory). Ten pilot runs of a queue whose relaxation time
     * is 90 s are noisy. */
    {"few", 4.0, 3.6685506349, 0.6, false},
};

enum { BEGINNINGS = sizeof beginnings / sizeof *beginnings, TESTS = 3 };

/* ---- experiments ---- */

static bool run_seed(struct spec *spec, uint64_t seed, double exact, struct tally *tally, struct error *error)
{
    struct experiment experiment;
    struct trial_values values;
    if (!trial_run(spec, seed, 1, &experiment, error))
        return false;
    bool ok = trial_find(&experiment, spec->policies[0].name, metric, &values);
    if (ok) {
        struct interval interval = {.mean = values.metric->value, .half_width = values.metric->half_width};
        tally_add(tally, &interval, exact);
    }
    experiment_finish(&experiment);
    return ok || error_set(error, "there is no metric \"%s\"", metric);
}

static bool run_seeds(const char *file, const char *set, unsigned seeds, double exact, struct tally *tally,
                      struct error *error)
{
    struct spec spec;
    if (!trial_read(file, &set, set != NULL, &spec, error))
        return false;
    bool ok = true;
    for (unsigned i = 1; ok && i <= seeds; i++)
        ok = run_seed(&spec, i, exact, tally, error);
    spec_finish(&spec);
    return ok;
}

/* ---- verdicts ---- */

static double standard_error(const struct tally *tally)
{
    return tally_sd(tally) / sqrt(tally->n);
}

/* Without a warm-up it is off by what theory says. */
static bool tell_without(const struct beginning *b, const struct tally *t, size_t number)
{
    double expected = b->from_zero - b->steady, off = tally_bias(t), se = standard_error(t);
    bool ok = fabs(off - expected) <= 4.0 * se;
    printf("%s %zu - %s: from the start %s is off by %+.4g +- %.2g, should be %+.4g; %u of %u intervals hold "
           "%g\n",
           ok ? "ok" : "not ok", number, b->scenario, metric, off, 4.0 * se, expected, t->hits, t->n,
           b->steady);
    return ok;
}

static bool tell_with(const struct beginning *b, const struct tally *t, size_t number)
{
    double most = b->most_left * fabs(b->from_zero - b->steady), off = tally_bias(t), se = standard_error(t);
    bool ok = fabs(off) <= most + 3.0 * se;
    printf("%s %zu - %s: with the automatic warm-up by %+.4g +- %.2g, at most %.4g\n", ok ? "ok" : "not ok",
           number, b->scenario, off, 3.0 * se, most);
    return ok;
}

static bool tell_coverage(const struct beginning *b, const struct tally *without, const struct tally *with,
                          size_t number)
{
    struct tally_bounds bounds = tally_bounds_of(with->n);
    unsigned least = b->settles ? bounds.least : without->hits;
    bool ok = with->hits >= least && with->hits <= bounds.most;
    printf("%s %zu - %s: %g is in %u of %u intervals of 95 %% then (%u to %u)\n", ok ? "ok" : "not ok",
           number, b->scenario, b->steady, with->hits, with->n, least, bounds.most);
    return ok;
}

static bool tell(const char *folder, size_t i, unsigned seeds)
{
    const struct beginning *b = &beginnings[i];
    struct tally without = {0}, with = {0};
    struct error error = {0};
    char *file = text_format("%s/%s.json", folder, b->scenario);
    bool ok = file ? run_seeds(file, NULL, seeds, b->steady, &without, &error) &&
                         run_seeds(file, "run.warmup=auto", seeds, b->steady, &with, &error)
                   : error_set(&error, "out of memory");
    free(file);
    if (ok) {
        ok = tell_without(b, &without, TESTS * i + 1);
        ok = tell_with(b, &with, TESTS * i + 2) && ok;
        ok = tell_coverage(b, &without, &with, TESTS * i + 3) && ok;
    } else {
        printf("Bail out! %s: %s\n", b->scenario, error_text(&error));
    }
    fflush(stdout);
    error_finish(&error);
    return ok;
}

int main(int argc, char **argv)
{
    bool few = argc > 3 && strcmp(argv[1], "--seeds") == 0, ok = true;
    unsigned seeds = few ? (unsigned)strtoul(argv[2], NULL, 10) : 1000;
    if (argc != (few ? 4 : 2) || seeds == 0) {
        fputs(usage, stderr);
        return 2;
    }
    printf("1..%d\n", BEGINNINGS * TESTS);
    for (size_t i = 0; i < BEGINNINGS; i++)
        ok = tell(argv[argc - 1], i, seeds) && ok;
    return ok ? 0 : 1;
}
