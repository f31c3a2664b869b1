#include "scenario/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/spec.h"

bool name_index_add(struct name_index *index, const char *name, uint32_t number)
{
    if (index->n == index->capacity) {
        size_t capacity = index->capacity ? 2 * index->capacity : 16;
        struct name_entry *entries = realloc(index->entries, capacity * sizeof *entries);
        if (!entries)
            return false;
        index->entries = entries;
        index->capacity = capacity;
    }
    index->entries[index->n++] = (struct name_entry){name, number};
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct name_entry *left = a, *right = b;
    return strcmp(left->name, right->name);
}

void name_index_sort(struct name_index *index)
{
    if (index->n > 1)
        qsort(index->entries, index->n, sizeof *index->entries, by_name);
}

uint32_t name_index_find(const struct name_index *index, const char *name)
{
    struct name_entry key = {.name = name};
    const struct name_entry *entry =
        index->n ? bsearch(&key, index->entries, index->n, sizeof key, by_name) : NULL;
    return entry ? entry->index : SPEC_NONE;
}

const char *name_index_nearest(const struct name_index *index, const char *word)
{
    const char **names = malloc((index->n + 1) * sizeof *names);
    if (!names)
        return NULL;
    for (size_t i = 0; i < index->n; i++)
        names[i] = index->entries[i].name;
    const char *nearest = text_nearest(word, names, index->n);
    free(names);
    return nearest;
}

void name_index_finish(struct name_index *index)
{
    free(index->entries);
    *index = (struct name_index){0};
}

bool name_is_good(const char *name)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t n = strlen(name);
    return n > 0 && n <= NAME_LONGEST && name[0] != '_' && name[0] != '-' && strspn(name, good) == n;
}
