#include "experiment/lesson_lab.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/expect.h"

/* ---- trials ---- */

static void trial_forget(struct lesson_trial *trial)
{
    if (trial->done)
        experiment_finish(&trial->experiment);
    free(trial->chosen.policies);
    trial->chosen.policies = NULL;
    trial->done = false;
}

static void trial_free(struct lesson_trial *trial)
{
    if (!trial)
        return;
    trial_forget(trial);
    free(trial->wanted);
    spec_finish(&trial->spec);
    free(trial->key);
    free(trial);
}

void lesson_lab_finish(struct lesson_lab *lab)
{
    for (size_t i = 0; i < lab->n; i++)
        trial_free(lab->trials[i]);
    free(lab->trials);
    *lab = (struct lesson_lab){0};
}

/* What is set later counts, so the order does. */
static char *key_of(const char *const *sets, size_t n_sets)
{
    struct text key = {0};
    for (size_t i = 0; i < n_sets; i++)
        text_addf(&key, "%s\n", sets[i]);
    text_add(&key, "\n");
    return text_take(&key);
}

static bool read_spec(const struct lesson_lab *lab, const char *const *sets, size_t n_sets, struct spec *spec,
                      struct error *error)
{
    struct problem_list problems = {0};
    bool good = scenario_read(lab->source.text, lab->source.length, lab->source.file, ".", sets, n_sets, spec,
                              &problems);
    const char *why = NULL;
    for (size_t i = 0; i < problems.n && !why; i++)
        why = problems.problems[i].warning ? NULL : problems.problems[i].brief;
    if (!good)
        error_set(error, "%s", why && !problems.failed ? why : "out of memory");
    problem_list_finish(&problems);
    return good;
}

/* Hands the key over, whatever comes of it. */
static bool add_trial(struct lesson_lab *lab, char *key, const char *const *sets, size_t n_sets,
                      struct error *error)
{
    struct lesson_trial **trials = realloc(lab->trials, (lab->n + 1) * sizeof(struct lesson_trial *));
    struct lesson_trial *trial = trials ? calloc(1, sizeof *trial) : NULL;
    if (trials)
        lab->trials = trials;
    if (!trial) {
        free(key);
        return error_set(error, "out of memory");
    }
    trial->key = key;
    bool good = read_spec(lab, sets, n_sets, &trial->spec, error);
    if (good) {
        trial->wanted = calloc(trial->spec.n_policies + 1, sizeof *trial->wanted);
        good = trial->wanted || error_set(error, "out of memory");
    }
    if (good)
        lab->trials[lab->n++] = trial;
    else
        trial_free(trial);
    return good;
}

/* ---- policies ---- */

/* Does a name in the claim begin with the policy's? Where a minus stands before it, it may: one run too many
 * does no harm. */
static bool names_policy(const char *claim, const char *policy)
{
    size_t length = strlen(policy);
    for (const char *at = strstr(claim, policy); at; at = strstr(at + 1, policy))
        if (at[length] == '.' && (at == claim || !(isalnum((unsigned char)at[-1]) || strchr("._", at[-1]))))
            return true;
    return false;
}

/* The policies that the claims are about. What is found out from all of them at once, a warm-up or a
 * precision, takes all of them, as it does in `tandem run`. */
static void want_policies(struct lesson_trial *trial, const char *const *claims, size_t n_claims)
{
    const struct run_spec *run = &trial->spec.run;
    bool all = run->warmup_auto || run->precision > 0.0;
    for (size_t p = 0; p < trial->spec.n_policies; p++) {
        bool named = all;
        for (size_t i = 0; !named && i < n_claims; i++)
            named = names_policy(claims[i], trial->spec.policies[p].name);
        if (named && !trial->wanted[p])
            trial_forget(trial);
        trial->wanted[p] |= named;
    }
}

/* Where a claim names none, all: it is wrong, as will be told when it is to be decided. */
static bool choose_policies(struct lesson_trial *trial)
{
    bool none = true;
    for (size_t p = 0; p < trial->spec.n_policies; p++)
        none &= !trial->wanted[p];
    trial->chosen = trial->spec;
    trial->chosen.n_policies = 0;
    trial->chosen.policies = calloc(trial->spec.n_policies + 1, sizeof *trial->chosen.policies);
    for (size_t p = 0; trial->chosen.policies && p < trial->spec.n_policies; p++)
        if (trial->wanted[p] || none)
            trial->chosen.policies[trial->chosen.n_policies++] = trial->spec.policies[p];
    return trial->chosen.policies != NULL;
}

