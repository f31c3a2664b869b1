#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "scenario/scenario.h"

int LLVMFuzzerInitialize(int *n, char ***arguments)
{
    (void)n;
    (void)arguments;
    gsl_set_error_handler_off(); /* as main() does */
    return 0;
}

void fuzz_check(bool holds, const char *what, const char *detail)
{
    if (holds)
        return;
    fprintf(stderr, "wrong: %s: %s\n", what, detail ? detail : "");
    abort();
}

char *fuzz_string(const uint8_t *bytes, size_t length)
{
    char *string = malloc(length + 1);
    if (!string)
        abort();
    if (length)
        memcpy(string, bytes, length);
    string[length] = 0;
    return string;
}

void fuzz_check_problems(const struct problem_list *problems, bool read)
{
    size_t n_errors = 0;
    fuzz_check(read == (problems->n_errors == 0), "it was read, or there are errors", NULL);
    for (size_t i = 0; i < problems->n; i++) {
        const struct problem *problem = &problems->problems[i];
        fuzz_check(problem->text && *problem->text, "a problem has a text", problem->brief);
        fuzz_check(problem->line >= 0 && problem->column >= 0 && !problem->line == !problem->column,
                   "a problem has a place or none", problem->text);
        size_t length = strlen(problem->text);
        fuzz_check(problem->text[length - 1] != '\n', "a problem ends without a newline", problem->text);
        n_errors += !problem->warning;
    }
    fuzz_check(n_errors <= problems->n_errors, "errors are counted", NULL);
}

/* ---- files ---- */

static char folder[64], file[96];

static void remove_folder(void)
{
    if (*file)
        unlink(file);
    rmdir(folder);
}

const char *fuzz_folder(void)
{
    if (*folder)
        return folder;
    snprintf(folder, sizeof folder, "%s/tandem-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        abort();
    atexit(remove_folder);
    return folder;
}

void fuzz_write(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *stream = fopen(path, "wb");
    if (!stream || (length && fwrite(bytes, 1, length, stream) != length) || fclose(stream) != 0)
        abort();
    snprintf(file, sizeof file, "%s", path);
}
