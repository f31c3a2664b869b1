#include <stdlib.h>
#include <string.h>

#include "scenario/read.h"

enum { MOST_LINKS = 1000000 };

static int by_pair(const void *a, const void *b)
{
    const struct link_pair *left = a, *right = b;
    if (left->a != right->a)
        return left->a < right->a ? -1 : 1;
    return (left->b > right->b) - (left->b < right->b);
}

static int by_pair_and_link(const void *a, const void *b)
{
    const struct link_pair *left = a, *right = b;
    int order = by_pair(a, b);
    return order ? order : (left->link > right->link) - (left->link < right->link);
}

static struct link_pair pair_of(uint32_t a, uint32_t b)
{
    return a < b ? (struct link_pair){.a = a, .b = b} : (struct link_pair){.a = b, .b = a};
}

bool read_linked(const struct reader *reader, uint32_t a, uint32_t b)
{
    struct link_pair pair = pair_of(a, b);
    if (a == b || a == SPEC_USERS || b == SPEC_USERS || reader->spec.default_link)
        return true; /* users without a link are at the door */
    return reader->n_pairs && bsearch(&pair, reader->pairs, reader->n_pairs, sizeof pair, by_pair);
}

/* ---- between ---- */

static bool read_end(struct reader *reader, const cJSON *item, const struct path *path, uint32_t *ret_end)
{
    static const char *const users = "users";
    if (cJSON_IsString(item) && strcmp(item->valuestring, users) == 0) {
        *ret_end = SPEC_USERS;
        return true;
    }
    uint32_t end =
        read_component_named(reader, item, path, "a component that there is, or \"users\"", &users, 1);
    if (end == SPEC_NONE)
        return false;
    *ret_end = end;
    return true;
}

static bool read_between(struct reader *reader, const cJSON *item, const struct path *path,
                         uint32_t between[2])
{
    if (!cJSON_IsArray(item) || cJSON_GetArraySize(item) != 2)
        return read_expected(reader, path, item, NULL,
                             "expected an array of two, such as [\"shop\", \"bank\"]");
    struct path first = {path, NULL, 0}, second = {path, NULL, 1};
    bool good = read_end(reader, item->child, &first, &between[0]);
    good &= read_end(reader, item->child->next, &second, &between[1]);
    if (good && between[0] == between[1])
        return read_error(reader, path, AT_VALUE, NULL,
                          "found the same at both ends, expected two different ones");
    return good;
}

/* ---- links ---- */

static void read_default(struct reader *reader, const cJSON *item, const struct path *path)
{
    struct path between = {path, "between", 0};
    if (reader->spec.default_link)
        return; /* the key stands twice, which is an error by itself */
    struct link_spec *link = read_allocate(reader, 1, sizeof *link);
    if (!link)
        return;
    reader->spec.default_link = link;
    link->name = read_copy(reader, item->string);
    link->between[0] = link->between[1] = SPEC_NONE;
    read_object(reader, item, path, &link_type, link, true);
    if (read_get(item, "between"))
        read_error(
            reader, &between, AT_KEY, NULL,
            "the link \"default\" joins any two components that have no link of their own, expected no ends");
}

static bool read_link(struct reader *reader, const cJSON *item, const struct path *path,
                      struct link_spec *link)
{
    struct path at = {path, "between", 0};
    const cJSON *between = read_get(item, "between");
    link->between[0] = link->between[1] = SPEC_NONE;
    link->name = read_copy(reader, item->string);
    bool good = read_name_of_key(reader, path, "a link", item->string);
    good &= read_object(reader, item, path, &link_type, link, true);
    if (between && !read_between(reader, between, &at, link->between))
        return false;
    if (between) {
        bool to_users = link->between[0] == SPEC_USERS || link->between[1] == SPEC_USERS;
        if (to_users && !read_get(item, "ordered"))
            link->ordered = false; /* each user has a connection of their own */
        return good;
    }
    if (cJSON_IsObject(item))
        read_error(reader, path, AT_VALUE, NULL, "\"between\" is missing (the two that it joins)");
    return false;
}

static void check_pairs(struct reader *reader, const struct path *path)
{
    qsort(reader->pairs, reader->n_pairs, sizeof *reader->pairs, by_pair_and_link);
    for (size_t i = 1, first = 0; i < reader->n_pairs; i++) {
        const struct link_spec *link = &reader->spec.links[reader->pairs[i].link];
        struct path at = {path, link->name, 0};
        if (by_pair(&reader->pairs[first], &reader->pairs[i]) != 0)
            first = i;
        else
            read_error(reader, &at, AT_KEY, NULL, "joins the same two as \"%s\"",
                       reader->spec.links[reader->pairs[first].link].name);
    }
}

void read_links(struct reader *reader, const cJSON *root)
{
    struct path path = {NULL, "links", 0};
    size_t n = read_count(root, "links");
    if (n > MOST_LINKS) {
        read_error(reader, &path, AT_VALUE, NULL, "found %zu links, expected at most %d", n, MOST_LINKS);
        return;
    }
    reader->spec.links = read_allocate(reader, n, sizeof *reader->spec.links);
    reader->pairs = read_allocate(reader, n, sizeof *reader->pairs);
    if (reader->failed)
        return;
    for (const cJSON *item = read_first(root, "links"); item && item->string; item = item->next) {
        struct path at = {&path, item->string, 0};
        if (strcmp(item->string, "default") == 0) {
            read_default(reader, item, &at);
            continue;
        }
        struct link_spec *link = &reader->spec.links[reader->spec.n_links++];
        if (!read_link(reader, item, &at, link)) {
            reader->links_unknown = true;
            continue;
        }
        struct link_pair pair = pair_of(link->between[0], link->between[1]);
        pair.link = (uint32_t)(reader->spec.n_links - 1);
        reader->pairs[reader->n_pairs++] = pair;
    }
    check_pairs(reader, &path);
}
