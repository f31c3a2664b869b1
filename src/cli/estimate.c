#include "cli/estimate.h"

#include <assert.h>
#include <string.h>

#include "cli/print.h"
#include "experiment/estimate.h"
#include "report/estimate_text.h"

static void format_csv(struct text *text, const struct spec *spec, const struct estimate *estimate)
{
    (void)spec;
    estimate_add_csv(text, estimate);
}

static void format_table(struct text *text, const struct spec *spec, const struct estimate *estimate)
{
    struct table_style style = print_style();
    estimate_add_table(text, spec, estimate, &style);
}

/* Those of all commands that estimate. */
static const struct {
    const char *name;
    void (*add)(struct text *text, const struct spec *spec, const struct estimate *estimate);
} formats[] = {
    {"csv", format_csv},
    {"json", estimate_add_json},
    {"markdown", estimate_add_markdown},
    {"table", format_table},
};

enum exit_code estimate_print(const char *file, const char *format, const struct estimate_order *order)
{
    struct estimate estimate;
    struct error error = {0};
    struct text text = {0};
    size_t f = 0;
    while (strcmp(formats[f].name, format) != 0) {
        f++;
        assert(f < sizeof formats / sizeof *formats);
    }
    if (!estimate_make(order->specs, order->n, order->lengths, order->n_axes, order->options,
                       &estimate_thorough, &estimate, &error)) {
        complain("%s: %s", file, error_text(&error));
        error_finish(&error);
        return EXIT_IO;
    }
    bool stopped = order->options->stop && *order->options->stop;
    if (!stopped)
        formats[f].add(&text, order->specs[0], &estimate);
    estimate_finish(&estimate);
    return stopped ? EXIT_INTERRUPTED : print_text(&text) ? EXIT_OK : EXIT_IO;
}
