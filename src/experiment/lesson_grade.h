/* What the answers of a student are worth: predictions beside what came out, and the graded questions decided
 * by the intervals of the runs. */
#ifndef TANDEM_EXPERIMENT_LESSON_GRADE_H
#define TANDEM_EXPERIMENT_LESSON_GRADE_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/expectation.h"
#include "experiment/lesson_lab.h"
#include "scenario/lesson.h"

enum lesson_verdict {
    LESSON_RIGHT,
    LESSON_WRONG,
    LESSON_UNDECIDED, /* the runs are not precise enough to tell */
    LESSON_UNANSWERED,
};

/* "right", "wrong", "cannot tell", "not answered" */
extern const char *const lesson_verdict_names[];

struct lesson_mark {
    const struct lesson_question *question; /* borrowed */
    const char *answer;                     /* borrowed; NULL = none */
    enum lesson_verdict verdict;            /* of a prediction it is not shown */
    size_t came_out; /* of a prediction among choices: which one was right; n_choices = cannot be told */
    char *claim;     /* owned; of a number: the claim that was decided */
    struct expectation_list found; /* of a number: that claim; of a prediction among choices: all of theirs */
};

struct lesson_marks {
    struct lesson_mark *marks; /* owned, one a question */
    size_t n;
};

struct lesson_grade {
    struct lesson_marks sections[LESSON_SECTIONS];
    size_t n_right; /* of the graded questions */
};

/* A student's answers, one a question; NULL where there is none. All borrowed. */
struct lesson_sheet {
    const struct lesson *lesson;
    const char *lesson_name;
    const char *student; /* NULL = the scenario's own values */
    const char *const *answers[LESSON_SECTIONS];
};

/* Asks the lab for all runs that the answers need. False: a question's runs cannot be made; which question,
 * if it is the answer's fault, else LESSON_SECTIONS in *ret_section. */
bool lesson_grade_prepare(struct lesson_lab *lab, const struct lesson_sheet *sheet, int *ret_section,
                          size_t *ret_question, struct error *error);

/* Decides after they were run. */
bool lesson_grade(struct lesson_lab *lab, const struct lesson_sheet *sheet, struct lesson_grade *ret_grade,
                  struct error *error);
void lesson_grade_finish(struct lesson_grade *grade);

/* Its sets, "PATH=VALUE", of the values that vary; each, and the array, to be freed; NULL: memory is gone. */
char **lesson_variant(const struct lesson *lesson, const char *lesson_name, const char *student,
                      size_t *ret_n);
void lesson_variant_finish(char **sets, size_t n);

#endif
