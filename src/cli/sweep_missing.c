#include "cli/sweep_missing.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/print.h"
#include "experiment/experiment.h"
#include "experiment/files.h"
#include "experiment/journal.h"

enum { MISSING_SHOWN = 5 };

struct missing {
    size_t n_tasks, n; /* all of the sweep; those that are missing */
    struct text first; /* "4, 7, 10" */
    uint32_t shards;   /* 0: it is not divided */
    bool *hit;         /* owned; shards with missing tasks; NULL: it is not divided */
    uint32_t shard;    /* of the first missing task, from 0 */
    bool failed;       /* memory is gone */
};

static void missing_finish(struct missing *missing)
{
    text_finish(&missing->first);
    free(missing->hit);
}

/* ---- looking ---- */

static bool is_there(struct missing *missing, const struct journal *journal, const struct sha256_text *id)
{
    size_t n = 0;
    double *values = id->chars[0] ? journal_find(journal, id, &n) : NULL;
    missing->failed |= !values && n == (size_t)JOURNAL_FAILED;
    free(values);
    return values != NULL;
}

static void miss(struct missing *missing, size_t t)
{
    if (missing->hit) {
        uint32_t shard = experiment_shard_of(t, missing->shards);
        missing->shard = missing->n ? missing->shard : shard;
        missing->hit[shard] = true;
    }
    if (missing->n < MISSING_SHOWN)
        text_addf(&missing->first, "%s%zu", missing->n ? ", " : "", t + 1);
    else if (missing->n == MISSING_SHOWN)
        text_add(&missing->first, ", ...");
    missing->n++;
}

static void look(struct missing *missing, const struct sweep_points *points, const struct journal *journal)
{
    struct experiment_task task = {0};
    while (experiment_next_task(points->specs, points->sweep.n_points, &task))
        if (!is_there(missing, journal, &task.id))
            miss(missing, task.number - 1);
}

static uint32_t planned_shards(const struct plan *plan)
{
    const char *value = plan_value(plan, PLAN_SHARDS);
    unsigned long shards = value ? strtoul(value, NULL, 10) : 0;
    return shards <= 1000000 ? (uint32_t)shards : 0;
}

/* ---- telling ---- */

static void add_shards(struct text *text, const struct missing *missing)
{
    uint32_t n = 0;
    for (uint32_t s = 0; s < missing->shards && n <= MISSING_SHOWN; s++)
        if (missing->hit[s] && n++ < MISSING_SHOWN)
            text_addf(text, "%s%u/%u", n > 1 ? ", " : "", (unsigned)s + 1, (unsigned)missing->shards);
    text_add(text, n > MISSING_SHOWN ? ", ..." : "");
}

/* A word as a shell reads it. */
static void add_word(struct text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
    if (*word && strspn(word, plain) == strlen(word)) {
        text_add(text, word);
        return;
    }
    text_add(text, "'");
    for (; *word; word++)
        if (*word == '\'')
            text_add(text, "'\\''");
        else
            text_add_bytes(text, word, 1);
    text_add(text, "'");
}

static void add_option(struct text *text, const struct plan *plan, enum plan_key key, const char *option)
{
    for (size_t i = 0; i < plan->values[key].n; i++) {
        text_addf(text, " %s ", option);
        add_word(text, plan->values[key].strings[i]);
    }
}

/* Where the first folder, DIR/NAME/tasks, was made by --out DIR. */
static void add_out(struct text *text, const struct sweep_order *order)
{
    char *folder = path_above(order->done[0]), *out = folder ? path_above(folder) : NULL;
    text_add(text, " --out ");
    add_word(text, out ? out : "out");
    text->failed |= !out;
    free(out);
    free(folder);
}

static void add_command(struct text *text, const struct sweep_order *order, const struct missing *missing)
{
    const struct plan *plan = order->plan;
    text_add(text, "tandem sweep ");
    add_word(text, plan_value(plan, PLAN_SCENARIO));
    add_option(text, plan, PLAN_SET, "--set");
    add_option(text, plan, PLAN_VARY, "--vary");
    add_option(text, plan, PLAN_POLICY, "--policy");
    add_option(text, plan, PLAN_GET, "--get");
    add_out(text, order);
    text_add(text, " --resume");
    if (missing->hit)
        text_addf(text, " --shard %u/%u", (unsigned)missing->shard + 1, (unsigned)missing->shards);
}

static void tell(const struct sweep_order *order, const struct missing *missing)
{
    const char *file = plan_value(order->plan, PLAN_SCENARIO);
    struct text shards = {0}, command = {0};
    if (missing->n == 0) { /* the tasks after the first ones have no numbers yet */
        complain("%s: %zu tasks are there, but more are needed for the precision", file, missing->n_tasks);
        return;
    }
    if (missing->hit)
        add_shards(&shards, missing);
    add_command(&command, order, missing);
    complain("%s: %zu of %zu tasks are missing: %s%s%s", file, missing->n, missing->n_tasks,
             text_string(&missing->first), missing->hit ? "; of shards " : "", text_string(&shards));
    if (missing->hit)
        complain("those of shard %u/%u are done by: %s", (unsigned)missing->shard + 1,
                 (unsigned)missing->shards, text_string(&command));
    else
        complain("they are done by: %s", text_string(&command));
    text_finish(&shards);
    text_finish(&command);
}

void sweep_tell_missing(const struct sweep_order *order, const struct sweep_points *points)
{
    const struct journal journal = {order->done, order->n_done, true};
    struct missing missing = {.n_tasks = experiment_tasks(points->specs, points->sweep.n_points),
                              .shards = planned_shards(order->plan)};
    if (missing.shards)
        missing.hit = calloc(missing.shards, sizeof *missing.hit);
    missing.failed = missing.shards && !missing.hit;
    look(&missing, points, &journal);
    /* Without "precision" all that is looked for was read before: one was there, and memory was not. */
    missing.failed |= missing.first.failed || (missing.n == 0 && points->specs[0]->run.precision <= 0.0);
    if (missing.failed)
        complain("out of memory");
    else
        tell(order, &missing);
    missing_finish(&missing);
}
