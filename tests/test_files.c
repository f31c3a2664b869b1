#include "experiment/files.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* ---- files that are written piece by piece ---- */

static void expect_content(const char *path, const char *expected)
{
    char bytes[64] = "";
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    cr_expect_str_eq(bytes, expected);
}

Test(files, a_file_is_there_when_it_is_whole)
{
    char folder[] = "/tmp/tandem-files-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    char *path = path_join(folder, "summary.csv");
    struct file_part part;
    cr_assert(file_part_open(path, &part, NULL));
    cr_assert(file_part_add(&part, "one,", 4));
    cr_expect_neq(access(path, F_OK), 0, "not yet");
    cr_assert(file_part_add(&part, "two", 3));
    cr_assert(file_part_close(&part, true, NULL));
    expect_content(path, "one,two");
    cr_assert(file_part_open(path, &part, NULL));
    cr_assert(file_part_add(&part, "half of", 7));
    cr_expect_not(file_part_close(&part, false, NULL));
    expect_content(path, "one,two");
    cr_assert_eq(unlink(path), 0);
    cr_expect_eq(rmdir(folder), 0, "nothing else is left behind");
    free(path);
}

Test(files, what_cannot_be_written_piece_by_piece_is_told)
{
    struct file_part part;
    struct error error = {0};
    cr_assert_not(file_part_open("/nowhere/at/all", &part, &error));
    cr_expect_not_null(strstr(error_text(&error), "/nowhere/at/all"));
    error_finish(&error);
}
