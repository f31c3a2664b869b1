/* What "tandem lesson" can do: a file for each, and cmd_lesson.c around them. */
#ifndef TANDEM_CLI_LESSON_VERBS_H
#define TANDEM_CLI_LESSON_VERBS_H

#include "cli/command.h"

/* As topics have them; `operand` is the first one. */
enum exit_code lesson_start(const struct arguments *arguments, const char *operand, struct text *text);
enum exit_code lesson_grade_folders(const struct arguments *arguments, const char *operand,
                                    struct text *text);

#endif
