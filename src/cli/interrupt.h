/* What Ctrl-C does to a long run: what is finished is kept. */
#ifndef TANDEM_CLI_INTERRUPT_H
#define TANDEM_CLI_INTERRUPT_H

#include <signal.h>

/* From now on the first SIGINT or SIGTERM only sets a flag, which this returns; a second one ends the
 * process. */
const volatile sig_atomic_t *interrupt_watch(void);

#endif
