#include "experiment/expect.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

/* ---- two policies with metrics made by hand ---- */

enum { METRICS = 6, MOST_REPLICATIONS = 3 };

static struct metric metrics[METRICS] = {
    {.name = (char[]){"throughput"}, .unit = METRIC_PER_SECOND},
    {.name = (char[]){"response.p99"}, .unit = METRIC_SECONDS},
    {.name = (char[]){"shop.blocked"}, .unit = METRIC_SHARE},
    {.name = (char[]){"ok"}, .unit = METRIC_COUNT},
    {.name = (char[]){"my-shop.wait.mean"}, .unit = METRIC_SECONDS},
    {.name = (char[]){"event.2-cuts.noticed_after"}, .unit = METRIC_SECONDS},
};

static double sync_values[MOST_REPLICATIONS * METRICS] = {
    10.0, 0.25, 0.75, 100.0, NAN, NAN, /* the first replication */
    12.0, 0.25, 0.75, 120.0, 0.5, 2.0, /* and so on */
    14.0, 0.25, 0.75, 140.0, 0.5, 2.0,
};

static double queue_values[MOST_REPLICATIONS * METRICS] = {
    20.0, 0.002, 0.0, 200.0, 0.1, 3.0, 24.0, 0.002, 0.0, 240.0, 0.1, 3.0, 28.0, 0.002, 0.0, 280.0, 0.1, 3.0,
};

static struct policy_run runs[2];

static struct experiment made(size_t n_policies, size_t n_replications)
{
    runs[0] = (struct policy_run){.name = "sync",
                                  .metrics = {metrics, METRICS, sync_values, n_replications, 0.95, NULL}};
    runs[1] = (struct policy_run){.name = "queue-2",
                                  .metrics = {metrics, METRICS, queue_values, n_replications, 0.95, NULL}};
    return (struct experiment){.policies = runs, .n_policies = n_policies};
}

/* ---- what cannot be read ---- */

static const struct bad {
    const char *text, *message;
    size_t offset;
    const char *hint;
} bad[] = {
    {"", "expected a metric, a number or \"(\", found the end", 0, NULL},
    {"sync.ok", "expected a comparison: < <= > >= == != ~", 7, NULL},
    {"sync.ok <", "expected a metric, a number or \"(\", found the end", 9, NULL},
    {"sync.ok = 3", "expected a comparison: < <= > >= == != ~", 8, "=="},
    {"sync.ok < 3 < 4", "expected an operator or the end", 12, NULL},
    {"sync.ok < 3)", "expected an operator or the end", 11, NULL},
    {"(sync.ok < 3", "expected an operator or \")\"", 9, NULL},
    {"sync.ok * / 2 > 3", "expected a metric, a number or \"(\"", 10, NULL},
    {"1 < 2", "names no metric, so a run cannot tell", 0, NULL},
    {"sync.okk > 3", "no metric \"sync.okk\"", 0, "sync.ok"},
    {"1 < 2 * snyc.ok", "no metric \"snyc.ok\"", 8, "sync.ok"},
    {"throughput > 3/s", "no metric \"throughput\"", 0, "sync.throughput"},
    {"qqq.zzzzzzzzz > 3", "no metric \"qqq.zzzzzzzzz\"; \"tandem list metrics\" names them, as POLICY.METRIC",
     0, NULL},
    {"sync.ok-queue-2.ok > 3",
     "no metric \"sync.ok-queue-2.ok\"; a minus needs a space on either side, since names may hold one", 0,
     NULL},
    {"sync.ok > 5-3", "a minus needs a space on either side, since names may hold one", 11, NULL},
    {"sync.response.p99 < 3 ms", "expected the unit directly behind the number: \"3ms\"", 22, NULL},
    {"sync.response.p99 < 3mz", "\"3mz\" is no number: expected such as 0.5, 50ms, 100/s or 97.3%", 20, NULL},
    {"sync.ok < 01", "\"01\" is no number: expected such as 0.5, 50ms, 100/s or 97.3%", 10, NULL},
    {"sync.response.p99 < 3",
     "a duration cannot be compared with a number; a number with its unit is written such "
     "as 50ms",
     18, NULL},
    {"3 < sync.throughput",
     "a number cannot be compared with a rate; a number with its unit is written such as "
     "100/s",
     2, NULL},
    {"sync.response.p99 > sync.shop.blocked", "a duration cannot be compared with a share", 18, NULL},
    {"sync.ok > sync.shop.blocked", "a count cannot be compared with a share", 8, NULL},
    {"sync.ok + 3ms > 3", "a count and a duration cannot be added", 8, NULL},
    {"sync.throughput - 3 > 3/s", "a rate and a number cannot be subtracted", 16, NULL},
    {"sync.throughput * 3/s > 3", "s^-2 cannot be compared with a number", 22, NULL},
    {"sync.ok ~ 3", "expected \"within\" and how far apart the sides may be, such as 2%", 11, NULL},
    {"sync.ok ~ 3 within", "expected a metric, a number or \"(\", found the end", 18, NULL},
    {"sync.response.p99 ~ 3ms within 5", "expected a duration, or a share such as 2%", 31, NULL},
    {"sync.ok ~ 3 within sync.ok", "expected a number, such as 2% or 5ms", 19, NULL},
    {"sync.ok ~ 3 within -1", "expected 0 or more", 19, NULL},
};

