#include "report/lesson/lesson_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "experiment/lesson_answer.h"
#include "report/expectations.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/plot/grid.h"
#include "report/unit.h"
#include "report/wrap.h"

enum { HALF_WIDTH_DIGITS = 2 };

/* ---- which there are ---- */

/* What stands before the first dash: "02" of "02-who-waits". */
static int number_width(const char *name)
{
    return (int)strcspn(name, "-");
}

void lesson_list_add_table(struct text *text, const struct lesson_entry *entries, size_t n,
                           const struct table_style *style)
{
    for (size_t i = 0; i < n; i++) {
        const struct lesson_entry *entry = &entries[i];
        int indent = number_width(entry->name) + 2;
        text_addf(text, "%.*s  ", indent - 2, entry->name);
        text_add(text, style->bold ? "\033[1m" : "");
        pad_right(text, entry->lesson->title, 0);
        text_add(text, style->bold ? "\033[0m\n" : "\n");
        pad_right(text, "", indent);
        wrap_add(text, entry->lesson->question, style->width - indent, indent);
    }
}

void lesson_list_add_markdown(struct text *text, const struct lesson_entry *entries, size_t n,
                              const struct table_style *style)
{
    struct grid grid;
    (void)style;
    if (!grid_init(&grid, n + 1, 3)) {
        text->failed = true;
        return;
    }
    bool good = grid_put(&grid, 0, 0, text_copy("lesson")) && grid_put(&grid, 0, 1, text_copy("title")) &&
                grid_put(&grid, 0, 2, text_copy("question"));
    for (size_t i = 0; good && i < n; i++)
        good = grid_put(&grid, i + 1, 0, text_copy(entries[i].name)) &&
               grid_put(&grid, i + 1, 1, text_copy(entries[i].lesson->title)) &&
               grid_put(&grid, i + 1, 2, text_copy(entries[i].lesson->question));
    grid_add_markdown(text, &grid);
    text->failed |= !good;
    grid_finish(&grid);
}

void lesson_list_add_json(struct text *text, const struct lesson_entry *entries, size_t n,
                          const struct table_style *style)
{
    struct json json = {.text = text};
    (void)style;
    json_open(&json, NULL, '{');
    json_open(&json, "lessons", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&json, NULL, '{');
        json_string(&json, "name", entries[i].name);
        json_string(&json, "title", entries[i].lesson->title);
        json_string(&json, "question", entries[i].lesson->question);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
}

/* ---- a mark ---- */

/* In the unit that the question asks for: "182 s", "61.2 %", "40/s". */
static void add_number(struct text *text, const struct lesson_question *question, double value, int digits)
{
    const char *unit = question->unit ? question->unit : "";
    double scale = 1.0;
    text->failed |= !lesson_answer_scale(question, &scale);
    text_addf(text, "%s%s%s", units_format_number(value / scale, digits).chars,
              *unit && *unit != '/' ? " " : "", unit);
}

/* "61.2 % ± 0.4 %", or why there is no such number. */
static void add_measured(struct text *text, const struct lesson_question *question,
                         const struct expectation *expectation, const char *plus_minus)
{
    struct expectation_side side = expectation->left;
    if (expectation->problem) {
        text_add(text, expectation->problem);
        return;
    }
    add_number(text, question, side.mean, UNITS_DIGITS);
    if (side.half_width > 0.0) {
        text_addf(text, " %s ", plus_minus);
        add_number(text, question, side.half_width, HALF_WIDTH_DIGITS);
    }
}

/* The expectation that tells what came out of a prediction; NULL when none does. */
static const struct expectation *what_came_out(const struct lesson_mark *mark)
{
    size_t at = mark->question->kind == LESSON_CHOICE ? mark->came_out : 0;
    return at < mark->found.n ? &mark->found.expectations[at] : NULL;
}

static void add_outcome(struct text *text, const struct lesson_mark *mark, const char *plus_minus)
{
    const struct expectation *found = what_came_out(mark);
    if (!found) {
        text_add(text, "cannot be told at this precision");
    } else if (mark->question->kind == LESSON_NUMBER) {
        add_measured(text, mark->question, found, plus_minus);
    } else {
        text_addf(text, "%s (%s: ", mark->question->choices[mark->came_out].answer, found->text);
        expectation_add_numbers(text, found, plus_minus);
        text_add(text, ")");
    }
}

