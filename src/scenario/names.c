#include "scenario/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/spec.h"

bool name_index_add(struct name_index *index, const char *name, uint32_t number)
{
    uint32_t *place = name_map_at(&index->map, name, strlen(name));
    if (place && *place == NAME_MAP_NONE)
        *place = number;
    return place != NULL;
}

uint32_t name_index_find(const struct name_index *index, const char *name)
{
    uint32_t number = name_map_find(&index->map, name, strlen(name));
    return number == NAME_MAP_NONE ? SPEC_NONE : number;
}

static int by_name(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

/* Of several that are as near the first in the alphabet. */
const char *name_index_nearest(const struct name_index *index, const char *word)
{
    size_t n = 0;
    const char **names = malloc((index->map.n + 1) * sizeof *names);
    if (!names)
        return NULL;
    for (size_t i = 0; i < index->map.n_places; i++)
        if (index->map.places[i].name)
            names[n++] = index->map.places[i].name;
    qsort(names, n, sizeof *names, by_name);
    const char *nearest = text_nearest(word, names, n);
    free(names);
    return nearest;
}

void name_index_finish(struct name_index *index)
{
    name_map_finish(&index->map);
}

bool name_is_good(const char *name)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t n = strlen(name);
    return n > 0 && n <= NAME_LONGEST && name[0] != '_' && name[0] != '-' && strspn(name, good) == n;
}
