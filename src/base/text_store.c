#include "base/text_store.h"

#include <stdlib.h>

enum { LEAST_BLOCK = 1 << 12, LARGEST_BLOCK = 1 << 20 };

/* A quarter of what there is: so few strings take little memory, and many take few blocks. */
bool text_store_add_block(struct text_store *store, size_t least)
{
    size_t size = store->all / 4;
    size = size < LEAST_BLOCK ? LEAST_BLOCK : size < LARGEST_BLOCK ? size : LARGEST_BLOCK;
    size = size > least ? size : least;
    if ((store->n_blocks & (store->n_blocks + 1)) == 0) { /* room for blocks doubles at 0, 1, 3, 7, ... */
        char **blocks = realloc(store->blocks, (2 * store->n_blocks + 1) * sizeof *blocks);
        if (!blocks)
            return false;
        store->blocks = blocks;
    }
    char *block = malloc(size);
    if (!block)
        return false;
    store->blocks[store->n_blocks++] = block;
    store->used = 0;
    store->size = size;
    store->all += size;
    return true;
}

void text_store_finish(struct text_store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < store->n_blocks; i++)
        free(store->blocks[i]);
    free(store->blocks);
    *store = (struct text_store){0};
}
