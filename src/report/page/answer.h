/* The answer to a scenario's question, in a sentence or two for each of a few questions, from the numbers
 * alone. What is told apart differs beyond doubt (report/page/ranking.h); what has no mean is not given one.
 */
#ifndef TANDEM_REPORT_ANSWER_H
#define TANDEM_REPORT_ANSWER_H

#include <stdbool.h>

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"

enum answer_part {
    ANSWER_WAITS,   /* whose workers wait, and for what */
    ANSWER_COSTS,   /* how long users wait, how long it takes until all is done, how much gets done */
    ANSWER_LOSES,   /* what failed, was lost, was done twice, or is not known */
    ANSWER_NOTICES, /* who notices what happens at given times, and what a backlog hides */
    ANSWER_PARTS
};

/* Whether there is anything to ask: who notices, where nothing happens? */
bool answer_is_wanted(const struct spec *spec, enum answer_part part);

/* "Who waits?" */
extern const char *const answer_questions[ANSWER_PARTS];

/* How an answer is written down: words that mean nothing but themselves, and the names of policies. */
struct answer_voice {
    void (*words)(struct text *text, const char *words);
    void (*policy)(struct text *text, const struct spec *spec, size_t policy);
};

extern const struct answer_voice answer_plain;

void answer_add(struct text *text, const struct spec *spec, const struct experiment *experiment,
                enum answer_part part, const struct answer_voice *voice);

#endif
