#include <string.h>

#include "scenario/read.h"

enum { MOST_EXPECTS = 10000, LONGEST_TEXT = 1000 };

static void read_text(struct reader *reader, const cJSON *item, const struct path *path, const char *example,
                      char **texts, size_t *n_texts)
{
    if (!cJSON_IsString(item)) {
        read_expected(reader, path, item, NULL, "expected a text such as \"%s\"", example);
        return;
    }
    if (strlen(item->valuestring) > LONGEST_TEXT) {
        read_error(reader, path, AT_VALUE, NULL, "expected a text of at most %d characters", LONGEST_TEXT);
        return;
    }
    texts[*n_texts] = read_copy(reader, item->valuestring);
    *n_texts += texts[*n_texts] != NULL;
}

void read_texts(struct reader *reader, const cJSON *item, const struct path *path, const char *example,
                size_t most, char ***texts, size_t *n_texts)
{
    size_t n = (size_t)cJSON_GetArraySize(item), i = 0;
    if (n > most) {
        read_error(reader, path, AT_VALUE, NULL, "found %zu texts, expected at most %zu", n, most);
        return;
    }
    *texts = read_allocate(reader, n, sizeof **texts);
    if (!*texts || !cJSON_IsArray(item))
        return;
    for (const cJSON *child = item->child; child; child = child->next) {
        struct path at = {path, NULL, i++};
        read_text(reader, child, &at, example, *texts, n_texts);
    }
}

void read_expects(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "expect", 0};
    read_texts(reader, read_get(root, "expect"), &path, "sync.response.p99 < 50ms", MOST_EXPECTS,
               &reader->spec.expects, &reader->spec.n_expects);
}
