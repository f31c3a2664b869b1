#include "cli/lesson_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/print.h"
#include "experiment/files.h"
#include "experiment/lesson_answer.h"
#include "report/lesson/lesson_files.h"
#include "scenario/problems.h"

static const char answers_name[] = "answers.json", record_name[] = "record.json";

void lesson_folder_finish(struct lesson_folder *folder)
{
    struct lesson_paper *papers[] = {&folder->answers, &folder->record};
    for (size_t i = 0; i < 2; i++) {
        lesson_answers_finish(&papers[i]->answers);
        free(papers[i]->path);
        free(papers[i]->text);
    }
    for (int s = 0; s < LESSON_SECTIONS; s++)
        free(folder->sheet_answers[s]);
    *folder = (struct lesson_folder){0};
}

static struct scenario_source source_of(const struct lesson_paper *paper)
{
    return (struct scenario_source){paper->text, paper->length, paper->path, NULL, 0};
}

/* Tells the problems, and finishes the list. */
static enum exit_code conclude(struct problem_list *problems)
{
    problem_list_sort(problems);
    enum exit_code code = complain_problems(problems);
    problem_list_finish(problems);
    return code;
}

/* ---- its files ---- */

static enum exit_code load_paper(struct lesson_folder *folder, const char *name, struct lesson_paper *paper)
{
    struct error error = {0};
    struct problem_list problems = {0};
    paper->path = path_join(folder->path, name);
    if (!paper->path)
        error_set(&error, "out of memory");
    bool before = interrupt_at_once(true);
    bool read = paper->path && scenario_load(paper->path, &paper->text, &paper->length, &error);
    interrupt_at_once(before);
    if (!read) {
        complain("%s", error_text(&error));
        folder->unreadable = !error_is_memory(&error);
        error_finish(&error);
        return EXIT_IO;
    }
    struct scenario_source source = source_of(paper);
    lesson_answers_read(&source, name == record_name, &paper->answers, &problems);
    return conclude(&problems);
}

/* Of what was predicted there need be no record yet. */
static enum exit_code load_record(struct lesson_folder *folder)
{
    struct stat status;
    char *path = path_join(folder->path, record_name);
    if (!path) {
        complain("out of memory");
        return EXIT_IO;
    }
    bool there = lstat(path, &status) == 0 || errno != ENOENT;
    free(path);
    return there ? load_paper(folder, record_name, &folder->record) : EXIT_OK;
}

static enum exit_code find_lesson(struct lesson_folder *folder, struct shelf *shelf)
{
    const char *name = folder->answers.answers.lesson;
    folder->shelved = shelf_find(shelf, name);
    if (!folder->shelved) {
        struct problem_list problems = {0};
        struct scenario_source source = source_of(&folder->answers);
        struct json_step step = {"lesson", 0};
        char *message = text_format("there is no lesson \"%s\"", name);
        lesson_tell(&source, &step, 1, 0, message ? message : "there is no such lesson",
                    shelf_nearest(shelf, name), &problems);
        problems.failed |= !message;
        free(message);
        return conclude(&problems);
    }
    return shelf_read(folder->shelved);
}

/* ---- what was recorded ---- */

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *or_nothing(const char *value)
{
    return value ? value : "nothing";
}