/* The right answer of what is wrong is not given away: the hint says where it is to be found. */
static const char *hint_of(const struct lesson_mark *mark)
{
    bool helps = mark->verdict == LESSON_WRONG || mark->verdict == LESSON_UNDECIDED;
    return helps ? mark->question->hint : NULL;
}

/* ---- lines, as a terminal or as markdown has them ---- */

struct paper {
    struct text *text;
    const struct table_style *style;
    bool markdown;
};

static void add_heading(const struct paper *paper, int level, const char *heading)
{
    if (paper->markdown) {
        text_add(paper->text, level == 1 ? "## " : "### ");
        markdown_add_plain(paper->text, heading);
        text_add(paper->text, "\n\n");
        return;
    }
    bool bold = paper->style->bold;
    text_add(paper->text, bold ? "\033[1m" : "");
    pad_right(paper->text, heading, 0);
    text_add(paper->text, bold ? "\033[0m\n" : "\n");
}

/* An item, or something about the item before. */
static void add_line(const struct paper *paper, int level, const char *word, const char *line)
{
    struct text whole = {0};
    int indent = 2 * level;
    text_addf(&whole, "%s%s", word, line);
    if (paper->markdown) {
        text_addf(paper->text, "%*s- ", indent - 2, "");
        markdown_add_plain(paper->text, text_string(&whole));
        text_add(paper->text, "\n");
    } else {
        pad_right(paper->text, "", indent);
        wrap_add(paper->text, text_string(&whole), paper->style->width - indent, indent + 2);
    }
    paper->text->failed |= whole.failed;
    text_finish(&whole);
}

static void add_prediction(const struct paper *paper, const struct lesson_mark *mark)
{
    struct text outcome = {0};
    add_outcome(&outcome, mark, paper->markdown || paper->style->utf8 ? "±" : "+-");
    add_line(paper, 1, "", mark->question->ask);
    add_line(paper, 2, "predicted: ", mark->answer);
    add_line(paper, 2, "came out: ", text_string(&outcome));
    paper->text->failed |= outcome.failed;
    text_finish(&outcome);
}

static void add_check(const struct paper *paper, const struct lesson_mark *mark)
{
    struct text verdict = {0};
    text_addf(&verdict, "%s: ", lesson_verdict_names[mark->verdict]);
    add_line(paper, 1, text_string(&verdict), mark->question->ask);
    paper->text->failed |= verdict.failed;
    text_finish(&verdict);
    if (mark->answer)
        add_line(paper, 2, "answer: ", mark->answer);
    if (mark->verdict == LESSON_UNDECIDED)
        add_line(paper, 2, "", "this is so close that the runs are too few to tell");
    if (hint_of(mark))
        add_line(paper, 2, "hint: ", hint_of(mark));
}

static void add_result(const struct paper *paper, const struct lesson_result *result)
{
    const struct lesson_sheet *sheet = &result->sheet;
    const struct lesson_marks *predict = &result->grade.sections[LESSON_PREDICT];
    const struct lesson_marks *check = &result->grade.sections[LESSON_CHECK];
    struct text heading = {0};
    text_addf(&heading, "%s (%s%s%s)", sheet->lesson->title, sheet->lesson_name,
              sheet->student ? ", student " : "", sheet->student ? sheet->student : "");
    add_heading(paper, 1, text_string(&heading));
    paper->text->failed |= heading.failed;
    text_finish(&heading);
    text_add(paper->text, paper->markdown ? "" : "\n");
    add_heading(paper, 2, "predicted, and what came out");
    for (size_t i = 0; i < predict->n; i++)
        add_prediction(paper, &predict->marks[i]);
    text_add(paper->text, "\n");
    add_heading(paper, 2, "check yourself");
    for (size_t i = 0; i < check->n; i++)
        add_check(paper, &check->marks[i]);
    text_addf(paper->text, "\n%zu of %zu right\n", result->grade.n_right, check->n);
}

/* ---- a class ---- */

static char *right_text(const struct lesson_result *result)
{
    if (!result->graded)
        return text_copy("cannot be graded");
    return text_format("%zu of %zu", result->grade.n_right, result->grade.sections[LESSON_CHECK].n);
}

static bool fill_line(struct grid *grid, size_t line, const struct lesson_result *result)
{
    const char *student = result->graded && result->sheet.student ? result->sheet.student : "-";
    return grid_put(grid, line, 0, text_copy(result->folder)) &&
           grid_put(grid, line, 1, text_copy(student)) &&
           grid_put(grid, line, 2, text_copy(result->graded ? result->sheet.lesson_name : "-")) &&
           grid_put(grid, line, 3, right_text(result));
}

