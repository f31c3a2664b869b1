#include "cli/lesson_shelf.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "cli/load.h"
#include "cli/print.h"
#include "experiment/files.h"

enum { MOST_NAMES = 256 };

const char *const shelf_file_names[SHELF_FILES] = {"lesson.json", "scenario.json", "lesson.md"};

extern const struct embedded_file lesson_files[];
extern const size_t n_lesson_files;

static void lesson_close(struct shelf_lesson *lesson)
{
    for (int f = 0; f < SHELF_FILES; f++) {
        free(lesson->paths[f]);
        free(lesson->texts[f]);
    }
    free(lesson->name);
    if (lesson->is_read)
        lesson_finish(&lesson->lesson);
    lesson_lab_finish(&lesson->lab);
}

void shelf_finish(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->n; i++)
        lesson_close(&shelf->lessons[i]);
    free(shelf->lessons);
    *shelf = (struct shelf){0};
}

/* One of that name, which is added where it is new; NULL: memory is gone. */
static struct shelf_lesson *lesson_named(struct shelf *shelf, const char *name, size_t length)
{
    for (size_t i = 0; i < shelf->n; i++)
        if (strlen(shelf->lessons[i].name) == length && strncmp(shelf->lessons[i].name, name, length) == 0)
            return &shelf->lessons[i];
    struct shelf_lesson *lessons = realloc(shelf->lessons, (shelf->n + 1) * sizeof *lessons);
    if (!lessons)
        return NULL;
    shelf->lessons = lessons;
    lessons[shelf->n] = (struct shelf_lesson){.name = text_format("%.*s", (int)length, name)};
    return lessons[shelf->n].name ? &lessons[shelf->n++] : NULL;
}

static int by_name(const void *left, const void *right)
{
    const struct shelf_lesson *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* ---- those in the program ---- */

static bool add_embedded(struct shelf *shelf, const struct embedded_file *file)
{
    size_t length = strcspn(file->name, "/");
    struct shelf_lesson *lesson = lesson_named(shelf, file->name, length);
    for (int f = 0; lesson && f < SHELF_FILES; f++) {
        if (file->name[length] == '\0' || strcmp(file->name + length + 1, shelf_file_names[f]) != 0)
            continue;
        lesson->paths[f] = text_copy(file->name);
        lesson->texts[f] = text_copy(file->text);
        lesson->lengths[f] = file->length;
        return lesson->paths[f] && lesson->texts[f];
    }
    return lesson != NULL;
}

static enum exit_code open_embedded(struct shelf *shelf)
{
    for (size_t i = 0; i < n_lesson_files; i++)
        if (!add_embedded(shelf, &lesson_files[i])) {
            complain("out of memory");
            return EXIT_IO;
        }
    return EXIT_OK;
}

/* ---- those in a folder ---- */

/* *ret_text stays NULL where the file cannot be read. False: memory is gone. */
static bool load_file(const char *path, char **ret_text, size_t *ret_length)
{
    struct error error = {0};
    bool good = scenario_load(path, ret_text, ret_length, &error) || !error_is_memory(&error);
    error_finish(&error);
    return good;
}

/* What cannot be read is told when somebody wants the lesson. False: memory is gone. */
static bool load_files(struct shelf_lesson *lesson, const char *folder)
{
    for (int f = 0; f < SHELF_FILES; f++) {
        lesson->paths[f] = path_join(folder, shelf_file_names[f]);
        if (!lesson->paths[f] || !load_file(lesson->paths[f], &lesson->texts[f], &lesson->lengths[f]))
            return false;
    }
    return true;
}

/* What has no lesson.json is no lesson. */
static bool add_folder(struct shelf *shelf, const char *folder, const char *name)
{
    char *path = path_join(folder, name);
    char *file = path ? path_join(path, shelf_file_names[SHELF_LESSON]) : NULL, *text = NULL;
    size_t length;
    bool good = file && load_file(file, &text, &length);
    if (good && text) {
        struct shelf_lesson *lesson = lesson_named(shelf, name, strlen(name));
        good = lesson && load_files(lesson, path);
    }
    free(text);
    free(file);
    free(path);
    return good;
}

static enum exit_code open_folder(struct shelf *shelf, const char *folder)
{
    DIR *directory = opendir(folder);
    bool good = true;
    if (!directory) {
        complain("%s: %s", folder, strerror(errno));
        return EXIT_IO;
    }
    for (const struct dirent *entry; good && (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.')
            good = add_folder(shelf, folder, entry->d_name);
    closedir(directory);
    if (!good)
        complain("out of memory");
    return good ? EXIT_OK : EXIT_IO;
}

/* ---- the shelf ---- */

enum exit_code shelf_open(const struct arguments *arguments, struct shelf *ret_shelf)
{
    const char *folder = arguments_value(arguments, "lessons");
    struct shelf shelf = {0};
    enum exit_code code = folder ? open_folder(&shelf, folder) : open_embedded(&shelf);
    if (code == EXIT_OK && shelf.n == 0) {
        complain("%s: there is no lesson in it", folder ? folder : "the program");
        code = EXIT_IO;
    }
    if (code != EXIT_OK) {
        shelf_finish(&shelf);
        return code;
    }
    qsort(shelf.lessons, shelf.n, sizeof *shelf.lessons, by_name);
    *ret_shelf = shelf;
    return EXIT_OK;
}

/* Its number, and behind the dash its name without that. */
static bool is_called(const char *whole, const char *name)
{
    size_t digits = strspn(whole, "0123456789"), length = strlen(name);
    if (strcmp(whole, name) == 0)
        return true;
    if (digits == 0 || whole[digits] != '-')
        return false;
    if (length > 0 && strspn(name, "0123456789") == length)
        return strtoul(name, NULL, 10) == strtoul(whole, NULL, 10);
    return strcmp(whole + digits + 1, name) == 0;
}

struct shelf_lesson *shelf_find(struct shelf *shelf, const char *name)
{
    for (size_t i = 0; i < shelf->n; i++)
        if (is_called(shelf->lessons[i].name, name))
            return &shelf->lessons[i];
    return NULL;
}

const char *shelf_nearest(const struct shelf *shelf, const char *name)
{
    const char *names[2 * MOST_NAMES];
    size_t n = 0;
    for (size_t i = 0; i < shelf->n && i < MOST_NAMES; i++) {
        const char *dash = strchr(shelf->lessons[i].name, '-');
        names[n++] = shelf->lessons[i].name;
        if (dash)
            names[n++] = dash + 1;
    }
    return text_nearest(name, names, n);
}

enum exit_code shelf_read(struct shelf_lesson *lesson)
{
    struct problem_list problems = {0};
    struct scenario_source source = {lesson->texts[SHELF_LESSON], lesson->lengths[SHELF_LESSON],
                                     lesson->paths[SHELF_LESSON], NULL, 0};
    if (lesson->is_read)
        return EXIT_OK;
    for (int f = 0; f < SHELF_FILES; f++)
        if (!lesson->texts[f]) {
            complain("lesson %s: %s cannot be read", lesson->name, shelf_file_names[f]);
            return EXIT_IO;
        }
    lesson->is_read = lesson_read(&source, &lesson->lesson, &problems);
    enum exit_code code = complain_problems(&problems);
    lesson->failed = code == EXIT_IO;
    problem_list_finish(&problems);
    lesson->lab.source =
        (struct scenario_source){lesson->texts[SHELF_SCENARIO], lesson->lengths[SHELF_SCENARIO],
                                 lesson->paths[SHELF_SCENARIO], NULL, 0};
    return code;
}
