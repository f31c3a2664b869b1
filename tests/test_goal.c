#include "experiment/goal.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

/* ---- a policy with metrics made by hand ---- */

enum { RESPONSE, LOST, OK, OFFERED, BLOCKED, MINUS, METRICS, MOST_REPLICATIONS = 5 };

static struct metric metrics[METRICS] = {
    [RESPONSE] = {.name = (char[]){"response.p99"}, .unit = METRIC_SECONDS},
    [LOST] = {.name = (char[]){"lost"}, .unit = METRIC_COUNT},
    [OK] = {.name = (char[]){"ok"}, .unit = METRIC_COUNT},
    [OFFERED] = {.name = (char[]){"offered"}, .unit = METRIC_COUNT},
    [BLOCKED] = {.name = (char[]){"shop.blocked"}, .unit = METRIC_SHARE},
    [MINUS] = {.name = (char[]){"my-shop.wait.mean"}, .unit = METRIC_SECONDS},
};

static struct metric depth = {.name = (char[]){"bank.pay.depth.mean"}, .unit = METRIC_COUNT};

/* Means 3 s, 0.4, 9, 10, a half, 1 s; the first has the standard deviation sqrt(2.5) s. */
static double values[MOST_REPLICATIONS * METRICS] = {
    1.0, 0.0, 9.0, 10.0, 0.5, 1.0, /* the first replication */
    2.0, 0.0, 9.0, 10.0, 0.5, 1.0, /* and so on */
    3.0, 0.0, 9.0, 10.0, 0.5, NAN, /**/
    4.0, 0.0, 9.0, 10.0, 0.5, 1.0, /**/
    5.0, 2.0, 9.0, 10.0, 0.5, 1.0, /**/
};

static struct policy_run runs[2];

static struct metric_table table_of(double *numbers, size_t n)
{
    return (struct metric_table){.metrics = metrics, .n = METRICS, .values = numbers, .n_replications = n};
}

static struct experiment outline(void)
{
    runs[0] = (struct policy_run){.name = "sync", .metrics = table_of(values, 1)};
    runs[1] = (struct policy_run){
        .name = "queue", .metrics = {.metrics = &depth, .n = 1, .values = values, .n_replications = 1}};
    return (struct experiment){.policies = runs, .n_policies = 2};
}

static struct goal read(const char *text)
{
    struct experiment there = outline();
    struct expression_fault fault = {0};
    struct goal goal = {0};
    cr_assert(goal_read(text, &there, &goal, &fault), "%s: %s", text, error_text(&fault.error));
    return goal;
}

static struct goal_judgement judge_table(const char *text, const struct metric_table *table, double risk)
{
    struct goal goal = read(text);
    struct goal_judgement judgement;
    cr_assert(goal_judge(&goal, table, risk, &judgement, NULL));
    goal_finish(&goal);
    return judgement;
}

static enum goal_verdict judge(const char *text, double risk)
{
    struct metric_table table = table_of(values, MOST_REPLICATIONS);
    struct goal_judgement judgement = judge_table(text, &table, risk);
    enum goal_verdict verdict = judgement.verdict;
    goal_judgement_finish(&judgement);
    return verdict;
}

/* ---- what cannot be read ---- */

