#include "report/report.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/number.h"
#include "report/summary.h"
#include "report/traces.h"
#include "small_run.h"

static void expect_text(struct text *text, const char *expected)
{
    cr_expect_str_eq(text_string(text), expected, "\"%s\" is not \"%s\"", text_string(text), expected);
    text_finish(text);
}

/* ---- numbers ---- */

static void expect_number(double value, const char *expected)
{
    struct text text = {0};
    number_add(&text, value);
    expect_text(&text, expected);
}

Test(report, numbers_are_short_and_read_back)
{
    expect_number(0.1, "0.1");
    expect_number(1.0 / 3.0, "0.3333333333333333");
    expect_number(0.1 + 0.2, "0.30000000000000004");
    expect_number(120.0, "120");
    expect_number(0.0, "0");
    expect_number(-7.0, "-7");
    expect_number(999999999999999.0, "999999999999999");
    expect_number(1e15, "1e+15");
    expect_number(1e300, "1e+300");
    expect_number(-0.0, "-0");
    expect_number(1e-9, "1e-09");
    expect_number(5e-324, "4.94065645841247e-324");
    expect_number((double)NAN, "nan");
    expect_number(-(double)NAN, "nan");
    expect_number((double)INFINITY, "inf");
}

static void expect_seconds(int64_t ns, const char *expected)
{
    struct text text = {0};
    number_add_seconds(&text, ns);
    expect_text(&text, expected);
}

Test(report, seconds_are_exact)
{
    expect_seconds(0, "0");
    expect_seconds(1, "0.000000001");
    expect_seconds(1500000000, "1.5");
    expect_seconds(-1500000000, "-1.5");
    expect_seconds(INT64_MAX, "9223372036.854775807");
    expect_seconds(INT64_MIN, "-9223372036.854775808");
}

/* ---- CSV ---- */

Test(report, csv_quotes_as_rfc_4180_has_it)
{
    struct text text = {0};
    csv_string(&text, "plain");
    csv_string(&text, "a,b");
    csv_string(&text, "say \"hi\"");
    csv_string(&text, "two\nlines");
    csv_string(&text, "");
    csv_number(&text, (double)NAN);
    csv_seconds(&text, -1);
    csv_number(&text, 2.5);
    csv_end_line(&text);
    csv_string(&text, "next");
    expect_text(&text, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"\",,,2.5\nnext");
}

/* ---- JSON ---- */

Test(report, json_escapes_and_nests)
{
    struct text text = {0};
    struct json json = {.text = &text};
    json_open(&json, NULL, '{');
    json_string(&json, "a\"b\\c", "\x01 tab\t line\n end");
    json_open(&json, "empty", '[');
    json_close(&json, ']');
    json_open_flat(&json, "flat", '{');
    json_number(&json, "x", 1.5);
    json_open_flat(&json, "deeper", '[');
    json_integer(&json, NULL, UINT64_MAX);
    json_number(&json, NULL, (double)NAN);
    json_close(&json, ']');
    json_close(&json, '}');
    json_number(&json, "after", -(double)INFINITY);
    json_close(&json, '}');
    expect_text(&text, "{\n"
                       "  \"a\\\"b\\\\c\": \"\\u0001 tab\\u0009 line\\n end\",\n"
                       "  \"empty\": [],\n"
                       "  \"flat\": {\"x\": 1.5, \"deeper\": [18446744073709551615, null]},\n"
                       "  \"after\": null\n"
                       "}\n");
}

static void expect_string(const char *value, const char *expected)
{
    struct text text = {0};
    struct json json = {.text = &text};
    json_string(&json, NULL, value);
    expect_text(&text, expected);
}

