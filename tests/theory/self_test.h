/* Is the measure itself right? */
#ifndef TANDEM_TESTS_SELF_TEST_H
#define TANDEM_TESTS_SELF_TEST_H

#include <stdbool.h>

#include "case_table.h"

/* Tests of the arithmetic and of the judges, and that each case of `wrong`, all of which have a mistake of 2
 * % in their settings or in the value expected, is found wrong. Prints TAP. */
bool self_test(const char *folder, const struct case_table *wrong);

#endif
