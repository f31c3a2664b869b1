#include "report/notes.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "report/cut_text.h"

/* A gain below this is not worth a word. */
static const double least_gain = 1.5;

/* Takes the sentence over. */
static void add(struct notes *notes, char *sentence)
{
    if (notes->n == notes->capacity) {
        size_t capacity = notes->capacity ? 2 * notes->capacity : 8;
        char **sentences = realloc(notes->sentences, capacity * sizeof *sentences);
        notes->failed |= !sentences;
        if (sentences) {
            notes->sentences = sentences;
            notes->capacity = capacity;
        }
    }
    notes->failed |= !sentence;
    if (notes->failed)
        free(sentence);
    else
        notes->sentences[notes->n++] = sentence;
}

void notes_finish(struct notes *notes)
{
    for (size_t i = 0; i < notes->n; i++)
        free(notes->sentences[i]);
    free(notes->sentences);
    *notes = (struct notes){0};
}

/* ---- what there is to say ---- */

static void add_interruption(struct notes *notes, const struct spec *spec,
                             const struct experiment *experiment)
{
    struct text text = {0};
    if (experiment->cut.limit != LIMIT_NONE) {
        text_add(&text, "Ended at a limit: ");
        cut_text_add(&text, spec, experiment);
        text_add(&text, ".");
        add(notes, text_take(&text));
    } else if (experiment->replications < experiment->wanted)
        add(notes, text_format("Stopped early: %" PRIu32 " of %" PRIu32 " replications were finished.",
                               experiment->replications, experiment->wanted));
}

static int decimals_of(double number)
{
    return fabs(number) < 10.0 ? 2 : 0;
}

static void add_growth(struct notes *notes, const struct policy_run *run)
{
    const struct steadiness *s = &run->backlog;
    if (s->verdict != STEADINESS_GROWS)
        return;
    add(notes,
        text_format(
            "%s: more comes in than gets done: the backlog grows by %.*f messages/s, from %.0f to %.0f "
            "while it is measured, and would go on growing. What \"grows\" has no mean.",
            run->name, decimals_of(s->growth_per_s), s->growth_per_s, s->begin, s->end));
}

static void add_warmup(struct notes *notes, const struct spec *spec, const struct experiment *experiment)
{
    if (!experiment->warmup.made || experiment->warmup.trusted)
        return;
    add(notes,
        text_format("No clear end of the warm-up was found in %" PRIu32 " replications (MSER-5): %s are left "
                    "out, but the run may be too short, or never settle.",
                    experiment->warmup.replications,
                    units_format_duration((double)spec->run.warmup_ns / 1e9, UNITS_DIGITS).chars));
}

static void add_precision(struct notes *notes, const struct spec *spec, const struct experiment *experiment)
{
    if (spec->run.precision <= 0.0)
        return;
    add(notes,
        text_format("A precision of %.3g %% was %s in %" PRIu32 " replications.", 100.0 * spec->run.precision,
                    experiment->precise ? "reached" : "not reached", experiment->replications));
}

/* Of a single replication: where its intervals come from, and which there are not. */
static void add_batching(struct notes *notes, const struct experiment *experiment)
{
    uint32_t given = 0, refused = 0;
    for (size_t p = 0; p < experiment->n_policies; p++) {
        given += experiment->policies[p].batching.given;
        refused += experiment->policies[p].batching.refused;
    }
    if (given + refused == 0)
        return;
    add(notes,
        text_format("The intervals come from batch means of a single replication%s. More replications give "
                    "all numbers one.",
                    refused ? "; some numbers have none because even long batches are correlated" : ""));
}

/* In the first row that all policies have and that varies. */
static void add_gain(struct notes *notes, const struct experiment *experiment,
                     const struct differences *differences)
{
    struct text text = {0};
    size_t said = 0;
    const struct difference_row *row = NULL;
    for (size_t i = 0; !row && i < differences->n_rows; i++)
        if (strncmp(differences->rows[i].metric, "response.", 9) == 0)
            row = &differences->rows[i];
    for (size_t p = 1; row && p < differences->n_policies; p++) {
        double gain = row->policies[p].gain;
        if (isfinite(gain) && gain >= least_gain)
            text_addf(&text, "%s%.3g times (%s)", said++ ? ", " : "", gain, experiment->policies[p].name);
    }
    if (said)
        add(notes,
            text_format("On the same random numbers the variance of the difference in %s is smaller than on "
                        "different ones: %s.",
                        row->label, text_string(&text)));
    notes->failed |= text.failed;
    text_finish(&text);
}

bool notes_init(struct notes *notes, const struct spec *spec, const struct experiment *experiment,
                const struct differences *differences)
{
    *notes = (struct notes){0};
    add_interruption(notes, spec, experiment);
    add_warmup(notes, spec, experiment);
    for (size_t p = 0; p < experiment->n_policies; p++)
        add_growth(notes, &experiment->policies[p]);
    add_precision(notes, spec, experiment);
    add_batching(notes, experiment);
    add_gain(notes, experiment, differences);
    return !notes->failed;
}
