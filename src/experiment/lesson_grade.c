#include "experiment/lesson_grade.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *const lesson_verdict_names[] = {
    [LESSON_RIGHT] = "right",
    [LESSON_WRONG] = "wrong",
    [LESSON_UNDECIDED] = "cannot tell",
    [LESSON_UNANSWERED] = "not answered",
};

/* ---- variants ---- */

void lesson_variant_finish(char **sets, size_t n)
{
    for (size_t i = 0; sets && i < n; i++)
        free(sets[i]);
    free(sets);
}

char **lesson_variant(const struct lesson *lesson, const char *lesson_name, const char *student,
                      size_t *ret_n)
{
    char **sets = calloc(lesson->n_vary + 1, sizeof *sets);
    size_t n = 0;
    for (size_t i = 0; sets && student && i < lesson->n_vary; i++) {
        const char *value = lesson_pick(&lesson->vary[i], lesson_name, student);
        sets[n] = value ? text_format("%s=%s", lesson->vary[i].path, value) : NULL;
        if (!sets[n]) {
            lesson_variant_finish(sets, n);
            return NULL;
        }
        n++;
    }
    *ret_n = n;
    return sets;
}

static bool want_claims(struct lesson_lab *lab, const struct lesson_question *question,
                        const char *const *sets, size_t n_sets, size_t *ret_trial, struct error *error)
{
    size_t n = 0;
    const char **claims = calloc(1 + question->n_choices + question->n_expects, sizeof *claims);
    if (!claims)
        return error_set(error, "out of memory");
    if (question->expression)
        claims[n++] = question->expression;
    for (size_t i = 0; i < question->n_choices; i++)
        claims[n++] = question->choices[i].claim;
    for (size_t i = 0; i < question->n_expects; i++)
        claims[n++] = question->expects[i];
    bool good = lesson_lab_want(lab, sets, n_sets, claims, n, ret_trial, error);
    free(claims);
    return good;
}

/* The run that a question is about; with a `value` set at its path, of a design. */
static bool want(struct lesson_lab *lab, const struct lesson_sheet *sheet,
                 const struct lesson_question *question, const char *value, size_t *ret_trial,
                 struct error *error)
{
    size_t n = 0;
    char **variant = lesson_variant(sheet->lesson, sheet->lesson_name, sheet->student, &n);
    const char **sets = variant ? calloc(n + question->n_runs + 1, sizeof *sets) : NULL;
    char *last = value ? text_format("%s=%s", question->path, value) : NULL;
    bool good = sets && (last || !value);
    if (!good) {
        error_set(error, "out of memory");
    } else {
        size_t n_sets = 0;
        for (size_t i = 0; i < n; i++)
            sets[n_sets++] = variant[i];
        for (size_t i = 0; i < question->n_runs; i++)
            sets[n_sets++] = question->runs[i];
        if (last)
            sets[n_sets++] = last;
        good = want_claims(lab, question, sets, n_sets, ret_trial, error);
    }
    free(last);
    free(sets);
    lesson_variant_finish(variant, n);
    return good;
}

/* The next smaller, or greater, whole number. */
static char *neighbour(const struct lesson_question *question, const char *answer)
{
    return text_format("%ld", strtol(answer, NULL, 10) + (question->least ? -1 : 1));
}

/* *ret_there is false where there is no such run, so that value cannot be. False: memory is gone. */
static bool want_neighbour(struct lesson_lab *lab, const struct lesson_sheet *sheet,
                           const struct lesson_question *question, const char *answer, bool *ret_there,
                           size_t *ret_trial, struct error *error)
{
    struct error refusal = {0};
    char *value = neighbour(question, answer);
    bool there = value && want(lab, sheet, question, value, ret_trial, &refusal);
    bool failed = !value || error_is_memory(&refusal);
    error_finish(&refusal);
    free(value);
    *ret_there = there;
    return !failed || error_set(error, "out of memory");
}

bool lesson_grade_prepare(struct lesson_lab *lab, const struct lesson_sheet *sheet, int *ret_section,
                          size_t *ret_question, struct error *error)
{
    for (int s = 0; s < LESSON_SECTIONS; s++)
        for (size_t i = 0; i < sheet->lesson->sections[s].n; i++) {
            const struct lesson_question *question = &sheet->lesson->sections[s].questions[i];
            const char *answer = sheet->answers[s][i];
            bool design = question->kind == LESSON_DESIGN;
            size_t trial;
            if (!answer)
                continue;
            if (!want(lab, sheet, question, design ? answer : NULL, &trial, error)) {
                *ret_section = design ? s : LESSON_SECTIONS;
                *ret_question = i;
                return design ? false
                              : error_prefix(error, "lesson %s: question \"%s\"", sheet->lesson_name,
                                             question->id);
            }
            bool there, neighboured = design && (question->least || question->most);
            if (neighboured && !want_neighbour(lab, sheet, question, answer, &there, &trial, error))
                return false;
        }
    return true;
}

/* ---- deciding ---- */

static enum lesson_verdict verdict_of(const struct expectation *expectation)
{
    return expectation->verdict == EXPECTATION_HOLDS   ? LESSON_RIGHT
           : expectation->verdict == EXPECTATION_FAILS ? LESSON_WRONG
                                                       : LESSON_UNDECIDED;
}

/* All have to hold. */
static enum lesson_verdict verdict_of_all(const struct expectation_list *list)
{
    enum lesson_verdict worst = LESSON_RIGHT;
    for (size_t i = 0; i < list->n; i++) {
        enum lesson_verdict verdict = verdict_of(&list->expectations[i]);
        if (verdict == LESSON_WRONG || worst == LESSON_RIGHT)
            worst = verdict;
    }
    return worst;
}

