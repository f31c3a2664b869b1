/* A folder for a student: the lesson's text, its scenario with the student's values, and room for answers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json_key.h"
#include "cli/interrupt.h"
#include "cli/lesson_ask.h"
#include "cli/lesson_shelf.h"
#include "cli/lesson_verbs.h"
#include "cli/print.h"
#include "experiment/files.h"
#include "experiment/lesson_answer.h"
#include "experiment/lesson_grade.h"
#include "report/lesson/lesson_files.h"

enum { LONGEST_STUDENT = 100 };

static const char prefix[] = "lesson ";

/* ---- what the command line says ---- */

/* A line of text that can be shown as it is. */
static bool is_plain(const char *student)
{
    const char *end = student + strlen(student);
    unsigned long code = 0;
    size_t n = 1;
    for (const char *at = student; at < end && n > 0; at += n) {
        n = json_utf8(at, end, &code);
        n = code < 0x20 || code == 0x7F ? 0 : n;
    }
    return n > 0 && *student && strlen(student) <= LONGEST_STUDENT;
}

/* Where the answer to a prediction is kept; an empty one where it is new. NULL: memory is gone. */
static struct lesson_answer *answer_at(struct lesson_answers *answers, const char *id)
{
    for (size_t i = 0; i < answers->n; i++)
        if (strcmp(answers->answers[i].id, id) == 0)
            return &answers->answers[i];
    struct lesson_answer *more = realloc(answers->answers, (answers->n + 1) * sizeof *more);
    if (!more)
        return NULL;
    answers->answers = more;
    more[answers->n] = (struct lesson_answer){.section = LESSON_PREDICT, .id = text_copy(id)};
    return more[answers->n].id ? &more[answers->n++] : NULL;
}

/* Hands the answer over. */
static enum exit_code keep(struct lesson_answers *answers, const char *id, char *value)
{
    struct lesson_answer *answer = value ? answer_at(answers, id) : NULL;
    if (!answer) {
        free(value);
        complain("out of memory");
        return EXIT_IO;
    }
    free(answer->value);
    answer->value = value;
    return EXIT_OK;
}

/* ID=ANSWER */
static enum exit_code predict(const struct lesson *lesson, const char *given, struct lesson_answers *answers)
{
    const char *equals = strchr(given, '='), *hint = NULL;
    struct error error = {0};
    if (!equals)
        return complain_usage(prefix, "--predict needs ID=ANSWER, not \"%s\"", given);
    char *id = text_format("%.*s", (int)(equals - given), given);
    const struct lesson_question *question =
        id ? lesson_find(&lesson->sections[LESSON_PREDICT], id, &hint) : NULL;
    enum exit_code code = EXIT_IO;
    bool fits = question && lesson_answer_fits(question, equals + 1, &hint, &error);
    if (!id || error_is_memory(&error))
        complain("out of memory");
    else if (!question)
        code = complain_unknown(prefix, "prediction", id, &hint, hint != NULL);
    else if (!fits)
        code = complain_usage(prefix, "--predict %s: %s", id, error_text(&error));
    else
        code = keep(answers, id, text_copy(equals + 1));
    error_finish(&error);
    free(id);
    return code;
}

static enum exit_code predict_all(const struct arguments *arguments, const struct lesson *lesson,
                                  struct lesson_answers *answers)
{
    enum exit_code code = EXIT_OK;
    const char *given;
    for (size_t at = 0; code == EXIT_OK && (given = arguments_next(arguments, "predict", &at)) != NULL;)
        code = predict(lesson, given, answers);
    return code;
}

/* What is still open, of whoever is at the terminal. */
static enum exit_code ask_all(const struct lesson *lesson, struct lesson_answers *answers)
{
    const struct lesson_section *section = &lesson->sections[LESSON_PREDICT];
    bool asked = false;
    for (size_t i = 0; i < section->n; i++) {
        const struct lesson_question *question = &section->questions[i];
        char *answer = NULL;
        if (lesson_answers_get(answers, LESSON_PREDICT, question->id))
            continue;
        if (!asked)
            print_aside("%s\nWhat do you expect, before it is run? An empty line leaves it for later.\n",
                        lesson->question);
        asked = true;
        if (!lesson_ask(question, &answer))
            return EXIT_OK;
        if (answer && keep(answers, question->id, answer) != EXIT_OK)
            return EXIT_IO;
    }
    return EXIT_OK;
}

/* ---- the folder ---- */

static bool write_in(const char *folder, const char *name, const char *bytes, size_t length,
                     struct error *error)
{
    char *path = path_join(folder, name);
    bool good = path ? file_write(path, bytes, length, error) : error_set(error, "out of memory");
    free(path);
    return good;
}

