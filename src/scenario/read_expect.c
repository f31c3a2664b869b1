#include <string.h>

#include "scenario/read.h"

enum { LONGEST_TEXT = 1000 };

static bool check_length(struct reader *reader, const char *string, const struct path *path)
{
    if (!string || strlen(string) <= LONGEST_TEXT)
        return true;
    return read_error(reader, path, AT_VALUE, NULL, "expected a text of at most %d characters", LONGEST_TEXT);
}

static void read_text(struct reader *reader, const cJSON *item, const struct path *path, const char *example,
                      char **texts, size_t *n_texts)
{
    if (!cJSON_IsString(item)) {
        read_expected(reader, path, item, NULL, "expected a text such as \"%s\"", example);
        return;
    }
    if (!check_length(reader, item->valuestring, path))
        return;
    texts[*n_texts] = read_copy(reader, item->valuestring);
    *n_texts += texts[*n_texts] != NULL;
}

void read_texts(struct reader *reader, const cJSON *item, const struct path *path, const char *example,
                const struct object_type *type, char ***texts, size_t *n_texts)
{
    size_t n = (size_t)cJSON_GetArraySize(item), i = 0;
    if (!read_cap_list(reader, path, type, n))
        return;
    *texts = read_allocate(reader, n, sizeof **texts);
    if (!*texts || !cJSON_IsArray(item))
        return;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, NULL, i++};
        read_text(reader, child, &at, example, *texts, n_texts);
    }
}

/* ---- claims ---- */

static bool read_claim(struct reader *reader, const cJSON *item, const struct path *path,
                       struct expect_spec *expect)
{
    expect->bare = cJSON_IsString(item);
    if (expect->bare) {
        expect->claim =
            check_length(reader, item->valuestring, path) ? read_copy(reader, item->valuestring) : NULL;
        return expect->claim != NULL;
    }
    if (!cJSON_IsObject(item))
        return read_expected(
            reader, path, item, NULL,
            "expected a text such as \"sync.response.p99 < 50ms\", or an object with it as its "
            "\"claim\"");
    bool good = read_object(reader, item, path, &claim_type, expect, true);
    for (const struct field *field = claim_type.fields; field->name; field++) {
        struct path at = {path, field->name, 0};
        good &= check_length(reader, cJSON_GetStringValue(read_get(item, field->name)), &at);
    }
    return good;
}

void read_expects(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "expect", 0};
    const cJSON *array = read_get(root, "expect");
    size_t n = cJSON_IsArray(array) ? (size_t)cJSON_GetArraySize(array) : 0, i = 0;
    if (!read_cap_list(reader, &path, &document_type, n))
        return;
    struct expect_spec *expects = read_allocate(reader, n, sizeof *expects);
    reader->spec.expects = expects;
    for (const cJSON *item = read_first(root, "expect"); expects && item && i < n; item = item->next, i++) {
        struct path at = {&path, NULL, i};
        read_claim(reader, item, &at, &expects[i]);
        reader->spec.n_expects = i + 1;
    }
}
