#include "base/name_map.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST_PLACES = 16 };

/* FNV-1a of 64 bits (Fowler, Noll, Vo: RFC 9923); its upper half folded in, since the low bits are weaker. */
static size_t hash(const char *name, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 32);
}

/* The place of that name, or the free one where it belongs. */
static struct name_place *find(struct name_place *places, size_t n_places, const char *name, size_t length)
{
    size_t i = hash(name, length) & (n_places - 1);
    while (places[i].name && (places[i].length != length || memcmp(places[i].name, name, length) != 0))
        i = (i + 1) & (n_places - 1);
    return &places[i];
}

static bool grow(struct name_map *map)
{
    size_t n_places = map->n_places ? 2 * map->n_places : FEWEST_PLACES;
    struct name_place *places = calloc(n_places, sizeof *places);
    if (!places)
        return false;
    for (size_t i = 0; i < map->n_places; i++) {
        const struct name_place *old = &map->places[i];
        if (old->name)
            *find(places, n_places, old->name, old->length) = *old;
    }
    free(map->places);
    map->places = places;
    map->n_places = n_places;
    return true;
}

uint32_t *name_map_at(struct name_map *map, const char *name, size_t length)
{
    if (2 * (map->n + 1) > map->n_places && !grow(map))
        return NULL;
    struct name_place *place = find(map->places, map->n_places, name, length);
    if (!place->name) {
        *place = (struct name_place){name, length, NAME_MAP_NONE};
        map->n++;
    }
    return &place->number;
}

uint32_t name_map_find(const struct name_map *map, const char *name, size_t length)
{
    const struct name_place *place = map->n_places ? find(map->places, map->n_places, name, length) : NULL;
    return place && place->name ? place->number : NAME_MAP_NONE;
}

void name_map_finish(struct name_map *map)
{
    if (!map)
        return;
    free(map->places);
    *map = (struct name_map){0};
}
