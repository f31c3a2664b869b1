/* A lesson: questions about a scenario, as lesson.json has them. What its expressions and claims mean is for
 * those to say who know the metrics. */
#ifndef TANDEM_SCENARIO_LESSON_H
#define TANDEM_SCENARIO_LESSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json_locate.h"
#include "scenario/scenario.h"

/* A value of the scenario that differs from student to student. */
struct lesson_vary {
    char *path;    /* owned */
    char **values; /* owned; as they stand behind the = of --set */
    size_t n_values;
};

enum lesson_kind {
    LESSON_NUMBER, /* how much is it? */
    LESSON_CHOICE, /* which of these is it? */
    LESSON_DESIGN, /* which value makes it so? */
};

struct lesson_choice {
    char *answer, *claim; /* owned; it is right where the claim holds */
};

/* All owned; NULL and 0 where a kind has no such thing, or the lesson does not say it. */
struct lesson_question {
    enum lesson_kind kind;
    char *id, *ask, *hint;
    char *unit, *expression, *within; /* a number: right where "EXPRESSION ~ ANSWER within WITHIN" holds */
    struct lesson_choice *choices;
    size_t n_choices;
    char *path;     /* a design: the answer is set here ... */
    char **expects; /* ... and then all of these claims hold, ... */
    size_t n_expects;
    bool least, most; /* ... but not of the next smaller, or greater, whole number */
    char *solution;   /* a right answer, for the scenario as it is */
    char **runs;      /* what else is set for this question: PATH=VALUE */
    size_t n_runs;
};

struct lesson_section {
    struct lesson_question *questions; /* owned */
    size_t n;
};

/* Their names in lesson.json, answers.json and record.json. */
enum { LESSON_PREDICT, LESSON_CHECK, LESSON_SECTIONS };
extern const char *const lesson_section_names[LESSON_SECTIONS];

struct lesson {
    char *title, *question;   /* owned */
    struct lesson_vary *vary; /* owned */
    size_t n_vary;
    struct lesson_section sections[LESSON_SECTIONS];
};

/* Reads lesson.json. What is wrong is told as of a scenario; nothing is handed over then. */
bool lesson_read(const struct scenario_source *source, struct lesson *ret_lesson,
                 struct problem_list *problems);
void lesson_finish(struct lesson *lesson);

/* The question of that id, or NULL; `ret_hint`, which may be NULL, gets the id that was perhaps meant. */
const struct lesson_question *lesson_find(const struct lesson_section *section, const char *id,
                                          const char **ret_hint);

/* The value of a path that the student of that number gets: the same in every run, everywhere. */
const char *lesson_pick(const struct lesson_vary *vary, const char *lesson_name, const char *student);

/* The text of a scenario with the VALUE of each PATH=VALUE written in its place; all else, comments too,
 * stays as it is. False where the scenario does not say such a value. free() the text. */
bool lesson_write_values(const char *text, size_t length, const char *const *sets, size_t n_sets,
                         char **ret_text, struct error *error);

/* Adds an error at the place of the value at `steps`, or of what is around it where there is none; `offset`
 * bytes behind its quotation mark where it is a text. */
void lesson_tell(const struct scenario_source *source, const struct json_step *steps, size_t n_steps,
                 size_t offset, const char *message, const char *hint, struct problem_list *problems);

#endif
