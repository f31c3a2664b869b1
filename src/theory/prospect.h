/* What a request of a load needs of each component at least, so that a bound on what is answered can be had.
 *
 * What is answered well can be a selection of what was asked for: where requests are refused, lost or given
 * up, but also where more come than can be done, so that those who need little pass by those who need much.
 * Means of all requests bound only what is no selection. */
#ifndef TANDEM_THEORY_PROSPECT_H
#define TANDEM_THEORY_PROSPECT_H

#include "theory/recognise.h"

/* Whether the users' answers are counted, or the requests of which everything is done. */
enum prospect_view { PROSPECT_ANSWERS, PROSPECT_COMPLETIONS, PROSPECT_VIEWS };

/* Of the workers and the cores of a component, for one request. */
struct need {
    double held_s, own_s;
};

/* One load, in one view. */
struct prospect {
    bool steady; /* spec_is_steady() */
    const struct journey *journey;
    enum prospect_view view;
    bool fails;           /* what is counted can be a selection by failures */
    bool bounded;         /* so many users, each of whom waits: whatever was begun is done */
    double offered_per_s; /* what comes in the long run; INFINITY: it depends, or is not known */
    struct need *mean; /* owned; of all requests, one a component; told of the journey's components alone */
    struct need *sure; /* owned; of any selection of them; likewise */
};

/* Makes room. False when memory is gone. */
bool prospect_init(struct prospect *prospect, const struct spec *spec);
void prospect_finish(struct prospect *prospect);

/* Looks at a journey, which it borrows. */
void prospect_look(struct prospect *prospect, const struct journey *journey, enum prospect_view view);

/* How long the user waits at the least on average if nobody is in his way; 0 where he does not wait. */
double prospect_round_trip_s(const struct prospect *prospect);

/* Components carry that many requests of the load per second; `where` is borrowed. */
struct prospect_rate {
    double per_s;   /* INFINITY = no bound */
    double workers; /* of the component, or its cores */
    bool held;      /* its workers are held for others, rather than busy */
    const char *where;
};

/* Lowers `rate` to what the component carries, if that is less, of requests with such a need. */
void prospect_lower(struct prospect_rate *rate, const struct component_spec *component, struct need need);

/* The bound of all components: in the long run no more is done than comes, so that the means count wherever
 * there is enough of a component for all that comes. */
struct prospect_rate prospect_rate(const struct prospect *prospect);

#endif
