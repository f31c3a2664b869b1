#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "scenario/scenario.h"

static const char checkout[] =
    "{\n"
    "  \"name\": \"checkout\",\n"
    "  \"run\": { \"duration\": \"10min\", \"warmup\": \"1min\", \"seed\": 1 },\n"
    "  \"components\": {\n"
    "    \"shop\": { \"workers\": 8, \"endpoints\": { \"buy\": [ {\"work\": \"2ms\"}, {\"call\": "
    "\"bank.pay\"} ] } },\n"
    "    \"bank\": { \"workers\": 16, \"endpoints\": { \"pay\": [ {\"work\": \"40ms\"} ] } }\n"
    "  },\n"
    "  \"links\": { \"shop-bank\": { \"between\": [\"shop\", \"bank\"],\n"
    "    \"delay\": {\"lognormal\": {\"mean\": \"30ms\", \"cv\": 0.3}} } },\n"
    "  \"load\": [ { \"request\": \"shop.buy\", \"open\": {\"poisson\": \"60/s\"} } ],\n"
    "  \"policies\": {\n"
    "    \"sync\":  { \"mode\": \"sync\" },\n"
    "    \"mixed\": { \"mode\": \"sync\", \"calls\": { \"bank.pay\": { \"mode\": \"queue\" } } }\n"
    "  }\n"
    "}\n";

struct fingerprint {
    char text[65];
};

static struct fingerprint fingerprint_of(const char *text, const char *set)
{
    struct fingerprint fingerprint = {{0}};
    struct problem_list problems = {0};
    struct spec spec = {0};
    bool good = scenario_read(text, strlen(text), "test.json", ".", &set, set ? 1 : 0, &spec, &problems);
    cr_expect(good && problems.n == 0, "%s", problems.n ? problems.problems[0].text : "");
    memcpy(fingerprint.text, spec.fingerprint, sizeof fingerprint.text);
    spec_finish(&spec);
    problem_list_finish(&problems);
    return fingerprint;
}

static bool is_same(struct fingerprint a, const char *text, const char *set)
{
    return strcmp(a.text, fingerprint_of(text, set).text) == 0;
}

/* By Python, with "name" and "replications" left out: hashlib.sha256(said(document)), where said(x) is of an
 * object "{" + (key + "\0" + said(value) for each) + "}", of an array "[" + (said(value) for each) + "}", of
 * a string "s" + x + "\0", of a number "n" + struct.pack(">d", x). */
Test(fingerprint, a_known_document)
{
    static const char text[] =
        "{\"name\":\"n\",\"run\":{\"duration\":\"100s\",\"replications\":9},\"components\":{\"a\":{"
        "\"endpoints\":{\"e\":[{\"work\":\"1ms\"}]}}},\"load\":[{\"request\":\"a.e\",\"closed\":{"
        "\"users\":3}}],\"policies\":{\"p\":{\"mode\":\"sync\"}}}";
    cr_expect_str_eq(fingerprint_of(text, NULL).text,
                     "ffe4a464d35523d53ca51df871093237dd8f395cb1c27597aed1ae901ed92569");
}

Test(fingerprint, what_does_not_matter)
{
    static const char run[] =
        "run={\"duration\": \"10min\", \"warmup\": \"1min\", \"seed\": 1, \"precision\": 0.1, "
        "\"precision_of\": [\"response.p99\"], \"max_replications\": 500}";
    static const char *const sets[] = {
        run,
        "name=other",
        "about=something else",
        "$schema=x",
        "expect=[\"sync.lost == 0\"]",
        "sweep={\"vary\": \"components.shop.workers\", \"over\": [1, 2]}",
        "run.replications=7",
        "run.samples=5",
        "run.sample_requests=5",
        "run.timeline_requests=5",
        "run.precision=2%",
        "run.confidence=99%",
        "run.comparisons=bonferroni",
        "run.duration=10min", /* as it was */
    };
    struct fingerprint plain = fingerprint_of(checkout, NULL);
    cr_expect(strlen(plain.text) == 64 && strspn(plain.text, "0123456789abcdef") == 64);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        cr_expect(is_same(plain, checkout, sets[i]), "%s", sets[i]);
}

Test(fingerprint, blanks_and_comments_do_not_matter)
{
    struct text text = {0};
    text_add(&text, "\xEF\xBB\xBF// a comment\n");
    for (const char *p = checkout; *p; p++)
        text_add_bytes(&text, *p == '\n' ? "\r\n\t" : p, *p == '\n' ? 3 : 1);
    cr_expect(is_same(fingerprint_of(checkout, NULL), text_string(&text), NULL));
    text_finish(&text);
}

Test(fingerprint, what_matters)
{
    static const char *const sets[] = {
        "run.duration=11min",
        "run.warmup=2min",
        "run.warmup=auto",
        "run.seed=2",
        "run.seed=9007199254740991",
        "run.seed=9007199254740990",
        "components.shop.workers=9",
        "components.shop.replicas=2",
        "components.shop.endpoints.buy[0].work=2.1ms",
        "links.shop-bank.loss=0.001",
        "links.shop-bank.delay.lognormal.cv=0.30000000000000004",
        "load.0.rate=61/s",
        "load.0.name=other",
        "policies.sync.timeout=1s",
        "policies.mixed.calls[\"bank.pay\"].mode=async",
    };
    enum { SETS = sizeof sets / sizeof *sets };
    struct fingerprint all[SETS + 1] = {fingerprint_of(checkout, NULL)};
    for (size_t i = 0; i < SETS; i++) {
        all[i + 1] = fingerprint_of(checkout, sets[i]);
        for (size_t k = 0; k <= i; k++)
            cr_expect(strcmp(all[k].text, all[i + 1].text) != 0, "%s", sets[i]);
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* What a file holds counts, not how it is called on the way there. */
Test(fingerprint, files_matter)
{
    char name[] = "/tmp/tandem-test-XXXXXX";
    int descriptor = mkstemp(name);
    cr_assert(descriptor >= 0 && close(descriptor) == 0);
    char *empirical = text_format("components.bank.endpoints.pay[0].work={\"empirical\": \"%s\"}", name);
    write_file(name, "latency_ms\n1\n2\n");
    struct fingerprint before = fingerprint_of(checkout, empirical);
    cr_expect(is_same(before, checkout, empirical));
    write_file(name, "latency_ms\n1\n3\n");
    cr_expect(!is_same(before, checkout, empirical));
    write_file(name, "latency_ms\n1\n2\n");
    cr_expect(is_same(before, checkout, empirical));
    char *trace = text_format("load[0]={\"request\": \"shop.buy\", \"trace\": {\"file\": \"%s\"}}", name);
    write_file(name, "time_s\n1\n2\n");
    before = fingerprint_of(checkout, trace);
    write_file(name, "time_s\n1\n2.5\n");
    cr_expect(!is_same(before, checkout, trace));
    remove(name);
    free(trace);
    free(empirical);
}
