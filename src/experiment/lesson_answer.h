/* What an answer to a question of a lesson has to look like. */
#ifndef TANDEM_EXPERIMENT_LESSON_ANSWER_H
#define TANDEM_EXPERIMENT_LESSON_ANSWER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "scenario/lesson.h"

/* Is it one at all, right or wrong? False: the error says what was found and expected, and *ret_hint is what
 * was perhaps meant, or NULL; it is borrowed from the question. Or memory is gone, which the error says, too.
 */
bool lesson_answer_fits(const struct lesson_question *question, const char *answer, const char **ret_hint,
                        struct error *error);

/* What is expected: 'one of "the shop's", "billing's"', 'a number such as "120ms"'. */
void lesson_answer_expected(const struct lesson_question *question, struct text *text);

/* What one of the unit in which a number is asked for is, in seconds and shares: 0.001 for "ms"; 1 without a
 * unit. False: memory is gone. */
bool lesson_answer_scale(const struct lesson_question *question, double *ret_scale);

#endif
