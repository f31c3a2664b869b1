#include "report/page/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/choice.h"
#include "report/page/answer_notices.h"
#include "report/page/ranking.h"
#include "report/page/speech.h"

const char *const answer_questions[ANSWER_PARTS] = {
    [ANSWER_WAITS] = "Who waits?",
    [ANSWER_COSTS] = "What does it cost?",
    [ANSWER_LOSES] = "What is lost?",
    [ANSWER_NOTICES] = "Who notices?",
};

static void add_words(struct text *text, const char *words)
{
    text_add(text, words);
}

static void add_policy_name(struct text *text, const struct spec *spec, size_t policy)
{
    text_add(text, spec->policies[policy].name);
}

const struct answer_voice answer_plain = {add_words, add_policy_name};

/* ---- what a ranking is of ---- */

static bool rank(const struct speech *speech, struct ranking *ranking, const struct quantity *quantity,
                 bool greatest_first, bool (*left_out)(const struct policy_run *))
{
    bool ok = ranking_init(ranking, speech->experiment, quantity, greatest_first, left_out);
    speech->text->failed |= !ok;
    return ok;
}

static bool backlog_grows(const struct policy_run *run)
{
    return run->backlog.verdict == STEADINESS_GROWS;
}

static bool unanswered_grow(const struct policy_run *run)
{
    return run->unanswered.verdict == STEADINESS_GROWS;
}

static bool anything_grows(const struct policy_run *run)
{
    return backlog_grows(run) || unanswered_grow(run);
}

/* Those of whom `is` is true, as a list to be named. */
static size_t find_policies(const struct speech *speech, bool (*is)(const struct policy_run *),
                            struct standing *ret_standings)
{
    size_t n = 0;
    for (size_t p = 0; p < speech->experiment->n_policies; p++)
        if (is(&speech->experiment->policies[p]))
            ret_standings[n++] = (struct standing){.policy = p};
    return n;
}

/* ---- who waits ---- */

static const double hardly = 0.0005; /* a share that is not worth a number */

/* ", all of it for billing.charge" */
static void say_culprit(const struct speech *speech, const struct standing *standing, const char *component)
{
    const struct metric_table *table = &speech->experiment->policies[standing->policy].metrics;
    size_t n;
    const struct metric *groups = metric_callees(table, component, &n), *worst = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct metric *group = groups + i * (1 + CAUSES);
        if (group->value > 0.0 && (!worst || group->value > worst->value))
            worst = group;
    }
    if (!worst)
        return;
    double part = worst->value / standing->value;
    const char *callee = metric_callee_name(worst, component);
    const char *much = part > 0.999 ? "all of it" : part > 0.5 ? "most of it" : NULL;
    if (much)
        speech_say(speech, ", %s for %s", much, strcmp(callee, "io") == 0 ? "I/O" : callee);
}

/* Nobody waits: then how busy they are may tell the policies apart. */
static void say_busy(const struct speech *speech, const char *component)
{
    struct ranking ranking;
    char *name = text_format("%s.busy", component);
    struct quantity busy = {.metrics = {name}, .unit = METRIC_SHARE};
    speech->text->failed |= !name;
    if (name && rank(speech, &ranking, &busy, true, NULL)) {
        if (ranking.n > 0) {
            speech_say(speech, "; it is busy ");
            speech_say_ranking(speech, &ranking,
                               &(struct phrase){METRIC_SHARE, " of its time", NULL, 0.0, false});
        }
        ranking_finish(&ranking);
    }
    free(name);
}

