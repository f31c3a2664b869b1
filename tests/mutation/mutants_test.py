#!/usr/bin/env python3
"""Is each kind of mistake made where it belongs, and nowhere else?"""

import sys

from mutants import mutants_of

TEXT = """#include "a.h"
#define TWO (1 + 1)
enum { MOST = 8 };
static const int table[] = {1, 2};

/* 1 + 1 < 3 */
static int f(const struct a *a, int *n)
{
    enum { HERE = 4 };
    struct a zero = {0};
    assert(*n > 0 &&
           a != 0);
    if (!a->ready && *n <= 12)
        return g("1 + 1 == 2", '+');
    free(a);
    call(a,
         n);
    a->count++;
    for (;;)
        break;
    *n = -3 * a->b;
    return true;
}
"""

EXPECTED = """
if (!a->ready && *n < 12)
if (!a->ready && *n > 12)
if (!a->ready || *n <= 12)
if (a->ready && *n <= 12)
if (!a->ready && *n <= 13)
if (!(!a->ready && *n <= 12))
return 0;
;
n); ;
n); a->count--;
for (;;) continue;
break; *n = -4 * a->b;
break; *n = -3 / a->b;
*n = -3 * a->b; return false;
"""


def main():
    found = sorted(mutant.after for mutant in mutants_of("a.c", TEXT))
    expected = sorted(EXPECTED.strip().splitlines())
    wrong = [f"not made: {line}" for line in expected if found.count(line) < expected.count(line)]
    wrong += [f"not meant: {line}" for line in found if found.count(line) > expected.count(line)]
    for mutant in mutants_of("a.c", TEXT):
        text = mutant.apply(TEXT)
        if mutant.before == mutant.after or text.count("\n") != TEXT.count("\n"):
            wrong.append(f"{mutant.line}: {mutant.before} -> {mutant.after}")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
