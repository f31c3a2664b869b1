#include "scenario/lesson.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "base/text.h"
#include "scenario/blank.h"
#include "scenario/problems.h"
#include "scenario/read.h"

enum { MOST_QUESTIONS = 100, MOST_VALUES = 1000 };

const char *const lesson_section_names[LESSON_SECTIONS] = {"predict", "check"};

/* ---- the tables ---- */

#define AT(member) .offset = offsetof(struct lesson_question, member)

/* clang-format off */
#define QUESTION_FIELDS \
    {"id", FIELD_NAME, "names the question in answers.json", .required = true, AT(id)}, \
    {"ask", FIELD_TEXT, "the question", .required = true, AT(ask)}, \
    {"hint", FIELD_TEXT, "where to look when the answer is wrong", .absent = "none", AT(hint)}, \
    {"answer", FIELD_TEXT, "the expression that is asked for", .alternative = true, AT(expression)}, \
    {"unit", FIELD_TEXT, "of a number: %, ms, /s", .absent = "none", AT(unit)}, \
    {"within", FIELD_TEXT, "how far off a number may be", .absent = "none", AT(within)}, \
    {"choices", FIELD_NAMED, "answers to choose from, and the claim of each", .alternative = true}, \
    {"runs", FIELD_NAMED, "paths and the values that are set for this question", .absent = "none"}
/* clang-format on */

static const struct field prediction_fields[] = {QUESTION_FIELDS, {0}};

static const struct field check_fields[] = {
    QUESTION_FIELDS,
    {"set", FIELD_TEXT, "the path whose value is asked for", .alternative = true, AT(path)},
    {"expect", FIELD_TEXTS, "claims that must hold with that value", .absent = "none", .max = MOST_QUESTIONS},
    {"least", FIELD_SWITCH, "the value is to be the least such whole number", .fallback = "false", AT(least)},
    {"most", FIELD_SWITCH, "the value is to be the greatest such whole number", .fallback = "false",
     AT(most)},
    {"solution", FIELD_IGNORED, "a value that is right in the scenario as it is", .absent = "none"},
    {0},
};

static const struct object_type question_types[LESSON_SECTIONS] = {
    {"prediction", "a question that is answered before the run", .fields = prediction_fields},
    {"check", "a question that is graded", .fields = check_fields},
};

static const struct field lesson_fields[] = {
    {"title", FIELD_TEXT, "what it is called", .required = true, .offset = offsetof(struct lesson, title)},
    {"question", FIELD_TEXT, "what it asks, in a sentence", .required = true,
     .offset = offsetof(struct lesson, question)},
    {"vary", FIELD_NAMED, "paths and the values of which each student gets one", .absent = "none"},
    {"predict", FIELD_LIST, "questions to be answered before the run", .required = true,
     .max = MOST_QUESTIONS, .of = &question_types[LESSON_PREDICT]},
    {"check", FIELD_LIST, "questions that are graded", .required = true, .max = MOST_QUESTIONS,
     .of = &question_types[LESSON_CHECK]},
    {0},
};

static const struct object_type lesson_type = {"lesson", "a lesson", .fields = lesson_fields};

/* ---- values ---- */

/* As it would stand behind the = of --set: a text is one already. */
static char *read_setting(struct reader *reader, const cJSON *item)
{
    char *text = cJSON_IsString(item) ? text_copy(item->valuestring) : set_text(item);
    if (!text)
        read_failed(reader);
    return text;
}

/* ---- questions ---- */

static const char *const kind_keys[] = {
    [LESSON_NUMBER] = "answer", [LESSON_CHOICE] = "choices", [LESSON_DESIGN] = "set"};

/* What has a meaning beside one of these keys alone. */
static const struct {
    const char *key;
    enum lesson_kind kind;
    bool required;
} companions[] = {
    {"unit", LESSON_NUMBER, false},    {"within", LESSON_NUMBER, true}, {"expect", LESSON_DESIGN, true},
    {"solution", LESSON_DESIGN, true}, {"least", LESSON_DESIGN, false}, {"most", LESSON_DESIGN, false},
};

static bool check_companions(struct reader *reader, const cJSON *item, const struct path *path,
                             const struct lesson_question *question)
{
    bool good = true;
    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
        struct path at = {path, companions[i].key, 0};
        bool there = read_get(item, companions[i].key) != NULL, fits = question->kind == companions[i].kind;
        if (there && !fits)
            good = read_error(reader, &at, AT_KEY, NULL, "has a meaning only beside \"%s\"",
                              kind_keys[companions[i].kind]);
        if (!there && fits && companions[i].required)
            good = read_error(reader, path, AT_VALUE, NULL, "\"%s\" is missing beside \"%s\"",
                              companions[i].key, kind_keys[question->kind]);
    }
    if (question->least && question->most)
        good = read_error(reader, path, AT_VALUE, NULL, "\"least\" and \"most\" cannot both be true");
    return good;
}

