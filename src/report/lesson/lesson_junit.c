#include "report/lesson/lesson_junit.h"

#include "report/xml.h"

static void add_counts(struct text *text, size_t tests, size_t failures, size_t errors)
{
    xml_add_count(text, "tests", tests);
    xml_add_count(text, "failures", failures);
    xml_add_count(text, "errors", errors);
}

static void open_case(struct text *text, const char *name, const char *class_name)
{
    text_add(text, "    <testcase");
    xml_add_attribute(text, "name", name);
    xml_add_attribute(text, "classname", class_name);
    text_add(text, ">");
}

/* What the case has instead of success. */
static void add_outcome(struct text *text, const char *element, const char *type, const char *message)
{
    text_addf(text, "<%s", element);
    xml_add_attribute(text, "type", type);
    xml_add_attribute(text, "message", message);
    text_add(text, "/>");
}

static void add_question(struct text *text, const struct lesson_mark *mark, const char *lesson)
{
    open_case(text, mark->question->id, lesson);
    if (mark->verdict != LESSON_RIGHT) {
        const char *hint = mark->question->hint;
        bool tried = mark->verdict != LESSON_UNANSWERED && hint;
        add_outcome(text, "failure", lesson_verdict_names[mark->verdict], tried ? hint : mark->question->ask);
    }
    text_add(text, "</testcase>\n");
}

static void add_suite(struct text *text, const struct lesson_result *result)
{
    const struct lesson_marks *check = &result->grade.sections[LESSON_CHECK];
    text_add(text, "  <testsuite");
    xml_add_attribute(text, "name", result->folder);
    if (result->graded)
        add_counts(text, check->n, check->n - result->grade.n_right, 0);
    else
        add_counts(text, 1, 0, 1);
    text_add(text, ">\n");
    if (result->graded && result->sheet.student) {
        text_add(text, "    <properties>\n      <property name=\"student\"");
        xml_add_attribute(text, "value", result->sheet.student);
        text_add(text, "/>\n    </properties>\n");
    }
    for (size_t i = 0; result->graded && i < check->n; i++)
        add_question(text, &check->marks[i], result->sheet.lesson_name);
    if (!result->graded) {
        open_case(text, "answers.json", result->folder);
        add_outcome(text, "error", "cannot be graded", "what is wrong is on standard error");
        text_add(text, "</testcase>\n");
    }
    text_add(text, "  </testsuite>\n");
}

void lesson_results_add_junit(struct text *text, const struct lesson_result *results, size_t n,
                              const struct table_style *style)
{
    size_t tests = 0, right = 0, errors = 0;
    (void)style;
    for (size_t i = 0; i < n; i++) {
        tests += results[i].graded ? results[i].grade.sections[LESSON_CHECK].n : 1;
        right += results[i].graded ? results[i].grade.n_right : 0;
        errors += !results[i].graded;
    }
    text_add(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    add_counts(text, tests, tests - right - errors, errors);
    text_add(text, ">\n");
    for (size_t i = 0; i < n; i++)
        add_suite(text, &results[i]);
    text_add(text, "</testsuites>\n");
}
