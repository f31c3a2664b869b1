/* From pairs of numbers to numbers, by hashing. */
#ifndef TANDEM_BASE_PAIR_MAP_H
#define TANDEM_BASE_PAIR_MAP_H

#include <stddef.h>
#include <stdint.h>

#define PAIR_MAP_NONE UINT32_MAX

struct pair_place {
    uint32_t a, b;
    uint32_t number;
    uint32_t taken; /* 0 = the place is free */
};

/* Zeroed: empty. */
struct pair_map {
    struct pair_place *places; /* owned */
    size_t n;
    size_t n_places; /* 0 or a power of 2, at least twice n */
};

/* Where the number of a pair stands: of a new pair it is PAIR_MAP_NONE. Good until the next new pair. NULL
 * when memory is gone. */
uint32_t *pair_map_at(struct pair_map *map, uint32_t a, uint32_t b);

/* Its number, or PAIR_MAP_NONE. */
uint32_t pair_map_find(const struct pair_map *map, uint32_t a, uint32_t b);

void pair_map_finish(struct pair_map *map);

#endif
