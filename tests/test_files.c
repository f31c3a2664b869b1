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

/* ---- new files, and what is no file ---- */

Test(files, a_new_file_takes_no_place_of_another)
{
    char folder[] = "/tmp/tandem-files-XXXXXX";
    struct error error = {0};
    cr_assert_not_null(mkdtemp(folder));
    char *path = path_join(folder, "new.json"), *link_path = path_join(folder, "link.json");
    cr_assert(file_write_new(path, "first", 5, NULL));
    cr_expect_not(file_write_new(path, "second", 6, &error));
    cr_expect_not_null(strstr(error_text(&error), "File exists"));
    expect_content(path, "first");
    cr_assert_eq(symlink("nowhere", link_path), 0);
    cr_expect_not(file_write_new(link_path, "third", 5, NULL), "a link that leads nowhere is something, too");
    cr_assert(file_remove(path, NULL));
    cr_assert(file_remove(path, NULL), "one that is not there is fine");
    cr_assert_eq(unlink(link_path), 0);
    cr_expect_eq(rmdir(folder), 0, "nothing else is left behind");
    error_finish(&error);
    free(link_path);
    free(path);
}

Test(files, a_link_is_replaced_and_not_followed)
{
    char folder[] = "/tmp/tandem-files-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    char *path = path_join(folder, "link"), *victim = path_join(folder, "victim");
    cr_assert(file_write(victim, "mine", 4, NULL));
    cr_assert_eq(symlink("victim", path), 0);
    cr_assert(file_write(path, "yours", 5, NULL));
    expect_content(victim, "mine");
    expect_content(path, "yours");
    cr_assert_eq(unlink(path) + unlink(victim) + rmdir(folder), 0);
    free(victim);
    free(path);
}

Test(files, what_is_no_file_is_written_to)
{
    struct error error = {0};
    cr_assert(file_write("/dev/null", "gone", 4, NULL));
    cr_assert_not(file_write("/dev/full", "gone", 4, &error));
    cr_expect_str_eq(error_text(&error), "/dev/full: No space left on device");
    error_finish(&error);
}

Test(files, a_folder_in_the_making_is_ones_own)
{
    char folder[] = "/tmp/tandem-files-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    char *path = path_join(folder, "drawing"), *first = NULL, *second = NULL;
    cr_assert(folder_part_make(path, &first, NULL));
    cr_assert(folder_part_make(path, &second, NULL));
    cr_expect_str_neq(first, second);
    char *inner = path_join(first, "half.svg");
    cr_assert(file_write(inner, "<svg>", 5, NULL));
    folder_part_remove(first);
    free(first);
    folder_part_remove(second);
    cr_expect_eq(rmdir(folder), 0, "nothing is left behind");
    struct error error = {0};
    cr_expect_not(folder_part_make("/nowhere/at/all", &first, &error));
    cr_expect_not_null(strstr(error_text(&error), "/nowhere/at/all"));
    error_finish(&error);
    free(inner);
    free(second);
    free(path);
}
