/* What a student answered to a lesson: answers.json, and record.json, which keeps what was predicted first.
 */
#ifndef TANDEM_SCENARIO_LESSON_ANSWERS_H
#define TANDEM_SCENARIO_LESSON_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sha256.h"
#include "scenario/lesson.h"

struct lesson_answer {
    int section;
    char *id;    /* owned */
    char *value; /* owned; NULL = not answered yet */
};

struct lesson_answers {
    char *lesson;                  /* owned; its name, "02-who-waits" */
    char *student;                 /* owned; NULL = none */
    char *seal;                    /* owned; of record.json alone */
    struct lesson_answer *answers; /* owned */
    size_t n;
};

/* Reads answers.json, or record.json. What is wrong is told as of a scenario. */
bool lesson_answers_read(const struct scenario_source *source, bool is_record,
                         struct lesson_answers *ret_answers, struct problem_list *problems);

/* The answer to a question, or NULL. */
const char *lesson_answers_get(const struct lesson_answers *answers, int section, const char *id);

/* Tells the answers to questions that the lesson does not have. */
void lesson_answers_check(const struct lesson_answers *answers, const struct lesson *lesson,
                          const struct scenario_source *source, struct problem_list *problems);

/* Adds an error at the place of the answer. */
void lesson_answers_tell(const struct scenario_source *source, int section, const char *id,
                         const char *message, const char *hint, struct problem_list *problems);

/* Of its lesson, student and predictions: what a record of them is sealed with; "" when memory is gone. Not
 * a secret: it shows a slip or a careless change. */
struct sha256_text lesson_answers_seal(const struct lesson_answers *answers);

void lesson_answers_finish(struct lesson_answers *answers);

#endif
