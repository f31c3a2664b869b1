#include "scenario/caps.h"

#include "base/json_locate.h"
#include "scenario/fields.h"
#include "scenario/file.h"

const struct cap_type caps[CAPS] = {
    [CAP_BYTES] = {FILE_MOST_BYTES, "bytes of a file, a scenario or CSV", "it is read whole"},
    [CAP_DEPTH] = {JSON_DEEPEST, "levels of objects and arrays in each other", "the reader calls itself"},
    [CAP_VALUES] = {JSON_MOST_VALUES, "values in a scenario", "each takes up to 300 bytes while it is read"},
    [CAP_ENDPOINTS] = {100000, "endpoints in all", "each has its program and its metrics"},
    [CAP_REPLICAS] = {1000000, "replicas in all", "each takes some 300 bytes from the beginning"},
    [CAP_WORKERS] = {10000000, "workers of a component, with all its replicas", "each may hold a request"},
    [CAP_ACCOUNTS] = {10000000, "accounts of replicas: for each endpoint and each call that it makes",
                      "each takes some 100 bytes where there are queues, retry budgets or pools"},
    [CAP_USERS] = {10000000, "users of closed loads in all", "each has its next request in the calendar"},
    [CAP_RUNS] = {1000000, "runs: replications of all policies", "each keeps its metrics to the end"},
    [CAP_ROWS] = {20000000, "lines of CSV files and durations of empirical distributions in all",
                  "each takes up to 48 bytes while it is read"},
    [CAP_WINDOWS] = {1000000000, "attempts that circuit breakers look back on in all", "each takes a byte"},
    [CAP_REPEATS] = {1000000, "times that a step is done for one request", "it may be at one instant"},
    [CAP_FACTOR] = {1000000, "times as fast or as slow, all events of a time together",
                    "a rate far beyond one a nanosecond would stop the clock"},
    [CAP_CHANGES] = {1000000, "changes of state for each arrival of an mmpp load",
                     "all of them are gone through to find the next arrival"},
    [CAP_FAILURES] = {100000000, "failures of a link in a run, on average",
                      "all of them are gone through to find those that a message meets"},
};

void cap_add(struct text *text, double most, const char *what, const char *why)
{
    text_addf(text, "%10.0f  %s (%s)\n", most, what, why);
}

void caps_list(struct text *text)
{
    for (int i = 0; i < CAPS; i++)
        cap_add(text, caps[i].most, caps[i].what, caps[i].why);
    for (size_t t = 0; object_types[t]; t++)
        for (const struct field *field = object_types[t]->fields; field->name; field++)
            if (field_is_list(field) && field->max > 0.0)
                text_addf(text, "%10.0f  in \"%s\" of a %s\n", field->max, field->name,
                          object_types[t]->name);
}
