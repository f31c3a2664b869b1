/* Connections: what must go to and fro before the first byte of a request can go out. */
#ifndef TANDEM_MODEL_POLICY_CONNECTION_H
#define TANDEM_MODEL_POLICY_CONNECTION_H

#include <stdbool.h>

#include "model/attempt.h"

/* A copy of the present attempt needs a connection: an idle one is taken, or one is opened. False: to open it
 * takes time, and connection_open() must follow. */
bool connection_is_ready(struct call *call, enum copy copy);

/* Opens the connection for `a`; attempt_connected() happens in the end. */
void connection_open(struct system *s, struct activation *a);

/* Nobody waits for `a` any more, which was opening its connection: its record goes. */
void connection_abandon(struct system *s, struct activation *a);

/* A copy is answered: its connection is idle. */
void connection_keep(struct call *call, enum copy copy);

#endif
