/* Writes all drawings of many runs, an XML document a run: of scenarios made by chance, some with names that
 * mean harm. usage: draw_pages FOLDER FIRST-SEED N */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/experiment.h"
#include "random_spec.h"
#include "report/page/draw.h"

static const char *const hostile[] = {
    "</title></svg><script>alert(1)</script>",
    "\"' onload='x' & &amp; ]]>",
    "a name that is so long that no box, no bar, no row and no line could ever hold the whole of it",
    "Straße ☃ \xf0\x9f\x9a\x80 \xff\xfe \x01\x1f",
};
enum { N_HOSTILE = sizeof hostile / sizeof *hostile };

static void rename_to(char **name, size_t which)
{
    char *new_name = text_copy(hostile[which % N_HOSTILE]);
    if (!new_name)
        exit(2);
    free(*name);
    *name = new_name;
}

static void do_harm(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_components; i++)
        rename_to(&spec->components[i].name, i);
    for (size_t i = 0; i < spec->n_policies; i++)
        rename_to(&spec->policies[i].name, i + 1);
    for (size_t i = 0; i < spec->n_loads; i++)
        rename_to(&spec->loads[i].name, i + 2);
    for (size_t i = 0; i < spec->n_events; i++)
        rename_to(&spec->events[i].name, i + 3);
}

static bool write_page(const struct text *page, const char *folder, unsigned long seed)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%lu.xml", folder, seed);
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool written = fwrite(page->bytes, 1, page->length, file) == page->length;
    return fclose(file) == 0 && written;
}

static bool draw(const char *folder, unsigned long seed)
{
    struct spec spec = random_spec(seed);
    struct experiment experiment;
    struct error error = {0};
    const struct experiment_options options = {.threads = 1};
    spec.run.timeline_requests = (uint32_t)(seed % 20);
    if (seed % 3 == 0)
        do_harm(&spec);
    if (!experiment_run(&spec, &options, &experiment, &error)) {
        fprintf(stderr, "seed %lu: no run\n", seed);
        return false;
    }
    struct drawing_source source = {&spec, &experiment};
    struct text page = {0};
    text_addf(&page, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page policies=\"%zu\">\n",
              spec.n_policies);
    for (size_t i = 0; i < n_drawing_types; i++)
        if (drawing_types[i].wanted(&source))
            drawing_types[i].add(&page, &source);
    text_add(&page, "</page>\n");
    bool written = !page.failed && write_page(&page, folder, seed);
    text_finish(&page);
    experiment_finish(&experiment);
    spec_finish(&spec);
    return written;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    unsigned long first = strtoul(argv[2], NULL, 10), n = strtoul(argv[3], NULL, 10);
    for (unsigned long seed = first; seed < first + n; seed++)
        if (!draw(argv[1], seed))
            return 1;
    return 0;
}
