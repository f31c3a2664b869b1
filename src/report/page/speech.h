/* Sentences about policies, piece by piece: what answers are made of. */
#ifndef TANDEM_REPORT_SPEECH_H
#define TANDEM_REPORT_SPEECH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "base/units.h"
#include "report/page/answer.h"
#include "report/page/ranking.h"

/* Where words go, what they are about, and how they are written down; all borrowed. */
struct speech {
    struct text *text;
    const struct spec *spec;
    const struct experiment *experiment;
    const struct answer_voice *voice;
};

/* Printf-style; what it makes is at most 600 bytes long. */
void speech_say(const struct speech *speech, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* " under sync and async", ", whatever the policy"; nothing where there is only one to speak of. */
void speech_say_under(const struct speech *speech, const struct standing *standings, size_t n);

/* Rates without "/s": the words around them say so. */
struct units_text speech_value(double value, enum metric_unit unit);

/* "2 ms", "2 ms to 3 ms", or "up to 0.14 %" where it may as well be none. */
void speech_say_value(const struct speech *speech, const struct standing *standings, size_t n,
                      enum metric_unit unit);

/* What a list of groups says: "VALUE SUFFIX under NAMES, VALUE under NAMES, and NONE under NAMES". */
struct phrase {
    enum metric_unit unit;
    const char *suffix;
    const char *none; /* instead of values below `least`, but for the first one; NULL = each has its value */
    double least;
    bool goes_on; /* the first value has been said */
};

/* Where there are more groups than anybody wants to read, the first two and the last. */
void speech_say_ranking(const struct speech *speech, const struct ranking *ranking,
                        const struct phrase *phrase);

#endif
