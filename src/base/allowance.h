/* How much memory may still be taken, by all who share it. What grows asks here first, and is told that there
 * is none just as if the machine had none: so it is known of every run where it ended, on every machine. */
#ifndef TANDEM_BASE_ALLOWANCE_H
#define TANDEM_BASE_ALLOWANCE_H

#include <stdbool.h>
#include <stddef.h>

struct allowance {
    size_t bytes; /* left */
    bool exceeded;
};

/* False: there is not so much left, and it is noted. NULL has no end. */
static inline bool allowance_take(struct allowance *allowance, size_t bytes)
{
    if (!allowance)
        return true;
    if (bytes > allowance->bytes) {
        allowance->exceeded = true;
        return false;
    }
    allowance->bytes -= bytes;
    return true;
}

#endif