Test(report, json_is_utf8_whatever_comes)
{
    expect_string("Ä€😀", "\"Ä€😀\"");
    expect_string("\xFF.", "\"\xEF\xBF\xBD.\"");
    expect_string("\xC3", "\"\xEF\xBF\xBD\"");                                 /* cut short */
    expect_string("\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                 /* overlong */
    expect_string("\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""); /* a surrogate */
    expect_string("\xF4\x90\x80\x80",
                  "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""); /* beyond U+10FFFF */
}

/* ---- SHA-256: the examples of FIPS 180-4, and lengths about a block's ---- */

Test(report, sha256_of_the_standard)
{
    char *million = malloc(1000000);
    cr_assert_not_null(million);
    memset(million, 'a', 1000000);
    cr_expect_str_eq(sha256("", 0).chars, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    cr_expect_str_eq(sha256("abc", 3).chars,
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cr_expect_str_eq(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56).chars,
                     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    cr_expect_str_eq(sha256(million, 1000000).chars,
                     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    cr_expect_str_eq(sha256(million, 55).chars,
                     "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    cr_expect_str_eq(sha256(million, 64).chars,
                     "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    free(million);
}

/* ---- what is written ---- */

struct made {
    struct spec spec;
    struct experiment experiment;
};

static struct made make(void)
{
    struct made made = {.spec = small_spec()};
    made.experiment = small_experiment(&made.spec);
    return made;
}

static void unmake(struct made *made)
{
    experiment_finish(&made->experiment);
    spec_finish(&made->spec);
}

Test(report, summary_as_json)
{
    struct made made = make();
    struct text text = {0};
    summary_add_json(&text, &made.spec, &made.experiment);
    cJSON *root = cJSON_Parse(text_string(&text));
    cr_assert_not_null(root);
    const cJSON *sync =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(root, "policies"), "sync");
    const cJSON *metric = cJSON_GetObjectItemCaseSensitive(sync, "response.mean");
    cr_expect_float_eq(cJSON_GetObjectItemCaseSensitive(metric, "value")->valuedouble, 0.2, 1e-12);
    cr_expect(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(metric, "half_width")));
    cr_expect_str_eq(cJSON_GetObjectItemCaseSensitive(metric, "unit")->valuestring, "s");
    cr_expect_eq(cJSON_GetArraySize(sync), (int)made.experiment.policies[0].metrics.n);
    cJSON_Delete(root);
    text_finish(&text);
    unmake(&made);
}

/* The wire is cut from 3 s on, for good; the bank fails by itself, and a link that has no name of its own. */
Test(report, summary_tells_of_the_first_replication)
{
    struct made made = make();
    struct result *first = &made.experiment.policies[0].first;
    made.spec.n_events = 1;
    made.spec.events = calloc(1, sizeof *made.spec.events);
    made.spec.events[0] = (struct event_spec){
        .name = text_copy("cut"), .kind = EVENT_CUT, .from_ns = 3 * small_second, .until_ns = INT64_MAX};
    first->effects[EFFECTS_TWICE] = 3;
    first->lost = 2;
    first->n_disturbances = 1;
    first->disturbances = calloc(1, sizeof *first->disturbances);
    first->disturbances[0] =
        (struct disturbance){1200 * SMALL_MS, 100 * SMALL_MS, -1, 600, 80 * SMALL_MS, 2.5};
    first->n_outages = 2;
    first->outages = calloc(2, sizeof *first->outages);
    first->outages[0] = (struct outage){SMALL_BANK, 0, SPEC_NONE, small_second, 2 * small_second};
    first->outages[1] = (struct outage){SPEC_NONE, 0, 1, 2 * small_second, 3 * small_second};
    struct text text = {0};
    summary_add_json(&text, &made.spec, &made.experiment);
    static const char expected[] =
        "  \"first_replication\": {\n"
        "    \"sync\": {\n"
        "      \"effects\": {\"done\": 0, \"partly\": 0, \"none\": 0, \"twice\": 3, \"open\": 0, \"lost\": "
        "2},\n"
        "      \"disturbances\": [\n"
        "        {\"event\": \"cut\", \"from_s\": 3, \"until_s\": null, \"noticed_after_s\": 1.2, "
        "\"grew_after_s\": 0.1, \"gone_after_s\": null, \"notice_at_s\": 0.08, \"backlog_most\": 600, "
        "\"backlog_before\": 2.5}\n"
        "      ],\n"
        "      \"outages\": [\n"
        "        {\"component\": \"bank\", \"replica\": 0, \"from_s\": 1, \"until_s\": 2},\n"
        "        {\"link\": \"default\", \"from_s\": 2, \"until_s\": 3}\n"
        "      ]\n"
        "    },\n"
        "    \"queue\": {\n"
        "      \"effects\": {\"done\": 0, \"partly\": 0, \"none\": 0, \"twice\": 0, \"open\": 0, \"lost\": "
        "0},\n"
        "      \"disturbances\": [],\n"
        "      \"outages\": []\n"
        "    }\n"
        "  }\n"
        "}\n";
    const char *tail = strstr(text_string(&text), "  \"first_replication\"");
    cr_assert_not_null(tail);
    cr_expect_str_eq(tail, expected, "%s", tail);
    text_finish(&text);
    unmake(&made);
}

Test(report, summary_as_csv)
{
    struct made made = make();
    struct text text = {0};
    summary_add_csv(&text, &made.experiment);
    static const char head[] =
        "policy,metric,value,half_width,unit\nsync,throughput,4,,1/s\nsync,completions,3,,1/s\n";
    cr_expect_eq(strncmp(text_string(&text), head, sizeof head - 1), 0);
    cr_expect_not_null(strstr(text_string(&text), "\nqueue,bank.pay.depth.max,9,,1\n"));
    cr_expect_not_null(strstr(text_string(&text), "\nsync,bank.wait.mean,,,s\n"));
    text_finish(&text);
    unmake(&made);
}

Test(report, timeseries_begin_anew_after_the_warmup)
{
    struct made made = make();
    struct text text = {0};
    timeseries_add(&text, &made.spec, &made.experiment.policies[1].series);
    expect_text(&text, "time_s,offered_per_s,throughput_per_s,failed_per_s,completed_per_s,response_s,"
                       "shop_busy_share,shop_ready_share,shop_blocked_share,shop_idle_share,shop_down_share,"
                       "shop_inbox,shop_suspended,"
                       "bank_busy_share,bank_ready_share,bank_blocked_share,bank_idle_share,bank_down_share,"
                       "bank_inbox,bank_suspended,bank.pay_depth,bank.pay_oldest_s,"
                       "places_on_links,places_in_inboxes,places_in_queues,places_executing,places_blocked,"
                       "places_suspended,places_waiting_to_retry,places_dead_lettered\n"
                       "2,10,0,0,0,,0.5,0,0,0.5,0,3,0,,,,,,0,0,4,1.5,0,0,0,0,0,0,0,0\n"
                       "11,10,0,0,0,,0.5,0,0,0.5,0,3,0,,,,,,0,0,4,1.5,0,0,0,0,0,0,0,0\n");
    unmake(&made);
}

Test(report, requests_leave_out_what_never_came)
{
    struct made made = make();
    struct text text = {0};
    requests_add(&text, &made.spec, &made.experiment.policies[0].requests);
    expect_text(&text, "load,number,offered_s,answered_s,completed_s,outcome,response_s,"
                       "work_s,ready_s,inbox_s,queue_s,wire_out_s,wire_back_s,io_s,"
                       "backpressure_s,pool_s,backoff_s,lost_s,down_s,confirm_s\n"
                       "users,1,1.5,1.6,1.600000001,ok,0.1,0.1,0,0,0,0,0,0,0,0,0,0,0,0\n"
                       "users,2,1.7,,,open,,,,,,,,,,,,,,\n");
    unmake(&made);
}

/* The user knows when it gave up, yet no response has come: no cause is charged. */
Test(report, requests_that_timed_out)
{
    struct spec spec = small_spec();
    struct request_sample sample;
    struct text text = {0};
    request_sample_init(&sample, 10);
    struct trace_request gave_up = {.number = 3,
                                    .offered_ns = small_second,
                                    .answered_ns = 3 * small_second,
                                    .completed_ns = -1,
                                    .outcome = OUTCOME_TIMED_OUT};
    request_sample_add(&sample, &gave_up);
    request_sample_sort(&sample);
    requests_add(&text, &spec, &sample);
    cr_expect_not_null(strstr(text_string(&text), "\nusers,3,1,3,,timed out,2,,,,,,,,,,,,,\n"), "%s",
                       text_string(&text));
    text_finish(&text);
    request_sample_finish(&sample);
    spec_finish(&spec);
}

Test(report, folders_are_named_harmlessly)
{
    static const char *const cases[][2] = {{"checkout", "out/checkout"}, {"../../etc", "out/_._.._etc"},
                                           {"a b/c", "out/a_b_c"},       {"", "out/_"},
                                           {".hidden", "out/_hidden"},   {"Kasse-2.1", "out/Kasse-2.1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *folder = report_folder("out", cases[i][0]);
        cr_expect_str_eq(folder, cases[i][1], "%s", folder);
        free(folder);
    }
}

static char *read_whole(const char *folder, const char *name)
{
    char *path = text_format("%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    struct text text = {0};
    char part[4096];
    cr_assert_not_null(file, "%s is missing", path);
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
        text_add_bytes(&text, part, n);
    fclose(file);
    free(path);
    return text_take(&text);
}

static size_t count_entries(const char *folder)
{
    DIR *directory = opendir(folder);
    size_t n = 0;
    cr_assert_not_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        n += entry->d_name[0] != '.';
    closedir(directory);
    return n;
}

static const char *const files[] = {"report.html",          "summary.json",        "summary.csv",
                                    "manifest.json",        "sync/timeseries.csv", "sync/requests.csv",
                                    "queue/timeseries.csv", "queue/requests.csv"};

enum { FILES = sizeof files / sizeof *files };

static void remove_folder(const char *folder)
{
    static const char *const folders[] = {"sync", "queue"};
    for (size_t i = 0; i < FILES + 2; i++) {
        char *path = text_format("%s/%s", folder, i < FILES ? files[i] : folders[i - FILES]);
        remove(path);
        free(path);
    }
    rmdir(folder);
}

static const struct report_source source = {.path = "small.json", .text = "abc", .length = 3};

Test(report, a_folder_is_whole_and_the_same_again)
{
    char folder[] = "/tmp/tandem_test_XXXXXX";
    struct made made = make();
    struct error error = {0};
    char *first[FILES];
    cr_assert_not_null(mkdtemp(folder));
    cr_assert(report_write(&made.spec, &made.experiment, &source, folder, &error), "%s", error_text(&error));
    for (size_t i = 0; i < FILES; i++)
        first[i] = read_whole(folder, files[i]);
    cr_assert(report_write(&made.spec, &made.experiment, &source, folder, &error));
    for (size_t i = 0; i < FILES; i++) {
        char *second = read_whole(folder, files[i]);
        cr_expect_str_eq(first[i], second, "%s", files[i]);
        cr_expect_not(strcmp(files[i], "manifest.json") == 0 && !strstr(second, sha256("abc", 3).chars));
        free(first[i]);
        free(second);
    }
    cr_expect_eq(count_entries(folder), 6, "nothing else, no temporary file");
    remove_folder(folder);
    unmake(&made);
}

Test(report, what_cannot_be_written_is_told)
{
    struct made made = make();
    struct error error = {0};
    cr_assert_not(report_write(&made.spec, &made.experiment, &source, "/dev/null/out", &error));
    cr_expect_not_null(strstr(error_text(&error), "/dev/null"), "%s", error_text(&error));
    error_finish(&error);
    unmake(&made);
}
