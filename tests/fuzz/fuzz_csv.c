/* The files that a scenario names: measured durations, where the first byte is even, and arrivals. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "scenario/scenario.h"

static const char durations[] =
    "{\"name\": \"csv\", \"run\": {\"duration\": \"1s\"}, \"components\": {\"shop\": {\"workers\": 2, "
    "\"endpoints\": {\"buy\": [{\"work\": {\"empirical\": \"in.csv\"}}]}}}, "
    "\"load\": [{\"request\": \"shop.buy\", \"open\": {\"poisson\": \"10/s\"}}], "
    "\"policies\": {\"sync\": {\"mode\": \"sync\"}}}";

static const char arrivals[] =
    "{\"name\": \"csv\", \"run\": {\"duration\": \"1s\"}, \"components\": {\"shop\": {\"workers\": 2, "
    "\"endpoints\": {\"buy\": [{\"work\": \"1ms\"}], \"look\": []}}}, "
    "\"load\": [{\"request\": \"shop.buy\", \"trace\": \"in.csv\"}], "
    "\"policies\": {\"sync\": {\"mode\": \"sync\"}}}";

static void check_durations(const struct spec *spec)
{
    const struct distribution *d = &spec->endpoints[0].steps[0].duration;
    fuzz_check(d->n_values > 0, "there are durations", NULL);
    fuzz_check(d->mean_ns >= 0.0 && d->mean_ns <= (double)SIM_TIME_MAX, "their mean is one", NULL);
    for (size_t i = 0; i < d->n_values; i++)
        fuzz_check(d->values_ns[i] >= 0.0 && d->values_ns[i] <= (double)SIM_TIME_MAX, "a duration is one",
                   NULL);
}

static void check_arrivals(const struct spec *spec)
{
    const struct load_spec *load = &spec->loads[0];
    fuzz_check(load->n_arrivals > 0, "there are arrivals", NULL);
    for (size_t i = 0; i < load->n_arrivals; i++) {
        const struct arrival_spec *arrival = &load->arrivals[i];
        int64_t before_ns = i ? load->arrivals[i - 1].at_ns : 0;
        fuzz_check(arrival->at_ns >= before_ns && arrival->at_ns <= SIM_TIME_MAX, "they come in turn", NULL);
        fuzz_check(arrival->endpoint < spec->n_endpoints, "they come to an endpoint", NULL);
        fuzz_check(arrival->bytes >= 0, "they have a size", NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return 0;
    bool are_durations = bytes[0] % 2 == 0;
    const char *text = are_durations ? durations : arrivals;
    char path[128];
    struct spec spec = {0};
    struct problem_list problems = {0};
    snprintf(path, sizeof path, "%s/in.csv", fuzz_folder());
    fuzz_write(path, bytes + 1, length - 1);
    bool read = scenario_read(text, strlen(text), "fuzz.json", fuzz_folder(), NULL, 0, &spec, &problems);
    fuzz_check_problems(&problems, read);
    if (read && are_durations)
        check_durations(&spec);
    else if (read)
        check_arrivals(&spec);
    if (read)
        spec_finish(&spec);
    problem_list_finish(&problems);
    return 0;
}
