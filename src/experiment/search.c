#include "experiment/search.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "experiment/study.h"

/* ---- making and unmaking ---- */

static void probe_finish(struct search_probe *probe)
{
    free(probe->refusal);
    goal_judgement_finish(&probe->judgement);
}

void search_finish(struct search *search)
{
    if (!search)
        return;
    for (size_t p = 0; search->policies && p < search->n_policies; p++) {
        for (size_t i = 0; i < search->policies[p].n_probes; i++)
            probe_finish(&search->policies[p].probes[i]);
        free(search->policies[p].probes);
    }
    free(search->policies);
    free(search->name);
    free(search->cut);
    *search = (struct search){0};
}

static bool search_init(struct search *search, const struct search_question *question)
{
    const struct experiment *outline = question->outline;
    *search = (struct search){.space = question->space,
                              .goal = question->goal,
                              .policies = calloc(outline->n_policies + 1, sizeof *search->policies)};
    if (!search->policies)
        return false;
    search->n_policies = outline->n_policies;
    for (size_t p = 0; p < outline->n_policies; p++) {
        search->policies[p].name = outline->policies[p].name;
        search->policies[p].lacking = goal_missing(question->goal, &outline->policies[p].metrics);
        search->policies[p].bracket = search_bracket(search->space, NULL, 0);
    }
    return true;
}

/* ---- the risk ---- */

static size_t count_policies(const struct search *search)
{
    size_t n = 0;
    for (size_t p = 0; p < search->n_policies; p++)
        n += !search->policies[p].lacking;
    return n;
}

static uint32_t next_round(const struct search *search, uint32_t replications)
{
    uint32_t most = search->most_replications;
    return replications == 0 ? search->first_replications : replications > most / 2 ? most : 2 * replications;
}

static size_t count_looks(const struct search *search)
{
    size_t looks = 0;
    for (uint32_t n = 0; n < search->most_replications; n = next_round(search, n))
        looks++;
    return looks;
}

/* Of one look at the probe that a policy made last. */
static double risk_of(const struct search *search, const struct search_policy *policy)
{
    double k = (double)policy->n_probes;
    return (1.0 - search->confidence) / (double)count_policies(search) / (double)count_looks(search) /
           (k * (k + 1.0));
}

/* ---- the probes of a step ---- */

/* A probe under way. */
struct trial {
    struct search_policy *policy;
    struct search_probe *probe; /* its last */
    struct spec spec;           /* owned; with this policy alone */
    struct experiment experiment;
    bool open; /* not yet decided */
};

struct step {
    struct trial *trials; /* owned; room for one a policy */
    size_t n;
    struct spec **specs;            /* owned; of the trials */
    struct experiment *experiments; /* owned; with room for the policies' runs */
};

static void step_finish(struct step *step)
{
    for (size_t i = 0; step->trials && i < step->n; i++) {
        if (step->experiments)
            experiment_finish(&step->experiments[i]);
        spec_finish(&step->trials[i].spec);
    }
    free(step->trials);
    free(step->specs);
    free(step->experiments);
}

static double next_of(const struct search *search, const struct search_policy *policy,
                      struct search_try *tries)
{
    for (size_t i = 0; i < policy->n_probes; i++)
        tries[i] = policy->probes[i].try;
    return search_next(search->space, tries, policy->n_probes);
}

/* The next value for a policy; NAN when it is done. */
static bool propose(const struct search *search, const struct search_policy *policy, double *ret_x,
                    struct error *error)
{
    struct search_try *tries = calloc(policy->n_probes + 1, sizeof *tries);
    if (!tries)
        return error_set(error, "out of memory");
    *ret_x = next_of(search, policy, tries);
    free(tries);
    return true;
}

