#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/print.h"
#include "experiment/files.h"
#include "scenario/names.h"

static const struct option options[] = {COMMON_OPTIONS};

static const char before_name[] =
    "// A scenario to start from. Change it, then: tandem check FILE, tandem run FILE.\n"
    "// What a key means: tandem explain KEY. All keys: tandem list keys.\n"
    "{\n"
    "  // Editors then complete and explain keys; \"tandem schema\" prints the file.\n"
    "  // \"$schema\": \"./scenario.schema.json\",\n";

static const char behind_name[] =
    "  \"about\": \"A shop asks a bank. Who waits for whom, and how long?\",\n"
    "\n"
    "  \"run\": {\"duration\": \"2min\", \"warmup\": \"10s\", \"seed\": 1, \"replications\": 5},\n"
    "\n"
    "  \"components\": {\n"
    "    \"shop\": {\n"
    "      \"workers\": 8, // requests that it works on at once\n"
    "      \"endpoints\": {\n"
    "        \"buy\": [{\"work\": \"2ms\"}, {\"call\": \"bank.pay\"}] // one step after another\n"
    "      }\n"
    "    },\n"
    "    \"bank\": {\n"
    "      \"workers\": 4,\n"
    "      \"endpoints\": {\n"
    "        \"pay\": [{\"work\": {\"exponential\": \"20ms\"}}] // a distribution, by its mean\n"
    "      }\n"
    "    }\n"
    "  },\n"
    "\n"
    "  \"links\": {\n"
    "    \"shop-bank\": {\"between\": [\"shop\", \"bank\"], \"delay\": \"10ms\"} // each way\n"
    "  },\n"
    "\n"
    "  // What users ask for: 120 requests a second, at random times.\n"
    "  \"load\": [{\"request\": \"shop.buy\", \"open\": {\"poisson\": \"120/s\"}}],\n"
    "\n"
    "  // The ways of calling that are compared, on the same random numbers.\n"
    "  \"policies\": {\n"
    "    \"sync\": {\"mode\": \"sync\"},   // a worker of the shop waits for the bank\n"
    "    \"async\": {\"mode\": \"async\"}, // it does other work in the meantime\n"
    "    \"queue\": {\"mode\": \"queue\"}  // a queue takes the message; the user has the answer at once\n"
    "  },\n"
    "\n"
    "  // Claims that a run checks; it exits with 1 when one of them fails.\n"
    "  \"expect\": [\"sync.shop.blocked > async.shop.blocked\", \"queue.response.p99 < 50ms\"]\n"
    "}\n";

/* What the scenario is called, by its file: "shop" of "lessons/shop.json". */
static void add_scenario(struct text *text, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    char *name = text_format("%.*s", (int)strcspn(base, "."), base);
    text_addf(text, "%s  \"name\": \"%s\",\n%s", before_name, name && name_is_good(name) ? name : "start",
              behind_name);
    text->failed |= !name;
    free(name);
}

static enum exit_code write_new(const char *path, struct text *text)
{
    struct error error = {0};
    interrupt_watch();
    bool written = text->failed ? error_set(&error, "%s: out of memory", path)
                                : file_write_new(path, text_string(text), text->length, &error);
    if (!written)
        complain("%s", error_text(&error));
    error_finish(&error);
    text_finish(text);
    return written ? EXIT_OK : EXIT_IO;
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    (void)argv;
    struct text text = {0};
    if (arguments->n_operands > 1)
        return complain_usage("new ", "new takes one FILE");
    const char *path = arguments->n_operands ? arguments->operands[0] : "-";
    add_scenario(&text, path);
    if (strcmp(path, "-") != 0)
        return write_new(path, &text);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}

const struct command command_new = {
    .name = "new",
    .operands = "[FILE]",
    .summary = "Print or write a small scenario to start from",
    .details = "With a FILE it is written there, unless there is such a file already.\n",
    .examples = "  tandem new shop.json && tandem run shop.json\n"
                "  tandem new | tandem run -\n",
    .options = options,
    .run = run,
};
