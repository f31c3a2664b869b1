#include <string.h>

#include "scenario/read.h"

enum { MOST_EXPECTS = 10000, LONGEST_EXPECT = 1000 };

static void read_expect(struct reader *reader, const cJSON *item, const struct path *path)
{
    struct spec *spec = &reader->spec;
    if (!cJSON_IsString(item)) {
        read_expected(reader, path, item, NULL, "expected a text such as \"sync.response.p99 < 50ms\"");
        return;
    }
    if (strlen(item->valuestring) > LONGEST_EXPECT) {
        read_error(reader, path, AT_VALUE, NULL, "expected a text of at most %d characters", LONGEST_EXPECT);
        return;
    }
    spec->expects[spec->n_expects] = read_copy(reader, item->valuestring);
    spec->n_expects += spec->expects[spec->n_expects] != NULL;
}

/* What the texts mean is found out where metrics are known. */
void read_expects(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "expect", 0};
    size_t n = read_count(root, "expect"), i = 0;
    if (n > MOST_EXPECTS) {
        read_error(reader, &path, AT_VALUE, NULL, "found %zu texts, expected at most %d", n, MOST_EXPECTS);
        return;
    }
    reader->spec.expects = read_allocate(reader, n, sizeof *reader->spec.expects);
    if (!reader->spec.expects || !cJSON_IsArray(read_get(root, "expect")))
        return;
    for (const cJSON *item = read_first(root, "expect"); item; item = item->next) {
        struct path at = {&path, NULL, i++};
        read_expect(reader, item, &at);
    }
}
