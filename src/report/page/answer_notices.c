#include "report/page/answer_notices.h"

#include <math.h>
#include <stdlib.h>

enum { EVENTS_MOST = 3 };

struct event_speech {
    const struct speech *speech;
    const char *word; /* of the event, as it stands in the names of its metrics */
    bool said;        /* anything of it yet */
};

static double value_of(const struct event_speech *event, size_t policy, const char *metric)
{
    char *name = text_format("event.%s.%s", event->word, metric);
    double value = (double)NAN;
    if (name)
        value = metric_value(&event->speech->experiment->policies[policy].metrics, name);
    else
        event->speech->text->failed = true;
    free(name);
    return value;
}

static bool is_noticed(const struct event_speech *event, size_t policy)
{
    return value_of(event, policy, "noticed.share") > 0.0;
}

static bool is_hidden(const struct event_speech *event, size_t policy)
{
    return !is_noticed(event, policy) && value_of(event, policy, "grew.share") > 0.0;
}

static bool is_harmless(const struct event_speech *event, size_t policy)
{
    return !is_noticed(event, policy) && !is_hidden(event, policy);
}

/* The policies of which `is` is true, in the order of a metric of the event. */
static bool rank(const struct event_speech *event, const char *metric, enum metric_unit unit,
                 bool greatest_first, bool (*is)(const struct event_speech *, size_t),
                 struct ranking *ranking)
{
    char *name = text_format("event.%s.%s", event->word, metric);
    struct quantity quantity = {.metrics = {name}, .unit = unit};
    bool ok = name && ranking_init(ranking, event->speech->experiment, &quantity, greatest_first, NULL);
    event->speech->text->failed |= !ok;
    free(name);
    if (!ok)
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < ranking->n; i++)
        if (is(event, ranking->all[i].policy))
            ranking->all[kept++] = ranking->all[i];
    ranking->n = kept;
    return true;
}

static void say_either(struct event_speech *event, const char *first, const char *later)
{
    speech_say(event->speech, "%s", event->said ? later : first);
    event->said = true;
}

static void say_noticed(struct event_speech *event)
{
    struct ranking ranking;
    if (!rank(event, "noticed_after", METRIC_SECONDS, false, is_noticed, &ranking))
        return;
    if (ranking.n > 0) {
        say_either(event, "users notice after ", "Users notice after ");
        speech_say_ranking(event->speech, &ranking, &(struct phrase){METRIC_SECONDS, "", NULL, 0.0, false});
        speech_say(event->speech, ". ");
    }
    ranking_finish(&ranking);
}

/* Of one policy, for there it is the point. */
static void say_gone(const struct event_speech *event, size_t policy)
{
    double share = value_of(event, policy, "gone.share"), after_s = value_of(event, policy, "gone_after");
    if (share == 0.0)
        speech_say(event->speech, " and is not gone at the end");
    else if (share == 1.0)
        speech_say(event->speech, " and is gone after %s", speech_value(after_s, METRIC_SECONDS).chars);
}

static void say_hidden(struct event_speech *event)
{
    struct ranking ranking;
    if (!rank(event, "backlog_most", METRIC_COUNT, true, is_hidden, &ranking))
        return;
    if (ranking.n > 0) {
        say_either(event, "nobody notices", "Nobody notices");
        speech_say_under(event->speech, ranking.all, ranking.n);
        speech_say(event->speech, ", while the backlog grows to ");
        if (ranking.n == 1) {
            speech_say_value(event->speech, ranking.all, 1, METRIC_COUNT);
            speech_say(event->speech, " messages");
            say_gone(event, ranking.all[0].policy);
        } else {
            speech_say_ranking(event->speech, &ranking,
                               &(struct phrase){METRIC_COUNT, " messages", NULL, 0.0, false});
        }
        speech_say(event->speech, ". ");
    }
    ranking_finish(&ranking);
}

static void say_harmless(struct event_speech *event)
{
    size_t n = 0, n_policies = event->speech->experiment->n_policies;
    struct standing *harmless = calloc(n_policies + 1, sizeof *harmless);
    event->speech->text->failed |= !harmless;
    for (size_t p = 0; harmless && p < n_policies; p++)
        if (is_harmless(event, p))
            harmless[n++] = (struct standing){.policy = p};
    if (n > 0) {
        say_either(event, "nothing shows", "Nothing shows");
        speech_say_under(event->speech, harmless, n);
        speech_say(event->speech, ". ");
    }
    free(harmless);
}

static void say_event(const struct speech *speech, const char *name)
{
    char *word = spec_event_word(name);
    struct event_speech event = {.speech = speech, .word = word};
    speech->text->failed |= !word;
    if (!word)
        return;
    speech_say(speech, "%s: ", name);
    say_noticed(&event);
    say_hidden(&event);
    say_harmless(&event);
    free(word);
}

void answer_say_notices(const struct speech *speech)
{
    size_t n = speech->spec->n_events, told = n > EVENTS_MOST ? EVENTS_MOST - 1 : n;
    for (size_t e = 0; e < told; e++)
        say_event(speech, speech->spec->events[e].name);
    if (told < n)
        speech_say(speech, "The comparison tells of %zu more.", n - told);
}
