#include <stdlib.h>
#include <string.h>

#include "scenario/read.h"

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

const struct link_spec *read_link_between(const struct reader *reader, uint32_t a, uint32_t b)
{
    struct link_pair pair = pair_of(a, b);
    const struct link_pair *found =
        reader->n_pairs ? bsearch(&pair, reader->pairs, reader->n_pairs, sizeof pair, by_pair) : NULL;
    if (found)
        return &reader->spec.links[found->link];
    return a == b || a == SPEC_USERS || b == SPEC_USERS ? NULL : reader->spec.default_link;
}

bool read_linked(const struct reader *reader, uint32_t a, uint32_t b)
{
    if (a == b || a == SPEC_USERS || b == SPEC_USERS)
        return true; /* users without a link are at the door */
    return read_link_between(reader, a, b);
}

/* ---- between ---- */

bool read_end(struct reader *reader, const cJSON *item, const struct path *path, uint32_t *ret_end)
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

/* ---- losses ---- */

bool read_loss(struct reader *reader, const cJSON *item, const struct path *path, struct loss_spec *ret_loss)
{
    struct loss_spec loss = {0};
    struct path at = {path, read_get(item, "there") ? "there" : "back", 0};
    if (!read_object(reader, item, path, &loss_type, &loss, true))
        return false;
    if (read_get(item, "gilbert_elliott")) {
        if (read_get(item, at.key))
            return read_error(reader, &at, AT_KEY, NULL,
                              "cannot stand beside \"gilbert_elliott\", which is for both ways");
        loss.good[1] = loss.good[0];
    } else if (!read_get(item, at.key)) {
        return read_expected(reader, path, item, NULL,
                             "expected \"there\", \"back\" or \"gilbert_elliott\" in it");
    }
    *ret_loss = loss;
    return true;
}

bool read_loses_all(const struct link_spec *link)
{
    const struct loss_spec *loss = &link->loss;
    return loss->good[0] == 1.0 || loss->good[1] == 1.0 || (loss->to_bad > 0.0 && loss->bad == 1.0);
}

static void check_loss(struct reader *reader, const cJSON *item, const struct path *path,
                       struct link_spec *link)
{
    struct path loss = {path, "loss", 0}, max_rto = {path, "max_rto", 0};
    if (link->on_loss == LINK_RETRANSMIT && read_loses_all(link))
        read_error(reader, &loss, AT_KEY, NULL,
                   "a loss of 1 loses what is sent again, too: with \"retransmit\" nothing would ever get "
                   "through");
    if (link->max_rto_ns >= link->rto_ns)
        return;
    if (read_get(item, "max_rto"))
        read_error(reader, &max_rto, AT_VALUE, NULL,
                   "expected at least the \"rto\", which is \"1s\" if absent");
    link->max_rto_ns = link->rto_ns;
}

/* What only several of its values show. */
static void check_link(struct reader *reader, const cJSON *item, const struct path *path,
                       struct link_spec *link)
{
    struct path failures = {path, "failures", 0};
    check_loss(reader, item, path, link);
    if (link->failures.up.type && link->failures.down.type)
        read_cap_failures(reader, &failures, &link->failures);
}

static bool has_queues(const struct spec *spec)
{
    for (size_t i = 0; i < spec->n_policies; i++) {
        const struct policy_spec *policy = &spec->policies[i];
        if (policy->rule.mode == CALL_QUEUE)
            return true;
        for (size_t j = 0; j < policy->n_overrides; j++)
            if (policy->overrides[j].rule.mode == CALL_QUEUE)
                return true;
    }
    return false;
}

void read_check_links(struct reader *reader, const cJSON *root)
{
    static const char *const keys[] = {"rto", "max_rto"};
    struct path links = {NULL, "links", 0};
    if (has_queues(&reader->spec))
        return; /* brokers send again whatever the link does about losses */
    for (const cJSON *item = read_first(root, "links"); item; item = item->next) {
        const cJSON *on_loss = read_get(item, "on_loss");
        struct path link = {&links, item->string, 0};
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            struct path at = {&link, keys[i], 0};
            if (read_get(item, keys[i]) && !(on_loss && strcmp(on_loss->valuestring, "retransmit") == 0))
                read_warning(reader, &at, AT_KEY, "has no effect unless \"on_loss\" is \"retransmit\"");
        }
    }
}

/* ---- links ---- */

static void check_default_loss(struct reader *reader, const cJSON *item, const struct path *path)
{
    static const char *const keys[] = {"there", "back"};
    struct path loss = {path, "loss", 0};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct path at = {&loss, keys[i], 0};
        if (item && read_get(item, keys[i])) {
            read_error(reader, &at, AT_KEY, NULL,
                       "the link \"default\" has no first end, expected one share for both ways");
            return;
        }
    }
}

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
    if (read_object(reader, item, path, &link_type, link, true)) {
        check_link(reader, item, path, link);
        check_default_loss(reader, read_get(item, "loss"), path);
    }
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
    if (read_object(reader, item, path, &link_type, link, true))
        check_link(reader, item, path, link);
    else
        good = false;
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
    if (!read_cap_list(reader, &path, &document_type, n))
        return;
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
        uint32_t number = (uint32_t)reader->spec.n_links++;
        struct link_spec *link = &reader->spec.links[number];
        bool good = read_link(reader, item, &at, link);
        if (!link->name || !name_index_add(&reader->links, link->name, number))
            read_failed(reader);
        if (!good) {
            reader->links_unknown = true;
            continue;
        }
        struct link_pair pair = pair_of(link->between[0], link->between[1]);
        pair.link = number;
        reader->pairs[reader->n_pairs++] = pair;
    }
    check_pairs(reader, &path);
}
