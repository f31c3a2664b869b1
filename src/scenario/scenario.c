#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/blank.h"
#include "scenario/file.h"
#include "scenario/problems.h"
#include "scenario/read.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static void tell_at(const struct reader *reader, size_t offset, const char *path, const char *message)
{
    struct problem_site site = {reader->file, reader->text, reader->length, offset};
    struct json_position position = json_position(reader->text, reader->length, offset);
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
    struct json_position first = json_position(reader->text, reader->length, first_offset);
    char *message = text_format("the key \"%s\" stands twice, first in line %d", key, first.line);
    tell_at(reader, offset, path, message ? message : "a key stands twice");
    free(message);
}

/* The tree of a text that is JSON beyond doubt; NULL after an error. */
static cJSON *parse(struct reader *reader, char *blanked)
{
    struct error error = {0};
    size_t fault = 0;
    cJSON *root = NULL;
    if (!blank_comments(blanked, reader->length, &fault, &error) ||
        !json_check(blanked, reader->length, tell_twice, reader, &fault, &error)) {
        tell_at(reader, fault, "", error_text(&error));
    } else {
        root = cJSON_ParseWithLength(blanked, reader->length);
        reader->failed |= !root;
    }
    error_finish(&error);
    return root;
}

static void read_document(struct reader *reader, const cJSON *root)
{
    if (!read_object(reader, root, NULL, &document_type, &reader->spec, true) && !cJSON_IsObject(root))
        return;
    if (reader->spec.run.warmup_ns >= reader->spec.run.duration_ns && reader->spec.run.duration_ns > 0) {
        struct path run = {NULL, "run", 0}, warmup = {&run, "warmup", 0};
        read_error(reader, &warmup, AT_VALUE, NULL, "expected less than the \"duration\"");
    }
    read_names(reader, root);
    if (reader->failed)
        return;
    read_links(reader, root);
    read_components(reader, root);
    read_loads(reader, root);
    read_policies(reader, root);
    read_events(reader, root);
    read_expects(reader, root);
    if (reader->problems->n_errors == reader->errors_before && !reader->failed)
        read_check(reader, root);
}

static void read_all(struct reader *reader, char *blanked, const char *const *sets, size_t n_sets)
{
    struct set_list list = {0};
    cJSON *root = parse(reader, blanked);
    reader->sets = &list;
    if (root) {
        if (set_apply(root, sets, n_sets, &list, reader->problems))
            read_document(reader, root);
        else
            reader->failed = true;
    }
    reader->sets = NULL;
    set_list_finish(&list);
    cJSON_Delete(root);
}

bool scenario_read(const char *text, size_t length, const char *file, const char *folder,
                   const char *const *sets, size_t n_sets, struct spec *ret_spec,
                   struct problem_list *problems)
{
    size_t mark = length >= 3 && memcmp(text, byte_order_mark, 3) == 0 ? 3 : 0;
    struct reader reader = {.file = strcmp(file, "-") == 0 ? "<stdin>" : file,
                            .folder = folder,
                            .text = text + mark,
                            .length = length - mark,
                            .problems = problems,
                            .errors_before = problems->n_errors};
    char *blanked = malloc(reader.length + 1);
    if (blanked) {
        memcpy(blanked, reader.text, reader.length);
        blanked[reader.length] = '\0';
        reader.blanked = blanked;
        read_all(&reader, blanked, sets, n_sets);
    }
    if (!blanked || reader.failed)
        tell_at(&reader, 0, "", "out of memory");
    problem_list_sort(problems);
    name_index_finish(&reader.components);
    name_index_finish(&reader.endpoints);
    name_index_finish(&reader.links);
    name_index_finish(&reader.loads);
    free(reader.pairs);
    free(blanked);
    if (problems->n_errors > reader.errors_before) {
        spec_finish(&reader.spec);
        return false;
    }
    *ret_spec = reader.spec;
    return true;
}

bool scenario_load(const char *path, char **ret_text, size_t *ret_length, struct error *error)
{
    return file_read(path, ret_text, ret_length, error) || error_prefix(error, "%s", path);
}
