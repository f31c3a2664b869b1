/* Many short strings, kept one behind the other in few pieces of memory, and given up together. */
#ifndef TANDEM_BASE_TEXT_STORE_H
#define TANDEM_BASE_TEXT_STORE_H

#include <stddef.h>

/* Zeroed: empty. */
struct text_store {
    char **blocks; /* owned */
    size_t n_blocks;
    size_t used, size; /* of the last block */
    size_t all;        /* sizes of all blocks */
};

/* Keeps a string of `length` bytes, which are the caller's to write; the NUL behind them is there. NULL when
 * memory is gone. */
char *text_store_take(struct text_store *store, size_t length);

void text_store_finish(struct text_store *store);

#endif
