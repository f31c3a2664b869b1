#include "report/page/speech.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void speech_say(const struct speech *speech, const char *format, ...)
{
    char words[600];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    speech->text->failed |= length < 0;
    speech->voice->words(speech->text, words);
}

enum { NAMES_MOST = 4 };

/* "sync, async and queue"; of many the first ones, and how many others. */
static void say_names(const struct speech *speech, const struct standing *standings, size_t n)
{
    size_t named = n > NAMES_MOST ? NAMES_MOST - 1 : n;
    for (size_t i = 0; i < named; i++) {
        speech_say(speech, "%s", i == 0 ? "" : i + 1 < n ? ", " : " and ");
        speech->voice->policy(speech->text, speech->spec, standings[i].policy);
    }
    if (named < n)
        speech_say(speech, " and %zu others", n - named);
}

void speech_say_under(const struct speech *speech, const struct standing *standings, size_t n)
{
    size_t all = speech->experiment->n_policies;
    if (all == 1)
        return;
    if (n == all) {
        speech_say(speech, ", whatever the policy");
        return;
    }
    speech_say(speech, " under ");
    say_names(speech, standings, n);
}

struct units_text speech_value(double value, enum metric_unit unit)
{
    static const double million = 1e6;
    struct units_text text;
    switch (unit) {
    case METRIC_SECONDS: return units_format_duration(value, UNITS_DIGITS);
    case METRIC_PER_SECOND:
        if (value < million)
            break;
        snprintf(text.chars, sizeof text.chars, "%.15s million",
                 units_format_number(value / million, UNITS_DIGITS).chars);
        return text;
    case METRIC_SHARE: return units_format_share(value, UNITS_DIGITS);
    case METRIC_COUNT:
    case METRIC_UNITS: break;
    }
    return units_format_number(value, UNITS_DIGITS);
}

void speech_say_value(const struct speech *speech, const struct standing *standings, size_t n,
                      enum metric_unit unit)
{
    bool falling = standings[0].value > standings[n - 1].value;
    const struct standing *least = &standings[falling ? n - 1 : 0], *most = &standings[falling ? 0 : n - 1];
    struct units_text from = speech_value(least->value, unit), to = speech_value(most->value, unit);
    bool may_be_none = most->half_width > 0.0 && most->value - most->half_width <= 0.0;
    if (may_be_none && (unit == METRIC_SHARE || unit == METRIC_COUNT))
        speech_say(speech, "up to %s", speech_value(most->value + most->half_width, unit).chars);
    else if (strcmp(from.chars, to.chars) == 0)
        speech_say(speech, "%s", to.chars);
    else
        speech_say(speech, "%s to %s", from.chars, to.chars);
}

enum { GROUPS_MOST = 5 };

static bool is_none(const struct standing *standing, const struct phrase *phrase)
{
    return phrase->none && standing->value < phrase->least;
}

static void say_group(const struct speech *speech, const struct standing *standings, size_t n,
                      const struct phrase *phrase, bool first)
{
    if (!first && is_none(standings, phrase))
        speech_say(speech, "%s", phrase->none);
    else
        speech_say_value(speech, standings, n, phrase->unit);
    speech_say(speech, "%s", first ? phrase->suffix : "");
    speech_say_under(speech, standings, n);
}

void speech_say_ranking(const struct speech *speech, const struct ranking *ranking,
                        const struct phrase *phrase)
{
    bool too_many = ranking->n_groups > GROUPS_MOST;
    size_t said = 0;
    for (size_t first = 0, end; first < ranking->n; first = end) {
        end = ranking_group_end(ranking, first);
        size_t group = ranking->all[first].group;
        if (too_many && group >= 2 && group + 1 < ranking->n_groups)
            continue;
        if (first > 0 && is_none(&ranking->all[first], phrase))
            end = ranking->n;
        bool last = end == ranking->n;
        const char *before = said++ == 0 ? "" : !last ? ", " : too_many ? ", and so on to " : ", and ";
        speech_say(speech, "%s", before);
        say_group(speech, &ranking->all[first], end - first, phrase, first == 0 && !phrase->goes_on);
    }
}
