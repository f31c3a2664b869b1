#include "base/pair_map.h"

#include <stdbool.h>
#include <stdlib.h>

enum { FEWEST_PLACES = 16 };

/* Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4. */
static size_t hash(uint32_t a, uint32_t b)
{
    return (size_t)(((uint64_t)a << 32 | b) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* The place of that pair, or the free one where it belongs. */
static struct pair_place *find(struct pair_place *places, size_t n_places, uint32_t a, uint32_t b)
{
    size_t i = hash(a, b) & (n_places - 1);
    while (places[i].taken && (places[i].a != a || places[i].b != b))
        i = (i + 1) & (n_places - 1);
    return &places[i];
}

static bool grow(struct pair_map *map)
{
    size_t n_places = map->n_places ? 2 * map->n_places : FEWEST_PLACES;
    struct pair_place *places = calloc(n_places, sizeof *places);
    if (!places)
        return false;
    for (size_t i = 0; i < map->n_places; i++) {
        const struct pair_place *old = &map->places[i];
        if (old->taken)
            *find(places, n_places, old->a, old->b) = *old;
    }
    free(map->places);
    map->places = places;
    map->n_places = n_places;
    return true;
}

uint32_t *pair_map_at(struct pair_map *map, uint32_t a, uint32_t b)
{
    if (2 * (map->n + 1) > map->n_places && !grow(map))
        return NULL;
    struct pair_place *place = find(map->places, map->n_places, a, b);
    if (!place->taken) {
        *place = (struct pair_place){a, b, PAIR_MAP_NONE, 1};
        map->n++;
    }
    return &place->number;
}

uint32_t pair_map_find(const struct pair_map *map, uint32_t a, uint32_t b)
{
    const struct pair_place *place = map->n_places ? find(map->places, map->n_places, a, b) : NULL;
    return place && place->taken ? place->number : PAIR_MAP_NONE;
}

void pair_map_finish(struct pair_map *map)
{
    if (!map)
        return;
    free(map->places);
    *map = (struct pair_map){0};
}
