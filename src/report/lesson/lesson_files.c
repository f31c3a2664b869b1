#include "report/lesson/lesson_files.h"

#include <string.h>

#include "experiment/lesson_answer.h"
#include "report/json.h"
#include "report/wrap.h"

enum { COMMENT_WIDTH = 96 };

/* A text in quotation marks, or null. */
static void add_value(struct text *text, const char *value)
{
    struct json json = {.text = text};
    if (value)
        json_string(&json, NULL, value);
    else
        text_add(text, "null");
}

/* As lines that begin with two slashes. */
static void add_comment(struct text *text, const char *string)
{
    struct text lines = {0};
    wrap_add(&lines, string, COMMENT_WIDTH, 0);
    for (const char *line = text_string(&lines); *line;) {
        size_t length = strcspn(line, "\n");
        text_addf(text, "    // %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    text->failed |= lines.failed;
    text_finish(&lines);
}

static void add_question(struct text *text, const struct lesson_question *question, const char *answer)
{
    struct text expected = {0};
    text_add(&expected, "Answer: ");
    lesson_answer_expected(question, &expected);
    add_comment(text, question->ask);
    add_comment(text, text_string(&expected));
    text->failed |= expected.failed;
    text_finish(&expected);
    text_add(text, "    ");
    add_value(text, question->id);
    text_add(text, ": ");
    add_value(text, answer);
}

static void add_section(struct text *text, const struct lesson *lesson, const struct lesson_answers *answers,
                        int which)
{
    const struct lesson_section *section = &lesson->sections[which];
    text_addf(text, "  \"%s\": {", lesson_section_names[which]);
    for (size_t i = 0; i < section->n; i++) {
        text_add(text, i ? ",\n\n" : "\n");
        add_question(text, &section->questions[i],
                     lesson_answers_get(answers, which, section->questions[i].id));
    }
    text_addf(text, "\n  }%s\n", which + 1 < LESSON_SECTIONS ? "," : "");
}

static void add_head(struct text *text, const struct lesson_answers *answers)
{
    text_add(text, "{\n  \"lesson\": ");
    add_value(text, answers->lesson);
    text_add(text, ",\n  \"student\": ");
    add_value(text, answers->student);
    text_add(text, ",\n");
}

void lesson_files_add_answers(struct text *text, const struct lesson *lesson,
                              const struct lesson_answers *answers)
{
    text_add(text,
             "// Write each answer behind its question, in place of null, which is: not answered yet.\n");
    add_head(text, answers);
    text_add(text, "\n  // Before the run: what is here at the first \"tandem lesson grade\" is kept.\n");
    add_section(text, lesson, answers, LESSON_PREDICT);
    text_add(text, "\n  // After it, \"Check yourself\": this is graded.\n");
    add_section(text, lesson, answers, LESSON_CHECK);
    text_add(text, "}\n");
}

void lesson_files_add_record(struct text *text, const struct lesson_answers *answers)
{
    const char *between = "";
    text_add(text,
             "// What was predicted before the result was shown. Only this counts, so do not change it.\n");
    add_head(text, answers);
    text_addf(text, "  \"%s\": {", lesson_section_names[LESSON_PREDICT]);
    for (size_t i = 0; i < answers->n; i++) {
        const struct lesson_answer *answer = &answers->answers[i];
        if (answer->section != LESSON_PREDICT || !answer->value)
            continue;
        text_addf(text, "%s\n    ", between);
        add_value(text, answer->id);
        text_add(text, ": ");
        add_value(text, answer->value);
        between = ",";
    }
    text_add(text, "\n  },\n  \"seal\": ");
    struct sha256_text seal = lesson_answers_seal(answers);
    text->failed |= !*seal.chars;
    add_value(text, seal.chars);
    text_add(text, "\n}\n");
}
