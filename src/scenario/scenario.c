#include "scenario/scenario.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "scenario/axis.h"
#include "scenario/blank.h"
#include "scenario/file.h"
#include "scenario/problems.h"
#include "scenario/read.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static void tell_at(const struct reader *reader, size_t offset, const char *path, const char *message)
{
    const struct scenario_source *source = &reader->source;
    struct problem_site site = {source->file, source->text, source->length, offset};
    struct json_position position = json_position(source->text, source->length, offset);
    struct remark remark = {.path = path, .message = message};
    problem_list_add(reader->problems, &site, &remark, position.line, position.column);
}

static void tell_twice(void *data, const char *path, const char *key, size_t offset, size_t first_offset)
{
    const struct reader *reader = data;
    if (problem_list_is_full(reader->problems)) {
        problem_list_count(reader->problems, false);
        return;
    }
    struct json_position first = json_position(reader->source.text, reader->source.length, first_offset);
    char *message = text_format("the key \"%s\" stands twice, first in line %d", key, first.line);
    tell_at(reader, offset, path, message ? message : "a key stands twice");
    free(message);
}

/* ---- opening ---- */

/* The tree of a text that is JSON beyond doubt; NULL after an error. */
static cJSON *parse(struct reader *reader)
{
    struct error error = {0};
    size_t fault = 0, length = reader->source.length;
    cJSON *root = NULL;
    if (!blank_comments(reader->blanked, length, &fault, &error) ||
        !json_check(reader->blanked, length, tell_twice, reader, &fault, &error)) {
        if (error_is_memory(&error))
            read_failed(reader);
        else
            tell_at(reader, fault, "", error_text(&error));
    } else {
        root = cJSON_ParseWithLength(reader->blanked, length);
        reader->failed |= !root;
    }
    error_finish(&error);
    return root;
}

static struct scenario_source without_mark(struct scenario_source source)
{
    if (source.length >= 3 && memcmp(source.text, byte_order_mark, 3) == 0) {
        source.text += 3;
        source.length -= 3;
    }
    if (strcmp(source.file, "-") == 0)
        source.file = "<stdin>";
    return source;
}

cJSON *reader_open(struct reader *reader, const struct scenario_source *source, struct problem_list *problems)
{
    *reader = (struct reader){
        .source = without_mark(*source), .problems = problems, .errors_before = problems->n_errors};
    reader->blanked = malloc(reader->source.length + 1);
    if (!reader->blanked) {
        read_failed(reader);
        return NULL;
    }
    memcpy(reader->blanked, reader->source.text, reader->source.length);
    reader->blanked[reader->source.length] = '\0';
    cJSON *root = parse(reader);
    if (root && !set_apply(root, source->sets, source->n_sets, &reader->sets, problems)) {
        read_failed(reader);
        cJSON_Delete(root);
        root = NULL;
    }
    return root;
}

static void finish_indices(struct reader *reader)
{
    name_index_finish(&reader->components);
    name_index_finish(&reader->endpoints);
    name_index_finish(&reader->links);
    name_index_finish(&reader->loads);
    free(reader->pairs);
}

void reader_close(struct reader *reader)
{
    if (reader->failed) {
        reader->problems->n_errors++;
        reader->problems->failed = true;
    }
    problem_list_sort(reader->problems);
    finish_indices(reader);
    set_list_finish(&reader->sets);
    text_finish(&reader->files);
    free(reader->blanked);
}

/* ---- reading ---- */

static bool is_good(const struct reader *reader)
{
    return reader->problems->n_errors == reader->errors_before && !reader->failed;
}

static void read_document(struct reader *reader, const cJSON *root)
{
    if (!read_object(reader, root, NULL, &document_type, &reader->spec, true) && !cJSON_IsObject(root))
        return;
    read_run(reader, root);
    read_names(reader, root);
    if (reader->failed)
        return;
    read_links(reader, root);
    read_components(reader, root);
    read_loads(reader, root);
    read_policies(reader, root);
    read_events(reader, root);
    read_expects(reader, root);
    if (!spec_index(&reader->spec))
        read_failed(reader);
}

bool read_trial(const struct reader *reader, const cJSON *root, const char *const *sets, size_t n_sets,
                bool *ret_leads, char **ret_brief)
{
    struct problem_list problems = {0};
    struct reader trial = {.source = reader->source,
                           .folder = reader->folder,
                           .blanked = reader->blanked,
                           .problems = &problems};
    cJSON *copy = cJSON_Duplicate(root, true);
    cJSON_DeleteItemFromObjectCaseSensitive(copy, "sweep");
    trial.failed = !copy || !set_apply(copy, sets, n_sets, &trial.sets, &problems);
    *ret_leads = problems.n_errors == 0;
    if (is_good(&trial)) {
        read_document(&trial, copy);
        if (is_good(&trial))
            read_check(&trial, copy);
    }
    bool good = is_good(&trial);
    for (size_t i = 0; i < problems.n && !*ret_brief && !trial.failed; i++)
        *ret_brief = problems.problems[i].warning ? NULL : text_copy(problems.problems[i].brief);
    spec_finish(&trial.spec);
    finish_indices(&trial);
    set_list_finish(&trial.sets);
    text_finish(&trial.files);
    problem_list_finish(&problems);
    cJSON_Delete(copy);
    return good;
}