static const struct bad {
    const char *text, *message;
    size_t offset;
    const char *hint;
} bad[] = {
    {"", "expected a metric, a number or \"(\", found the end", 0, NULL},
    {"lost", "expected a comparison: < <= > >= == != ~", 4, NULL},
    {"lost == 0 and", "expected a metric, a number or \"(\", found the end", 13, NULL},
    {"lost == 0 ok > 3", "expected an operator, \"and\", \"or\" or the end", 10, NULL},
    {"lost == 0 andok > 3", "expected an operator, \"and\", \"or\" or the end", 10, NULL},
    {"lost == 0 & ok > 3", "expected an operator, \"and\", \"or\" or the end", 10, NULL},
    {"(lost == 0 or ok > 3", "expected an operator, \"and\", \"or\" or \")\"", 20, NULL},
    {"(lost == 0) < 3", "expected an operator, \"and\", \"or\" or the end", 12, NULL},
    {"lost == 0)", "expected an operator, \"and\", \"or\" or the end", 9, NULL},
    {"(lost + ok == 0", "expected an operator, \"and\", \"or\" or \")\"", 15, NULL},
    {"lost == 0 and 1 < 2", "names no metric, so a run cannot tell", 14, NULL},
    {"lost == 0 and lots < 2", "no metric \"lots\"", 14, "lost"},
    {"lost == 0 and zzzzzzzzzzz < 2",
     "no metric \"zzzzzzzzzzz\"; \"tandem list metrics\" names them, as POLICY.METRIC", 14, NULL},
    {"sync.lost == 0", "a goal is for each policy: expected a metric without one", 0, "lost"},
    {"ok-lost > 3", "no metric \"ok-lost\"; a minus needs a space on either side, since names may hold one",
     0, NULL},
    {"lost = 0", "expected a comparison: < <= > >= == != ~", 5, "=="},
    {"lost == 0 and response.p99 < 3",
     "a duration cannot be compared with a number; a number with its unit is written such as 50ms", 27, NULL},
    {"1 / 0 < lost", "division by zero: 0 is 0", 0, NULL},
};

Test(goal, what_is_wrong_and_where)
{
    struct experiment there = outline();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct goal goal;
        struct expression_fault fault = {0};
        cr_assert_not(goal_read(bad[i].text, &there, &goal, &fault), "%s is read", bad[i].text);
        cr_expect_str_eq(error_text(&fault.error), bad[i].message, "%s: %s", bad[i].text,
                         error_text(&fault.error));
        cr_expect_eq(fault.offset, bad[i].offset, "%s: at %zu", bad[i].text, fault.offset);
        cr_expect_eq(!fault.hint, !bad[i].hint, "%s: %s", bad[i].text, fault.hint ? fault.hint : "no hint");
        if (fault.hint && bad[i].hint)
            cr_expect_str_eq(fault.hint, bad[i].hint);
        expression_fault_finish(&fault);
    }
}

Test(goal, nesting_ends_somewhere)
{
    struct experiment there = outline();
    char text[401] = "";
    struct goal goal;
    struct expression_fault fault = {0};
    static const char claim[] = "lost == 0";
    memset(text, '(', 200);
    memcpy(text + 200, claim, sizeof claim - 1);
    memset(text + 209, ')', 191);
    cr_assert_not(goal_read(text, &there, &goal, &fault));
    cr_expect_str_eq(error_text(&fault.error), "nested too deeply");
    expression_fault_finish(&fault);
}

/* ---- what is read ---- */

Test(goal, claims_and_what_they_show)
{
    struct goal goal = read(" response.p99<300ms and 0 == lost or (ok + lost) / offered ~ 1 within 2% ");
    cr_assert_eq(goal.n_claims, 3);
    cr_expect_str_eq(goal.claims[0].text, "response.p99<300ms");
    cr_expect_str_eq(goal.claims[0].shown, "response.p99");
    cr_expect_float_eq(goal.claims[0].limit, 0.3, 1e-12);
    cr_expect_str_eq(goal.claims[1].text, "0 == lost");
    cr_expect_str_eq(goal.claims[1].shown, "lost");
    cr_expect_eq(goal.claims[1].limit, 0.0);
    cr_expect_str_eq(goal.claims[2].shown, "(ok + lost) / offered");
    cr_expect_eq(goal.claims[2].limit, 1.0);
    cr_expect_eq(goal.n_metrics, 4, "each metric once");
    goal_finish(&goal);
    goal = read("ok > offered - lost");
    cr_expect_str_eq(goal.claims[0].shown, "ok");
    cr_expect(isnan(goal.claims[0].limit), "the other side is measured, too");
    goal_finish(&goal);
}

Test(goal, a_policy_can_lack_a_metric)
{
    struct goal goal = read("bank.pay.depth.mean < 10");
    struct experiment there = outline();
    cr_expect_str_eq(goal_missing(&goal, &there.policies[0].metrics), "bank.pay.depth.mean");
    cr_expect_null(goal_missing(&goal, &there.policies[1].metrics));
    goal_finish(&goal);
}

/* ---- verdicts ---- */

