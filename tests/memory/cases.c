#include "cases.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

/* Something of most kinds, and a short run. */
static const char small[] =
    "{ 'name': 'small', 'about': 'Who waits, and who is turned away?',\n"
    "  'run': { 'duration': '2s', 'warmup': '500ms', 'replications': 2 },\n"
    "  'components': {\n"
    "    'shop': { 'workers': 3, 'inbox': {'capacity': 5}, 'endpoints': {\n"
    "      'buy': [ {'work': {'exponential': '5ms'}}, {'call': 'bank.pay'} ], 'look': [ {'work': '2ms'} ] } "
    "},\n"
    "    'bank': { 'workers': 2, 'replicas': 2, 'endpoints': { 'pay': [ {'work': {'uniform': ['10ms', "
    "'50ms']}} ] } } },\n"
    "  'links': { 'default': { 'delay': '1ms', 'loss': '1%' } },\n"
    "  'load': [\n"
    "    { 'name': 'buyers', 'request': 'shop.buy', 'open': {'poisson': '40/s'} },\n"
    "    { 'name': 'lookers', 'request': 'shop.look', 'closed': {'users': 2, 'think': '50ms'} } ],\n"
    "  'events': [ { 'name': 'pause', 'at': '1s', 'for': '300ms', 'pause': 'bank' } ],\n"
    "  'policies': {\n"
    "    'bare': { 'mode': 'sync' },\n"
    "    'careful': { 'mode': 'sync', 'timeout': '100ms', 'retries': 2, 'backoff': {'fixed': '20ms'},\n"
    "      'circuit_breaker': {'window': 20, 'minimum_calls': 5, 'open_for': '200ms', 'half_open_calls': 3} "
    "},\n"
    "    'queue': { 'mode': 'async', 'calls': { 'bank.pay': { 'mode': 'queue' } } } },\n"
    "  'expect': [ 'queue.response.p99 < 1s', 'careful.response.mean > 0s' ] }\n";

/* A mistake of each sort that is told another way. */
static const char bad[] =
    "{ 'name': 'bad', 'about': 3, 'run': { 'duration': '2 parsecs', 'wramup': '1s' },\n"
    "  'components': { 'shop': { 'endpoints': { 'buy': [ {'call': 'bank.pay'} ] } } },\n"
    "  'load': [ { 'request': 'shop.by', 'open': {'poisson': '-1/s'} } ],\n"
    "  'policies': { 'sync': { 'mode': 'sink' } } }\n";

/* Of 01-tiny, by student 3. */
static const char answers[] =
    "{ 'lesson': '01-tiny', 'student': '3', 'predict': { 'busy': '10%', 'queue': 'no' },\n"
    "  'check': { 'response': '300ms', 'twice': 'all the time', 'workers': 4, 'work': '50ms' } }\n";

#define SHORT   "--threads", "1", "--set", "run.duration=1s", "--set", "run.warmup=0s"
#define LESSONS "--lessons", "lessons"

