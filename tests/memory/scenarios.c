#include "scenarios.h"

#include <stdio.h>
#include <sys/stat.h>

/* With single quotes for double ones. */

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

static const char astray[] = "{ 'lesson': '99-none', 'predict': {}, 'check': {} }\n";

/* What is rarer: failures of components and links, shared processors, a choice, files, long names. */
static const char rich[] =
    "{ 'name': 'rich', 'run': { 'duration': '2s', 'warmup': '200ms', 'replications': 2, 'confidence': 0.9 "
    "},\n"
    "  'components': {\n"
    "    'door': { 'workers': 'unlimited', 'endpoints': {\n"
    "      'in': [ {'choose': [ {'chance': '60%', 'steps': [ {'call': 'shop.buy'} ]}, {'steps': [ {'wait': "
    "'5ms'} ]} ]} ],\n"
    "      'log': [ {'call': 'mill.note'} ] } },\n"
    "    'shop': { 'workers': 4, 'cores': 2, 'failures': { 'up': {'exponential': '700ms'}, 'down': '100ms' "
    "},\n"
    "      'endpoints': {\n"
    "        'buy': [ {'work': {'mixture': [ {'weight': 1, 'of': '1ms'}, {'weight': 2, 'of': {'empirical': "
    "'work.csv'}} ]}},\n"
    "                 {'gather': [ {'call': 'mill.note'}, {'call': 'bank.pay'} ]} ] } },\n"
    "    'mill': { 'workers': 1, 'endpoints': { 'note': [ {'work': {'exponential': '4ms'}} ] } },\n"
    "    'bank': { 'workers': 2, 'endpoints': { 'pay': [ {'work': {'exponential': '6ms'}} ] } } },\n"
    "  'links': { 'default': {'delay': '1ms'}, 'wire': { 'between': ['shop', 'bank'], 'delay': '1ms',\n"
    "    'failures': { 'up': {'exponential': '600ms'}, 'down': '50ms' } } },\n"
    "  'load': [\n"
    "    { 'name': 'crowd', 'request': 'door.in', 'open': {'poisson': '60/s'} },\n"
    "    { 'name': 'old', 'request': 'door.log', 'trace': {'file': 'trace.csv'} } ],\n"
    "  'events': [\n"
    "    { 'at': '600ms', 'for': '300ms', 'rate': 2, 'load': 'crowd' },\n"
    "    { 'at': '700ms', 'for': '200ms', 'cut': 'wire' },\n"
    "    { 'at': '900ms', 'for': '200ms', 'partition': ['mill', 'bank'] } ],\n"
    "  'policies': {\n"
    "    'sync': { 'mode': 'sync', 'timeout': '80ms', 'retries': 1 },\n"
    "    'a-policy-whose-name-is-so-long-that-no-picture-has-room-for-it': { 'mode': 'async', 'timeout': "
    "'90ms' },\n"
    "    'queue': { 'mode': 'queue' } } }\n";

/* Shared processors, inboxes in another order; a sweep; claims about what there is not. */
static const char shared[] =
    "{ 'name': 'shared', 'run': { 'duration': '1s', 'warmup': '0s', 'replications': 1 },\n"
    "  'components': {\n"
    "    'shop': { 'workers': 2, 'inbox': {'order': 'priority'}, 'endpoints': {\n"
    "      'buy': [ {'work': '9ms'}, {'call': 'bank.pay'} ] } },\n"
    "    'bank': { 'workers': 4, 'cores': 1, 'inbox': {'order': 'processor_sharing'}, 'endpoints': {\n"
    "      'pay': [ {'work': {'exponential': '9ms'}} ] } } },\n"
    "  'links': { 'default': {'delay': '1ms'} },\n"
    "  'load': [ { 'request': 'shop.buy', 'open': {'poisson': '90/s'} } ],\n"
    "  'sweep': { 'vary': 'components.bank.workers', 'over': [2, 4] },\n"
    "  'policies': { 'sync': { 'mode': 'sync' } } }\n";

