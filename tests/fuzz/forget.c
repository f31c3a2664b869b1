/* Alone in its file, and without counters itself: clang would make itself variables of these names for them.
 */
#include <string.h>

#include "fuzz.h"

#ifdef __clang__
#define UNCOUNTED __attribute__((no_sanitize("coverage")))
#else
#define UNCOUNTED
#endif

/* The counters of clang's -fsanitize-coverage; in other builds there are none. */
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));

UNCOUNTED void fuzz_forget(void)
{
    size_t n = (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs);
    if (n)
        memset(__start___sancov_cntrs, 0, n);
}
