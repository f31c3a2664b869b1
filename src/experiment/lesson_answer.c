#include "experiment/lesson_answer.h"

#include <stdlib.h>
#include <string.h>

#include "experiment/expression.h"

enum { MOST_CHOICES = 100, LONGEST_WHOLE = 9 };

void lesson_answer_expected(const struct lesson_question *question, struct text *text)
{
    if (question->kind == LESSON_NUMBER)
        text_addf(text, "a number such as \"42%s\"", question->unit ? question->unit : "");
    else if (question->kind == LESSON_DESIGN && (question->least || question->most))
        text_add(text, "a whole number");
    else if (question->kind == LESSON_DESIGN)
        text_addf(text, "a value for %s", question->path);
    for (size_t i = 0; i < question->n_choices; i++)
        text_addf(text, "%s\"%s\"", i == 0 ? "one of " : ", ", question->choices[i].answer);
}

static bool fail(const struct lesson_question *question, const char *answer, struct error *error)
{
    struct text expected = {0};
    lesson_answer_expected(question, &expected);
    if (expected.failed)
        error_set(error, "out of memory");
    else
        error_set(error, "found \"%s\", expected %s", answer, text_string(&expected));
    text_finish(&expected);
    return false;
}

/* ---- numbers ---- */

static bool no_names(void *data, const char *name, size_t *ret_quantity, struct expression_unit *ret_unit,
                     struct expression_fault *fault)
{
    (void)data;
    (void)ret_quantity;
    (void)ret_unit;
    return error_set(&fault->error, "\"%s\" is no number", name);
}

/* The value and unit of a text that is a number, or reckons with some. An error is only that memory is gone.
 */
static bool number_of(const char *text, double *ret_value, struct expression_unit *ret_unit,
                      struct error *memory)
{
    struct expression_source source = {text, 0, no_names, NULL};
    struct expression_fault fault = {0};
    struct expression expression = {0};
    struct error error = {0};
    bool good = expression_read(&source, &expression, &fault);
    expression_skip(&source);
    good = good && !text[source.at] && expression_value(&expression, text, NULL, NULL, ret_value, &error);
    if (good)
        *ret_unit = expression.unit;
    if (error_is_memory(&fault.error) || error_is_memory(&error))
        error_set(memory, "out of memory");
    expression_finish(&expression);
    expression_fault_finish(&fault);
    error_finish(&error);
    return good;
}

static bool one_of_unit(const struct lesson_question *question, double *ret_value,
                        struct expression_unit *ret_unit, struct error *memory)
{
    char *one = text_format("1%s", question->unit ? question->unit : "");
    bool good = one ? number_of(one, ret_value, ret_unit, memory) : error_set(memory, "out of memory");
    free(one);
    return good;
}

bool lesson_answer_scale(const struct lesson_question *question, double *ret_scale)
{
    struct expression_unit unit;
    struct error memory = {0};
    double scale = 1.0;
    bool good = one_of_unit(question, &scale, &unit, &memory) && scale > 0.0;
    bool known = !error_is_memory(&memory);
    error_finish(&memory);
    if (known)
        *ret_scale = good ? scale : 1.0;
    return known;
}

/* A number without its unit would be taken for seconds, or for 100 times as much. */
static bool is_number(const struct lesson_question *question, const char *answer, struct error *memory)
{
    struct expression_unit found, wanted;
    double value;
    bool good = one_of_unit(question, &value, &wanted, memory) && number_of(answer, &value, &found, memory);
    return good && found.seconds == wanted.seconds &&
           (found.kind == EXPRESSION_SHARE) == (wanted.kind == EXPRESSION_SHARE);
}

/* ---- all kinds ---- */

static bool is_whole(const char *answer)
{
    size_t n = strspn(answer, "0123456789");
    return n > 0 && n <= LONGEST_WHOLE && !answer[n];
}

static bool is_choice(const struct lesson_question *question, const char *answer, const char **ret_hint)
{
    const char *answers[MOST_CHOICES];
    size_t n = 0;
    for (; n < question->n_choices && n < MOST_CHOICES; n++) {
        answers[n] = question->choices[n].answer;
        if (strcmp(answers[n], answer) == 0)
            return true;
    }
    *ret_hint = text_nearest(answer, answers, n);
    return false;
}

bool lesson_answer_fits(const struct lesson_question *question, const char *answer, const char **ret_hint,
                        struct error *error)
{
    struct error memory = {0};
    bool good = *answer != '\0';
    *ret_hint = NULL;
    if (question->kind == LESSON_NUMBER)
        good = is_number(question, answer, &memory);
    else if (question->kind == LESSON_CHOICE)
        good = is_choice(question, answer, ret_hint);
    else if (question->least || question->most)
        good = is_whole(answer);
    bool failed = error_is_memory(&memory);
    error_finish(&memory);
    return failed ? error_set(error, "out of memory") : good || fail(question, answer, error);
}
