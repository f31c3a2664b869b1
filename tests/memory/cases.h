/* What the command is called with while memory runs out. */
#ifndef TANDEM_TESTS_MEMORY_CASES_H
#define TANDEM_TESTS_MEMORY_CASES_H

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_MOST = 24 };

struct memory_case {
    const char *name;
    int code;          /* the exit status where memory is there */
    size_t most;       /* so many requests for memory fail, evenly spread; of fewer each */
    bool varies;       /* standard output tells how long something took */
    bool crashes_only; /* no crash is all that is asked: a part of the output may be missing without a word */
    const char *words[WORDS_MOST];
};

extern const struct memory_case memory_cases[];
extern const size_t n_memory_cases;

/* Writes what the cases read into the folder where we stand. False: that failed. */
bool cases_prepare(const char *root);

/* Removes what a case has left. */
void cases_reset(void);

#endif
