/* From names to numbers, by hashing: fast for hundreds of thousands of names. */
#ifndef TANDEM_BASE_NAME_MAP_H
#define TANDEM_BASE_NAME_MAP_H

#include <stddef.h>
#include <stdint.h>

#define NAME_MAP_NONE UINT32_MAX

struct name_place {
    const char *name; /* borrowed; NULL = the place is free */
    size_t length;
    uint32_t number;
};

/* Zeroed: empty. */
struct name_map {
    struct name_place *places; /* owned */
    size_t n;
    size_t n_places; /* 0 or a power of 2, at least twice n */
};

/* Where the number of a name of `length` characters stands: one that is new stands there with NAME_MAP_NONE.
 * The name must stay where it is. The place is good until the next new name. NULL when memory is gone. */
uint32_t *name_map_at(struct name_map *map, const char *name, size_t length);

/* Its number, or NAME_MAP_NONE. */
uint32_t name_map_find(const struct name_map *map, const char *name, size_t length);

void name_map_finish(struct name_map *map);

#endif