static bool decide_number(struct lesson_lab *lab, size_t trial, struct lesson_mark *mark, struct error *error)
{
    const struct lesson_question *question = mark->question;
    mark->claim = text_format("(%s) ~ (%s) within %s", question->expression, mark->answer, question->within);
    if (!mark->claim)
        return error_set(error, "out of memory");
    const char *claims[] = {mark->claim};
    if (!lesson_lab_decide(lab, trial, claims, 1, &mark->found, error))
        return false;
    mark->verdict = verdict_of_all(&mark->found);
    return true;
}

/* Which choice came out: the one whose claim holds. */
static bool decide_choice(struct lesson_lab *lab, size_t trial, struct lesson_mark *mark, struct error *error)
{
    const struct lesson_question *question = mark->question;
    const char **claims = calloc(question->n_choices + 1, sizeof *claims);
    if (!claims)
        return error_set(error, "out of memory");
    for (size_t i = 0; i < question->n_choices; i++)
        claims[i] = question->choices[i].claim;
    bool good = lesson_lab_decide(lab, trial, claims, question->n_choices, &mark->found, error);
    free(claims);
    mark->came_out = question->n_choices;
    for (size_t i = 0; good && i < mark->found.n; i++) {
        enum lesson_verdict verdict = verdict_of(&mark->found.expectations[i]);
        if (verdict == LESSON_RIGHT)
            mark->came_out = i;
        if (strcmp(question->choices[i].answer, mark->answer) == 0)
            mark->verdict = verdict;
    }
    return good;
}

/* Is it the last one of which all is true? Its neighbour has to break a claim. */
static bool decide_last(struct lesson_lab *lab, const struct lesson_sheet *sheet, struct lesson_mark *mark,
                        struct error *error)
{
    const struct lesson_question *question = mark->question;
    struct expectation_list list = {0};
    size_t trial;
    bool there;
    if (!want_neighbour(lab, sheet, question, mark->answer, &there, &trial, error))
        return false;
    if (!there)
        return true;
    if (!lesson_lab_decide(lab, trial, (const char *const *)question->expects, question->n_expects, &list,
                           error))
        return false;
    enum lesson_verdict beyond = verdict_of_all(&list);
    expectation_list_finish(&list);
    mark->verdict = beyond == LESSON_WRONG   ? LESSON_RIGHT
                    : beyond == LESSON_RIGHT ? LESSON_WRONG
                                             : LESSON_UNDECIDED;
    return true;
}

static bool decide_design(struct lesson_lab *lab, const struct lesson_sheet *sheet, size_t trial,
                          struct lesson_mark *mark, struct error *error)
{
    const struct lesson_question *question = mark->question;
    struct expectation_list list = {0};
    if (!lesson_lab_decide(lab, trial, (const char *const *)question->expects, question->n_expects, &list,
                           error))
        return false;
    mark->verdict = verdict_of_all(&list);
    expectation_list_finish(&list);
    bool last = question->least || question->most;
    return mark->verdict != LESSON_RIGHT || !last || decide_last(lab, sheet, mark, error);
}

static bool decide(struct lesson_lab *lab, const struct lesson_sheet *sheet, struct lesson_mark *mark,
                   struct error *error)
{
    enum lesson_kind kind = mark->question->kind;
    size_t trial;
    mark->verdict = LESSON_UNANSWERED;
    if (!mark->answer)
        return true;
    if (!want(lab, sheet, mark->question, kind == LESSON_DESIGN ? mark->answer : NULL, &trial, error))
        return false;
    return kind == LESSON_NUMBER   ? decide_number(lab, trial, mark, error)
           : kind == LESSON_CHOICE ? decide_choice(lab, trial, mark, error)
                                   : decide_design(lab, sheet, trial, mark, error);
}

static bool decide_section(struct lesson_lab *lab, const struct lesson_sheet *sheet, int s,
                           struct lesson_marks *marks, struct error *error)
{
    const struct lesson_section *section = &sheet->lesson->sections[s];
    bool good = true;
    marks->marks = calloc(section->n + 1, sizeof *marks->marks);
    if (!marks->marks)
        return error_set(error, "out of memory");
    for (; good && marks->n < section->n; marks->n++) {
        struct lesson_mark *mark = &marks->marks[marks->n];
        mark->question = &section->questions[marks->n];
        mark->answer = sheet->answers[s][marks->n];
        good = decide(lab, sheet, mark, error) ||
               error_prefix(error, "lesson %s: question \"%s\"", sheet->lesson_name, mark->question->id);
    }
    return good;
}

bool lesson_grade(struct lesson_lab *lab, const struct lesson_sheet *sheet, struct lesson_grade *ret_grade,
                  struct error *error)
{
    struct lesson_grade grade = {0};
    bool good = true;
    for (int s = 0; good && s < LESSON_SECTIONS; s++)
        good = decide_section(lab, sheet, s, &grade.sections[s], error);
    const struct lesson_marks *check = &grade.sections[LESSON_CHECK];
    for (size_t i = 0; good && i < check->n; i++)
        grade.n_right += check->marks[i].verdict == LESSON_RIGHT;
    if (good)
        *ret_grade = grade;
    else
        lesson_grade_finish(&grade);
    return good;
}

void lesson_grade_finish(struct lesson_grade *grade)
{
    for (int s = 0; s < LESSON_SECTIONS; s++) {
        for (size_t i = 0; i < grade->sections[s].n; i++) {
            free(grade->sections[s].marks[i].claim);
            expectation_list_finish(&grade->sections[s].marks[i].found);
        }
        free(grade->sections[s].marks);
    }
    *grade = (struct lesson_grade){0};
}
