/* What Ctrl-C, SIGTERM and the end of a terminal do: a long run keeps what is finished, all else just ends.
 */
#ifndef TANDEM_CLI_INTERRUPT_H
#define TANDEM_CLI_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP (unless it is ignored, as by nohup) end the program at once, with a
 * line and EXIT_INTERRUPTED. To be called once, at the beginning. */
void interrupt_begin(void);

/* From now on the first of them only sets a flag, which this returns: whoever has files half written, or
 * results to keep, finishes that and ends. A second one ends the program at once. */
const volatile sig_atomic_t *interrupt_watch(void);

/* `at_once`: for as long as nothing is at stake, such as while input is read that may never come, the first
 * ends the program at once, too; also one that came before. Returns what it was, to go back to it. */
bool interrupt_at_once(bool at_once);

#endif
