#include "cli/limit_option.h"

#include <stdlib.h>

#include "base/units.h"
#include "cli/print.h"
#include "experiment/machine.h"
#include "report/cut_text.h"

static bool read_memory(const char *value, const char *command, size_t *ret_bytes)
{
    int64_t bytes = 0;
    if (units_parse_size(value, &bytes, NULL) && bytes > 0) {
        *ret_bytes = (size_t)bytes;
        return true;
    }
    complain_usage(command, "--max-memory needs a size above 0, such as 500MB or 2GB, not \"%s\"", value);
    return false;
}

/* "1000000" or "1e6" */
static bool read_events(const char *value, const char *command, uint64_t *ret_events)
{
    static const double most = 1e18;
    char *end = NULL;
    double events = *value >= '0' && *value <= '9' ? strtod(value, &end) : 0.0;
    if (end && *end == '\0' && events >= 1.0 && events <= most) {
        *ret_events = (uint64_t)events;
        return true;
    }
    complain_usage(command, "--max-events needs a number from 1 to 1e18, not \"%s\"", value);
    return false;
}

static bool read_wall(const char *value, const char *command, double *ret_until_s)
{
    int64_t ns = 0;
    if (units_parse_duration(value, &ns, NULL) && ns > 0) {
        *ret_until_s = machine_now_s() + (double)ns / 1e9;
        return true;
    }
    complain_usage(command, "--max-wall needs a duration above 0, such as 30s or 10min, not \"%s\"", value);
    return false;
}

bool limit_option_read(const struct arguments *arguments, const char *command, struct limits *ret_limits)
{
    const char *memory = arguments_value(arguments, "max-memory");
    const char *events = arguments_value(arguments, "max-events");
    const char *wall = arguments_value(arguments, "max-wall");
    struct limits limits = {0};
    if ((memory && !read_memory(memory, command, &limits.bytes)) ||
        (events && !read_events(events, command, &limits.events)) ||
        (wall && !read_wall(wall, command, &limits.wall_until_s)))
        return false;
    *ret_limits = limits;
    return true;
}

void limit_option_complain(const char *path, const struct spec *spec, const struct experiment *experiment,
                           const char *go_on)
{
    struct text text = {0};
    cut_text_add(&text, spec, experiment);
    complain("%s: ended at a limit: %s%s", path, text_string(&text), go_on);
    text_finish(&text);
}