static void say_blocked(const struct speech *speech, const char *component, const struct ranking *ranking)
{
    size_t end = ranking_group_end(ranking, 0);
    double most = ranking->all[0].value, least = ranking->all[ranking->n - 1].value;
    if (most < hardly) {
        speech_say(speech, "%s is %s blocked", component, most > 0.0 ? "hardly ever" : "never");
        speech_say_under(speech, ranking->all, ranking->n);
        say_busy(speech, component);
        speech_say(speech, ".");
        return;
    }
    speech_say(speech, "%s is blocked ", component);
    speech_say_value(speech, ranking->all, end, METRIC_SHARE);
    speech_say(speech, " of its time");
    speech_say_under(speech, ranking->all, end);
    say_culprit(speech, &ranking->all[0], component);
    struct ranking rest = {.all = ranking->all + end, .n = ranking->n - end, .n_groups = ranking->n_groups};
    if (rest.n > 0) {
        const char *none = least > 0.0 ? "hardly ever" : "never";
        speech_say(speech, "; ");
        speech_say_ranking(speech, &rest, &(struct phrase){METRIC_SHARE, "", none, hardly, true});
    }
    speech_say(speech, ".");
}

static void say_waits(const struct speech *speech)
{
    const char *component = speech->spec->components[choice_first_component(speech->spec)].name;
    char *name = text_format("%s.blocked", component);
    struct ranking ranking;
    struct quantity blocked = {.metrics = {name}, .unit = METRIC_SHARE};
    speech->text->failed |= !name;
    if (name && rank(speech, &ranking, &blocked, true, NULL)) {
        if (ranking.n > 0)
            say_blocked(speech, component, &ranking);
        else
            speech_say(speech, "%s had nothing to do.", component);
        ranking_finish(&ranking);
    }
    free(name);
}

/* ---- what it costs ---- */

static bool has_no_answer(const struct policy_run *run)
{
    return !unanswered_grow(run) && isnan(metric_value(&run->metrics, "response.mean"));
}

/* " under sync they wait longer and longer: 120 requests a second come and 70.3 are answered" */
static void say_growth(const struct speech *speech, const struct standing *growing, size_t n)
{
    const struct metric_table *table = &speech->experiment->policies[growing[0].policy].metrics;
    speech_say(speech, "Users wait longer and longer");
    speech_say_under(speech, growing, n);
    speech_say(speech, ": ");
    if (n == 1) {
        double offered = metric_value(table, "offered.rate");
        struct units_rate unit = units_of_rate(offered);
        speech_say(speech, "%s requests %s come in, and %s are answered. ",
                   speech_value(offered * unit.scale, METRIC_PER_SECOND).chars, unit.period,
                   speech_value(metric_value(table, "throughput") * unit.scale, METRIC_PER_SECOND).chars);
    } else {
        speech_say(speech, "more comes in than is answered. ");
    }
}

/* Then the response times are those of the others. */
static bool fails_often(const struct policy_run *run)
{
    static const double often = 0.01;
    double ok = metric_value(&run->metrics, "ok.share"), open = metric_value(&run->metrics, "open.share");
    return 1.0 - ok - open > often;
}

static void say_response(const struct speech *speech, struct standing *some)
{
    static const struct quantity response = {.metrics = {"response.mean"}, .unit = METRIC_SECONDS};
    const char *who = find_policies(speech, fails_often, some) > 0 ? "Users who get a good answer have it"
                                                                   : "Users have their answer";
    struct ranking ranking;
    if (!rank(speech, &ranking, &response, false, unanswered_grow))
        return;
    if (ranking.n > 0) {
        speech_say(speech, "%s after ", who);
        speech_say_ranking(speech, &ranking,
                           &(struct phrase){METRIC_SECONDS, " on average", NULL, 0.0, false});
        speech_say(speech, ". ");
    }
    size_t n = find_policies(speech, unanswered_grow, some);
    if (n > 0)
        say_growth(speech, some, n);
    n = find_policies(speech, has_no_answer, some);
    if (n > 0) {
        speech_say(speech, "No user gets a good answer");
        speech_say_under(speech, some, n);
        speech_say(speech, ". ");
    }
    ranking_finish(&ranking);
}

/* Work goes on after the answer: worth a sentence. */
static bool is_done_later(const struct policy_run *run)
{
    static const double later = 1.05;
    double response = metric_value(&run->metrics, "response.mean"),
           completion = metric_value(&run->metrics, "completion.mean");
    return completion > later * response;
}