static struct search_probe *add_probe(const struct search *search, struct search_policy *policy, double x)
{
    struct search_probe *probes = realloc(policy->probes, (policy->n_probes + 1) * sizeof *probes);
    if (!probes)
        return NULL;
    policy->probes = probes;
    probes += policy->n_probes++;
    *probes = (struct search_probe){.try = {.x = x}, .value = search_value(search->space, x)};
    return probes;
}

/* Going further out ends where the scenario makes no sense any more; elsewhere it must. */
static bool may_be_refused(const struct search *search, const struct search_policy *policy)
{
    const struct search_probe *probes = policy->probes, *last = &probes[policy->n_probes - 1];
    bool least = true, greatest = true;
    for (const struct search_probe *probe = probes; probe < last; probe++) {
        least &= last->try.x < probe->try.x;
        greatest &= last->try.x > probe->try.x;
    }
    return !search->space->ranged && policy->n_probes > 1 && (least || greatest);
}

/* Begins a probe: a trial of the step, if the scenario makes sense at x. */
static bool begin(struct search *search, struct search_policy *policy, double x,
                  const struct search_question *question, struct step *step, struct error *error)
{
    struct search_probe *probe = add_probe(search, policy, x);
    struct trial *trial = &step->trials[step->n];
    if (!probe)
        return error_set(error, "out of memory");
    if (!search_read(search->space, question->source, x, &trial->spec, &probe->refusal)) {
        probe->try.refused = true;
        if (!probe->refusal)
            return error_set(error, "out of memory");
        return may_be_refused(search, policy) || error_set(error, "%s=%s: %s", search->space->axis.paths[0],
                                                           probe->value.chars, probe->refusal);
    }
    spec_keep_policies(&trial->spec, &policy->name, 1);
    trial->spec.run.precision = 0.0; /* the search itself says when there are enough */
    trial->policy = policy;
    trial->probe = probe;
    trial->open = true;
    step->n++;
    return true;
}

/* A probe of each policy that is not finished. */
static bool step_init(struct step *step, struct search *search, const struct search_question *question,
                      struct error *error)
{
    size_t n = search->n_policies + 1;
    *step = (struct step){.trials = calloc(n, sizeof *step->trials),
                          .specs = calloc(n, sizeof *step->specs),
                          .experiments = calloc(n, sizeof *step->experiments)};
    if (!step->trials || !step->specs || !step->experiments)
        return error_set(error, "out of memory");
    for (size_t p = 0; p < search->n_policies; p++) {
        struct search_policy *policy = &search->policies[p];
        double x = (double)NAN;
        if (policy->finished || policy->lacking)
            continue;
        if (!propose(search, policy, &x, error))
            return false;
        policy->finished = isnan(x);
        if (!policy->finished && !begin(search, policy, x, question, step, error))
            return false;
    }
    return true;
}

/* ---- replications ---- */

/* The policies' runs, that the study fills. */
static bool make_room(struct step *step)
{
    for (size_t i = 0; i < step->n; i++) {
        step->specs[i] = &step->trials[i].spec;
        step->experiments[i].policies = calloc(1, sizeof *step->experiments[i].policies);
        if (!step->experiments[i].policies)
            return false;
        step->experiments[i].n_policies = 1;
        step->experiments[i].policies[0].name = step->trials[i].policy->name;
    }
    return true;
}

/* Intervals shrink as the root of the number of replications: will the most that are allowed hardly be
 * enough? What few replications say of this is not heard. */
static bool is_hopeless(const struct search *search, const struct goal_judgement *judgement,
                        double replications)
{
    double needed = replications / (judgement->reach * judgement->reach);
    return replications >= SEARCH_GIVE_UP_AFTER &&
           needed > SEARCH_GIVE_UP_BEYOND * (double)search->most_replications;
}

