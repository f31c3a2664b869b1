/* What the command is called with while memory runs out. */
#ifndef TANDEM_TESTS_MEMORY_CASES_H
#define TANDEM_TESTS_MEMORY_CASES_H

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_MOST = 24 };

enum memory_output {
    SAME,    /* each time */
    VARIES,  /* it tells how long something took */
    STREAMS, /* it is written bit by bit: what is there when memory is gone stays */
};

struct memory_case {
    const char *name;
    int code; /* the exit status where memory is there */
    enum memory_output output;
    const char *words[WORDS_MOST];
};

extern const struct memory_case memory_cases[];
extern const size_t n_memory_cases;

/* What is done once before, with memory: some cases go on from there. */
extern const struct memory_case prepared_cases[];
extern const size_t n_prepared_cases;

/* Writes what the cases read into the folder where we stand. False: that failed. */
bool cases_prepare(const char *root);

/* Removes what a case has left. */
void cases_reset(void);

#endif
