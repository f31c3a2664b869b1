/* What theory knows exactly of the scenarios in this folder. */
#ifndef TANDEM_TESTS_AIMS_H
#define TANDEM_TESTS_AIMS_H

#include <stddef.h>

struct aim {
    const char *metric;
    double exact;
    const char
        *less; /* it is the first policy's value less the one of this policy; NULL = just the first's */
};

struct aim_list {
    const char *name; /* of the scenario */
    const struct aim *aims;
    size_t n;
};

/* NULL when there is no such case. */
const struct aim_list *aims_of(const char *name);

#endif