static void read_choices(struct reader *reader, const cJSON *item, const struct path *path,
                         struct lesson_question *question)
{
    struct path choices = {path, "choices", 0};
    question->choices = read_allocate(reader, read_count(item, "choices"), sizeof *question->choices);
    if (!question->choices)
        return;
    for (const cJSON *child = read_first(item, "choices"); child; child = child->next) {
        struct path at = {&choices, child->string, 0};
        struct lesson_choice *choice = &question->choices[question->n_choices++];
        if (!cJSON_IsString(child)) {
            read_expected(reader, &at, child, NULL, "expected a claim such as \"sync.shop.blocked > 50%%\"");
            return;
        }
        choice->answer = read_copy(reader, child->string);
        choice->claim = read_copy(reader, child->valuestring);
    }
}

static void read_runs(struct reader *reader, const cJSON *item, struct lesson_question *question)
{
    question->runs = read_allocate(reader, read_count(item, "runs"), sizeof *question->runs);
    for (const cJSON *child = read_first(item, "runs"); question->runs && child; child = child->next) {
        char *value = read_setting(reader, child);
        char *set = value ? text_format("%s=%s", child->string, value) : NULL;
        free(value);
        if (!set) {
            read_failed(reader);
            return;
        }
        question->runs[question->n_runs++] = set;
    }
}

static void read_solution(struct reader *reader, const cJSON *item, struct lesson_question *question)
{
    const cJSON *solution = read_get(item, "solution");
    question->solution = solution ? read_setting(reader, solution) : NULL;
}

static void read_question(struct reader *reader, const cJSON *item, const struct path *path,
                          const struct object_type *type, struct lesson_question *question)
{
    struct path expect = {path, "expect", 0};
    if (!read_object(reader, item, path, type, question, true))
        return;
    question->kind = question->expression ? LESSON_NUMBER : question->path ? LESSON_DESIGN : LESSON_CHOICE;
    if (!check_companions(reader, item, path, question))
        return;
    if (question->kind == LESSON_CHOICE)
        read_choices(reader, item, path, question);
    if (question->kind == LESSON_DESIGN)
        read_texts(reader, read_get(item, "expect"), &expect, "sync.ok > 99%", type, &question->expects,
                   &question->n_expects);
    read_solution(reader, item, question);
    read_runs(reader, item, question);
}

static void read_section(struct reader *reader, const cJSON *root, int which, struct lesson_section *section)
{
    struct path list = {NULL, lesson_section_names[which], 0};
    size_t n = read_count(root, list.key);
    if (!read_cap_list(reader, &list, &lesson_type, n))
        return;
    section->questions = read_allocate(reader, n, sizeof *section->questions);
    if (!section->questions)
        return;
    for (const cJSON *item = read_first(root, list.key); item; item = item->next) {
        struct path path = {&list, NULL, section->n};
        struct path id_path = {&path, "id", 0};
        struct lesson_question *question = &section->questions[section->n];
        read_question(reader, item, &path, &question_types[which], question);
        if (question->id && lesson_find(section, question->id, NULL))
            read_error(reader, &id_path, AT_VALUE, NULL, "another question has the id \"%s\"", question->id);
        section->n++;
    }
}

/* ---- the whole ---- */

static void read_variation(struct reader *reader, const cJSON *item, const struct path *path,
                           struct lesson_vary *vary)
{
    size_t n = (size_t)cJSON_GetArraySize(item);
    if (!cJSON_IsArray(item) || n < 2 || n > MOST_VALUES) {
        read_expected(reader, path, item, NULL, "expected an array of 2 to %d values", MOST_VALUES);
        return;
    }
    vary->path = read_copy(reader, item->string);
    vary->values = read_allocate(reader, n, sizeof *vary->values);
    for (const cJSON *value = item->child; vary->values && value; value = value->next) {
        char *text = read_setting(reader, value);
        if (!text)
            return;
        vary->values[vary->n_values++] = text;
    }
}

static void read_all(struct reader *reader, const cJSON *root, struct lesson *lesson)
{
    struct path vary = {NULL, "vary", 0};
    if (!read_object(reader, root, NULL, &lesson_type, lesson, true) && !cJSON_IsObject(root))
        return;
    lesson->vary = read_allocate(reader, read_count(root, "vary"), sizeof *lesson->vary);
    for (const cJSON *item = read_first(root, "vary"); lesson->vary && item && item->string;
         item = item->next) {
        struct path at = {&vary, item->string, 0};
        read_variation(reader, item, &at, &lesson->vary[lesson->n_vary++]);
    }
    for (int i = 0; i < LESSON_SECTIONS; i++)
        read_section(reader, root, i, &lesson->sections[i]);
}