/* The record has to be of this lesson, and as it was written. */
static enum exit_code check_record(const struct lesson_folder *folder)
{
    const struct lesson_answers *record = &folder->record.answers, *answers = &folder->answers.answers;
    if (!folder->record.text)
        return EXIT_OK;
    struct sha256_text seal = lesson_answers_seal(record);
    if (!*seal.chars) {
        complain("out of memory");
        return EXIT_IO;
    }
    if (strcmp(seal.chars, record->seal) != 0) {
        complain("%s was changed after it was written: what was predicted cannot be told",
                 folder->record.path);
        return EXIT_USAGE;
    }
    if (!same(record->lesson, answers->lesson)) {
        complain("%s is of lesson \"%s\", %s of lesson \"%s\"", folder->record.path, record->lesson,
                 folder->answers.path, answers->lesson);
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

/* What was recorded first counts. */
static void tell_changes(const struct lesson_folder *folder)
{
    const struct lesson_answers *record = &folder->record.answers, *answers = &folder->answers.answers;
    if (!folder->record.text)
        return;
    if (!same(record->student, answers->student))
        complain("%s: the student is \"%s\" now, but was recorded as \"%s\", which counts",
                 folder->answers.path, or_nothing(answers->student), or_nothing(record->student));
    for (size_t i = 0; i < record->n; i++) {
        const struct lesson_answer *first = &record->answers[i];
        const char *now = lesson_answers_get(answers, LESSON_PREDICT, first->id);
        if (first->section == LESSON_PREDICT && !same(first->value, now))
            complain("%s: the prediction \"%s\" is \"%s\" now, but was recorded as \"%s\", which counts",
                     folder->answers.path, first->id, or_nothing(now), or_nothing(first->value));
    }
}

/* ---- what is answered ---- */

/* The file that counts for a section. */
static const struct lesson_paper *paper_of(const struct lesson_folder *folder, int section)
{
    bool recorded = section == LESSON_PREDICT && folder->record.text;
    return recorded ? &folder->record : &folder->answers;
}

static void check_answer(const struct lesson_folder *folder, int section,
                         const struct lesson_question *question, struct problem_list *problems)
{
    const struct lesson_paper *paper = paper_of(folder, section);
    struct scenario_source source = source_of(paper);
    const char *answer = lesson_answers_get(&paper->answers, section, question->id), *hint = NULL;
    struct error error = {0};
    struct text expected = {0};
    if (answer && !lesson_answer_fits(question, answer, &hint, &error) && !error_is_memory(&error))
        lesson_answers_tell(&source, section, question->id, error_text(&error), hint, problems);
    problems->failed |= error_is_memory(&error);
    if (!answer && section == LESSON_PREDICT) {
        text_add(&expected, "a prediction is missing, expected ");
        lesson_answer_expected(question, &expected);
        lesson_answers_tell(&source, section, question->id, text_string(&expected), NULL, problems);
    }
    problems->failed |= expected.failed;
    text_finish(&expected);
    error_finish(&error);
}

static enum exit_code check_answers(const struct lesson_folder *folder)
{
    struct problem_list problems = {0};
    struct scenario_source source = source_of(&folder->answers);
    const struct lesson *lesson = &folder->shelved->lesson;
    lesson_answers_check(&folder->answers.answers, lesson, &source, &problems);
    for (int s = 0; s < LESSON_SECTIONS; s++)
        for (size_t i = 0; i < lesson->sections[s].n; i++)
            check_answer(folder, s, &lesson->sections[s].questions[i], &problems);
    return conclude(&problems);
}

void lesson_folder_tell(const struct lesson_folder *folder, int section, size_t question, const char *message)
{
    const struct lesson_paper *paper = paper_of(folder, section);
    struct problem_list problems = {0};
    struct scenario_source source = source_of(paper);
    lesson_answers_tell(&source, section, folder->shelved->lesson.sections[section].questions[question].id,
                        message, NULL, &problems);
    conclude(&problems);
}

static bool make_sheet(struct lesson_folder *folder)
{
    const struct lesson *lesson = &folder->shelved->lesson;
    folder->sheet = (struct lesson_sheet){.lesson = lesson,
                                          .lesson_name = folder->shelved->name,
                                          .student = paper_of(folder, LESSON_PREDICT)->answers.student};
    for (int s = 0; s < LESSON_SECTIONS; s++) {
        const struct lesson_section *section = &lesson->sections[s];
        const char **answers = calloc(section->n + 1, sizeof *answers);
        if (!answers)
            return false;
        for (size_t i = 0; i < section->n; i++)
            answers[i] = lesson_answers_get(&paper_of(folder, s)->answers, s, section->questions[i].id);
        folder->sheet_answers[s] = answers;
        folder->sheet.answers[s] = answers;
    }
    return true;
}

/* ---- the folder ---- */

static enum exit_code open_all(struct lesson_folder *folder, struct shelf *shelf)
{
    enum exit_code code = load_paper(folder, answers_name, &folder->answers);
    if (code == EXIT_OK)
        code = find_lesson(folder, shelf);
    if (code == EXIT_OK)
        code = load_record(folder);
    if (code == EXIT_OK)
        code = check_record(folder);
    if (code == EXIT_OK)
        code = check_answers(folder);
    if (code != EXIT_OK)
        return code;
    tell_changes(folder);
    if (make_sheet(folder))
        return EXIT_OK;
    complain("out of memory");
    return EXIT_IO;
}

enum exit_code lesson_folder_open(const char *path, struct shelf *shelf, struct lesson_folder *ret_folder)
{
    struct lesson_folder folder = {.path = path};
    enum exit_code code = open_all(&folder, shelf);
    bool unreadable = folder.unreadable;
    if (code != EXIT_OK)
        lesson_folder_finish(&folder);
    *ret_folder = folder;
    ret_folder->unreadable = unreadable;
    return code;
}

enum exit_code lesson_folder_seal(const struct lesson_folder *folder)
{
    struct text text = {0};
    struct error error = {0};
    if (folder->record.text)
        return EXIT_OK;
    char *path = path_join(folder->path, record_name);
    lesson_files_add_record(&text, &folder->answers.answers);
    bool good = path && !text.failed ? file_write(path, text_string(&text), text.length, &error)
                                     : error_set(&error, "out of memory");
    if (good)
        print_aside("recorded: %s\n", path);
    else
        complain("%s", error_text(&error));
    error_finish(&error);
    text_finish(&text);
    free(path);
    return good ? EXIT_OK : EXIT_IO;
}
