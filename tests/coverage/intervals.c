/* Does a 95 % interval hold the exact value as often as it says? Runs small experiments whose exact results
 * are known with one seed after another, and counts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aims.h"
#include "base/text.h"
#include "stats/interval.h"
#include "tally.h"
#include "trial.h"

static const char usage[] = "usage: intervals [--seeds N] [--first SEED] [--details] FOLDER CASE...\n"
                            "\n"
                            "FOLDER has the scenarios; CASE is the name of one, without .json.\n"
                            "  --seeds N     that many experiments of each (1000)\n"
                            "  --first SEED  the seed of the first one (1)\n"
                            "  --details     how wide the intervals are, and what bias is left\n";

enum { MOST_CASES = 16 };

struct options {
    const char *folder, *cases[MOST_CASES];
    size_t n_cases;
    unsigned seeds;
    uint64_t first;
    bool details;
};

/* A bias that is small against the standard error of one experiment does no harm to its interval. */
static void tell_details(const struct tally *tally)
{
    double sd = tally_sd(tally);
    printf("#   half-width %.4g, bias %+.3f +- %.3f standard errors\n", tally->half_widths / tally->n,
           tally_bias(tally) / sd, 2.0 / sqrt(tally->n));
}

/* ---- one experiment ---- */

/* As a run prints it: a mean, or a paired difference of two policies. */
static bool estimate(const struct experiment *experiment, const struct aim *aim,
                     struct interval *ret_interval, struct error *error)
{
    struct trial_values first, other;
    if (!trial_find(experiment, experiment->policies[0].name, aim->metric, &first) ||
        (aim->less && !trial_find(experiment, aim->less, aim->metric, &other)))
        return error_set(error, "there is no metric \"%s\"", aim->metric);
    if (aim->less)
        *ret_interval = interval_of_differences(first.values, other.values, first.stride, other.stride,
                                                first.n, TALLY_LEVEL);
    else
        *ret_interval =
            (struct interval){.mean = first.metric->value, .half_width = first.metric->half_width};
    return true;
}

static bool run_seed(struct spec *spec, uint64_t seed, const struct aim *aims, size_t n_aims,
                     struct tally *tallies, struct error *error)
{
    struct experiment experiment;
    struct interval interval = {0};
    if (!trial_run(spec, seed, 1, &experiment, error))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < n_aims; i++) {
        ok = estimate(&experiment, &aims[i], &interval, error);
        if (ok)
            tally_add(&tallies[i], &interval, aims[i].exact);
    }
    experiment_finish(&experiment);
    return ok;
}

/* ---- one case ---- */

static bool run_seeds(const struct options *options, const struct aim_list *list, struct tally *tallies,
                      struct error *error)
{
    struct spec spec;
    char *file = text_format("%s/%s.json", options->folder, list->name);
    bool ok = file ? trial_read(file, NULL, 0, &spec, error) : error_set(error, "out of memory");
    free(file);
    if (!ok)
        return false;
    for (unsigned i = 0; ok && i < options->seeds; i++)
        ok = run_seed(&spec, options->first + i, list->aims, list->n, tallies, error);
    spec_finish(&spec);
    return ok;
}

/* How many metrics are not covered as they should be. */
static size_t tell_case(const struct options *options, const struct aim_list *list,
                        const struct tally *tallies, size_t *number)
{
    struct tally_bounds bounds = tally_bounds_of(options->seeds);
    size_t n_wrong = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct tally *t = &tallies[i];
        bool ok = t->hits >= bounds.least && t->hits <= bounds.most;
        n_wrong += !ok;
        const struct aim *aim = &list->aims[i];
        printf("%s %zu - %s: %s%s%s = %.6g is in %u of %u intervals of 95 %% (%u to %u)\n",
               ok ? "ok" : "not ok", ++*number, list->name, aim->metric, aim->less ? ", less with " : "",
               aim->less ? aim->less : "", aim->exact, t->hits, t->n, bounds.least, bounds.most);
        if (options->details)
            tell_details(t);
    }
    fflush(stdout);
    return n_wrong;
}

static bool run_case(const struct options *options, const struct aim_list *list, size_t *number,
                     struct error *error)
{
    struct tally *tallies = calloc(list->n, sizeof *tallies);
    bool ok = tallies ? run_seeds(options, list, tallies, error) : error_set(error, "out of memory");
    if (!ok)
        printf("Bail out! %s: %s\n", list->name, error_text(error));
    else
        ok = tell_case(options, list, tallies, number) == 0;
    free(tallies);
    return ok;
}

static bool run_cases(const struct options *options)
{
    size_t number = 0, n_lines = 0;
    bool ok = true;
    for (size_t i = 0; i < options->n_cases; i++) {
        const struct aim_list *list = aims_of(options->cases[i]);
        if (!list) {
            printf("Bail out! there is no case \"%s\"\n", options->cases[i]);
            return false;
        }
        n_lines += list->n;
    }
    printf("1..%zu\n", n_lines);
    for (size_t i = 0; i < options->n_cases; i++) {
        struct error error = {0};
        ok = run_case(options, aims_of(options->cases[i]), &number, &error) && ok;
        error_finish(&error);
    }
    return ok;
}

/* ---- the command ---- */

static bool take_operand(const char *operand, struct options *options)
{
    if (*operand == '-' || options->n_cases == MOST_CASES)
        return false;
    if (!options->folder)
        options->folder = operand;
    else
        options->cases[options->n_cases++] = operand;
    return true;
}

static bool read_options(int argc, char **argv, struct options *ret_options)
{
    struct options options = {.seeds = 1000, .first = 1};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--details") == 0)
            options.details = true;
        else if (strcmp(argv[i], "--seeds") == 0 && value)
            options.seeds = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--first") == 0 && value)
            options.first = strtoull(argv[++i], NULL, 10);
        else if (!take_operand(argv[i], &options))
            return false;
    }
    *ret_options = options;
    return options.n_cases > 0 && options.seeds > 0;
}

int main(int argc, char **argv)
{
    struct options options;
    if (!read_options(argc, argv, &options)) {
        fputs(usage, stderr);
        return 2;
    }
    return run_cases(&options) ? 0 : 1;
}
