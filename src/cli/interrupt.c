#include "cli/interrupt.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "cli/command.h"
#include "experiment/stop.h"

static const int heard[] = {SIGINT, SIGTERM, SIGHUP};

/* The other half of what a signal has to find. */
static volatile sig_atomic_t ends_at_once = 1;

/* Only calls that are safe in a handler. */
static _Noreturn void end(void)
{
    static const char line[] = "tandem: interrupted\n";
    ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
    (void)ignored;
    _exit(EXIT_INTERRUPTED);
}

static void hear(int number)
{
    if (ends_at_once || *stop_flag())
        end();
    *stop_flag() = number;
}

/* Without SA_RESTART: who waits shall hear of it. */
void interrupt_begin(void)
{
    struct sigaction action = {.sa_handler = hear}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++) {
        bool ignored =
            heard[i] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler == SIG_IGN;
        if (!ignored)
            sigaction(heard[i], &action, NULL);
    }
}

const volatile sig_atomic_t *interrupt_watch(void)
{
    ends_at_once = 0;
    return stop_flag();
}

bool interrupt_at_once(bool at_once)
{
    bool before = ends_at_once != 0;
    ends_at_once = at_once;
    if (at_once && *stop_flag())
        end();
    return before;
}
