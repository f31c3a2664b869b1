/* Many short strings, kept one behind the other in few pieces of memory, and given up together. */
#ifndef TANDEM_BASE_TEXT_STORE_H
#define TANDEM_BASE_TEXT_STORE_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed: empty. */
struct text_store {
    char **blocks; /* owned */
    size_t n_blocks;
    size_t used, size; /* of the last block */
    size_t all;        /* sizes of all blocks */
};

/* Of text_store_take() alone: begins a block with room for `least` bytes. False when memory is gone. */
bool text_store_add_block(struct text_store *store, size_t least);

/* Keeps a string of `length` bytes, which are the caller's to write; the NUL behind them is there. NULL when
 * memory is gone. Inline: large systems have tens of millions. */
static inline char *text_store_take(struct text_store *store, size_t length)
{
    if (store->size - store->used <= length && !text_store_add_block(store, length + 1))
        return NULL;
    char *string = store->blocks[store->n_blocks - 1] + store->used;
    string[length] = '\0';
    store->used += length + 1;
    return string;
}

void text_store_finish(struct text_store *store);

#endif
