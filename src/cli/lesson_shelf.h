/* The lessons that there are: those in the program, or those in a folder. */
#ifndef TANDEM_CLI_LESSON_SHELF_H
#define TANDEM_CLI_LESSON_SHELF_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"
#include "experiment/lesson_lab.h"
#include "scenario/lesson.h"

enum shelf_file { SHELF_LESSON, SHELF_SCENARIO, SHELF_TEXT, SHELF_FILES };

/* Their names in a lesson's folder: "lesson.json", "scenario.json", "lesson.md". */
extern const char *const shelf_file_names[SHELF_FILES];

struct shelf_lesson {
    char *name;               /* owned; "02-who-waits" */
    char *paths[SHELF_FILES]; /* owned; for messages */
    char *texts[SHELF_FILES]; /* owned */
    size_t lengths[SHELF_FILES];
    bool is_read; /* then there are: */
    bool failed;  /* memory was gone where it was to be read */
    struct lesson lesson;
    struct lesson_lab lab;
};

struct shelf {
    struct shelf_lesson *lessons; /* owned; sorted by name */
    size_t n;
};

/* --lessons says which folder; without it they are those in the program. What is wrong is told. */
enum exit_code shelf_open(const struct arguments *arguments, struct shelf *ret_shelf);
void shelf_finish(struct shelf *shelf);

/* Finds "02", "2", "who-waits" or "02-who-waits"; NULL: there is none. */
struct shelf_lesson *shelf_find(struct shelf *shelf, const char *name);

/* The name that was perhaps meant, or NULL. */
const char *shelf_nearest(const struct shelf *shelf, const char *name);

/* Reads its lesson.json unless that was done. What is wrong with it is told. */
enum exit_code shelf_read(struct shelf_lesson *lesson);

#endif
