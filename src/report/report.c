#include "report/report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "base/text.h"
#include "base/version.h"
#include "experiment/files.h"
#include "report/json.h"
#include "report/page/page.h"
#include "report/summary.h"
#include "report/trace_events.h"
#include "report/traces.h"

/* ---- names ---- */

static bool may_stand_in_name(char c)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return strchr(allowed, c) != NULL;
}

char *report_folder(const char *out, const char *name)
{
    char *safe = text_copy(name[0] ? name : "_");
    if (!safe)
        return NULL;
    for (char *c = safe; *c; c++)
        if (!may_stand_in_name(*c) || (c == safe && *c == '.'))
            *c = '_';
    char *folder = path_join(out, safe);
    free(safe);
    return folder;
}

/* Without regard to case, as some disks have it. */
static bool are_alike(const char *a, const char *b)
{
    while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

char *report_policy_folder(const char *folder, const struct experiment *experiment, size_t policy)
{
    const char *name = experiment->policies[policy].name;
    size_t before = 0;
    for (size_t p = 0; p < policy; p++)
        before += are_alike(experiment->policies[p].name, name);
    char *own = before ? text_format("%s.%zu", name, before + 1) : text_copy(name);
    char *path = own ? report_folder(folder, own) : NULL;
    free(own);
    return path;
}

/* ---- the files ---- */

static void add_timeseries(struct text *text, const struct spec *spec, const struct policy_run *run)
{
    timeseries_add(text, spec, &run->series);
}

static void add_requests(struct text *text, const struct spec *spec, const struct policy_run *run)
{
    requests_add(text, spec, &run->requests);
}

static void add_trace(struct text *text, const struct spec *spec, const struct policy_run *run)
{
    trace_events_add(text, spec, &run->trace);
}

static void add_summary_json(struct text *text, const struct spec *spec, const struct experiment *experiment,
                             const struct report_source *source)
{
    (void)source;
    summary_add_json(text, spec, experiment);
}

static void add_summary_csv(struct text *text, const struct spec *spec, const struct experiment *experiment,
                            const struct report_source *source)
{
    (void)spec;
    (void)source;
    summary_add_csv(text, experiment);
}

/* Of the whole run. */
static const struct {
    const char *name;
    void (*add)(struct text *text, const struct spec *spec, const struct experiment *experiment,
                const struct report_source *source);
} run_files[] = {
    {"report.html", page_add},
    {"summary.json", add_summary_json},
    {"summary.csv", add_summary_csv},
};

/* Of each policy, in its folder. */
static const struct {
    const char *name;
    void (*add)(struct text *text, const struct spec *spec, const struct policy_run *run);
} policy_files[] = {
    {"timeseries.csv", add_timeseries},
    {"requests.csv", add_requests},
    {"trace.json", add_trace},
};

enum {
    RUN_FILES = sizeof run_files / sizeof *run_files,
    POLICY_FILES = sizeof policy_files / sizeof *policy_files,
};

bool report_write_text(const char *folder, const char *name, struct text *text, struct error *error)
{
    char *path = path_join(folder, name);
    bool ok = path && !text->failed ? file_write(path, text_string(text), text->length, error)
                                    : error_set(error, "%s: out of memory", name);
    free(path);
    text_finish(text);
    return ok;
}

/* A file's text may be longer than memory has room for. */
struct streamed {
    struct file_part part;
    struct text text;
};

static bool drain(void *data, const char *bytes, size_t length)
{
    return file_part_add(data, bytes, length);
}

static bool stream_open(struct streamed *streamed, const char *folder, const char *name, struct error *error)
{
    char *path = path_join(folder, name);
    bool ok =
        path ? file_part_open(path, &streamed->part, error) : error_set(error, "%s: out of memory", name);
    streamed->text = (struct text){.drain = drain, .drain_data = &streamed->part};
    free(path);
    return ok;
}

static bool stream_close(struct streamed *streamed, const char *name, struct error *error)
{
    struct text *text = &streamed->text;
    bool whole = !text->failed && file_part_add(&streamed->part, text_string(text), text->length);
    if (!whole && !streamed->part.reason)
        error_set(error, "%s: out of memory", name);
    text_finish(text);
    return file_part_close(&streamed->part, whole, error);
}

static bool write_policy(const struct spec *spec, const struct experiment *experiment, size_t policy,
                         const char *folder, struct error *error)
{
    char *inner = report_policy_folder(folder, experiment, policy);
    bool ok = inner ? folder_make(inner, error) : error_set(error, "out of memory");
    for (size_t i = 0; ok && i < POLICY_FILES; i++) {
        struct streamed streamed;
        ok = stream_open(&streamed, inner, policy_files[i].name, error);
        if (!ok)
            break;
        policy_files[i].add(&streamed.text, spec, &experiment->policies[policy]);
        ok = stream_close(&streamed, policy_files[i].name, error);
    }
    free(inner);
    return ok;
}

/* ---- the manifest: enough to get the same bytes again ---- */

static void add_scenario(struct json *json, const char *name, const struct report_source *source)
{
    json_open(json, "scenario", '{');
    json_string(json, "name", name);
    json_string(json, "file", source->path);
    json_string(json, "sha256", sha256(source->text, source->length).chars);
    json_open_flat(json, "set", '[');
    for (size_t i = 0; i < source->n_sets; i++)
        json_string(json, NULL, source->sets[i]);
    json_close(json, ']');
    json_close(json, '}');
}

void report_add_source(struct json *json, const char *name, const struct report_source *source)
{
    json_string(json, "program", "tandem");
    json_string(json, "version", tandem_version);
    json_open_flat(json, "command", '[');
    for (size_t i = 0; source->argv && source->argv[i]; i++)
        json_string(json, NULL, source->argv[i]);
    json_close(json, ']');
    add_scenario(json, name, source);
}

static void add_policy_files(struct json *json, const struct experiment *experiment, size_t policy)
{
    for (size_t i = 0; i < POLICY_FILES; i++) {
        char *folder = report_policy_folder("", experiment, policy),
             *path = folder ? path_join(folder, policy_files[i].name) : NULL;
        json_string(json, NULL, path ? path : "");
        json->text->failed |= !path;
        free(path);
        free(folder);
    }
}

static void add_files(struct json *json, const struct experiment *experiment)
{
    json_open(json, "files", '[');
    for (size_t i = 0; i < RUN_FILES; i++)
        json_string(json, NULL, run_files[i].name);
    for (size_t p = 0; p < experiment->n_policies; p++)
        add_policy_files(json, experiment, p);
    json_close(json, ']');
}

static const char manifest_name[] = "manifest.json";

bool report_unseal(const char *folder, struct error *error)
{
    char *path = path_join(folder, manifest_name);
    bool gone = path ? file_remove(path, error) : error_set(error, "%s: out of memory", folder);
    free(path);
    return gone;
}

static void manifest_add(struct text *text, const struct spec *spec, const struct experiment *experiment,
                         const struct report_source *source)
{
    struct json json = {.text = text};
    json_open(&json, NULL, '{');
    report_add_source(&json, spec->name, source);
    json_integer(&json, "seed", spec->run.seed);
    json_integer(&json, "replications", experiment->replications);
    json_open_flat(&json, "policies", '[');
    for (size_t p = 0; p < experiment->n_policies; p++)
        json_string(&json, NULL, experiment->policies[p].name);
    json_close(&json, ']');
    add_files(&json, experiment);
    json_close(&json, '}');
}

bool report_write(const struct spec *spec, const struct experiment *experiment,
                  const struct report_source *source, const char *folder, struct error *error)
{
    bool ok = folder_make(folder, error) && report_unseal(folder, error);
    for (size_t i = 0; ok && i < RUN_FILES; i++) {
        struct streamed streamed;
        ok = stream_open(&streamed, folder, run_files[i].name, error);
        if (!ok)
            break;
        run_files[i].add(&streamed.text, spec, experiment, source);
        ok = stream_close(&streamed, run_files[i].name, error);
    }
    for (size_t p = 0; ok && p < experiment->n_policies; p++)
        ok = write_policy(spec, experiment, p, folder, error);
    if (!ok)
        return false;
    /* Last: a folder with a manifest is whole. */
    struct text manifest = {0};
    manifest_add(&manifest, spec, experiment, source);
    return report_write_text(folder, manifest_name, &manifest, error);
}
