/* The command, with memory running out at one place after another: memory ROOT [CASE [NTH]]. A place
 * is a request for memory together with all the calls that led to it, and is tried where it is met first:
 * every fourth of them, or each with MEMORY_PLACES=all. Of a case that is named, each request is tried, or
 * the one with this number, in this process, for a debugger. Whatever the request, the command ends without a
 * crash and keeps no block of memory; it says that memory is gone, in one line, ends with EXIT_IO, and leaves
 * nothing that is half written; or it could do without, and then all that it prints and writes is as it
 * always is. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocation.h"
#include "cases.h"
#include "folder.h"

/* The linker takes __wrap_main() for main(), so that the command's own can be called. */
int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

enum { GONE = 3 /* EXIT_IO */, SECONDS_MOST = 600, PROBLEMS_MOST = 20 };

/* ---- one call of the command ---- */

struct outcome {
    int code;
    uint64_t printed; /* digest of standard output; 0: nothing, or none that can be compared */
    struct folder_digests files;
    struct allocation_count count;
    unsigned told; /* so many lines of standard error say that memory is gone */
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

static unsigned count_lines(const char *path, const char *word)
{
    char line[4096];
    unsigned n = 0;
    FILE *file = fopen(path, "rb");
    while (file && fgets(line, sizeof line, file))
        n += strstr(line, word) != NULL;
    if (file)
        fclose(file);
    return n;
}

static bool is_empty(const char *path)
{
    struct stat about;
    return stat(path, &about) != 0 || about.st_size == 0;
}

enum { MOST_REQUESTS = 1 << 20 };

static uint64_t places[MOST_REQUESTS]; /* of the last call in which no request failed */

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
    if (nth == 0)
        allocation_tell_places(places, MOST_REQUESTS);
    outcome.code = __real_main(n, words);
    outcome.count = allocation_end();
    fflush(stdout);
    fflush(stderr);
    restore(STDOUT_FILENO, out);
    restore(STDERR_FILENO, err);
    outcome.printed = c->output == VARIES || is_empty("out.txt") ? 0 : file_digest("out.txt");
    outcome.files = folder_digests("out");
    outcome.told = count_lines("err.txt", "out of memory");
    return outcome;
}

/* ---- one case ---- */

/* Where memory was gone: what is there must be whole, but not all need be there. NULL: all is well. */
static const char *wrong_failure(const struct memory_case *c, const struct outcome *plain,
                                 const struct outcome *got)
{
    if (got->code != GONE)
        return "memory was gone, and the exit status is another one";
    if (got->told > 1)
        return "told more than once";
    if (got->printed && got->printed != plain->printed && c->output != STREAMS)
        return "a part was printed";
    return folder_digests_contain(&plain->files, &got->files) ? NULL : "a part of a file was written";
}

static const char *wrong(const struct memory_case *c, const struct outcome *plain, const struct outcome *got)
{
    if (got->count.live != 0)
        return "memory was kept";
    if (got->told)
        return wrong_failure(c, plain, got);
    if (got->code != plain->code)
        return "another exit status, and not a word of memory";
    return got->printed == plain->printed && got->files.sum == plain->files.sum
               ? NULL
               : "something is missing, and not a word of it";
}

/* ---- what is tried ---- */

enum { MOST_PLACES = 1 << 16, SOME_PLACES = 4 };

enum thoroughness { SOME, EACH_PLACE, EACH_REQUEST };

/* Shared with the process that tries, so that where it crashed is known. */
struct progress {
    enum thoroughness how;
    size_t n, at; /* what is tried: so many, and this one now */
    size_t nth[2 * MOST_PLACES];
    bool all[2 * MOST_PLACES];
    uint64_t met[MOST_PLACES]; /* places, in a table of hashes; 0: free */
    size_t n_met, requests;
    unsigned problems;
};

/* Was it met before? Now it is. */
static bool meet(struct progress *p, uint64_t place)
{
    size_t i = place % MOST_PLACES;
    for (; p->met[i] && p->met[i] != place; i = (i + 1) % MOST_PLACES)
        ;
    if (p->met[i] == place)
        return true;
    if (p->n_met < MOST_PLACES / 2) {
        p->met[i] = place;
        p->n_met++;
    }
    return false;
}

static void plan_try(struct progress *p, size_t nth, bool all)
{
    if (p->n < 2 * MOST_PLACES) {
        p->nth[p->n] = nth;
        p->all[p->n++] = all;
    }
}

