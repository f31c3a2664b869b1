/* The files that the cases read. */
#ifndef TANDEM_TESTS_MEMORY_SCENARIOS_H
#define TANDEM_TESTS_MEMORY_SCENARIOS_H

#include <stdbool.h>

/* Writes them into the folder where we stand; `root` is the source tree. False: that failed. */
bool scenarios_write(const char *root);

#endif