bool lesson_read(const struct scenario_source *source, struct lesson *ret_lesson,
                 struct problem_list *problems)
{
    struct lesson lesson = {0};
    struct reader reader;
    cJSON *root = reader_open(&reader, source, problems);
    if (root)
        read_all(&reader, root, &lesson);
    bool good = root && problems->n_errors == reader.errors_before && !reader.failed;
    cJSON_Delete(root);
    reader_close(&reader);
    if (good)
        *ret_lesson = lesson;
    else
        lesson_finish(&lesson);
    return good;
}

static void free_texts(char **texts, size_t n)
{
    for (size_t i = 0; texts && i < n; i++)
        free(texts[i]);
    free(texts);
}

static void question_finish(struct lesson_question *question)
{
    char *texts[] = {question->id,         question->ask,    question->hint, question->unit,
                     question->expression, question->within, question->path, question->solution};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    for (size_t i = 0; i < question->n_choices; i++) {
        free(question->choices[i].answer);
        free(question->choices[i].claim);
    }
    free(question->choices);
    free_texts(question->expects, question->n_expects);
    free_texts(question->runs, question->n_runs);
}

void lesson_finish(struct lesson *lesson)
{
    if (!lesson)
        return;
    free(lesson->title);
    free(lesson->question);
    for (size_t i = 0; i < lesson->n_vary; i++) {
        free(lesson->vary[i].path);
        free_texts(lesson->vary[i].values, lesson->vary[i].n_values);
    }
    free(lesson->vary);
    for (int s = 0; s < LESSON_SECTIONS; s++) {
        for (size_t i = 0; i < lesson->sections[s].n; i++)
            question_finish(&lesson->sections[s].questions[i]);
        free(lesson->sections[s].questions);
    }
    *lesson = (struct lesson){0};
}

const struct lesson_question *lesson_find(const struct lesson_section *section, const char *id,
                                          const char **ret_hint)
{
    const char *ids[MOST_QUESTIONS];
    size_t n = 0;
    for (size_t i = 0; i < section->n; i++) {
        const char *other = section->questions[i].id;
        if (other && strcmp(other, id) == 0)
            return &section->questions[i];
        if (other)
            ids[n++] = other;
    }
    if (ret_hint)
        *ret_hint = text_nearest(id, ids, n);
    return NULL;
}

/* By a hash of all that tells the value apart, so that no value of a student says anything of another one. */
const char *lesson_pick(const struct lesson_vary *vary, const char *lesson_name, const char *student)
{
    struct text text = {0};
    text_addf(&text, "%s/%s/%s", lesson_name, vary->path, student);
    char *key = text_take(&text);
    if (!key)
        return NULL;
    struct sha256_text hash = sha256(key, strlen(key));
    free(key);
    hash.chars[15] = '\0'; /* 60 bits: of a few values each comes as often as any other */
    return vary->values[strtoull(hash.chars, NULL, 16) % vary->n_values];
}

/* ---- telling ---- */

void lesson_tell(const struct scenario_source *source, const struct json_step *steps, size_t n_steps,
                 size_t offset, const char *message, const char *hint, struct problem_list *problems)
{
    struct problem_site site = {.name = source->file, .text = source->text, .length = source->length};
    struct json_place place = {0, 0};
    struct text path = {0};
    struct error error = {0};
    size_t fault, n = n_steps;
    char *blanked = malloc(site.length + 1);
    if (blanked) {
        memcpy(blanked, site.text, site.length);
        blanked[site.length] = '\0';
        bool plain = blank_comments(blanked, site.length, &fault, &error);
        while (plain && !json_locate(blanked, site.length, steps, n, &place) && n > 0)
            n--;
        site.offset = place.value;
        if (n == n_steps && offset > 0 && place.value < site.length && blanked[place.value] == '"')
            site.offset += 1 + offset;
    }
    for (size_t i = 0; i < n_steps; i++)
        json_path_add(&path, &steps[i]);
    struct json_position at = json_position(site.text, site.length, site.offset);
    struct remark remark = {.path = text_string(&path), .message = message, .hint = hint};
    problem_list_add(problems, &site, &remark, at.line, at.column);
    problems->failed |= path.failed || !blanked;
    error_finish(&error);
    text_finish(&path);
    free(blanked);
}