static bool judge(const struct search *search, struct trial *trial, const struct policy_run *run,
                  struct error *error)
{
    struct search_probe *probe = trial->probe;
    goal_judgement_finish(&probe->judgement);
    if (!goal_judge(search->goal, &run->metrics, risk_of(search, trial->policy), &probe->judgement, error))
        return false;
    probe->grows = run->backlog.verdict == STEADINESS_GROWS;
    probe->replications = (uint32_t)run->metrics.n_replications;
    probe->try.verdict = probe->grows ? GOAL_MISSED : probe->judgement.verdict;
    probe->try.events = metric_value(&run->metrics, "events");
    bool undecided = probe->try.verdict == GOAL_UNDECIDED, met = probe->try.verdict == GOAL_MET;
    bool judged = run->backlog.verdict == STEADINESS_STEADY; /* by few, perhaps */
    trial->open = (undecided && !is_hopeless(search, &probe->judgement, probe->replications)) ||
                  (met && judged && probe->replications < SEARCH_FEWEST_TO_MEET);
    return true;
}

static bool is_stopped(const struct search *search, const struct experiment_options *options)
{
    return search->cut || (options->stop && *options->stop);
}

/* Notes the limit that one of the replications came to. */
static bool note_cut(struct search *search, const struct step *step, const struct study *study,
                     struct error *error)
{
    size_t i = 0;
    while (i < step->n && study->parts[i].cut.limit == LIMIT_NONE)
        i++;
    if (i == step->n)
        return true;
    struct text text = {0};
    text_addf(&text, "%s=%s, ", search->space->axis.paths[0], step->trials[i].probe->value.chars);
    cut_add(&text, &step->trials[i].spec, &study->parts[i].cut);
    search->cut = text_take(&text);
    return search->cut || error_set(error, "out of memory");
}

/* Brings the open trials up to `replications`, and judges them. */
static bool round_of(struct search *search, struct step *step, struct study *study, uint32_t replications,
                     struct error *error)
{
    study->progress = (struct experiment_progress){0};
    for (size_t i = 0; i < step->n; i++) {
        uint32_t have = study->parts[i].replications;
        if (!step->trials[i].open)
            continue;
        bool ok = study_reserve(study, i, replications);
        for (uint32_t r = have; ok && r < replications; r++)
            ok = study_add(study, &(struct study_task){i, 0, r, false}, true);
        if (!ok)
            return error_set(error, "out of memory");
        study->progress.all += replications - have;
    }
    if (!study_perform(study, error) || !note_cut(search, step, study, error))
        return false;
    for (size_t i = 0; i < step->n && !is_stopped(search, study->options); i++)
        if (step->trials[i].open)
            if (!study_combine(&study->parts[i], replications, error) ||
                !judge(search, &step->trials[i], &step->experiments[i].policies[0], error))
                return false;
    return true;
}

static bool any_open(const struct step *step)
{
    bool open = false;
    for (size_t i = 0; i < step->n; i++)
        open |= step->trials[i].open;
    return open;
}

static bool run_rounds(struct search *search, struct step *step, struct study *study, struct error *error)
{
    for (size_t i = 0; i < step->n; i++)
        study->progress.all += study->parts[i].spec->run.warmup_auto ? PILOT_REPLICATIONS : 0.0;
    bool ok = study_find_warmups(study, error) && note_cut(search, step, study, error);
    for (uint32_t n = 0;
         ok && any_open(step) && !is_stopped(search, study->options) && n < search->most_replications;) {
        n = next_round(search, n);
        ok = round_of(search, step, study, n, error);
    }
    return ok;
}

static bool step_run(struct search *search, struct step *step, const struct experiment_options *options,
                     struct error *error)
{
    struct study study;
    if (!make_room(step) || !study_init(&study, step->specs, step->n, step->experiments, options))
        return error_set(error, "out of memory");
    bool ok = run_rounds(search, step, &study, error);
    study_finish(&study);
    return ok;
}

/* ---- the search ---- */

