#include "report/plot/belief_verdict.h"

enum belief_verdict belief_verdict(enum belief belief, int truth)
{
    if (truth == TRUTHS - 1)
        return VERDICT_WRONG;
    switch (belief) {
    case BELIEF_OK:
    case BELIEF_ACCEPTED: return truth == 1 ? VERDICT_RIGHT : VERDICT_WRONG;
    case BELIEF_ERROR:
    case BELIEF_TIMED_OUT: return truth == 0 ? VERDICT_RIGHT : VERDICT_WRONG;
    default: return VERDICT_NONE;
    }
}