static const char unclaimed[] =
    "{ 'name': 'unclaimed', 'run': { 'duration': '1s' },\n"
    "  'components': { 'shop': { 'endpoints': { 'buy': [ {'work': '9ms'} ] } } },\n"
    "  'links': { 'default': {} }, 'load': [ { 'request': 'shop.buy', 'open': {'poisson': '9/s'} } ],\n"
    "  'policies': { 'sync': { 'mode': 'sync' } },\n"
    "  'expect': [ 'sync.respnse.mean < 1s', { 'claim': 'sync.lost < 3ms' } ] }\n";

/* What theory knows: a network of users, and one of components. */
static const char terminals[] =
    "{ 'name': 'closed', 'run': { 'duration': '3s', 'warmup': '0s', 'replications': 2 },\n"
    "  'components': { 'shop': { 'endpoints': { 'buy': [ {'work': {'exponential': '20ms'}} ] } } },\n"
    "  'load': [ { 'request': 'shop.buy', 'closed': {'users': 3, 'think': {'exponential': '50ms'}} } ],\n"
    "  'policies': { 'sync': { 'mode': 'sync' } } }\n";

static const char layers[] =
    "{ 'name': 'tandem', 'run': { 'duration': '3s', 'warmup': '0s', 'replications': 1, 'batch_means': true "
    "},\n"
    "  'components': { 'shop': { 'workers': 'unlimited', 'endpoints': { 'buy': [ {'call': 'bank.pay'} ] } "
    "},\n"
    "    'bank': { 'endpoints': { 'pay': [ {'work': {'exponential': '5ms'}} ] } } },\n"
    "  'links': { 'default': {} },\n"
    "  'load': [ { 'request': 'shop.buy', 'open': {'poisson': '60/s'} } ],\n"
    "  'policies': { 'sync': { 'mode': 'sync' } } }\n";

/* Mistakes that are found where all is read: a circle of calls, a file that is not there, a value that is
 * none. */
static const char worse[] =
    "{ 'name': 'worse', 'run': { 'duration': '1s' },\n"
    "  'components': { 'a': { 'endpoints': { 'x': [ {'call': 'b.x'} ] } }, 'b': { 'endpoints': { 'x': [ "
    "{'call': 'a.x'} ] } } },\n"
    "  'links': { 'default': {} }, 'load': [ { 'request': 'a.x', 'trace': {'file': 'none.csv'} } ],\n"
    "  'sweep': { 'vary': 'components.a.workers', 'over': [1, 'two'] },\n"
    "  'policies': { 'sync': { 'mode': 'sync' } } }\n";

static const char syntax[] = "{ 'name': 'syntax', 'run': { 'duration': '1s', }\n";
static const char twice[] = "{ 'name': 'twice', 'name': 'twice', 'run': { 'duration': '1s' } }\n";

static const char works[] = "1ms\n2ms\n9ms\n", times[] = "time_s\n0.1\n0.2\n0.9\n1.5\n";

static bool make_folder(const char *path)
{
    return mkdir(path, 0700) == 0;
}

static bool write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    for (; *text; text++)
        fputc(*text == '\'' ? '"' : *text, file);
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

/* What students hand in: one that is right, and one of a lesson that is not there. */
static bool write_answers(void)
{
    return make_folder("01-tiny") && write_text("01-tiny/answers.json", answers) && make_folder("astray") &&
           write_text("astray/answers.json", astray);
}

bool scenarios_write(const char *root)
{
    return write_text("small.json", small) && write_text("bad.json", bad) && write_text("rich.json", rich) &&
           write_text("shared.json", shared) && write_text("unclaimed.json", unclaimed) &&
           make_folder("shelf") && write_text("shelf/shared.json", shared) &&
           write_text("shelf/layers.json", layers) && write_text("terminals.json", terminals) &&
           write_text("layers.json", layers) && write_text("worse.json", worse) &&
           write_text("syntax.json", syntax) && write_text("twice.json", twice) &&
           write_text("work.csv", works) && write_text("trace.csv", times) && copy_lesson(root) &&
           write_answers();
}
