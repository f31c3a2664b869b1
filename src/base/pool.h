/* Memory for many small things of one size: chunks that are never given back while the pool lives, and a free
 * list. So memory is bounded by the most that were in use at once, and addresses stay true. */
#ifndef TANDEM_BASE_POOL_H
#define TANDEM_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/allowance.h"

struct pool {
    size_t item_size;
    size_t items_per_chunk;
    char **chunks; /* owned */
    size_t n_chunks;
    size_t fresh; /* items of the last chunk that were never handed out begin here */
    void *free_list;
    size_t live;                 /* items handed out now */
    struct allowance *allowance; /* of its chunks; borrowed; NULL = none */
};

/* `item_size` in bytes, at least that of a pointer; the pool starts empty and allocates nothing yet. */
void pool_init(struct pool *pool, size_t item_size);
void pool_finish(struct pool *pool);

/* Makes room for more items; false when memory, or what it may have of it, is gone. For pool_take(). */
bool pool_grow(struct pool *pool);

/* An item, its contents undefined; NULL when memory is gone. */
static inline void *pool_take(struct pool *pool)
{
    void *item = pool->free_list;
    if (item) {
        memcpy(&pool->free_list, item, sizeof(void *));
    } else {
        if (pool->fresh == pool->items_per_chunk && !pool_grow(pool))
            return NULL;
        item = pool->chunks[pool->n_chunks - 1] + pool->fresh++ * pool->item_size;
    }
    pool->live++;
    return item;
}

static inline void pool_give(struct pool *pool, void *item)
{
    memcpy(item, &pool->free_list, sizeof(void *));
    pool->free_list = item;
    pool->live--;
}

/* The memory of all chunks. */
static inline size_t pool_bytes(const struct pool *pool)
{
    return pool->n_chunks * pool->items_per_chunk * pool->item_size;
}

/* Calls `visit` for every item that was ever handed out, also those given back: the item itself must tell. A
 * given-back item keeps all its bytes but the first sizeof(void *). */
void pool_each(const struct pool *pool, void (*visit)(void *item, void *data), void *data);

#endif