static void add_class(const struct paper *paper, const struct lesson_result *results, size_t n)
{
    static const char *const headings[] = {"folder", "student", "lesson", "right"};
    struct grid grid;
    bool good = grid_init(&grid, n + 1, 4);
    for (size_t i = 0; good && i < 4; i++)
        good = grid_put(&grid, 0, i, text_copy(headings[i]));
    for (size_t i = 0; good && i < n; i++)
        good = fill_line(&grid, i + 1, &results[i]);
    if (good && paper->markdown)
        grid_add_markdown(paper->text, &grid);
    else if (good)
        grid_add(paper->text, &grid, paper->style);
    paper->text->failed |= !good;
    grid_finish(&grid);
}

static void add_results(const struct paper *paper, const struct lesson_result *results, size_t n)
{
    const char *between = "";
    for (size_t i = 0; i < n; i++) {
        if (!results[i].graded)
            continue;
        text_add(paper->text, between);
        add_result(paper, &results[i]);
        between = "\n";
    }
    if (n < 2)
        return;
    text_add(paper->text, between);
    add_class(paper, results, n);
}

void lesson_results_add_table(struct text *text, const struct lesson_result *results, size_t n,
                              const struct table_style *style)
{
    add_results(&(struct paper){text, style, false}, results, n);
}

void lesson_results_add_markdown(struct text *text, const struct lesson_result *results, size_t n,
                                 const struct table_style *style)
{
    add_results(&(struct paper){text, style, true}, results, n);
}

/* ---- JSON ---- */

static void add_string_or_null(struct json *json, const char *key, const char *value)
{
    if (value)
        json_string(json, key, value);
    else
        json_null(json, key);
}

static void add_json_prediction(struct json *json, const struct lesson_mark *mark)
{
    const struct expectation *found = what_came_out(mark);
    bool choice = mark->question->kind == LESSON_CHOICE;
    json_open(json, NULL, '{');
    json_string(json, "id", mark->question->id);
    json_string(json, "ask", mark->question->ask);
    json_string(json, "predicted", mark->answer);
    if (choice) {
        add_string_or_null(json, "came_out", found ? mark->question->choices[mark->came_out].answer : NULL);
    } else if (found) {
        json_number(json, "mean", found->left.mean);
        json_number(json, "half_width", found->left.half_width);
        json_string(json, "unit", unit_name(found->unit).chars);
    }
    json_close(json, '}');
}

static void add_json_check(struct json *json, const struct lesson_mark *mark)
{
    json_open(json, NULL, '{');
    json_string(json, "id", mark->question->id);
    json_string(json, "ask", mark->question->ask);
    add_string_or_null(json, "answer", mark->answer);
    json_string(json, "verdict", lesson_verdict_names[mark->verdict]);
    add_string_or_null(json, "hint", hint_of(mark));
    json_close(json, '}');
}

static void add_json_result(struct json *json, const struct lesson_result *result)
{
    const struct lesson_marks *predict = &result->grade.sections[LESSON_PREDICT];
    const struct lesson_marks *check = &result->grade.sections[LESSON_CHECK];
    json_open(json, NULL, '{');
    json_string(json, "folder", result->folder);
    json_switch(json, "graded", result->graded);
    if (result->graded) {
        json_string(json, "lesson", result->sheet.lesson_name);
        add_string_or_null(json, "student", result->sheet.student);
        json_integer(json, "right", result->grade.n_right);
        json_integer(json, "of", check->n);
        json_open(json, "predict", '[');
        for (size_t i = 0; i < predict->n; i++)
            add_json_prediction(json, &predict->marks[i]);
        json_close(json, ']');
        json_open(json, "check", '[');
        for (size_t i = 0; i < check->n; i++)
            add_json_check(json, &check->marks[i]);
        json_close(json, ']');
    }
    json_close(json, '}');
}

void lesson_results_add_json(struct text *text, const struct lesson_result *results, size_t n,
                             const struct table_style *style)
{
    struct json json = {.text = text};
    (void)style;
    json_open(&json, NULL, '{');
    json_open(&json, "folders", '[');
    for (size_t i = 0; i < n; i++)
        add_json_result(&json, &results[i]);
    json_close(&json, ']');
    json_close(&json, '}');
}
