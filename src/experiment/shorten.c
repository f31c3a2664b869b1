/* What comes of an experiment whose replications came to a limit. */
#include <stdlib.h>

#include "experiment/machine.h"
#include "experiment/study.h"
#include "experiment/threads.h"

void study_set_limits(struct study *study)
{
    const struct limits *asked = study->options->limits;
    size_t threads = study->options->threads ? study->options->threads : threads_available();
    struct limits limits = asked ? *asked : (struct limits){0};
    if (limits.bytes == 0)
        limits.bytes = machine_memory_share(threads < study->n_tasks ? threads : study->n_tasks);
    if (study->again && limits.wall_until_s > 0.0) /* as long again, and not a bit less on a busy machine */
        limits.wall_until_s = machine_now_s() + 2.0 * (limits.wall_until_s - study->began_s);
    study->limits = limits;
}

/* ---- while others are at work ---- */

/* What had not begun comes last. */
static int64_t time_of_end(int64_t at_ns)
{
    return at_ns > 0 ? at_ns : INT64_MAX;
}

static bool comes_first(const struct study_task *task, int64_t at_ns, const struct cut *cut)
{
    int64_t one_ns = time_of_end(at_ns), other_ns = time_of_end(cut->at_ns);
    if (cut->limit == LIMIT_NONE || task->pilot != cut->pilot)
        return cut->limit == LIMIT_NONE;
    if (task->replication != cut->replication)
        return task->replication < cut->replication;
    return one_ns != other_ns ? one_ns < other_ns : task->policy < cut->policy;
}

void study_note_end(struct study *study, const struct study_task *task, struct replication_end *end)
{
    struct study_part *part = &study->parts[task->part];
    pthread_mutex_lock(&study->lock);
    if ((task->pilot || task->replication == 0) && end->at_ns > 0 && end->at_ns < part->reached_ns)
        part->reached_ns = end->at_ns;
    if (!study->again && comes_first(task, end->at_ns, &part->cut)) {
        char *earlier = part->cut.why;
        part->cut = (struct cut){.limit = end->limit,
                                 .limits = study->limits,
                                 .policy = task->policy,
                                 .replication = task->replication,
                                 .pilot = task->pilot,
                                 .at_ns = end->at_ns,
                                 .why = end->why,
                                 .wanted_ns = part->spec->run.duration_ns};
        end->why = earlier;
    }
    pthread_mutex_unlock(&study->lock);
    free(end->why);
}

/* The first replication is done under all policies, whatever the limit of one of them: up to there they will
 * be compared. So which others are done does not depend on which thread was faster; only the wall's clock
 * ends all. */
bool study_is_cut(struct study *study, const struct study_task *task)
{
    const struct cut *cut = &study->parts[task->part].cut;
    double until_s = study->limits.wall_until_s;
    pthread_mutex_lock(&study->lock);
    bool after =
        !study->again && cut->limit != LIMIT_NONE && task->replication > (cut->pilot ? 0 : cut->replication);
    pthread_mutex_unlock(&study->lock);
    bool late = !after && until_s > 0.0 && machine_now_s() >= until_s;
    if (late)
        study_note_end(study, task, &(struct replication_end){.limit = LIMIT_WALL});
    return after || late;
}

/* ---- behind it ---- */

/* Of many specs none is done again when time is up. */
static bool is_to_be_shortened(const struct study *study, const struct study_part *part)
{
    enum limit limit = part->cut.limit;
    return limit != LIMIT_NONE && (limit != LIMIT_WALL || study->n_parts == 1) &&
           study_replications(part) == 0;
}

/* Gives up what some policies have of the first replication: it is done again. */
static void forget(struct study_part *part)
{
    for (size_t p = 0; p < part->spec->n_policies; p++) {
        struct policy_run *run = &part->runs[p];
        struct recording kept = {run->first, run->series, run->trace, run->requests};
        recording_finish(&kept);
        run->first = kept.result;
        run->series = kept.series;
        run->trace = kept.trace;
        run->requests = kept.requests;
    }
    study_part_finish(part);
}

/* Three digits of it, so that it can be said; or all of them where nothing else is left. */
static int64_t round_down(int64_t ns, int64_t least_ns)
{
    int64_t digit = 1;
    while (ns / digit >= 1000)
        digit *= 10;
    int64_t rounded_ns = ns - ns % digit;
    return rounded_ns > least_ns ? rounded_ns : ns;
}

/* Up to the instant before at the most, as in that one not all has happened. False: nothing was measured by
 * then. */
static bool shorten(struct study_part *part)
{
    struct run_spec *run = &part->spec->run;
    if (part->reached_ns == INT64_MAX || part->reached_ns - 1 <= run->warmup_ns)
        return false;
    run->duration_ns = round_down(part->reached_ns - 1, run->warmup_ns);
    return true;
}

static bool add_first(struct study *study, size_t i)
{
    const struct study_part *part = &study->parts[i];
    bool ok = study_reserve(study, i, part->spec->run.replications);
    for (uint32_t p = 0; ok && p < part->spec->n_policies; p++)
        ok = study_add(study, &(struct study_task){i, p, 0, false}, true);
    return ok;
}

static bool perform(struct study *study, bool ok, struct error *error)
{
    ok = ok || error_set(error, "out of memory");
    return ok && (study->n_tasks == 0 || study_perform(study, error));
}

/* Where the end of the warm-up could not be found: what there is begins at the beginning. */
static bool do_without_warmup(struct study *study, struct error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < study->n_parts; i++) {
        struct study_part *part = &study->parts[i];
        if (!part->cut.pilot || !is_to_be_shortened(study, part))
            continue;
        part->spec->run.warmup_auto = false;
        part->spec->run.warmup_ns = 0;
        part->warmup = (struct warmup_search){.made = true, .replications = PILOT_REPLICATIONS};
        part->reached_ns = INT64_MAX;
        ok = add_first(study, i);
    }
    return perform(study, ok, error);
}

bool study_shorten(struct study *study, struct error *error)
{
    bool ok = true;
    if (study->options->shards > 0 || (study->options->stop && *study->options->stop))
        return true;
    if (!do_without_warmup(study, error))
        return false;
    for (size_t i = 0; ok && i < study->n_parts; i++) {
        struct study_part *part = &study->parts[i];
        part->cut.shortened = is_to_be_shortened(study, part) && shorten(part);
        if (part->cut.shortened) {
            forget(part);
            ok = add_first(study, i);
        }
    }
    study->again = true;
    return perform(study, ok, error);
}
