#include "scenario/lesson_answers.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/read.h"

/* ---- the tables ---- */

/* clang-format off */
#define COMMON_FIELDS \
    {"lesson", FIELD_TEXT, "the name of the lesson", .required = true, \
     .offset = offsetof(struct lesson_answers, lesson)}, \
    {"student", FIELD_IGNORED, "the student's number, or null", .absent = "none"}, \
    {"predict", FIELD_IGNORED, "what was predicted, by question", .absent = "nothing"}
/* clang-format on */

static const struct field answers_fields[] = {
    COMMON_FIELDS,
    {"check", FIELD_IGNORED, "the answers, by question", .absent = "nothing"},
    {0},
};

static const struct field record_fields[] = {
    COMMON_FIELDS,
    {"seal", FIELD_TEXT, "a hash of the rest", .required = true,
     .offset = offsetof(struct lesson_answers, seal)},
    {0},
};

static const struct object_type answers_type = {"answers", "answers to a lesson", .fields = answers_fields};
static const struct object_type record_type = {"record", "what was predicted first", .fields = record_fields};

/* ---- reading ---- */

/* A text as it is, a number as it is written; NULL, and told, when it is neither. */
static char *read_answer(struct reader *reader, const cJSON *item, const struct path *path)
{
    char *value = cJSON_IsString(item)                         ? text_copy(item->valuestring)
                  : cJSON_IsNumber(item) || cJSON_IsBool(item) ? set_text(item)
                                                               : NULL;
    if (!value && (cJSON_IsArray(item) || cJSON_IsObject(item)))
        read_expected(reader, path, item, NULL, "expected an answer: a text, a number, or null for none");
    else if (!value)
        read_failed(reader);
    return value;
}

static void read_section(struct reader *reader, const cJSON *root, int section,
                         struct lesson_answers *answers)
{
    struct path path = {NULL, lesson_section_names[section], 0};
    const cJSON *object = read_get(root, path.key);
    if (object && !cJSON_IsObject(object)) {
        read_expected(reader, &path, object, NULL, "expected an object with an answer for each question");
        return;
    }
    for (const cJSON *item = read_first(root, path.key); item; item = item->next) {
        struct path at = {&path, item->string, 0};
        struct lesson_answer *answer = &answers->answers[answers->n++];
        answer->section = section;
        answer->id = read_copy(reader, item->string);
        answer->value = cJSON_IsNull(item) ? NULL : read_answer(reader, item, &at);
    }
}

static void read_all(struct reader *reader, const cJSON *root, bool is_record, struct lesson_answers *answers)
{
    struct path student_path = {NULL, "student", 0};
    size_t n = 0;
    if (!read_object(reader, root, NULL, is_record ? &record_type : &answers_type, answers, true) &&
        !cJSON_IsObject(root))
        return;
    const cJSON *student = read_get(root, "student");
    if (student && !cJSON_IsNull(student))
        answers->student = read_answer(reader, student, &student_path);
    for (int s = 0; s < LESSON_SECTIONS; s++)
        n += read_count(root, lesson_section_names[s]);
    answers->answers = read_allocate(reader, n, sizeof *answers->answers);
    for (int s = 0; answers->answers && s < LESSON_SECTIONS; s++)
        read_section(reader, root, s, answers);
}

bool lesson_answers_read(const struct scenario_source *source, bool is_record,
                         struct lesson_answers *ret_answers, struct problem_list *problems)
{
    struct lesson_answers answers = {0};
    struct reader reader;
    cJSON *root = reader_open(&reader, source, problems);
    if (root)
        read_all(&reader, root, is_record, &answers);
    bool good = root && problems->n_errors == reader.errors_before && !reader.failed;
    cJSON_Delete(root);
    reader_close(&reader);
    if (good)
        *ret_answers = answers;
    else
        lesson_answers_finish(&answers);
    return good;
}

void lesson_answers_finish(struct lesson_answers *answers)
{
    if (!answers)
        return;
    for (size_t i = 0; i < answers->n; i++) {
        free(answers->answers[i].id);
        free(answers->answers[i].value);
    }
    free(answers->answers);
    free(answers->lesson);
    free(answers->student);
    free(answers->seal);
    *answers = (struct lesson_answers){0};
}

/* ---- looking at them ---- */

const char *lesson_answers_get(const struct lesson_answers *answers, int section, const char *id)
{
    for (size_t i = 0; i < answers->n; i++)
        if (answers->answers[i].section == section && strcmp(answers->answers[i].id, id) == 0)
            return answers->answers[i].value;
    return NULL;
}

void lesson_answers_tell(const struct scenario_source *source, int section, const char *id,
                         const char *message, const char *hint, struct problem_list *problems)
{
    struct json_step steps[] = {{lesson_section_names[section], 0}, {id, 0}};
    lesson_tell(source, steps, 2, 0, message, hint, problems);
}

void lesson_answers_check(const struct lesson_answers *answers, const struct lesson *lesson,
                          const struct scenario_source *source, struct problem_list *problems)
{
    for (size_t i = 0; i < answers->n; i++) {
        const struct lesson_answer *answer = &answers->answers[i];
        const char *hint = NULL;
        if (!lesson_find(&lesson->sections[answer->section], answer->id, &hint))
            lesson_answers_tell(source, answer->section, answer->id, "the lesson has no such question", hint,
                                problems);
    }
}

struct sha256_text lesson_answers_seal(const struct lesson_answers *answers)
{
    struct text text = {0};
    text_addf(&text, "%s\n%s\n", answers->lesson, answers->student ? answers->student : "");
    for (size_t i = 0; i < answers->n; i++)
        if (answers->answers[i].section == LESSON_PREDICT && answers->answers[i].value)
            text_addf(&text, "%s=%s\n", answers->answers[i].id, answers->answers[i].value);
    struct sha256_text seal = {""};
    if (!text.failed)
        seal = sha256(text_string(&text), text.length);
    text_finish(&text);
    return seal;
}
