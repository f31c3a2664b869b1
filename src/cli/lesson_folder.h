/* The folder of a student: answers.json, and record.json once predictions were recorded. */
#ifndef TANDEM_CLI_LESSON_FOLDER_H
#define TANDEM_CLI_LESSON_FOLDER_H

#include <stdbool.h>

#include "cli/command.h"
#include "cli/lesson_shelf.h"
#include "experiment/lesson_grade.h"
#include "scenario/lesson_answers.h"

/* A file of it. */
struct lesson_paper {
    char *path, *text; /* owned; no text: there is no such file */
    size_t length;
    struct lesson_answers answers;
};

struct lesson_folder {
    const char *path; /* borrowed */
    struct lesson_paper answers, record;
    bool unreadable;                             /* a file that is not there, or cannot be read */
    struct shelf_lesson *shelved;                /* borrowed */
    const char **sheet_answers[LESSON_SECTIONS]; /* owned */
    struct lesson_sheet sheet;
};

/* Reads the folder and finds its lesson. What is wrong, missing predictions too, is told with its place; what
 * was changed after it was recorded is told and does not count. EXIT_IO: there is no folder to finish; it is
 * `unreadable`, or memory is gone. */
enum exit_code lesson_folder_open(const char *path, struct shelf *shelf, struct lesson_folder *ret_folder);

/* Tells that an answer cannot be used. */
void lesson_folder_tell(const struct lesson_folder *folder, int section, size_t question,
                        const char *message);

/* Writes record.json, unless there is one. */
enum exit_code lesson_folder_seal(const struct lesson_folder *folder);

void lesson_folder_finish(struct lesson_folder *folder);

#endif
