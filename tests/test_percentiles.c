#include "experiment/percentiles.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"

/* What a text asks for, the names behind each other; free() it. */
static char *asked_by(const char *text)
{
    struct spec spec = {0};
    struct text names = {0};
    cr_assert(percentiles_ask(&spec, text));
    for (size_t i = 0; i < spec.n_percentiles; i++)
        text_addf(&names, "%s%s", i ? " " : "", spec.percentiles[i].name);
    text_add(&names, "");
    spec_finish(&spec);
    return text_take(&names);
}

static const struct {
    const char *text, *names;
} cases[] = {
    {"", ""},
    {"sync.response.mean < 3s", ""},
    {"sync.response.p75", "p75"},
    {"sync.response.p97.5<50ms", "p97.5"},
    {"(sync.response.p99.99 - queue.bank.pay.wait.p5)/2 > 1ms", "p5 p99.99"},
    {"2*sync.response.p75 > queue.response.p75 + sync.response.p70", "p70 p75"},
    /* Each time has these. */
    {"sync.response.p50 + sync.response.p90 + sync.response.p95 + sync.response.p99 + sync.response.p99.9",
     ""},
    /* They are not at the end of a name, or no percentiles. */
    {"sync.p75.busy + sync.p75-a.busy + sync.p75_a.busy + sync.p75a", ""},
    {"sync.response.p0 + sync.response.p0.0 + sync.response.p100 + sync.response.p075 + sync.response.p", ""},
    {"sync.response.p99.1234567", ""},
    {"sync.response.p0.1 sync.response.p99.123456", "p0.1 p99.123456"},
    {"p75 xp75 .p75", "p75"},
};

Test(percentiles, what_names_ask_for)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *names = asked_by(cases[i].text);
        cr_expect_str_eq(names, cases[i].names, "%s: %s", cases[i].text, names);
        free(names);
    }
}

Test(percentiles, the_order_of_asking_does_not_matter)
{
    struct spec a = {0}, b = {0}, other = {0};
    cr_assert(percentiles_ask(&a, "x.p75 x.p97.5") && percentiles_ask(&b, "x.p97.5") &&
              percentiles_ask(&b, "x.p75") && percentiles_ask(&other, "x.p75"));
    cr_assert_eq(a.n_percentiles, 2);
    cr_expect_float_eq(a.percentiles[0].quantile, 0.75, 1e-15);
    cr_expect_float_eq(a.percentiles[1].quantile, 0.975, 1e-15);
    cr_expect_str_eq(a.percentiles[1].meaning, "97.5 % lie below");
    cr_expect_str_eq(a.asked, b.asked);
    cr_expect_str_neq(a.asked, other.asked);
    spec_finish(&a);
    spec_finish(&b);
    spec_finish(&other);
}
