/* Asking somebody at a terminal. */
#ifndef TANDEM_CLI_LESSON_ASK_H
#define TANDEM_CLI_LESSON_ASK_H

#include <stdbool.h>

#include "scenario/lesson.h"

/* Is somebody there? */
bool lesson_can_ask(void);

/* Asks until there is an answer to the question: free() it; NULL: an empty line, for none yet. False: the
 * input has ended, or memory is gone. */
bool lesson_ask(const struct lesson_question *question, char **ret_answer);

#endif
