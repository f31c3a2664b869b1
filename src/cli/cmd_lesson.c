#include <stdlib.h>
#include <string.h>

#include "cli/choose.h"
#include "cli/command.h"
#include "cli/lesson_shelf.h"
#include "cli/lesson_verbs.h"
#include "cli/print.h"
#include "cli/topics.h"
#include "report/lesson/lesson_view.h"

static const struct option options[] = {
    {"student", 0, "N", "start: the student's number, any text; it picks the values that vary"},
    {"predict", 'p', "ID=ANSWER", "start: what you expect; may be repeated"},
    {"out", 'o', "DIR", "start: folder that gets the lesson's folder (.)"},
    {"format", 'f', "table|json|junit|markdown", "list, grade: what is printed (table); junit: of grade"},
    {"lessons", 'l', "DIR", "a folder of lessons, instead of those in the program"},
    THREADS_OPTION,
    COMMON_OPTIONS,
};

/* ---- list ---- */

typedef void add_list(struct text *text, const struct lesson_entry *entries, size_t n,
                      const struct table_style *style);

/* What the format is called, sorted. */
static add_list *find_list(const char *name)
{
    static const char *const names[] = {"json", "markdown", "table"};
    static add_list *const lists[] = {lesson_list_add_json, lesson_list_add_markdown, lesson_list_add_table};
    enum { LISTS = sizeof lists / sizeof *lists };
    for (size_t i = 0; i < LISTS; i++)
        if (strcmp(names[i], name) == 0)
            return lists[i];
    complain_unknown("lesson ", "format", name, names, LISTS);
    return NULL;
}

/* One that is wrong is told and left out. */
static enum exit_code list_all(struct shelf *shelf, add_list *add, struct text *text)
{
    struct lesson_entry *entries = calloc(shelf->n + 1, sizeof *entries);
    struct table_style style = print_style();
    enum exit_code worst = EXIT_OK;
    size_t n = 0;
    if (!entries) {
        complain("out of memory");
        return EXIT_IO;
    }
    for (size_t i = 0; i < shelf->n; i++) {
        enum exit_code code = shelf_read(&shelf->lessons[i]);
        if (code == EXIT_OK)
            entries[n++] = (struct lesson_entry){shelf->lessons[i].name, &shelf->lessons[i].lesson};
        worst = code > worst ? code : worst;
        if (shelf->lessons[i].failed) { /* so would the others */
            free(entries);
            return EXIT_IO;
        }
    }
    add(text, entries, n, &style);
    free(entries);
    return worst;
}

static enum exit_code list(const struct arguments *arguments, const char *operand, struct text *text)
{
    const char *name = arguments_value(arguments, "format");
    add_list *add = find_list(name ? name : "table");
    struct shelf shelf;
    (void)operand;
    if (!add)
        return EXIT_USAGE;
    enum exit_code code = shelf_open(arguments, &shelf);
    if (code != EXIT_OK)
        return code;
    code = list_all(&shelf, add, text);
    shelf_finish(&shelf);
    return code;
}

/* ---- the command ---- */

static const struct topic topics[] = {
    {"grade", "FOLDER...", "record predictions, run, and grade what was answered", lesson_grade_folders},
    {"list", NULL, "the lessons: title and question", list},
    {"start", "NAME", "make the folder of a lesson, and ask what you expect", lesson_start},
    {NULL, NULL, NULL, NULL},
};

/* An option that is not for this verb would be ignored. */
static bool options_fit(const struct arguments *arguments)
{
    static const struct {
        const char *option, *verbs;
    } uses[] = {{"student", "start"},
                {"predict", "start"},
                {"out", "start"},
                {"format", "list, grade"},
                {"threads", "grade"}};
    const char *verb = arguments->n_operands ? arguments->operands[0] : "";
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (arguments_have(arguments, uses[i].option) && !strstr(uses[i].verbs, verb)) {
            complain_usage("lesson ", "--%s is for %s", uses[i].option, uses[i].verbs);
            return false;
        }
    return true;
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    (void)argv;
    return options_fit(arguments) ? topics_run(&command_lesson, arguments) : EXIT_USAGE;
}

const struct command command_lesson = {
    .name = "lesson",
    .operands = "VERB [NAME | FOLDER...]",
    .summary = "Learn and teach: scenarios with questions, and graded answers",
    .details =
        "A NAME is \"02\", \"who-waits\" or \"02-who-waits\". \"start\" makes a folder with lesson.md to "
        "read,\n"
        "scenario.json to run and answers.json to fill in; at a terminal it asks what you expect.\n"
        "\"grade\" keeps the predictions in record.json before it shows anything: what was recorded\n"
        "first counts. It makes the student's values anew from the lesson and the number, and does not\n"
        "read scenario.json.\n"
        "Exit status: 0 all is right, 1 something is wrong, not answered or cannot be told, 2 wrong\n"
        "usage, or a mistake or missing prediction in answers.json, 3 could not read or write, 130\n"
        "interrupted.\n",
    .examples = "  tandem lesson list\n"
                "  tandem lesson start who-waits --student 4711\n"
                "  tandem lesson grade 02-who-waits\n"
                "  tandem lesson grade --format json handed-in/*\n",
    .options = options,
    .topics = topics,
    .run = run,
};