/* What lies behind a request that fails asks for memory again where it tells of it, and finds some or none.
 */
static void plan(struct progress *p)
{
    p->n = p->at = 0;
    for (size_t nth = 1; nth <= p->requests; nth++) {
        bool met = nth <= MOST_REQUESTS && meet(p, places[nth - 1]);
        if (p->how == EACH_REQUEST || (p->how == EACH_PLACE && !met)) {
            plan_try(p, nth, false);
            plan_try(p, nth, true);
        } else if (p->how == SOME && !met && p->n_met % SOME_PLACES == 0)
            plan_try(p, nth, p->n % 2 == 1);
    }
}

static void problem(struct progress *p, const char *name, const char *what)
{
    if (++p->problems <= PROBLEMS_MOST)
        printf("# %s, request %zu%s of %zu: %s\n", name, p->nth[p->at],
               p->all[p->at] ? " and all after it" : "", p->requests, what);
    fflush(stdout);
}

static void try_one(const struct memory_case *c, const struct outcome *plain, struct progress *p)
{
    struct outcome got = call(c, p->nth[p->at], p->all[p->at]);
    const char *what = wrong(c, plain, &got);
    char text[128];
    if (!what)
        return;
    snprintf(text, sizeof text, "%s (status %d, %ld blocks)", what, got.code, got.count.live);
    problem(p, c->name, text);
}

/* The first of several calls finds what no other finds: a lesson has no record yet. */
static struct outcome call_plain(const struct memory_case *c, struct progress *p)
{
    struct outcome plain = call(c, 0, false), again = call(c, 0, false);
    p->requests = plain.count.requests;
    if (plain.code != c->code || plain.told || wrong(c, &plain, &again))
        problem(p, c->name, "fails, or does something else each time, where memory is there");
    return plain;
}

static void try_rest(const struct memory_case *c, struct progress *p)
{
    struct outcome plain = call_plain(c, p);
    if (p->n == 0)
        plan(p);
    for (; p->at < p->n; p->at++)
        try_one(c, &plain, p);
}

/* A process that crashed is followed by one that goes on. */
static bool try_case(const struct memory_case *c, struct progress *p)
{
    int status;
    p->n = p->at = p->problems = 0;
    do {
        fflush(stdout);
        pid_t id = fork();
        if (id == 0) {
            alarm(SECONDS_MOST);
            try_rest(c, p);
            exit(0);
        }
        waitpid(id, &status, 0);
        if (status != 0) {
            problem(p, c->name, WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "the end of the process");
            p->at++;
        }
    } while (status != 0 && p->problems < PROBLEMS_MOST);
    return p->problems == 0;
}

/* In this process, for a debugger. */
static bool try_alone(const struct memory_case *c, struct progress *p, size_t nth)
{
    struct outcome plain = call_plain(c, p);
    plan_try(p, nth, false);
    plan_try(p, nth, true);
    for (; p->at < p->n; p->at++)
        try_one(c, &plain, p);
    return p->problems == 0;
}

/* ---- all of them ---- */

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

static void prepare_all(void)
{
    for (size_t i = 0; i < n_prepared_cases; i++)
        if (call(&prepared_cases[i], 0, false).code != prepared_cases[i].code) {
            printf("Bail out! %s failed\n", prepared_cases[i].name);
            exit(1);
        }
}

int __wrap_main(int argc, char **argv)
{
    char folder[] = "/tmp/memory-XXXXXX";
    const char *only = argc > 2 ? argv[2] : NULL, *wanted = getenv("MEMORY_PLACES");
    struct progress *p = share_progress();
    int failures = 0, number = 0;
    if (argc < 2 || !p)
        return 2;
    p->how = only ? EACH_REQUEST : wanted && strcmp(wanted, "all") == 0 ? EACH_PLACE : SOME;
    enter_work(argv[1], folder);
    prepare_all();
    for (size_t i = 0; i < n_memory_cases; i++) {
        const struct memory_case *c = &memory_cases[i];
        if (only && strcmp(only, c->name) != 0)
            continue;
        bool good = argc > 3 ? try_alone(c, p, strtoul(argv[3], NULL, 10)) : try_case(c, p);
        failures += !good;
        printf("%s %d - %s: %zu of %zu requests for memory\n", good ? "ok" : "not ok", ++number, c->name,
               p->n, p->requests);
    }
    printf("1..%d\n", number);
    folder_remove(folder);
    return failures > 0;
}