/* A claim alone; the text has to last as long as what is made of it. */
static bool read_claim(const char *text, const struct experiment *outline, struct expect *ret_expect,
                       struct expression_fault *fault)
{
    union {
        const char *text;
        char *claim; /* only who owns it would change it */
    } claim = {text};
    struct expect_spec spec = {.claim = claim.claim};
    return expect_read(&spec, outline, ret_expect, fault);
}

Test(expect, what_is_wrong_and_where)
{
    struct experiment outline = made(2, 1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct expect expect;
        struct expression_fault fault = {0};
        cr_assert_not(read_claim(bad[i].text, &outline, &expect, &fault), "%s is read", bad[i].text);
        cr_expect_str_eq(error_text(&fault.error), bad[i].message, "%s: %s", bad[i].text,
                         error_text(&fault.error));
        cr_expect_eq(fault.offset, bad[i].offset, "%s: at %zu", bad[i].text, fault.offset);
        cr_expect_eq(!fault.hint, !bad[i].hint, "%s: %s", bad[i].text, fault.hint ? fault.hint : "no hint");
        if (fault.hint && bad[i].hint)
            cr_expect_str_eq(fault.hint, bad[i].hint);
        expression_fault_finish(&fault);
    }
}

static bool is_read(const char *text)
{
    struct experiment outline = made(2, 1);
    struct expect expect = {0};
    struct expression_fault fault = {0};
    bool good = read_claim(text, &outline, &expect, &fault);
    expression_fault_finish(&fault);
    expect_finish(&expect);
    return good;
}

Test(expect, a_tolerance_is_a_constant)
{
    cr_expect(is_read("sync.ok ~ 3 within 2"));
    cr_expect(is_read("sync.ok ~ 3 within 2 * 3"));
}

Test(expect, depth_is_limited)
{
    static const char deeper[] = "(1 + 1 * ";
    enum { DEPTH = 60 };
    struct text text = {0};
    for (int i = 0; i < DEPTH; i++)
        text_add(&text, deeper);
    text_add(&text, "sync.ok");
    for (int i = 0; i < DEPTH; i++)
        text_add(&text, ")");
    text_add(&text, " > 3");
    cr_expect(is_read(text.bytes));
    memset(text.bytes, '(', text.length);
    cr_expect_not(is_read(text.bytes));
    memset(text.bytes, '-', text.length);
    cr_expect_not(is_read(text.bytes));
    text_finish(&text);
}

/* ---- what is decided ---- */

/* The first claim of a list of one; finish the list. */
static struct expectation decide(struct experiment *experiment, const char *text)
{
    size_t n_policies = experiment->n_policies;
    size_t n_replications = experiment->policies[0].metrics.n_replications;
    struct experiment outline = made(2, 1); /* the same policies, so they are made anew below */
    struct expect expect = {0};
    struct expression_fault fault = {0};
    struct error error = {0};
    cr_assert(read_claim(text, &outline, &expect, &fault), "%s: %s", text, error_text(&fault.error));
    (void)made(n_policies, n_replications);
    cr_assert(expect_decide(&expect, 1, experiment, &error), "%s", error_text(&error));
    expect_finish(&expect);
    cr_assert_eq(experiment->expectations.n, 1);
    struct expectation decided = experiment->expectations.expectations[0];
    cr_expect_eq(experiment->expectations.n_failed, decided.verdict == EXPECTATION_FAILS);
    cr_expect_eq(experiment->expectations.n_undecided, decided.verdict == EXPECTATION_UNDECIDED);
    return decided;
}

static void check_verdict(const char *text, bool holds)
{
    struct experiment experiment = made(2, 1);
    struct expectation decided = decide(&experiment, text);
    cr_expect_eq(decided.verdict, holds ? EXPECTATION_HOLDS : EXPECTATION_FAILS, "%s: %g against %g, %s",
                 text, decided.left.mean, decided.right.mean, decided.problem ? decided.problem : "");
    cr_expect_null(decided.problem);
    expectation_list_finish(&experiment.expectations);
}

