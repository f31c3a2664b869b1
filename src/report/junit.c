#include "report/junit.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "experiment/expectation.h"
#include "experiment/files.h"
#include "report/expectations.h"
#include "report/xml.h"

/* ---- a suite ---- */

struct counts {
    size_t n_tests, n_failures, n_errors, n_skipped;
};

static void open_suite(struct junit *junit, const char *name, const struct counts *counts)
{
    text_add(&junit->suites, "  <testsuite");
    xml_add_attribute(&junit->suites, "name", name);
    xml_add_count(&junit->suites, "tests", counts->n_tests);
    xml_add_count(&junit->suites, "failures", counts->n_failures);
    xml_add_count(&junit->suites, "errors", counts->n_errors);
    xml_add_count(&junit->suites, "skipped", counts->n_skipped);
    text_add(&junit->suites, ">\n");
    junit->n_suites++;
    junit->n_tests += counts->n_tests;
    junit->n_failures += counts->n_failures;
    junit->n_errors += counts->n_errors;
    junit->n_skipped += counts->n_skipped;
}

static void close_suite(struct junit *junit)
{
    text_add(&junit->suites, "  </testsuite>\n");
}

static void add_property(struct junit *junit, const char *name, const char *value)
{
    text_add(&junit->suites, "      <property");
    xml_add_attribute(&junit->suites, "name", name);
    xml_add_attribute(&junit->suites, "value", value);
    text_add(&junit->suites, "/>\n");
}

static void add_number_property(struct junit *junit, const char *name, uint64_t value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    add_property(junit, name, digits);
}

static void add_properties(struct junit *junit, const char *file, const struct spec *spec,
                           const struct experiment *experiment)
{
    text_add(&junit->suites, "    <properties>\n");
    add_property(junit, "file", file);
    add_number_property(junit, "seed", spec->run.seed);
    add_number_property(junit, "replications", experiment->replications);
    text_add(&junit->suites, "    </properties>\n");
}

/* ---- a case ---- */

static void open_case(struct junit *junit, const char *name, const char *class_name)
{
    text_add(&junit->suites, "    <testcase");
    xml_add_attribute(&junit->suites, "name", name);
    xml_add_attribute(&junit->suites, "classname", class_name);
    text_add(&junit->suites, ">");
}

static void close_case(struct junit *junit)
{
    text_add(&junit->suites, "</testcase>\n");
}

/* The element of a case that has not passed. */
static void add_element(struct junit *junit, const char *element, const char *type, const char *message,
                        const char *details)
{
    text_addf(&junit->suites, "<%s", element);
    xml_add_attribute(&junit->suites, "message", message);
    if (type)
        xml_add_attribute(&junit->suites, "type", type);
    text_add(&junit->suites, ">");
    xml_add_text(&junit->suites, details);
    text_addf(&junit->suites, "</%s>", element);
}

static void add_verdict(struct junit *junit, const struct expectation *e, const char *numbers)
{
    struct text details = {0};
    const char *reason = expectation_reason(e), *hint = expectation_hint(e);
    text_addf(&details, "%s\n%s", e->text, numbers);
    text_addf(&details, "%s%s", reason ? "\nwhy: " : "", reason ? reason : "");
    text_addf(&details, "%s%s", hint ? "\nhint: " : "", hint ? hint : "");
    if (e->verdict == EXPECTATION_SKIPPED)
        add_element(junit, "skipped", NULL, numbers, "");
    else if (e->verdict == EXPECTATION_FAILS)
        add_element(junit, "failure", "fails", numbers, text_string(&details));
    else if (e->verdict == EXPECTATION_UNDECIDED)
        add_element(junit, "failure", "undecided", numbers, text_string(&details));
    junit->suites.failed |= details.failed;
    text_finish(&details);
}

static void add_claim(struct junit *junit, const struct expectation *e, const char *suite)
{
    struct text numbers = {0};
    expectation_add_numbers(&numbers, e, "±");
    open_case(junit, e->text, suite);
    add_verdict(junit, e, text_string(&numbers));
    if (e->verdict == EXPECTATION_HOLDS) {
        text_add(&junit->suites, "<system-out>");
        xml_add_text(&junit->suites, text_string(&numbers));
        text_add(&junit->suites, "</system-out>");
    }
    close_case(junit);
    junit->suites.failed |= numbers.failed;
    text_finish(&numbers);
}

void junit_add(struct junit *junit, const char *file, const struct spec *spec,
               const struct experiment *experiment)
{
    const struct expectation_list *list = &experiment->expectations;
    struct counts counts = {.n_tests = list->n, .n_failures = expectation_list_open(list)};
    for (size_t i = 0; i < list->n; i++)
        counts.n_skipped += list->expectations[i].verdict == EXPECTATION_SKIPPED;
    open_suite(junit, spec->name, &counts);
    add_properties(junit, file, spec, experiment);
    for (size_t i = 0; i < list->n; i++)
        add_claim(junit, &list->expectations[i], spec->name);
    close_suite(junit);
}

void junit_add_error(struct junit *junit, const char *file, const char *type, const char *message,
                     const char *details)
{
    open_suite(junit, file, &(struct counts){.n_tests = 1, .n_errors = 1});
    open_case(junit, type, file);
    add_element(junit, "error", type, message, details);
    close_case(junit);
    close_suite(junit);
}

/* ---- the document ---- */

bool junit_write(const struct junit *junit, const char *path, struct error *error)
{
    struct text text = {0};
    text_add(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tandem\"");
    xml_add_count(&text, "tests", junit->n_tests);
    xml_add_count(&text, "failures", junit->n_failures);
    xml_add_count(&text, "errors", junit->n_errors);
    text_add(&text, ">\n");
    text_add(&text, text_string(&junit->suites));
    text_add(&text, "</testsuites>\n");
    bool ok = text.failed || junit->suites.failed ? error_set(error, "out of memory")
                                                  : file_write(path, text.bytes, text.length, error);
    text_finish(&text);
    return ok;
}

void junit_finish(struct junit *junit)
{
    text_finish(&junit->suites);
    *junit = (struct junit){0};
}
