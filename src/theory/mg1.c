/* One server, any service time. */
#include "theory/formulas.h"

double formula_pollaczek_khinchine(double per_s, double mean_s, double variance_s2)
{
    return per_s * (variance_s2 + mean_s * mean_s) / (2.0 * (1.0 - per_s * mean_s));
}