/* What was not looked at even once is not told. */
static void drop_unseen(struct search *search)
{
    for (size_t p = 0; p < search->n_policies; p++) {
        struct search_policy *policy = &search->policies[p];
        struct search_probe *last = policy->n_probes ? &policy->probes[policy->n_probes - 1] : NULL;
        if (last && !last->refusal && last->replications == 0) {
            probe_finish(last);
            policy->n_probes--;
        }
    }
}

static bool conclude(struct search *search, struct error *error)
{
    for (size_t p = 0; p < search->n_policies; p++) {
        struct search_policy *policy = &search->policies[p];
        struct search_try *tries = calloc(policy->n_probes + 1, sizeof *tries);
        if (!tries)
            return error_set(error, "out of memory");
        for (size_t i = 0; i < policy->n_probes; i++)
            tries[i] = policy->probes[i].try;
        policy->bracket = search_bracket(search->space, tries, policy->n_probes);
        free(tries);
    }
    return true;
}

/* The rules of the run, from the scenario at the value where the search begins. */
static bool read_rules(struct search *search, const struct search_question *question, struct error *error)
{
    const struct search_space *space = search->space;
    struct spec spec;
    char *refusal = NULL;
    double x = space->ranged ? space->low : space->start;
    if (!search_read(space, question->source, x, &spec, &refusal)) {
        error_set(error, "%s=%s: %s", space->axis.paths[0], search_value(space, x).chars,
                  refusal ? refusal : "out of memory");
        free(refusal);
        return false;
    }
    uint32_t first = spec.run.replications, most = question->most_replications;
    if (most == 0)
        most = spec.run.precision > 0.0 ? spec.run.max_replications : SEARCH_USUAL_REPLICATIONS;
    search->run = spec.run;
    search->name = text_copy(spec.name);
    search->confidence = spec.run.confidence > 0.0 ? spec.run.confidence : 0.95;
    search->first_replications = first > SEARCH_FEWEST_REPLICATIONS ? first : SEARCH_FEWEST_REPLICATIONS;
    search->most_replications = most > search->first_replications ? most : search->first_replications;
    spec_finish(&spec);
    return search->name || error_set(error, "out of memory");
}

static bool search_all(struct search *search, const struct search_question *question,
                       const struct experiment_options *options, const struct search_watch *watch,
                       struct error *error)
{
    struct experiment_options numbers = *options;
    bool ok = read_rules(search, question, error), more = ok;
    numbers.numbers_only = true;
    for (size_t k = 1; more && !is_stopped(search, options); k++) {
        struct step step;
        ok = step_init(&step, search, question, error);
        if (ok && step.n && watch && watch->step)
            watch->step(watch->data, search, k);
        ok = ok && (step.n == 0 || step_run(search, &step, &numbers, error));
        step_finish(&step);
        more = false;
        for (size_t p = 0; ok && p < search->n_policies; p++)
            more |= !search->policies[p].finished && !search->policies[p].lacking;
    }
    drop_unseen(search);
    return ok && conclude(search, error);
}

bool search_run(const struct search_question *question, const struct experiment_options *options,
                const struct search_watch *watch, struct search *ret_search, struct error *error)
{
    static const struct experiment_options usual = {0};
    struct search search;
    bool ok = search_init(&search, question) || error_set(error, "out of memory");
    ok = ok && search_all(&search, question, options ? options : &usual, watch, error);
    if (ok)
        *ret_search = search;
    else
        search_finish(&search);
    return ok;
}

enum search_outcome search_outcome(const struct search_policy *policy)
{
    const struct search_bracket *b = &policy->bracket;
    if (policy->lacking)
        return SEARCH_LACKING;
    if (policy->n_probes == 0)
        return SEARCH_STOPPED;
    if (b->met == SEARCH_NONE && b->missed == SEARCH_NONE)
        return SEARCH_UNDECIDED;
    return b->met == SEARCH_NONE ? SEARCH_NEVER : b->missed == SEARCH_NONE ? SEARCH_NO_LIMIT : SEARCH_FOUND;
}
