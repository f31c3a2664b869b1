#include "experiment/files.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void expect_above(const char *path, const char *above)
{
    char *found = path_above(path);
    cr_assert(found);
    cr_expect_str_eq(found, above, "above \"%s\" is \"%s\", not \"%s\"", path, found, above);
    free(found);
}

Test(files, the_folder_above_as_dirname_has_it)
{
    expect_above("out/chain", "out");
    expect_above("out/chain/", "out");
    expect_above("out//chain//", "out");
    expect_above("/out/chain", "/out");
    expect_above("/out", "/");
    expect_above("//out", "/");
    expect_above("chain", ".");
    expect_above("chain/", ".");
    expect_above("../chain", "..");
    expect_above("out/..chain", "out");
    expect_above("out/...", "out");
    expect_above("", ".");
    expect_above("/", "/");
}

Test(files, names_that_stand_for_folders_are_gone_up_from)
{
    expect_above(".", "./..");
    expect_above("./", "./..");
    expect_above("..", "../..");
    expect_above("out/.", "out/./..");
    expect_above("out/chain/..", "out/chain/../..");
}