/* Student's t with 4 degrees of freedom is 2.132 at 0.95 and 3.747 at 0.99 (any table); the standard error of
 * 1, 2, 3, 4, 5 is sqrt(2.5 / 5) = 0.7071: so 1.5075 and 2.6495 count. */
Test(goal, a_mean_is_judged_by_its_t_interval)
{
    cr_expect_eq(judge("response.p99 < 4510ms", 0.05), GOAL_MET);
    cr_expect_eq(judge("response.p99 < 4505ms", 0.05), GOAL_UNDECIDED);
    cr_expect_eq(judge("response.p99 <= 4510ms", 0.05), GOAL_MET);
    cr_expect_eq(judge("response.p99 < 1490ms", 0.05), GOAL_MISSED);
    cr_expect_eq(judge("response.p99 < 1495ms", 0.05), GOAL_UNDECIDED);
    cr_expect_eq(judge("response.p99 > 1490ms", 0.05), GOAL_MET);
    cr_expect_eq(judge("1490ms < response.p99", 0.05), GOAL_MET);
    cr_expect_eq(judge("response.p99 >= 1495ms", 0.05), GOAL_UNDECIDED);
    cr_expect_eq(judge("response.p99 < 5640ms", 0.01), GOAL_UNDECIDED);
    cr_expect_eq(judge("response.p99 < 5660ms", 0.01), GOAL_MET);
}

Test(goal, claims_share_the_risk)
{
    cr_expect_eq(judge("response.p99 < 4505ms and ok == 9", 0.10), GOAL_UNDECIDED, "0.05 each");
    cr_expect_eq(judge("response.p99 < 4510ms and ok == 9", 0.10), GOAL_MET);
    /* ~ asks on both sides */
    cr_expect_eq(judge("response.p99 ~ 3s within 1505ms", 0.10), GOAL_UNDECIDED);
    cr_expect_eq(judge("response.p99 ~ 3s within 1510ms", 0.10), GOAL_MET);
    cr_expect_eq(judge("response.p99 ~ 6s within 1490ms", 0.10), GOAL_MISSED);
    cr_expect_eq(judge("response.p99 ~ 6s within 20%", 0.10), GOAL_MISSED);
    cr_expect_eq(judge("response.p99 ~ 5s within 20%", 0.10), GOAL_UNDECIDED);
}

/* 3 s are 0.75 s from 3.75 s, and t times the standard error is 2.132 * 0.7071 s. */
Test(goal, how_far_a_claim_is_from_a_verdict)
{
    struct metric_table table = table_of(values, MOST_REPLICATIONS);
    struct goal_judgement j = judge_table("response.p99 < 3750ms", &table, 0.05);
    cr_expect_float_eq(j.reach, 0.75 / 1.5075, 1e-4);
    goal_judgement_finish(&j);
    j = judge_table("response.p99 < 3750ms and response.p99 < 3500ms", &table, 0.10);
    cr_expect_float_eq(j.reach, 0.75 / 1.5075, 1e-4, "the best counts");
    goal_judgement_finish(&j);
    j = judge_table("response.p99 < 3750ms and response.p99 < 1s", &table, 0.10);
    cr_expect_eq(j.findings[1].reach, 0.0, "decided");
    goal_judgement_finish(&j);
}

Test(goal, what_never_varies_is_judged_as_it_is)
{
    cr_expect_eq(judge("ok == 9", 0.001), GOAL_MET);
    cr_expect_eq(judge("ok == 8", 0.001), GOAL_MISSED);
    cr_expect_eq(judge("ok != 8", 0.001), GOAL_MET);
    cr_expect_eq(judge("ok != 9", 0.001), GOAL_MISSED);
    cr_expect_eq(judge("ok < 9", 0.001), GOAL_MISSED);
    cr_expect_eq(judge("ok <= 9", 0.001), GOAL_MET);
    cr_expect_eq(judge("ok / offered >= 0.9", 0.001), GOAL_MET);
    cr_expect_eq(judge("ok / offered ~ 1 within 10%", 0.001), GOAL_MET, "just");
    cr_expect_eq(judge("shop.blocked > 50%", 0.001), GOAL_MISSED);
}