static bool write_scenario(const struct shelf_lesson *shelved, const char *student, const char *folder,
                           struct error *error)
{
    size_t n = 0;
    char *text = NULL;
    char **sets = lesson_variant(&shelved->lesson, shelved->name, student, &n);
    bool good = sets || error_set(error, "out of memory");
    good = good && lesson_write_values(shelved->texts[SHELF_SCENARIO], shelved->lengths[SHELF_SCENARIO],
                                       (const char *const *)sets, n, &text, error);
    good = good && write_in(folder, shelf_file_names[SHELF_SCENARIO], text, strlen(text), error);
    free(text);
    lesson_variant_finish(sets, n);
    return good;
}

static bool write_answers(const struct shelf_lesson *shelved, const struct lesson_answers *answers,
                          const char *folder, struct error *error)
{
    struct text text = {0};
    lesson_files_add_answers(&text, &shelved->lesson, answers);
    bool good = text.failed ? error_set(error, "out of memory")
                            : write_in(folder, "answers.json", text_string(&text), text.length, error);
    text_finish(&text);
    return good;
}

/* Under another name until it is whole. */
static bool write_folder(const struct shelf_lesson *shelved, const struct lesson_answers *answers,
                         const char *path, struct error *error)
{
    char *part;
    interrupt_watch();
    if (!folder_part_make(path, &part, error))
        return false;
    bool good = write_scenario(shelved, answers->student, part, error) &&
                write_in(part, shelf_file_names[SHELF_TEXT], shelved->texts[SHELF_TEXT],
                         shelved->lengths[SHELF_TEXT], error) &&
                write_answers(shelved, answers, part, error) &&
                (rename(part, path) == 0 || error_set(error, "%s: %s", path, strerror(errno)));
    if (!good)
        folder_part_remove(part);
    free(part);
    return good;
}

static bool is_free(const char *path)
{
    struct stat status;
    return lstat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* ---- what to do next ---- */

static void add_steps(const struct arguments *arguments, const struct shelf_lesson *shelved,
                      const struct lesson_answers *answers, const char *path, struct text *text)
{
    const char *lessons = arguments_value(arguments, "lessons");
    size_t n = shelved->lesson.sections[LESSON_PREDICT].n, open = n - answers->n;
    text_addf(text, "%s%s%s: %s\n", path, answers->student ? ", for student " : "",
              answers->student ? answers->student : "", shelved->lesson.title);
    text_addf(text, "  read      %s/lesson.md\n", path);
    if (open)
        text_addf(text, "  predict   in %s/answers.json: %zu of %zu predictions are missing\n", path, open,
                  n);
    text_addf(text, "  run       cd %s && tandem run scenario.json\n", path);
    text_addf(text, "  answer    \"check\" in %s/answers.json\n", path);
    text_addf(text, "  grade     tandem lesson grade %s%s%s\n", path, lessons ? " --lessons " : "",
              lessons ? lessons : "");
}

/* ---- the verb ---- */

static enum exit_code make(const struct arguments *arguments, const struct shelf_lesson *shelved,
                           struct lesson_answers *answers, const char *path, struct text *text)
{
    struct error error = {0};
    const char *out = arguments_value(arguments, "out");
    if (!is_free(path)) {
        complain("%s is there already, and stays as it is", path);
        return EXIT_IO;
    }
    enum exit_code code = predict_all(arguments, &shelved->lesson, answers);
    if (code == EXIT_OK && lesson_can_ask())
        code = ask_all(&shelved->lesson, answers);
    if (code != EXIT_OK)
        return code;
    if ((out && !folder_make(out, &error)) || !write_folder(shelved, answers, path, &error)) {
        complain("%s", error_text(&error));
        code = EXIT_IO;
    } else {
        add_steps(arguments, shelved, answers, path, text);
    }
    error_finish(&error);
    return code;
}

static enum exit_code start(const struct arguments *arguments, struct shelf *shelf, const char *name,
                            struct text *text)
{
    struct shelf_lesson *shelved = shelf_find(shelf, name);
    const char *student = arguments_value(arguments, "student"), *out = arguments_value(arguments, "out");
    if (!shelved) {
        const char *nearest = shelf_nearest(shelf, name);
        return complain_unknown(prefix, "lesson", name, &nearest, nearest != NULL);
    }
    if (student && !is_plain(student))
        return complain_usage(prefix, "--student needs a number or a name, at most %d characters",
                              LONGEST_STUDENT);
    enum exit_code code = shelf_read(shelved);
    if (code != EXIT_OK)
        return code;
    struct lesson_answers answers = {.lesson = text_copy(shelved->name),
                                     .student = student ? text_copy(student) : NULL};
    char *path = out ? path_join(out, shelved->name) : text_copy(shelved->name);
    if (path && answers.lesson && (answers.student || !student)) {
        code = make(arguments, shelved, &answers, path, text);
    } else {
        complain("out of memory");
        code = EXIT_IO;
    }
    free(path);
    lesson_answers_finish(&answers);
    return code;
}

enum exit_code lesson_start(const struct arguments *arguments, const char *operand, struct text *text)
{
    struct shelf shelf;
    enum exit_code code = shelf_open(arguments, &shelf);
    if (code != EXIT_OK)
        return code;
    code = start(arguments, &shelf, operand, text);
    shelf_finish(&shelf);
    return code;
}