static void say_completion(const struct speech *speech, struct standing *some)
{
    static const struct quantity completion = {.metrics = {"completion.mean"}, .unit = METRIC_SECONDS};
    struct ranking ranking;
    if (find_policies(speech, is_done_later, some) == 0 ||
        !rank(speech, &ranking, &completion, false, anything_grows))
        return;
    if (ranking.n > 0) {
        speech_say(speech, "Until all work is done it takes ");
        speech_say_ranking(speech, &ranking, &(struct phrase){METRIC_SECONDS, "", NULL, 0.0, false});
        speech_say(speech, ". ");
    }
    ranking_finish(&ranking);
}

static bool only_backlog_grows(const struct policy_run *run)
{
    return backlog_grows(run) && !unanswered_grow(run);
}

static void say_backlog(const struct speech *speech, struct standing *some)
{
    size_t n = find_policies(speech, only_backlog_grows, some);
    if (n == 0)
        return;
    speech_say(speech, "More comes in than gets done");
    speech_say_under(speech, some, n);
    speech_say(speech, ": the backlog grows. ");
}

/* Of the greatest first. */
static void say_rates(const struct speech *speech, struct ranking *ranking)
{
    struct units_rate unit = units_of_rate(ranking->all[0].value);
    struct text suffix = {0};
    for (size_t i = 0; i < ranking->n; i++) {
        ranking->all[i].value *= unit.scale;
        ranking->all[i].half_width *= unit.scale;
    }
    text_addf(&suffix, " requests %s are answered", unit.period);
    speech_say_ranking(speech, ranking,
                       &(struct phrase){METRIC_PER_SECOND, text_string(&suffix), NULL, 0.0, false});
    speech->text->failed |= suffix.failed;
    text_finish(&suffix);
}

/* How much gets done, where failures and growth have not told it: users who wait for their answers send less.
 */
static void say_throughput(const struct speech *speech)
{
    static const struct quantity throughput = {.metrics = {"throughput"}, .unit = METRIC_PER_SECOND},
                                 offered = {.metrics = {"offered.rate"}, .unit = METRIC_PER_SECOND};
    struct ranking ranking, sent;
    if (!rank(speech, &sent, &offered, true, NULL))
        return;
    if (sent.n_groups > 1 && rank(speech, &ranking, &throughput, true, NULL)) {
        if (ranking.n_groups > 1) {
            say_rates(speech, &ranking);
            speech_say(speech, ". ");
        }
        ranking_finish(&ranking);
    }
    ranking_finish(&sent);
}

static void trim(struct text *text)
{
    while (text->length > 0 && text->bytes[text->length - 1] == ' ')
        text->bytes[--text->length] = '\0';
}

static void say_costs(const struct speech *speech)
{
    struct standing *some = calloc(speech->experiment->n_policies + 1, sizeof *some);
    speech->text->failed |= !some;
    if (some) {
        say_response(speech, some);
        say_completion(speech, some);
        say_backlog(speech, some);
        say_throughput(speech);
        trim(speech->text);
    }
    free(some);
}

/* ---- what is lost ---- */

/* What may become of requests that nobody wants. */
static const struct fate {
    struct quantity quantity;
    const char *verb;             /* said of shares of the requests */
    const char *auxiliary, *none; /* "No request is lost" */
    double least;                 /* below it, it did not happen */
} fates[] = {
    {{{"error.share", "rejected.share", "timed_out.share"}, METRIC_SHARE}, "fail", "", "fails", 0.0},
    {{{"lost.share"}, METRIC_SHARE}, "are lost and nobody is told", "is ", "lost", 0.0},
    {{{"effects.twice.share"}, METRIC_SHARE}, "are done twice or more", "is ", "done twice", 0.0},
    {{{"effects.open.share"}, METRIC_SHARE}, "are still undone at the end", "", NULL, 0.01},
};

enum { FATES = sizeof fates / sizeof *fates };

