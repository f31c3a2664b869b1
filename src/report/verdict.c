#include "report/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/choice.h"

/* Causes as a sentence names them; both ways of the wire are one. */
static const struct phrase {
    const char *words;
    enum cause causes[2];
} phrases[] = {
    {"wire", {CAUSE_WIRE_OUT, CAUSE_WIRE_BACK}},
    {"working", {CAUSE_WORK, CAUSE_WORK}},
    {"waiting for a core", {CAUSE_READY, CAUSE_READY}},
    {"waiting for a worker", {CAUSE_INBOX, CAUSE_INBOX}},
    {"waiting in a queue", {CAUSE_QUEUE, CAUSE_QUEUE}},
    {"I/O", {CAUSE_IO, CAUSE_IO}},
    {"a full queue", {CAUSE_BACKPRESSURE, CAUSE_BACKPRESSURE}},
    {"answers that never come", {CAUSE_LOST, CAUSE_LOST}},
    {"pauses before retries", {CAUSE_BACKOFF, CAUSE_BACKOFF}},
    {"a full pool", {CAUSE_POOL, CAUSE_POOL}},
    {"waiting for what was down", {CAUSE_DOWN, CAUSE_DOWN}},
    {"waiting for confirmations", {CAUSE_CONFIRM, CAUSE_CONFIRM}},
};

enum { PHRASES = sizeof phrases / sizeof *phrases };

/* What a component was blocked on: one callee that stands out, or several together. */
struct culprit {
    const char *name; /* of the one that it was blocked on the longest; borrowed; NULL = none */
    double share;     /* of the workers' time */
    double causes[CAUSES];
    size_t n_others;
};

static double or_zero(double value)
{
    return isnan(value) ? 0.0 : value;
}

static void add_group(struct culprit *culprit, const struct metric *group)
{
    culprit->share += group->value;
    for (int k = 0; k < CAUSES; k++)
        culprit->causes[k] += or_zero(group[1 + k].value);
}

static struct culprit find_culprit(const struct metric_table *table, const char *component)
{
    size_t n, guilty = 0;
    const struct metric *groups = metric_callees(table, component, &n), *worst = NULL;
    struct culprit all = {0}, one = {0};
    for (size_t i = 0; i < n; i++) {
        const struct metric *group = groups + i * (1 + CAUSES);
        if (!(group->value > 0.0))
            continue;
        guilty++;
        add_group(&all, group);
        worst = worst && worst->value >= group->value ? worst : group;
    }
    if (!worst)
        return all;
    add_group(&one, worst);
    one.name = all.name = metric_callee_name(worst, component);
    all.n_others = guilty - 1;
    return 2.0 * one.share > all.share ? one : all;
}

static double phrase_share(const struct culprit *culprit, const struct phrase *phrase)
{
    double share = culprit->causes[phrase->causes[0]];
    return phrase->causes[1] == phrase->causes[0] ? share : share + culprit->causes[phrase->causes[1]];
}

/* " (wire 86 %, working 14 %)": the greatest first, those below 1 % left out. */
static void add_causes(struct text *text, const struct culprit *culprit)
{
    bool told[PHRASES] = {false};
    for (int n = 0; n < PHRASES; n++) {
        int most = -1;
        for (int i = 0; i < PHRASES; i++)
            if (!told[i] &&
                (most < 0 || phrase_share(culprit, &phrases[i]) > phrase_share(culprit, &phrases[most])))
                most = i;
        double share = phrase_share(culprit, &phrases[most]) / culprit->share;
        told[most] = true;
        if (share < 0.01)
            break;
        text_addf(text, "%s%s %.0f %%", n == 0 ? " (" : ", ", phrases[most].words, 100.0 * share);
    }
    text_add(text, ")");
}

static const char *how_much(double part)
{
    return part > 0.999 ? "all of it " : part > 0.9 ? "almost all of it " : part > 0.5 ? "most of it " : "";
}

static void add_blocked(struct text *text, const struct culprit *culprit, double blocked)
{
    bool io = strcmp(culprit->name, "io") == 0;
    text_addf(text, "is blocked %s of its time, %sfor %s", units_format_share(blocked, UNITS_DIGITS).chars,
              culprit->n_others ? "" : how_much(culprit->share / blocked), io ? "I/O" : culprit->name);
    if (culprit->n_others)
        text_addf(text, " and %zu other%s", culprit->n_others, culprit->n_others == 1 ? "" : "s");
    if (!io || culprit->n_others)
        add_causes(text, culprit);
}

static void add_waiting_messages(struct text *text, const struct policy_run *run)
{
    const struct queue_result *fullest = NULL;
    for (size_t i = 0; i < run->first.n_queues; i++)
        if (!fullest || run->first.queues[i].depth_ns > fullest->depth_ns)
            fullest = &run->first.queues[i];
    double depth = fullest ? metric_value_at(&run->metrics, fullest->name, "depth.mean") : 0.0;
    if (fullest && depth >= 0.05)
        text_addf(text, "; %s messages wait in %s on average", units_format_number(depth, UNITS_DIGITS).chars,
                  fullest->name);
}

static void add_unblocked(struct text *text, const struct metric_table *table, const char *component,
                          bool at_all)
{
    double busy = or_zero(metric_value_at(table, component, "busy"));
    double idle = or_zero(metric_value_at(table, component, "idle"));
    text_addf(text, "is %s blocked: it is busy %s of its time, and free %s", at_all ? "hardly ever" : "never",
              units_format_share(busy, UNITS_DIGITS).chars, units_format_share(idle, UNITS_DIGITS).chars);
}

void verdict_add(struct text *text, const struct spec *spec, const struct policy_run *run)
{
    const char *component = spec->components[choice_first_component(spec)].name;
    double blocked = metric_value_at(&run->metrics, component, "blocked");
    struct culprit culprit = find_culprit(&run->metrics, component);
    text_addf(text, "%s: %s ", run->name, component);
    if (isnan(blocked))
        text_add(text, "had nothing to do");
    else if (blocked < 0.0005 || !culprit.name)
        add_unblocked(text, &run->metrics, component, blocked > 0.0);
    else
        add_blocked(text, &culprit, blocked);
    add_waiting_messages(text, run);
    text_add(text, ".");
    text->failed |= metric_table_failed(&run->metrics);
}
