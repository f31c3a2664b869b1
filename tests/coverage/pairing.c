/* How much narrower do the same random numbers make a comparison? By how many times the variance of a paired
 * difference is smaller than that of a difference of two independent runs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "stats/interval.h"
#include "trial.h"

static const char usage[] =
    "usage: pairing [--replications N] FILE...\n"
    "       pairing --check FOLDER\n"
    "\n"
    "Prints the gain in each scenario, between the first policy and each other.\n"
    "  --replications N  that many of each policy (20)\n"
    "  --check FOLDER    is the gain in FOLDER/chain-of-three.json as large as it should be?\n";

/* Seeds whose numbers have nothing to do with each other. */
enum { SEED = 1, OTHER_SEED = 2 };

/* ---- the same scenario, twice ---- */

struct twins {
    struct spec spec;
    struct experiment same, other; /* with SEED, with OTHER_SEED */
};

static bool twins_run(const char *file, uint32_t replications, unsigned threads, struct twins *ret_twins,
                      struct error *error)
{
    struct twins twins = {0};
    if (!trial_read(file, NULL, 0, &twins.spec, error))
        return false;
    twins.spec.run.precision = 0.0; /* as many replications of both */
    if (replications)
        twins.spec.run.replications = replications;
    bool ok = trial_run(&twins.spec, SEED, threads, &twins.same, error) &&
              trial_run(&twins.spec, OTHER_SEED, threads, &twins.other, error);
    if (ok) {
        *ret_twins = twins;
    } else {
        experiment_finish(&twins.same);
        spec_finish(&twins.spec);
    }
    return ok;
}

static void twins_finish(struct twins *twins)
{
    experiment_finish(&twins->other);
    experiment_finish(&twins->same);
    spec_finish(&twins->spec);
}

/* ---- the gain ---- */

struct gain {
    double paired;    /* NAN when nothing varies */
    double unrelated; /* the same with the other seed's numbers for the other policy: about 1 */
    double most;      /* what it would be if both went up and down together */
};

static double sd_of(const struct trial_values *v)
{
    return sqrt(interval_of(v->values, v->stride, v->n, 0.95).variance);
}

static double gain_of(const struct trial_values *a, const struct trial_values *b)
{
    return interval_pairing_gain(a->values, b->values, a->stride, b->stride, a->n);
}

/* Of the first policy and `other`. */
static bool find_gain(const struct twins *twins, const char *other, const char *metric, struct gain *ret_gain)
{
    struct trial_values a, b, unrelated;
    if (!trial_find(&twins->same, twins->spec.policies[0].name, metric, &a) ||
        !trial_find(&twins->same, other, metric, &b) || !trial_find(&twins->other, other, metric, &unrelated))
        return false;
    double sd_a = sd_of(&a), sd_b = sd_of(&b);
    ret_gain->paired = gain_of(&a, &b);
    ret_gain->unrelated = gain_of(&a, &unrelated);
    /* Correlation 1: Var(a - b) = (sd a - sd b)^2 */
    ret_gain->most = (sd_a * sd_a + sd_b * sd_b) / ((sd_a - sd_b) * (sd_a - sd_b));
    return true;
}

/* ---- a table ---- */

static void tell_row(const struct twins *twins, size_t policy, const char *metric)
{
    const struct spec *spec = &twins->spec;
    const char *other = spec->policies[policy].name;
    struct gain gain;
    if (!find_gain(twins, other, metric, &gain) || isnan(gain.paired))
        return;
    char *pair = text_format("%s - %s", spec->policies[0].name, other);
    printf("%-20s %-20s %-20s %9.4g %9.4g %9.3g\n", spec->name, pair ? pair : other, metric, gain.paired,
           gain.most, gain.unrelated);
    free(pair);
}

static bool tell_scenario(const char *file, uint32_t replications, struct error *error)
{
    struct twins twins;
    if (!twins_run(file, replications, 0, &twins, error))
        return false;
    char *blocked = text_format("%s.blocked", twins.spec.components[0].name);
    const char *metrics[] = {"response.mean", "completion.mean", "throughput", blocked};
    for (size_t p = 1; blocked && p < twins.spec.n_policies; p++)
        for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++)
            tell_row(&twins, p, metrics[m]);
    fflush(stdout);
    free(blocked);
    twins_finish(&twins);
    return true;
}

static bool tell_scenarios(char **files, size_t n, uint32_t replications)
{
    bool ok = true;
    printf("%-20s %-20s %-20s %9s %9s %9s\n", "scenario", "difference", "metric", "gain", "at most",
           "unpaired");
    for (size_t i = 0; i < n; i++) {
        struct error error = {0};
        if (!tell_scenario(files[i], replications, &error)) {
            fprintf(stderr, "pairing: %s\n", error_text(&error));
            ok = false;
        }
        error_finish(&error);
    }
    return ok;
}

/* ---- a test ---- */

/* Where both policies meet the same queues, or none. (A queue's user waits for the first component alone; and
 * the time blocked has nothing to go up and down with where the other policy never blocks.) */
static const struct claim {
    const char *metric, *other;
} claims[] = {
    {"response.mean", "async"},   {"completion.mean", "async"}, {"throughput", "async"},
    {"completion.mean", "queue"}, {"throughput", "queue"},
};

enum { CLAIMS = sizeof claims / sizeof *claims };

/* Of 60 independent pairs one in ten thousand has a correlation beyond 0.5. */
static const double least_gain = 5.0, least_unrelated = 1.0 / 1.5, most_unrelated = 2.0;

static bool check_claim(const struct twins *twins, const struct claim *claim, size_t number)
{
    struct gain gain = {0};
    bool ok = find_gain(twins, claim->other, claim->metric, &gain) && gain.paired >= least_gain &&
              gain.unrelated >= least_unrelated && gain.unrelated <= most_unrelated;
    printf("%s %zu - %s, less with %s: variance %.3g times smaller (%g), %.3g with unrelated seeds\n",
           ok ? "ok" : "not ok", number, claim->metric, claim->other, gain.paired, least_gain,
           gain.unrelated);
    return ok;
}

static bool check(const char *folder)
{
    struct error error = {0};
    struct twins twins;
    char *file = text_format("%s/chain-of-three.json", folder);
    bool ok = file ? twins_run(file, 0, 1, &twins, &error) : error_set(&error, "out of memory");
    free(file);
    if (!ok) {
        printf("Bail out! %s\n", error_text(&error));
        error_finish(&error);
        return false;
    }
    printf("1..%d\n", CLAIMS);
    for (size_t i = 0; i < CLAIMS; i++)
        ok = check_claim(&twins, &claims[i], i + 1) && ok;
    twins_finish(&twins);
    return ok;
}

int main(int argc, char **argv)
{
    uint32_t replications = 20;
    int i = 1;
    if (argc == 3 && strcmp(argv[1], "--check") == 0)
        return check(argv[2]) ? 0 : 1;
    if (argc > 3 && strcmp(argv[1], "--replications") == 0) {
        replications = (uint32_t)strtoul(argv[2], NULL, 10);
        i = 3;
    }
    if (i == argc || *argv[i] == '-' || replications < 2) {
        fputs(usage, stderr);
        return 2;
    }
    return tell_scenarios(argv + i, (size_t)(argc - i), replications) ? 0 : 1;
}