/* Leaves only those to which it happened. */
static void keep_some(struct ranking *ranking, double least)
{
    while (ranking->n > 0 && !(ranking->all[ranking->n - 1].value > least))
        ranking->n--;
    ranking->n_groups = ranking->n > 0 ? ranking->all[ranking->n - 1].group + 1 : 0;
}

/* Whether it happened anywhere. */
static bool say_fate(const struct speech *speech, const struct fate *fate, size_t said)
{
    struct ranking ranking;
    struct text suffix = {0};
    if (!rank(speech, &ranking, &fate->quantity, true, NULL))
        return false;
    keep_some(&ranking, fate->least);
    bool happened = ranking.n > 0;
    text_addf(&suffix, "%s %s", said == 0 ? " of the requests" : "", fate->verb);
    if (happened) {
        speech_say(speech, "%s", said == 0 ? "" : "; ");
        speech_say_ranking(speech, &ranking,
                           &(struct phrase){METRIC_SHARE, text_string(&suffix), "hardly any", hardly, false});
    }
    speech->text->failed |= suffix.failed;
    text_finish(&suffix);
    ranking_finish(&ranking);
    return happened;
}

/* "No request fails, is lost or done twice." */
static void say_absent(const struct speech *speech, const bool *happened, size_t said)
{
    const struct fate *absent[FATES];
    const char *auxiliary = "";
    size_t n = 0;
    for (size_t i = 0; i < FATES; i++)
        if (!happened[i] && fates[i].none)
            absent[n++] = &fates[i];
    for (size_t i = 0; i < n; i++) {
        const char *before = i == 0 ? (said ? "None " : "No request ") : i + 1 < n ? ", " : " or ";
        bool again = strcmp(auxiliary, absent[i]->auxiliary) == 0;
        auxiliary = absent[i]->auxiliary;
        speech_say(speech, "%s%s%s", before, again ? "" : auxiliary, absent[i]->none);
    }
    speech_say(speech, "%s", n > 0 ? "." : "");
}

static void say_hung(const struct speech *speech)
{
    static const struct quantity hung = {.metrics = {"hung"}, .unit = METRIC_COUNT};
    struct ranking ranking;
    if (!rank(speech, &ranking, &hung, true, NULL))
        return;
    keep_some(&ranking, 0.0);
    if (ranking.n > 0) {
        speech_say(speech, " ");
        speech_say_ranking(speech, &ranking,
                           &(struct phrase){METRIC_COUNT, " callers wait for ever", NULL, 0.0, false});
        speech_say(speech, ".");
    }
    ranking_finish(&ranking);
}

static void say_loses(const struct speech *speech)
{
    bool happened[FATES];
    size_t said = 0;
    for (size_t i = 0; i < FATES; i++) {
        happened[i] = say_fate(speech, &fates[i], said);
        said += happened[i];
    }
    speech_say(speech, "%s", said ? ". " : "");
    say_absent(speech, happened, said);
    trim(speech->text);
    say_hung(speech);
}

/* ---- the whole ---- */

static void say_notices(const struct speech *speech)
{
    answer_say_notices(speech);
    trim(speech->text);
}

bool answer_is_wanted(const struct spec *spec, enum answer_part part)
{
    return part != ANSWER_NOTICES || spec->n_events > 0;
}

void answer_add(struct text *text, const struct spec *spec, const struct experiment *experiment,
                enum answer_part part, const struct answer_voice *voice)
{
    static void (*const parts[ANSWER_PARTS])(const struct speech *) = {
        [ANSWER_WAITS] = say_waits,
        [ANSWER_COSTS] = say_costs,
        [ANSWER_LOSES] = say_loses,
        [ANSWER_NOTICES] = say_notices,
    };
    struct speech speech = {text, spec, experiment, voice};
    parts[part](&speech);
    for (size_t p = 0; p < experiment->n_policies; p++)
        text->failed |= metric_table_failed(&experiment->policies[p].metrics);
}
