#include "base/pool.h"

#include <assert.h>
#include <stdlib.h>

enum { CHUNK_BYTES = 1 << 16, FEWEST_ITEMS = 16 };

void pool_init(struct pool *pool, size_t item_size)
{
    assert(item_size >= sizeof(void *));
    size_t aligned = (item_size + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);
    size_t items = CHUNK_BYTES / aligned;
    *pool =
        (struct pool){.item_size = aligned, .items_per_chunk = items > FEWEST_ITEMS ? items : FEWEST_ITEMS};
    pool->fresh = pool->items_per_chunk;
}

void pool_finish(struct pool *pool)
{
    if (!pool)
        return;
    for (size_t i = 0; i < pool->n_chunks; i++)
        free(pool->chunks[i]);
    free(pool->chunks);
    *pool = (struct pool){0};
}

bool pool_grow(struct pool *pool)
{
    size_t bytes = pool->item_size * pool->items_per_chunk;
    if (!allowance_take(pool->allowance, bytes))
        return false;
    if ((pool->n_chunks & (pool->n_chunks + 1)) == 0) { /* room for chunks doubles at 0, 1, 3, 7, ... */
        char **chunks = realloc(pool->chunks, (2 * pool->n_chunks + 1) * sizeof *chunks);
        if (!chunks)
            return false;
        pool->chunks = chunks;
    }
    char *chunk = malloc(bytes);
    if (!chunk)
        return false;
    pool->chunks[pool->n_chunks++] = chunk;
    pool->fresh = 0;
    return true;
}

void pool_each(const struct pool *pool, void (*visit)(void *item, void *data), void *data)
{
    for (size_t i = 0; i < pool->n_chunks; i++) {
        size_t n = i + 1 == pool->n_chunks ? pool->fresh : pool->items_per_chunk;
        for (size_t j = 0; j < n; j++)
            visit(pool->chunks[i] + j * pool->item_size, data);
    }
}
