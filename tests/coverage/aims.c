#include "aims.h"

#include <string.h>

#define LIST(list) (list), sizeof(list) / sizeof *(list)

/* lambda = 0.5/s, mu = 1/s; Kleinrock, Queueing Systems I, 1975, 3.2. */
static const struct aim mm1[] = {
    {"response.mean", 2.0, NULL},     /* 1 / (mu - lambda) */
    {"throughput", 0.5, NULL},        /* lambda */
    {"server.busy", 0.5, NULL},       /* rho */
    {"server.inbox.mean", 0.5, NULL}, /* rho^2 / (1 - rho) */
    {"server.wait.share", 0.5, NULL}, /* rho, as arrivals that come at random see time averages (PASTA) */
    {"server.wait.mean", 1.0, NULL},  /* rho / (mu - lambda) */
};

/* The birth-death chain of Erlang A with lambda = 12/s, mu = 1/s, theta = 1/s, c = 10 (Palm, Research on
 * Telephone Traffic Carried by Full Availability Groups, 1957): p_n+1 / p_n = lambda / (min(n, c - 1) + 1)
 * below c, lambda / (c mu + (n + 1 - c) theta) from c on. Users who come when j wait are served with
 * s_j = c mu / (c mu + (j + 1) theta) and then have waited t_j = the sum over i = 0..j of
 * 1 / (c mu + (i + 1) theta), whatever became of those before them. */
static const struct aim impatient[] = {
    {"response.mean", 0.20988542794414888, NULL},    /* sum p_c+j s_j t_j / P(served) */
    {"throughput", 9.436411764504431, NULL},         /* lambda P(served) */
    {"server.busy", 0.9436411764504434, NULL},       /* lambda P(served) / (c mu) */
    {"server.inbox.mean", 2.563588235495568, NULL},  /* sum (n - c) p_n */
    {"timed_out.share", 0.213632352957964, NULL},    /* theta Lq / lambda = 1 - P(served) */
    {"server.wait.share", 0.6917572046837335, NULL}, /* of those served: sum p_c+j s_j / P(served) */
};

/* N = 10, 1 / 10 s, 1 / 1 s: p_n+1 / p_n = (N - n) / 10; Kleinrock, Queueing Systems I, 1975, 3.8. */
static const struct aim repairman[] = {
    {"response.mean", 2.732079438553741, NULL},   /* L / X, Little */
    {"throughput", 0.7854176568926526, NULL},     /* 1 - p_0 */
    {"man.busy", 0.7854176568926526, NULL},       /* the same, as a repair takes 1 s */
    {"man.inbox.mean", 1.3604057741808206, NULL}, /* sum (n - 1) p_n */
    {"man.wait.share", 0.7267920561446258, NULL}, /* 1 - p_0 of N - 1 machines: arrival theorem */
};

/* lambda = 0.3/s, s = 0.6 s in the shop, t = 0.4 s in the bank, and wires that take no time.
 *
 * Synchronous: while the shop's worker waits for the bank nobody else calls it, so it is M/G/1 with S = s +
 * t, E S = 1 s, E S^2 = 2 (s^2 + s t + t^2) = 1.52 s^2, and Pollaczek-Khinchine has Wq = lambda E S^2 / (2 (1
 * - lambda E S)) = 0.228 s / 0.7. With a queue: two M/M/1 one behind the other, each as if it were alone
 * (Burke, Operations Research 4(6), 1956), rho = 0.18 and 0.12. Asynchronous: the same, but the answer has to
 * go through the shop, where it is the next one, once the worker has finished what it is at: that takes s
 * with the chance rho, as by Burke's theorem the shop does not remember what it was that the bank has
 * finished.
 *
 * What differs by 0 in the mean, as the throughput, is a matter of a few requests at both ends of a run, and
 * too far from normal for ten replications. */
static const struct aim who_waits[] = {
    {"response.mean", 1.0 + 0.228 / 0.7 - 0.6 / 0.82, "queue"},                /* E S + Wq, s / (1 - rho) */
    {"completion.mean", 1.0 + 0.228 / 0.7 - 0.6 / 0.82 - 0.4 / 0.88, "queue"}, /* ... + t / (1 - lambda t) */
    {"shop.blocked", 0.12, "queue"},                                           /* lambda t, and 0 */
    {"shop.inbox.mean", 0.3 * 0.228 / 0.7 - 0.18 * 0.18 / 0.82, "queue"}, /* lambda Wq, rho^2 / (1 - rho) */
    {"shop.wait.mean", 0.228 / 0.7 - 0.18 * 0.6 / 0.82, "queue"},         /* Wq, rho s / (1 - rho) */
    {"shop.wait.share", 0.12, "queue"},                                   /* lambda E S, rho */
    {"response.mean", 1.0 + 0.228 / 0.7 - 0.6 / 0.82 - 0.4 / 0.88 - 0.18 * 0.6, "async"},
    {"bank.wait.share", -0.12, "async"}, /* 0, rho */
};

static const struct aim_list lists[] = {
    {"mm1", LIST(mm1)},
    {"impatient", LIST(impatient)},
    {"repairman", LIST(repairman)},
    {"who-waits", LIST(who_waits)},
};

const struct aim_list *aims_of(const char *name)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].name, name) == 0)
            return &lists[i];
    return NULL;
}