/* ---- what the numbers depend on ---- */

/* A number bit by bit: printed as decimals, some that differ in their last bits would be alike. */
static void add_number(struct text *text, double number)
{
    char bytes[8];
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(bits >> (56 - 8 * i) & 0xFF);
    text_add_bytes(text, bytes, sizeof bytes);
}

/* With the NUL at its end, which no string has inside. */
static void add_string(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string) + 1);
}

/* All that the document says, and nothing of how: a character for the kind, then what it holds. */
static void add_item(struct text *text, const cJSON *item)
{
    bool object = cJSON_IsObject(item), array = cJSON_IsArray(item);
    text_add_bytes(text,
                   object                 ? "{"
                   : array                ? "["
                   : cJSON_IsString(item) ? "s"
                   : cJSON_IsNumber(item) ? "n"
                   : cJSON_IsTrue(item)   ? "t"
                   : cJSON_IsFalse(item)  ? "f"
                                          : "0",
                   1);
    if (cJSON_IsString(item))
        add_string(text, item->valuestring);
    if (cJSON_IsNumber(item))
        add_number(text, item->valuedouble);
    for (const cJSON *child = item->child; child; child = child->next) {
        if (object)
            add_string(text, child->string);
        add_item(text, child);
    }
    if (object || array)
        text_add_bytes(text, "}", 1);
}

/* Says in spec.fingerprint which document this is, and takes from the tree what does not matter for that. */
static void take_fingerprint(struct reader *reader, cJSON *root)
{
    static const char *const idle[] = {"$schema", "name", "about", "expect", "sweep"};
    static const char *const idle_of_run[] = {
        "replications", "max_replications", "precision", "precision_of",    "confidence",
        "comparisons",  "batch_means",      "samples",   "sample_requests", "timeline_requests"};
    cJSON *run = cJSON_GetObjectItemCaseSensitive(root, "run");
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(root, idle[i]);
    for (size_t i = 0; i < sizeof idle_of_run / sizeof *idle_of_run; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(run, idle_of_run[i]);
    struct text text = {0};
    add_item(&text, root);
    text_add(&text, text_string(&reader->files));
    if (text.failed || reader->files.failed)
        read_failed(reader);
    else
        snprintf(reader->spec.fingerprint, sizeof reader->spec.fingerprint, "%s",
                 sha256(text.bytes, text.length).chars);
    text_finish(&text);
}

/* ---- the whole ---- */

static void read_all(struct reader *reader, cJSON *root)
{
    struct sweep_axes axes = {0};
    read_document(reader, root);
    read_sweep(reader, root, &axes);
    if (is_good(reader))
        read_check(reader, root);
    if (is_good(reader))
        read_check_sweep(reader, root, &axes);
    if (is_good(reader))
        take_fingerprint(reader, root);
    sweep_finish_axes(&axes);
}

bool scenario_read(const char *text, size_t length, const char *file, const char *folder,
                   const char *const *sets, size_t n_sets, struct spec *ret_spec,
                   struct problem_list *problems)
{
    struct scenario_source source = {text, length, file, sets, n_sets};
    struct reader reader;
    cJSON *root = reader_open(&reader, &source, problems);
    reader.folder = folder;
    if (root)
        read_all(&reader, root);
    bool good = is_good(&reader);
    cJSON_Delete(root);
    reader_close(&reader);
    if (good)
        *ret_spec = reader.spec;
    else
        spec_finish(&reader.spec);
    return good;
}

bool scenario_axes(const struct scenario_source *source, struct axis **ret_axes, size_t *ret_n,
                   struct problem_list *problems)
{
    struct sweep_axes axes = {0};
    struct reader reader;
    cJSON *root = reader_open(&reader, source, problems);
    bool good = root && is_good(&reader) && read_sweep(&reader, root, &axes);
    cJSON_Delete(root);
    reader_close(&reader);
    if (good) {
        *ret_axes = axes.axes;
        *ret_n = axes.n;
    }
    return good;
}

bool scenario_load(const char *path, char **ret_text, size_t *ret_length, struct error *error)
{
    return file_read(path, ret_text, ret_length, error) || error_prefix(error, "%s", path);
}