/* ---- asking ---- */

static bool find_trial(struct lesson_lab *lab, const char *const *sets, size_t n_sets, size_t *ret_trial,
                       struct error *error)
{
    char *key = key_of(sets, n_sets);
    if (!key)
        return error_set(error, "out of memory");
    for (size_t i = 0; i < lab->n; i++)
        if (strcmp(lab->trials[i]->key, key) == 0) {
            free(key);
            *ret_trial = i;
            return true;
        }
    if (!add_trial(lab, key, sets, n_sets, error))
        return false;
    *ret_trial = lab->n - 1;
    return true;
}

bool lesson_lab_want(struct lesson_lab *lab, const char *const *sets, size_t n_sets,
                     const char *const *claims, size_t n_claims, size_t *ret_trial, struct error *error)
{
    size_t trial = 0;
    if (!find_trial(lab, sets, n_sets, &trial, error))
        return false;
    want_policies(lab->trials[trial], claims, n_claims);
    *ret_trial = trial;
    return true;
}

/* ---- running ---- */

static bool run_trials(struct lesson_trial **trials, size_t n, const struct experiment_options *options,
                       struct error *error)
{
    struct spec **specs = calloc(n + 1, sizeof *specs);
    struct experiment *experiments = calloc(n + 1, sizeof *experiments);
    bool good = specs && experiments;
    if (!good)
        error_set(error, "out of memory");
    for (size_t i = 0; good && i < n; i++) {
        good = choose_policies(trials[i]) || error_set(error, "out of memory");
        specs[i] = &trials[i]->chosen;
    }
    good = good && experiments_run(specs, n, options, experiments, error);
    for (size_t i = 0; good && i < n; i++) {
        trials[i]->experiment = experiments[i];
        trials[i]->done = true;
    }
    free(experiments);
    free(specs);
    return good;
}

/* What ended before its time is no answer. */
static bool check_whole(const struct lesson_trial *trial, struct error *error)
{
    const struct experiment *experiment = &trial->experiment;
    struct text text = {0};
    if (experiment->cut.limit != LIMIT_NONE) {
        cut_add(&text, &trial->chosen, &experiment->cut);
        error_set(error, "%s", text_string(&text));
        text_finish(&text);
        return false;
    }
    return experiment->replications == experiment->wanted || error_set(error, "interrupted");
}

bool lesson_lab_run(struct lesson_lab *lab, const struct experiment_options *options, struct error *error)
{
    struct lesson_trial **trials = calloc(lab->n + 1, sizeof(struct lesson_trial *));
    size_t n = 0;
    if (!trials)
        return error_set(error, "out of memory");
    for (size_t i = 0; i < lab->n; i++)
        if (!lab->trials[i]->done)
            trials[n++] = lab->trials[i];
    bool good = n == 0 || run_trials(trials, n, options, error);
    for (size_t i = 0; good && i < n; i++)
        good = check_whole(trials[i], error);
    free(trials);
    return good;
}

/* ---- deciding ---- */

static bool read_claim(const char *claim, const struct experiment *experiment, struct expect *ret_expect,
                       struct error *error)
{
    struct expression_fault fault = {0};
    struct expect_spec spec = {.claim = (char *)claim, .bare = true};
    bool good = expect_read(&spec, experiment, ret_expect, &fault);
    if (!good)
        error_set(error, "\"%s\": %s", claim, error_text(&fault.error));
    expression_fault_finish(&fault);
    return good;
}

bool lesson_lab_decide(struct lesson_lab *lab, size_t trial, const char *const *claims, size_t n_claims,
                       struct expectation_list *ret_list, struct error *error)
{
    struct experiment *experiment = &lab->trials[trial]->experiment;
    struct expect *expects = calloc(n_claims + 1, sizeof *expects);
    size_t n = 0;
    bool good = expects || error_set(error, "out of memory");
    for (; good && n < n_claims; n += good)
        good = read_claim(claims[n], experiment, &expects[n], error);
    good = good && expect_decide(expects, n, experiment, error);
    if (good) {
        *ret_list = experiment->expectations;
        experiment->expectations = (struct expectation_list){0};
    }
    for (size_t i = 0; i < n; i++)
        expect_finish(&expects[i]);
    free(expects);
    return good;
}
