/* A target of the fuzzer: `./dev fuzz` feeds it with what libFuzzer makes, the tests with the files that are
 * kept in corpus/ and found/. What is wrong ends the process. */
#ifndef TANDEM_TESTS_FUZZ_H
#define TANDEM_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *n, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Some targets have one: how libFuzzer changes their inputs. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed);

/* Ends the process, with the text, unless it holds. */
void fuzz_check(bool holds, const char *what, const char *detail);

/* What was done so far shall not tell this input from others: the fuzzer looks at what comes now. */
void fuzz_forget(void);

/* The bytes as a string of its own, up to a NUL; free() it. */
char *fuzz_string(const uint8_t *bytes, size_t length);

struct problem_list;
/* Every problem has a text, and a place that is none or begins at 1. */
void fuzz_check_problems(const struct problem_list *problems, bool read);

/* A folder for the files of this process, without an end; it is gone when the process ends well. */
const char *fuzz_folder(void);

/* Writes a file; ends the process where that cannot be done. */
void fuzz_write(const char *path, const uint8_t *bytes, size_t length);

#endif
