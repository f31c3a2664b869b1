/* Queues that are birth-and-death processes. */
#include <math.h>

#include "theory/formulas.h"

double formula_erlang_b(double offered, uint32_t servers)
{
    double b = 1.0;
    for (uint32_t k = 1; k <= servers; k++)
        b = offered * b / (k + offered * b);
    return b;
}

double formula_erlang_c(double offered, uint32_t servers)
{
    double b = formula_erlang_b(offered, servers), utilisation = offered / servers;
    return b / (1.0 - utilisation * (1.0 - b));
}

struct station_numbers formula_mmc(double offered, uint32_t servers)
{
    double c = formula_erlang_c(offered, servers), utilisation = offered / servers;
    return (struct station_numbers){
        .waits = c, .waiting = c * utilisation / (1.0 - utilisation), .busy = offered};
}

/* Of the chances of the states with all servers busy and j waiting, in relation to the one with none: powers
 * of the load of a server. They are divided by the greatest of them, so that nothing overflows. */
struct waiting_sums {
    double none;  /* j = 0 */
    double most;  /* the last j */
    double any;   /* sum over j > 0 */
    double times; /* sum of j x ... */
};

static struct waiting_sums sum_up(double utilisation, uint32_t room)
{
    struct waiting_sums sums = {0};
    bool rises = utilisation > 1.0;
    double ratio = rises ? 1.0 / utilisation : utilisation, power = 1.0;
    for (uint32_t i = 0; i <= room && power > 0.0; i++) {
        uint32_t j = rises ? room - i : i;
        if (j == 0)
            sums.none = power;
        if (j == room)
            sums.most = power;
        if (j > 0) {
            sums.any += power;
            sums.times += j * power;
        }
        power *= ratio;
    }
    return sums;
}

struct station_numbers formula_mmck(double offered, uint32_t servers, uint32_t places)
{
    double b = formula_erlang_b(offered, servers);
    struct waiting_sums sums = sum_up(offered / servers, places - servers);
    /* Without room to wait the state with all servers busy has chance b, so all others 1 - b. */
    double fewer = (1.0 - b) * sums.none, whole = fewer + b * (sums.none + sums.any);
    double refused = b * sums.most / whole, all_busy = b * (sums.none + sums.any) / whole;
    return (struct station_numbers){
        .refused = refused,
        .waits = (all_busy - refused) / (1.0 - refused),
        .waiting = b * sums.times / whole,
        .busy = offered * (1.0 - refused),
    };
}
