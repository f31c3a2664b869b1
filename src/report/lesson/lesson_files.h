/* The files of a lesson that a student fills in, and that keep what was predicted. */
#ifndef TANDEM_REPORT_LESSON_FILES_H
#define TANDEM_REPORT_LESSON_FILES_H

#include "base/text.h"
#include "scenario/lesson_answers.h"

/* answers.json: the questions as comments, and the answers that there are already; null for the others. */
void lesson_files_add_answers(struct text *text, const struct lesson *lesson,
                              const struct lesson_answers *answers);

/* record.json: the predictions among the answers, sealed. */
void lesson_files_add_record(struct text *text, const struct lesson_answers *answers);

#endif