/* In the first replication sync has 10/s, 250 ms, 0.75 and 100; queue-2 has 20/s, 2 ms, 0 and 200. */
static const struct {
    const char *text;
    bool holds;
} claims[] = {
    {"sync.throughput == 10/s", true},
    {"sync.throughput == 600/min", true},
    {"sync.throughput < 10/s", false},
    {"sync.throughput <= 10/s", true},
    {"sync.throughput > 10/s", false},
    {"sync.throughput >= 10/s", true},
    {"sync.throughput != 10/s", false},
    {"sync.throughput != 9/s", true},
    {"sync.response.p99 < 0.3s", true},
    {"sync.response.p99 > 250ms", false},
    {"250000us == sync.response.p99", true},
    {"sync.shop.blocked == 75%", true},
    {"sync.shop.blocked == 0.75", true},
    {"sync.shop.blocked < 120%", true},
    {"queue-2.shop.blocked == 0", true},
    {"queue-2.ok == 2 * sync.ok", true},
    {"queue-2.ok - sync.ok == 100", true},
    {"queue-2.ok -sync.ok == 100", true},
    {"sync.ok - 1 - 2 == 97", true},
    {"sync.ok / 2 / 5 == 10", true},
    {"sync.ok + 2 * 3 == 106", true},
    {"(sync.ok + 2) * 3 == 306", true},
    {"-sync.ok == -100", true},
    {"- - sync.ok == 1e2", true},
    {"sync.ok * -1 < 0", true},
    {"sync.throughput * 10s == sync.ok", true},
    {"sync.ok / 10s == sync.throughput", true},
    {"1 / sync.throughput == 100ms", true},
    {"sync.ok/100 == 1", true},
    {"sync.response.p99 * sync.throughput == 2.5", true},
    {"sync.response.p99 / queue-2.response.p99 == 125", true},
    {"0 * sync.ok + 0.1 + 0.2 == 0.3", true}, /* though not as doubles */
    {"0 * sync.ok + 0.1 + 0.2 > 0.3", false},
    {"sync.ok ~ 98 within 2", true},
    {"sync.ok ~ 97 within 2", false},
    {"sync.ok ~ 98 within 2%", false}, /* 2 % of 98 is 1.96 */
    {"sync.ok ~ 98.1 within 2%", true},
    {"-sync.ok ~ -98.1 within 2%", true},
    {"sync.response.p99 ~ 245ms within 5ms", true},
    {"sync.response.p99 ~ 244ms within 5ms", false},
    {"sync.ok ~ 100 within 0%", true},
    {"\tsync.ok\n>\r3 ", true},
};

Test(expect, what_holds)
{
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
        check_verdict(claims[i].text, claims[i].holds);
}

/* Half-widths of 95 % intervals over 3 values: t(0.975, 2) = 4.302653 times sd / sqrt(3). */
Test(expect, intervals_are_of_paired_differences)
{
    struct experiment experiment = made(2, 3);
    struct expectation decided = decide(&experiment, "queue-2.throughput > sync.throughput");
    const double per_sd = 4.302653 / sqrt(3.0);
    cr_expect_eq(decided.verdict, EXPECTATION_HOLDS);
    cr_expect_float_eq(decided.left.mean, 24.0, 1e-12);
    cr_expect_float_eq(decided.left.half_width, 4.0 * per_sd, 1e-6);
    cr_expect_float_eq(decided.right.mean, 12.0, 1e-12);
    cr_expect_float_eq(decided.right.half_width, 2.0 * per_sd, 1e-6);
    cr_expect_float_eq(decided.difference.mean, 12.0, 1e-12); /* of 10, 12, 14 */
    cr_expect_float_eq(decided.difference.half_width, 2.0 * per_sd, 1e-6);
    cr_expect_not(decided.right_is_constant);
    expectation_list_finish(&experiment.expectations);
    decided = decide(&experiment, "queue-2.throughput > 20/s");
    cr_expect(decided.right_is_constant);
    cr_expect_eq(decided.unit.seconds, -1);
    expectation_list_finish(&experiment.expectations);
}

Test(expect, one_replication_has_no_interval)
{
    struct experiment experiment = made(2, 1);
    struct expectation decided = decide(&experiment, "sync.ok > 3");
    cr_expect(isnan(decided.difference.half_width));
    expectation_list_finish(&experiment.expectations);
}

static void check_reason(size_t n_policies, size_t n_replications, const char *text,
                         enum expectation_verdict verdict, const char *reason)
{
    struct experiment experiment = made(n_policies, n_replications);
    struct expectation decided = decide(&experiment, text);
    cr_expect_eq(decided.verdict, verdict, "%s", text);
    cr_assert_not_null(decided.problem, "%s", text);
    cr_expect_str_eq(decided.problem, reason);
    cr_expect(isnan(decided.left.mean) && isnan(decided.difference.mean));
    expectation_list_finish(&experiment.expectations);
}

