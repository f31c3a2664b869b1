#include "allocation.h"

#include <cjson/cJSON.h>
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
    return count;
}

static bool fails(void)
{
    size_t now = ++requests;
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
