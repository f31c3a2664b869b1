/* Folders of students graded: predictions recorded, then the runs, then what they say of the answers. */
#include <stdlib.h>
#include <string.h>

#include "cli/choose.h"
#include "cli/interrupt.h"
#include "cli/lesson_folder.h"
#include "cli/lesson_verbs.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "report/lesson/lesson_junit.h"
#include "report/lesson/lesson_view.h"

/* One folder's grading; its result borrows from the folder. */
struct graded {
    struct lesson_folder folder;
    bool open; /* there is a folder to finish */
};

static bool run_lab(struct lesson_lab *lab, const char *name, struct experiment_options options,
                    struct error *error)
{
    struct progress progress;
    progress_init(&progress, name);
    options.progress = progress_show;
    options.progress_data = &progress;
    bool good = lesson_lab_run(lab, &options, error);
    progress_finish(&progress);
    return good;
}

static enum exit_code run_all(struct graded *graded, const struct experiment_options *options,
                              struct lesson_result *result)
{
    struct lesson_folder *folder = &graded->folder;
    struct lesson_lab *lab = &folder->shelved->lab;
    struct error error = {0};
    int section = LESSON_SECTIONS;
    size_t question = 0;
    enum exit_code code = EXIT_OK;
    if (!lesson_grade_prepare(lab, &folder->sheet, &section, &question, &error)) {
        code = error_is_memory(&error) ? EXIT_IO : EXIT_USAGE;
        if (section < LESSON_SECTIONS && code == EXIT_USAGE)
            lesson_folder_tell(folder, section, question, error_text(&error));
        else
            complain("%s: %s", folder->path, error_text(&error));
        error_finish(&error);
        return code;
    }
    code = lesson_folder_seal(folder);
    if (code == EXIT_OK && (!run_lab(lab, folder->path, *options, &error) ||
                            !lesson_grade(lab, &folder->sheet, &result->grade, &error))) {
        complain("%s: %s", folder->path, error_text(&error));
        code = options->stop && *options->stop ? EXIT_INTERRUPTED : EXIT_IO;
    }
    error_finish(&error);
    return code;
}

static enum exit_code grade_folder(const char *path, struct shelf *shelf, struct graded *graded,
                                   const struct experiment_options *options, struct lesson_result *result)
{
    enum exit_code code = lesson_folder_open(path, shelf, &graded->folder);
    *result = (struct lesson_result){.folder = path};
    if (code != EXIT_OK)
        return code;
    graded->open = true;
    code = run_all(graded, options, result);
    if (code != EXIT_OK)
        return code;
    result->graded = true;
    result->sheet = graded->folder.sheet;
    return result->grade.n_right == result->grade.sections[LESSON_CHECK].n ? EXIT_OK : EXIT_FAILED;
}

/* ---- formats ---- */

/* Sorted. */
static const struct {
    const char *name;
    void (*add)(struct text *text, const struct lesson_result *results, size_t n,
                const struct table_style *style);
} formats[] = {
    {"json", lesson_results_add_json},
    {"junit", lesson_results_add_junit},
    {"markdown", lesson_results_add_markdown},
    {"table", lesson_results_add_table},
};

enum { FORMATS = sizeof formats / sizeof *formats };

static size_t find_format(const char *name)
{
    const char *names[FORMATS];
    size_t i = 0;
    for (; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(names[i], name) == 0)
            return i;
    }
    complain_unknown("lesson ", "format", name, names, FORMATS);
    return i;
}

/* ---- the verb ---- */

static enum exit_code grade_all(const struct arguments *arguments, struct shelf *shelf, size_t format,
                                struct text *text)
{
    size_t n = arguments->n_operands - 1, done = 0;
    struct graded *graded = calloc(n + 1, sizeof *graded);
    struct lesson_result *results = calloc(n + 1, sizeof *results);
    struct experiment_options options = {.numbers_only = true, .untraced = true, .stop = interrupt_watch()};
    enum exit_code worst = EXIT_OK;
    if (!choose_threads(arguments, "lesson ", &options.threads)) {
        worst = EXIT_USAGE;
    } else if (!graded || !results) {
        complain("out of memory");
        worst = EXIT_IO;
    } else {
        bool failed = false; /* and not by a folder that cannot be read */
        for (; done < n && !failed && worst != EXIT_INTERRUPTED; done++) {
            enum exit_code code =
                grade_folder(arguments->operands[done + 1], shelf, &graded[done], &options, &results[done]);
            worst = code > worst ? code : worst;
            failed = code == EXIT_IO && !graded[done].folder.unreadable;
        }
        struct table_style style = print_style();
        if (!failed)
            formats[format].add(text, results, done, &style);
    }
    for (size_t i = 0; i < done; i++) {
        if (results[i].graded)
            lesson_grade_finish(&results[i].grade);
        if (graded[i].open)
            lesson_folder_finish(&graded[i].folder);
    }
    free(results);
    free(graded);
    return worst;
}

enum exit_code lesson_grade_folders(const struct arguments *arguments, const char *operand, struct text *text)
{
    const char *name = arguments_value(arguments, "format");
    size_t format = find_format(name ? name : "table");
    struct shelf shelf;
    (void)operand; /* the first of them */
    if (format == FORMATS)
        return EXIT_USAGE;
    enum exit_code code = shelf_open(arguments, &shelf);
    if (code != EXIT_OK)
        return code;
    code = grade_all(arguments, &shelf, format, text);
    shelf_finish(&shelf);
    return code;
}