const struct memory_case memory_cases[] = {
    {"no command", 2, 100, false, false, {NULL}},
    {"help", 0, 100, false, false, {"--help"}},
    {"help of a command", 0, 100, false, false, {"run", "--help"}},
    {"list keys", 0, 100, false, false, {"list", "keys"}},
    {"list distributions", 0, 100, false, false, {"list", "distributions"}},
    {"list reference", 0, 100, false, false, {"list", "reference"}},
    {"list reference-metrics", 0, 100, false, false, {"list", "reference-metrics"}},
    {"list metrics", 0, 200, false, false, {"list", "metrics", "small.json"}},
    {"list policies", 0, 200, false, false, {"list", "policies", "small.json"}},
    {"explain", 0, 200, false, false, {"explain", "timeout", "response.p99", "lognormal"}},
    {"completion", 0, 100, false, false, {"completion", "fish"}},
    {"manual", 0, 100, false, false, {"manual"}},
    {"schema", 0, 300, false, false, {"schema"}},
    {"new", 0, 100, false, false, {"new", "out"}},
    {"check", 0, 700, false, false, {"check", "small.json"}},
    {"check a bad one", 2, 1000, false, false, {"check", "bad.json"}},
    {"check with --set",
     0,
     500,
     false,
     true,
     {"check", "--set", "links.default.delay=7ms", "--set", "name=other", "small.json"}},
    {"run", 0, 150, false, true, {"run", "--no-files", "--threads", "1", "small.json"}},
    {"run for a number",
     0,
     150,
     false,
     false,
     {"run", "--get", "bare.response.p99.5", "--threads", "1", "small.json"}},
    {"run as JSON",
     0,
     150,
     false,
     false,
     {"run", "--no-files", "--format", "json", "--threads", "1", "small.json"}},
    {"run as Markdown",
     0,
     150,
     false,
     true,
     {"run", "--no-files", "--format", "markdown", "--threads", "1", "small.json"}},
    {"run as CSV",
     0,
     150,
     false,
     false,
     {"run", "--no-files", "--format", "csv", "--threads", "1", "small.json"}},
    {"run into a folder",
     0,
     60,
     false,
     true,
     {"run", "--quiet", "--no-plots", "--threads", "1", "small.json"}},
    {"run with plots", 0, 40, false, true, {"run", "--quiet", "--threads", "1", "small.json"}},
    {"run with plots in letters",
     0,
     40,
     false,
     true,
     {"run", "--no-files", "--plot", "terminal", "--threads", "1", "small.json"}},
    {"run for JUnit",
     0,
     100,
     false,
     false,
     {"run", "--no-files", "--quiet", "--junit", "junit.xml", "--threads", "1", "small.json"}},
    {"run --estimate",
     0,
     60,
     true,
     false,
     {"run", "--no-files", "--estimate", "--threads", "1", "small.json"}},
    {"sweep",
     0,
     100,
     false,
     true,
     {"sweep", "--no-plots", "--vary", "links.default.delay=1ms,5ms", "--get", "response.mean", SHORT,
      "small.json"}},
    {"sweep with plots",
     0,
     40,
     false,
     true,
     {"sweep", "--vary", "links.default.delay=1ms,5ms", "--get", "response.mean", SHORT, "small.json"}},
    {"search",
     0,
     60,
     false,
     true,
     {"search", "--max", "load.0.open.poisson=1/s..60/s", "--such-that", "response.p99 < 300ms",
      "--resolution", "50%", "--policy", "bare", SHORT, "small.json"}},
    {"lesson list", 0, 200, false, false, {"lesson", "list", LESSONS}},
    {"lesson start",
     0,
     200,
     false,
     true,
     {"lesson", "start", "tiny", LESSONS, "--out", "out", "--student", "3", "--predict", "busy=10%",
      "--predict", "queue=no"}},
    {"lesson grade", 1, 100, false, true, {"lesson", "grade", LESSONS, "--threads", "1", "01-tiny"}},
};

const size_t n_memory_cases = sizeof memory_cases / sizeof *memory_cases;

static bool make_folder(const char *path)
{
    return mkdir(path, 0700) == 0;
}

/* As a file, with double quotes for single ones. */
static bool write_json(const char *path, const char *json)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    for (; *json; json++)
        fputc(*json == '\'' ? '"' : *json, file);
    return fclose(file) == 0;
}

static bool copy_file(const char *root, const char *from, const char *to)
{
    char path[1024], bytes[4096];
    snprintf(path, sizeof path, "%s/%s", root, from);
    FILE *in = fopen(path, "rb"), *out = fopen(to, "wb");
    bool good = in && out;
    for (size_t n; good && (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
        good = fwrite(bytes, 1, n, out) == n;
    if (in)
        fclose(in);
    return out && fclose(out) == 0 && good;
}

static bool copy_lesson(const char *root)
{
    return make_folder("lessons") && make_folder("lessons/01-tiny") &&
           copy_file(root, "tests/lessons/01-tiny/lesson.json", "lessons/01-tiny/lesson.json") &&
           copy_file(root, "tests/lessons/01-tiny/lesson.md", "lessons/01-tiny/lesson.md") &&
           copy_file(root, "tests/lessons/01-tiny/scenario.json", "lessons/01-tiny/scenario.json");
}

/* What a student hands in. */
static bool write_answers(void)
{
    return make_folder("01-tiny") && write_json("01-tiny/answers.json", answers);
}

void cases_reset(void)
{
    folder_remove("out");
    unlink("01-tiny/record.json");
}

bool cases_prepare(const char *root)
{
    return write_json("small.json", small) && write_json("bad.json", bad) && copy_lesson(root) &&
           write_answers();
}
