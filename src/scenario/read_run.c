/* What the section "run" says beyond its single values: when it ends, and how precisely. */
#include "scenario/read.h"

enum {
    USUAL_MOST = 1000, /* replications */
    USUAL_WITH_PRECISION = 10,
    FEWEST_WITH_PRECISION = 5 /* a half-width from fewer is too much chance to stop by */
};

/* How many replications: what was not said, and what contradicts itself. */
static void read_replications(struct reader *reader, const cJSON *run, const struct path *path)
{
    struct run_spec *spec = &reader->spec.run;
    struct path at = {path, "max_replications", 0};
    bool precise = spec->precision > 0.0, limited = read_get(run, "max_replications");
    if (limited && !read_get(run, "precision"))
        read_warning(reader, &at, AT_KEY, "has no effect without a \"precision\"");
    if (!read_get(run, "replications"))
        spec->replications = precise ? USUAL_WITH_PRECISION : 1;
    if (precise && limited && !read_get(run, "replications") && spec->max_replications < spec->replications)
        spec->replications = spec->max_replications;
    if (precise && spec->replications < FEWEST_WITH_PRECISION)
        spec->replications = FEWEST_WITH_PRECISION;
    if (!limited)
        spec->max_replications = spec->replications > USUAL_MOST ? spec->replications : USUAL_MOST;
    else if (precise && spec->max_replications < spec->replications)
        read_error(reader, &at, AT_VALUE, NULL,
                   "found %u, expected at least %u (what \"replications\" says, and %d or more)",
                   spec->max_replications, spec->replications, FEWEST_WITH_PRECISION);
}

static void read_precise(struct reader *reader, const cJSON *run, const struct path *path)
{
    static const char usual[] = "response.mean";
    struct spec *spec = &reader->spec;
    struct path of = {path, "precision_of", 0};
    const cJSON *item = read_get(run, "precision_of");
    if (item && !read_get(run, "precision")) {
        read_error(reader, &of, AT_KEY, NULL, "is of no use without a \"precision\", such as \"2%%\"");
    } else if (item && cJSON_IsArray(item) && !item->child) {
        read_expected(reader, &of, item, NULL, "expected the name of a metric in it, such as \"%s\"", usual);
    } else if (item) {
        read_texts(reader, item, &of, usual, &run_type, &spec->precise, &spec->n_precise);
    } else if (spec->run.precision > 0.0) {
        spec->precise = read_allocate(reader, 1, sizeof *spec->precise);
        if (spec->precise && (spec->precise[0] = read_copy(reader, usual)))
            spec->n_precise = 1;
    }
}

void read_run(struct reader *reader, const cJSON *root)
{
    const cJSON *run = read_get(root, "run");
    struct run_spec *spec = &reader->spec.run;
    struct path path = {NULL, "run", 0};
    if (!cJSON_IsObject(run))
        return;
    if (spec->warmup_ns >= spec->duration_ns && spec->duration_ns > 0) {
        struct path warmup = {&path, "warmup", 0};
        read_error(reader, &warmup, AT_VALUE, NULL, "expected less than the \"duration\"");
    }
    if (spec->confidence >= 1.0) {
        struct path confidence = {&path, "confidence", 0};
        read_expected(reader, &confidence, read_get(run, "confidence"), NULL,
                      "expected a share below 1, such as 0.95");
    }
    read_replications(reader, run, &path);
    read_precise(reader, run, &path);
    if (spec->batch_means && spec->replications > 1) {
        struct path batches = {&path, "batch_means", 0};
        read_error(reader, &batches, AT_KEY, NULL, "is for a single replication, and there are %u",
                   spec->replications);
    }
}