Test(expect, what_has_no_value_fails)
{
    check_reason(2, 1, "sync.my-shop.wait.mean < 1s", EXPECTATION_FAILS,
                 "sync.my-shop.wait.mean does not exist: none was there to wait");
    check_reason(2, 3, "sync.my-shop.wait.mean != 1s", EXPECTATION_FAILS,
                 "sync.my-shop.wait.mean does not exist: none was there to wait (replication 1)");
    check_reason(2, 1, "sync.event.2-cuts.noticed_after < queue-2.event.2-cuts.noticed_after",
                 EXPECTATION_FAILS, "sync.event.2-cuts.noticed_after does not exist: no user noticed");
    check_reason(2, 1, "sync.ok / (2 * queue-2.shop.blocked) > 3", EXPECTATION_FAILS,
                 "division by zero: (2 * queue-2.shop.blocked) is 0");
    check_reason(2, 1,
                 "sync.ok * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * "
                 "1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 * 1e17 > 0",
                 EXPECTATION_FAILS, "the value is too great");
    sync_values[1] = (double)NAN;
    check_reason(2, 1, "sync.response.p99 < 1s", EXPECTATION_FAILS,
                 "sync.response.p99 does not exist: no request was answered");
}

Test(expect, policies_that_were_not_run_are_skipped)
{
    check_reason(1, 1, "queue-2.ok > 0", EXPECTATION_SKIPPED, "policy queue-2 was not run");
    check_reason(1, 3, "sync.ok < queue-2.ok", EXPECTATION_SKIPPED, "policy queue-2 was not run");
}

/* ---- what goes with it ---- */

/* A mean time of a run whose backlog grows is that of a run of just this length; a rate has a mean. */
Test(expect, what_grows_is_told)
{
    struct experiment experiment = made(2, 3);
    struct expect expects[3] = {0};
    struct error error = {0};
    static const char *const texts[] = {"sync.response.p99 < 1s", "sync.throughput > 1/s",
                                        "queue-2.response.p99 < 1s"};
    for (size_t i = 0; i < 3; i++) {
        struct expression_fault fault = {0};
        cr_assert(read_claim(texts[i], &experiment, &expects[i], &fault));
    }
    runs[0].backlog.verdict = STEADINESS_GROWS;
    cr_assert(expect_decide(expects, 3, &experiment, &error));
    const struct expectation *decided = experiment.expectations.expectations;
    cr_assert_not_null(decided[0].growing);
    cr_expect_str_eq(decided[0].growing, "sync");
    cr_expect_null(decided[1].growing);
    cr_expect_null(decided[2].growing);
    for (size_t i = 0; i < 3; i++)
        expect_finish(&expects[i]);
    expectation_list_finish(&experiment.expectations);
}

/* 10, 12 and 14 a second: 12 +- 4.97. */
Test(expect, too_few_cannot_tell)
{
    struct experiment experiment = made(2, 3);
    struct expectation decided = decide(&experiment, "sync.throughput < 13/s");
    cr_expect_eq(decided.verdict, EXPECTATION_UNDECIDED);
    cr_expect(expectation_is_open(&decided));
    cr_expect_eq(expectation_list_open(&experiment.expectations), 1);
    cr_expect_eq(decided.replications, 3);
    cr_expect_eq(decided.needed, 18.0); /* 2 t(0.975, 17) / sqrt(18) = 0.995, and 1.028 for 17 */
    expectation_list_finish(&experiment.expectations);
    decided = decide(&experiment, "sync.throughput < 17/s");
    cr_expect_eq(decided.verdict, EXPECTATION_HOLDS);
    expectation_list_finish(&experiment.expectations);
    decided = decide(&experiment, "sync.throughput < 7/s");
    cr_expect_eq(decided.verdict, EXPECTATION_FAILS);
    expectation_list_finish(&experiment.expectations);
}

Test(expect, words_go_along)
{
    struct experiment experiment = made(2, 3);
    struct expect expect = {0};
    struct expression_fault fault = {0};
    struct error error = {0};
    char claim[] = "sync.ok > 0", reason[] = "there are requests", hint[] = "look at the load";
    struct expect_spec spec = {.claim = claim, .reason = reason, .hint = hint};
    cr_assert(expect_read(&spec, &experiment, &expect, &fault));
    cr_assert(expect_decide(&expect, 1, &experiment, &error));
    cr_expect_str_eq(experiment.expectations.expectations[0].reason, reason);
    cr_expect_str_eq(experiment.expectations.expectations[0].hint, hint);
    expect_finish(&expect);
    expectation_list_finish(&experiment.expectations);
}
