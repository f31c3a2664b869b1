/* Who notices what happens at a given time, and who does not: what a buffer hides. */
#ifndef TANDEM_REPORT_ANSWER_NOTICES_H
#define TANDEM_REPORT_ANSWER_NOTICES_H

#include "report/page/speech.h"

/* A sentence or two for each of the first events: after how long users notice it, under which policies nobody
 * does although the backlog grows, and under which nothing shows. */
void answer_say_notices(const struct speech *speech);

#endif
