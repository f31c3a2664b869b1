/* Memory that can run out when a test wants it to. Linked with -Wl,--wrap for each function of the heap. */
#ifndef TANDEM_TESTS_ALLOCATION_H
#define TANDEM_TESTS_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts from now on, and lets the `nth` request for memory fail, counted from 1, and with `all` each one
 * after it. 0: none fails. */
void allocation_begin(size_t nth, bool all);

struct allocation_count {
    size_t requests; /* for memory, since allocation_begin() */
    long live;       /* blocks more than there were then; what was there and was freed counts against them */
};

/* Until the end the place of the i-th request, counted from 0, goes to places[i], where i < `most`: a number
 * for the functions that were on their way, and from where they were called. */
void allocation_tell_places(uint64_t *places, size_t most);

/* Lets memory be there again, and tells what was counted. */
struct allocation_count allocation_end(void);

#endif
