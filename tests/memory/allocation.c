#include "allocation.h"

#include <cjson/cJSON.h>
#include <execinfo.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* What the linker calls malloc() and so on, and what it calls the functions of the heap themselves. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

static atomic_size_t requests;
static atomic_long live;
static size_t first_failing, last_failing;
static uint64_t *places; /* NULL: nobody wants to know */
static size_t most_places;

enum { DEEPEST = 64 };

void allocation_begin(size_t nth, bool all)
{
    /* cJSON is a library of its own, which the linker does not look into. */
    cJSON_InitHooks(&(cJSON_Hooks){__wrap_malloc, __wrap_free});
    requests = 0;
    live = 0;
    first_failing = nth ? nth : SIZE_MAX;
    last_failing = all ? SIZE_MAX : nth;
}

struct allocation_count allocation_end(void)
{
    struct allocation_count count = {requests, live};
    first_failing = SIZE_MAX;
    places = NULL;
    return count;
}

void allocation_tell_places(uint64_t *to, size_t most)
{
    places = to;
    most_places = most;
}

static uint64_t place(void)
{
    void *callers[DEEPEST];
    int n = backtrace(callers, DEEPEST);
    uint64_t sum = UINT64_C(14695981039346656037);
    for (int i = 0; i < n; i++)
        sum = (sum ^ (uint64_t)(uintptr_t)callers[i]) * UINT64_C(1099511628211);
    return sum;
}

static bool fails(void)
{
    size_t now = ++requests;
    if (places && now <= most_places)
        places[now - 1] = place();
    return now >= first_failing && now <= last_failing;
}

static void *counted(void *block)
{
    live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    if (fails())
        return NULL;
    return block ? __real_realloc(block, size) : counted(__real_realloc(NULL, size));
}

void __wrap_free(void *block)
{
    live -= block != NULL;
    __real_free(block);
}
