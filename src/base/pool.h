/* Memory for many small things of one size: chunks that are never given back while the pool lives, and a free
 * list. So memory is bounded by the most that were in use at once, and addresses stay true. */
#ifndef TANDEM_BASE_POOL_H
#define TANDEM_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool {
    size_t item_size;
    size_t items_per_chunk;
    char **chunks; /* owned */
    size_t n_chunks;
    size_t fresh; /* items of the last chunk that were never handed out begin here */
    void *free_list;
    size_t live; /* items handed out now */
};

/* `item_size` in bytes, at least that of a pointer; the pool starts empty and allocates nothing yet. */
void pool_init(struct pool *pool, size_t item_size);
void pool_finish(struct pool *pool);

/* An item, its contents undefined; NULL when memory is gone. */
void *pool_take(struct pool *pool);
void pool_give(struct pool *pool, void *item);

/* Calls `visit` for every item that was ever handed out, also those given back: the item itself must tell. A
 * given-back item keeps all its bytes but the first sizeof(void *). */
void pool_each(const struct pool *pool, void (*visit)(void *item, void *data), void *data);

#endif
