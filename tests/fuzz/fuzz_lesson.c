/* What teachers and students write: lesson.json, answers.json behind a form feed, and a value to be written
 * into the first of them as if it were a scenario. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "json_mutate.h"
#include "scenario/lesson.h"
#include "scenario/lesson_answers.h"

static void try_answers(const uint8_t *bytes, size_t length, bool is_record, const struct lesson *lesson)
{
    struct scenario_source source = {(const char *)bytes, length, "answers.json", NULL, 0};
    struct lesson_answers answers;
    struct problem_list problems = {0};
    bool read = lesson_answers_read(&source, is_record, &answers, &problems);
    fuzz_check_problems(&problems, read);
    if (read) {
        fuzz_check(lesson_answers_seal(&answers).chars[0], "answers can be sealed", NULL);
        if (lesson)
            lesson_answers_check(&answers, lesson, &source, &problems);
        lesson_answers_finish(&answers);
    }
    problem_list_finish(&problems);
}

static void try_lesson(const uint8_t *bytes, size_t length, const uint8_t *answers, size_t answers_length)
{
    struct scenario_source source = {(const char *)bytes, length, "lesson.json", NULL, 0};
    struct lesson lesson;
    struct problem_list problems = {0};
    bool read = lesson_read(&source, &lesson, &problems);
    fuzz_check_problems(&problems, read);
    for (int is_record = 0; is_record < 2; is_record++)
        try_answers(answers, answers_length, is_record, read ? &lesson : NULL);
    for (size_t i = 0; read && i < lesson.n_vary; i++)
        fuzz_check(lesson_pick(&lesson.vary[i], "fuzz", "1"), "a student gets a value", NULL);
    if (read)
        lesson_finish(&lesson);
    problem_list_finish(&problems);
}

/* The text of a scenario, whatever it is: a value is written, or there is a reason why not. */
static void try_write(const uint8_t *bytes, size_t length)
{
    static const char *const sets[] = {"components.shop.workers=7"};
    struct error error = {0};
    char *text = NULL;
    if (lesson_write_values((const char *)bytes, length, sets, 1, &text, &error))
        free(text);
    else
        fuzz_check(*error_text(&error), "an error has a text", NULL);
    error_finish(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const uint8_t *feed = length ? memchr(bytes, '\f', length) : NULL;
    size_t first = feed ? (size_t)(feed - bytes) : length;
    try_lesson(bytes, first, bytes + first + (feed != NULL), length - first - (feed != NULL));
    try_write(bytes, first);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
    return json_mutate(bytes, length, most, seed);
}
