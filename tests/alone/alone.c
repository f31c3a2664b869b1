/* Runs the unit tests of a program without Criterion: each in a child process of its own that ends as any
 * program does. Criterion's tests end in a way on which no sanitizer looks for leaks, in processes that
 * valgrind does not see. What their macros call stands here, instead of its library; `alone PART` runs those
 * whose names hold PART. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

enum { FAILED = 1, SKIPPED = 77 };

/* ---- what the tests call ---- */

struct criterion_options criterion_options;

static struct {
    const struct criterion_test *test;
    const struct criterion_suite *suite;
    void *parameter;
    bool failed, skipped;
    jmp_buf end;
} now;

static void call(void (*fixture)(void))
{
    if (fixture)
        fixture();
}

void criterion_internal_test_setup(void)
{
    call(now.suite && now.suite->data ? now.suite->data->init : NULL);
    call(now.test->data->init);
}

void criterion_internal_test_main(void (*body)(void))
{
    if (setjmp(now.end))
        return;
    if (now.test->data->kind_ == CR_TEST_PARAMETERIZED)
        ((void (*)(void *))body)(now.parameter);
    else
        body();
}

void criterion_internal_test_teardown(void)
{
    call(now.test->data->fini);
    call(now.suite && now.suite->data ? now.suite->data->fini : NULL);
}

void criterion_abort_test(void)
{
    longjmp(now.end, 1);
}

void criterion_continue_test(void)
{
}

void criterion_skip_test(const char *format, ...)
{
    (void)format;
    now.skipped = true;
    longjmp(now.end, 1);
}

void cri_asserts_passed_incr(void)
{
}

void criterion_send_assert(struct criterion_assert_stats *stats)
{
    now.failed |= !stats->passed;
    if (!stats->passed)
        printf("# %s:%u: %s\n", stats->file, stats->line, stats->message ? stats->message : "failed");
}

int cr_asprintf(char **ret_string, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(ret_string, format, arguments);
    va_end(arguments);
    return length;
}

void cr_asprintf_free(char *string)
{
    free(string);
}

/* What an assertion says that has no words of its own. */
char *cr_translate_assert_msg(int message, ...)
{
    (void)message;
    return strdup("an assertion failed");
}

/* Only for parameters, which the parent keeps to its end. */
void *cr_calloc(size_t n, size_t size)
{
    return calloc(n, size);
}

/* ---- running ---- */

/* Made by the linker: the macros leave a pointer to each there. */
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak)), *__stop_cr_sts[] __attribute__((weak));

static const struct criterion_suite *suite_of(const struct criterion_test *test)
{
    for (struct criterion_suite **suite = __start_cr_sts; suite < __stop_cr_sts; suite++)
        if (*suite && strcmp((*suite)->name, test->category) == 0)
            return *suite;
    return NULL;
}

/* What a test has left on the stack would hide what it has lost. */
static void __attribute__((noinline)) wipe_stack(void)
{
    volatile char room[1 << 16];
    for (size_t i = 0; i < sizeof room; i++)
        room[i] = 0;
}

static int run_here(void)
{
    now.test->test();
    wipe_stack();
    return now.failed ? FAILED : now.skipped ? SKIPPED : 0;
}

/* In a child, which ends by exit(): what looks for leaks does it there. */
static int run_apart(void)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        exit(run_here());
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static bool ended_well(int status)
{
    if (now.test->data->signal)
        return WIFSIGNALED(status) && WTERMSIG(status) == now.test->data->signal;
    return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == SKIPPED);
}

static void run_one(unsigned *number, unsigned *failures)
{
    int status = run_apart();
    bool good = ended_well(status);
    *failures += !good;
    printf("%s %u - %s::%s%s\n", good ? "ok" : "not ok", ++*number, now.test->category, now.test->name,
           WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED ? " # SKIP" : "");
    if (!good)
        printf("# ended with %s %d\n", WIFSIGNALED(status) ? "signal" : "status",
               WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void run_test(const struct criterion_test *test, unsigned *number, unsigned *failures)
{
    now.test = test;
    now.suite = suite_of(test);
    if (test->data->kind_ != CR_TEST_PARAMETERIZED) {
        run_one(number, failures);
        return;
    }
    struct criterion_test_params params = test->data->param_();
    for (size_t i = 0; i < params.length; i++) {
        now.parameter = (char *)params.params + i * params.size;
        run_one(number, failures);
    }
}

int main(int argc, char **argv)
{
    unsigned number = 0, failures = 0;
    for (struct criterion_test **test = __start_cr_tst; test < __stop_cr_tst; test++)
        if (*test && (argc < 2 || strstr((*test)->name, argv[1])))
            run_test(*test, &number, &failures);
    printf("1..%u\n", number);
    return failures > 0;
}
