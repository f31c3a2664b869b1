/* The command, with memory running out at one request after another: memory ROOT [CASE [NTH]]. Whatever the
 * request, the command ends without a crash, keeps no block of memory, and says so and ends with EXIT_IO; or
 * it could do without, and then all that it prints and writes is as it always is. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocation.h"
#include "cases.h"
#include "folder.h"

/* The linker takes __wrap_main() for main(), so that the command's own can be called. */
int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

enum { GONE = 3 /* EXIT_IO */, SECONDS_MOST = 120, PROBLEMS_MOST = 5 };

/* ---- one call of the command ---- */

struct outcome {
    int code;
    uint64_t digest; /* of standard output and of the files */
    struct allocation_count count;
    bool told; /* standard error says that memory is gone */
};

/* Standard output or error goes to a new file; returns where it went before. */
static int redirect(int descriptor, const char *path)
{
    int kept = dup(descriptor), file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    dup2(file, descriptor);
    close(file);
    return kept;
}

static void restore(int descriptor, int kept)
{
    dup2(kept, descriptor);
    close(kept);
}

static bool mentions(const char *path, const char *word)
{
    char text[8192];
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[n] = '\0';
    return strstr(text, word) != NULL;
}

static struct outcome call(const struct memory_case *c, size_t nth, bool all)
{
    struct outcome outcome;
    char *words[WORDS_MOST + 1] = {(char *)"tandem"};
    int n = 1;
    for (; n < WORDS_MOST && c->words[n - 1]; n++)
        words[n] = (char *)c->words[n - 1];
    cases_reset();
    fflush(stdout);
    int out = redirect(STDOUT_FILENO, "out.txt"), err = redirect(STDERR_FILENO, "err.txt");
    allocation_begin(nth, all);
    outcome.code = __real_main(n, words);
    outcome.count = allocation_end();
    fflush(stdout);
    fflush(stderr);
    restore(STDOUT_FILENO, out);
    restore(STDERR_FILENO, err);
    outcome.digest = (c->varies ? 0 : file_digest("out.txt")) + folder_digest("out");
    outcome.told = mentions("err.txt", "memory");
    return outcome;
}

/* ---- one case ---- */

/* NULL: all is well. */
static const char *wrong(const struct outcome *plain, const struct outcome *got)
{
    if (got->count.live != 0)
        return "memory was kept";
    if (got->told)
        return got->code == GONE || (got->code != 0 && got->code == plain->code)
                   ? NULL
                   : "memory was gone, and the exit status is another one";
    if (got->code != plain->code)
        return "another exit status, and not a word of memory";
    return got->digest == plain->digest ? NULL : "something is missing, and not a word of it";
}

/* Shared with the process that tries, so that where it crashed is known. */
struct progress {
    size_t nth, requests;
    bool all, crashed;
    unsigned problems;
};

static void problem(struct progress *p, const char *name, const char *what)
{
    if (++p->problems <= PROBLEMS_MOST)
        printf("# %s, request %zu%s of %zu: %s\n", name, p->nth, p->all ? " and all after it" : "",
               p->requests, what);
    fflush(stdout);
}

static void try_one(const struct memory_case *c, const struct outcome *plain, struct progress *p)
{
    struct outcome got = call(c, p->nth, p->all);
    const char *what = wrong(plain, &got);
    char text[128];
    if (!what)
        return;
    snprintf(text, sizeof text, "%s (status %d, %ld blocks)", what, got.code, got.count.live);
    problem(p, c->name, text);
}

/* Goes on after p->nth to the end. */
static void try_rest(const struct memory_case *c, struct progress *p)
{
    struct outcome plain = call(c, 0, false), again = call(c, 0, false);
    p->requests = plain.count.requests;
    if (p->nth == 0 && (plain.code != c->code || plain.digest != again.digest || plain.count.live != 0))
        problem(p, c->name,
                plain.code != c->code ? "another exit status than that of the case" : wrong(&plain, &again));
    size_t stride = p->requests > c->most ? p->requests / c->most + 1 : 1;
    for (size_t nth = p->nth + stride; nth <= p->requests; nth += stride) {
        p->nth = nth;
        p->all = nth / stride % 2 == 0;
        try_one(c, &plain, p);
    }
}

static bool try_case(const struct memory_case *c, struct progress *p)
{
    int status;
    *p = (struct progress){0};
    do {
        fflush(stdout);
        pid_t id = fork();
        if (id == 0) {
            alarm(SECONDS_MOST);
            try_rest(c, p);
            exit(0);
        }
        waitpid(id, &status, 0);
        p->crashed |= status != 0;
        if (status != 0)
            problem(p, c->name, WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "the end of the process");
    } while (status != 0 && p->problems < PROBLEMS_MOST);
    return p->problems == 0;
}

/* ---- all of them ---- */

/* In this process, for a debugger. */
static int try_alone(const struct memory_case *c, size_t nth)
{
    struct progress p = {.nth = nth};
    struct outcome plain = call(c, 0, false);
    p.requests = plain.count.requests;
    try_one(c, &plain, &p);
    p.all = true;
    try_one(c, &plain, &p);
    return p.problems > 0;
}

/* NULL: there is none. */
static struct progress *share_progress(void)
{
    FILE *file = tmpfile();
    if (!file || ftruncate(fileno(file), sizeof(struct progress)) != 0)
        return NULL;
    void *shared = mmap(NULL, sizeof(struct progress), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    fclose(file);
    return shared == MAP_FAILED ? NULL : shared;
}

static void enter_work(const char *root, char *folder)
{
    setenv("ROOT", root, 1);
    setenv("PATH", "/nonexistent", 1); /* no gnuplot: its scripts are what is tried */
    setenv("LC_ALL", "C.UTF-8", 1);
    if (!mkdtemp(folder) || chdir(folder) != 0 || !cases_prepare(root)) {
        puts("Bail out! no folder to work in");
        exit(1);
    }
}

int __wrap_main(int argc, char **argv)
{
    char folder[] = "/tmp/memory-XXXXXX";
    const char *only = argc > 2 ? argv[2] : NULL;
    struct progress *p = share_progress();
    int failures = 0, number = 0;
    if (argc < 2 || !p)
        return 2;
    enter_work(argv[1], folder);
    for (size_t i = 0; i < n_memory_cases; i++) {
        const struct memory_case *c = &memory_cases[i];
        if (only && strcmp(only, c->name) != 0)
            continue;
        bool good = argc > 3 ? try_alone(c, strtoul(argv[3], NULL, 10)) == 0 : try_case(c, p);
        if (c->crashes_only)
            good = !p->crashed;
        failures += !good;
        printf("%s %d - %s: %zu requests for memory%s\n", good ? "ok" : "not ok", ++number, c->name,
               p->requests, c->crashes_only ? ", and no crash" : "");
    }
    printf("1..%d\n", number);
    folder_remove(folder);
    return failures > 0;
}
