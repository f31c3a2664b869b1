/* How many requests the loads of a spec will bring, going by their rates alone. */
#ifndef TANDEM_EXPERIMENT_OUTLOOK_H
#define TANDEM_EXPERIMENT_OUTLOOK_H

#include <stdint.h>

#include "model/spec.h"

/* The requests expected after `from_ns` and until `to_ns`, of all loads but closed ones, whose users wait for
 * answers; 0 <= from_ns <= to_ns. With the events that change rates; a Markov-modulated load at its long-run
 * rate; exact for a burst, a trace and constant rates, else good to about a thousandth. */
double outlook_requests(const struct spec *spec, int64_t from_ns, int64_t to_ns);

/* The users of all closed loads. */
double outlook_users(const struct spec *spec);

#endif
