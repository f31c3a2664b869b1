/* Whether the program is to end before its time. */
#ifndef TANDEM_EXPERIMENT_STOP_H
#define TANDEM_EXPERIMENT_STOP_H

#include <signal.h>

/* Not 0 once it is: the number of the signal that said so. Whoever hears signals sets it (cli/interrupt.c);
 * who waits for something outside, such as another program, looks at it now and then. The only global: a
 * signal finds no other way in. */
volatile sig_atomic_t *stop_flag(void);

#endif