Test(goal, equality_is_asked_of_every_run)
{
    cr_expect_eq(judge("lost == 0", 0.05), GOAL_MISSED, "one run lost something");
    struct metric_table table = table_of(values, 4);
    struct goal_judgement judgement = judge_table("lost == 0", &table, 0.05);
    cr_expect_eq(judgement.verdict, GOAL_MET, "the first four lost nothing");
    goal_judgement_finish(&judgement);
    cr_expect_eq(judge("response.p99 != 3s", 0.05), GOAL_UNDECIDED);
    cr_expect_eq(judge("response.p99 != 9s", 0.05), GOAL_MET);
}

Test(goal, one_run_tells_nothing_of_means)
{
    struct metric_table table = table_of(values, 1);
    struct goal_judgement judgement = judge_table("response.p99 < 2s", &table, 0.05);
    cr_expect_eq(judgement.verdict, GOAL_UNDECIDED);
    goal_judgement_finish(&judgement);
}

Test(goal, a_run_without_a_value_misses)
{
    struct metric_table table = table_of(values, MOST_REPLICATIONS);
    struct goal_judgement judgement = judge_table("my-shop.wait.mean < 2s or ok == 9", &table, 0.05);
    cr_expect_eq(judgement.findings[0].verdict, GOAL_MISSED);
    cr_expect_str_eq(judgement.findings[0].reason,
                     "my-shop.wait.mean does not exist: none was there to wait (replication 3)");
    cr_expect_eq(judgement.verdict, GOAL_MET, "the other claim is met");
    goal_judgement_finish(&judgement);
    cr_expect_eq(judge("response.p99 / lost > 1s", 0.05), GOAL_MISSED, "division by zero");
}

/* T, F, U for claims that are met, missed and not told apart from it. */
Test(goal, three_values_of_logic)
{
    static const struct {
        const char *text;
        enum goal_verdict verdict;
    } cases[] = {
        {"T and T", GOAL_MET},
        {"T and F", GOAL_MISSED},
        {"T and U", GOAL_UNDECIDED},
        {"F and U", GOAL_MISSED},
        {"U and U", GOAL_UNDECIDED},
        {"T or F", GOAL_MET},
        {"T or U", GOAL_MET},
        {"F or U", GOAL_UNDECIDED},
        {"F or F", GOAL_MISSED},
        {"T or F and F", GOAL_MET},
        {"(T or F) and F", GOAL_MISSED},
        {"F and F or T", GOAL_MET},
        {"F and (F or T)", GOAL_MISSED},
        {"((U)) or (T)", GOAL_MET},
        {"F or F or F or T", GOAL_MET},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200] = "";
        for (const char *c = cases[i].text; *c; c++)
            sprintf(text + strlen(text),
                    *c == 'T'   ? "ok == 9"
                    : *c == 'F' ? "(ok + 1) < 10"
                    : *c == 'U' ? "response.p99 < 3s"
                                : "%c",
                    *c);
        cr_expect_eq(judge(text, 0.05), cases[i].verdict, "%s", text);
    }
}

/* Where the mean lies right at the limit, either verdict comes at most as often as the risk allows. */
Test(goal, the_risk_is_what_it_says)
{
    enum { TRIALS = 20000, N = 5 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double numbers[N * METRICS] = {0};
    struct metric_table table = table_of(numbers, N);
    struct goal goal = read("response.p99 < 3s");
    int counts[3] = {0};
    for (int trial = 0; trial < TRIALS; trial++) {
        struct goal_judgement judgement;
        for (size_t r = 0; r < N; r++)
            numbers[r * METRICS + RESPONSE] = 3.0 + gsl_ran_gaussian(rng, 0.7);
        cr_assert(goal_judge(&goal, &table, 0.05, &judgement, NULL));
        counts[judgement.verdict]++;
        goal_judgement_finish(&judgement);
    }
    /* 1000 each are expected, with a standard deviation of 31 */
    cr_expect(abs(counts[GOAL_MET] - TRIALS / 20) < 125, "%d", counts[GOAL_MET]);
    cr_expect(abs(counts[GOAL_MISSED] - TRIALS / 20) < 125, "%d", counts[GOAL_MISSED]);
    goal_finish(&goal);
    gsl_rng_free(rng);
}
