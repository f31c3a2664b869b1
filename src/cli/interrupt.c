#include "cli/interrupt.h"

#include <stddef.h>

/* The only global of the program: a signal finds no other way in. */
static volatile sig_atomic_t interrupted;

static void note(int signal_number)
{
    interrupted = signal_number;
}

const volatile sig_atomic_t *interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &interrupted;
}
