#include "experiment/journal.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"
#include "experiment/files.h"
#include "scenario/file.h"

static const struct journal_task task = {
    .fingerprint = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
    .policy = "sync",
    .warmup_ns = 5000000000,
    .replication = 7,
    .kind = "replication",
};

/* ---- a folder for each test ---- */

static char folder[] = "/tmp/tandem-journal-XXXXXX";

static void make_folder(void)
{
    cr_assert(mkdtemp(folder));
}

static void remove_all(const char *path)
{
    DIR *stream = opendir(path);
    for (const struct dirent *entry; stream && (entry = readdir(stream)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            char *inner = path_join(path, entry->d_name);
            cr_assert(inner);
            remove_all(inner);
            free(inner);
        }
    if (stream)
        closedir(stream);
    remove(path);
}

static void remove_folder(void)
{
    remove_all(folder);
}

TestSuite(journal, .init = make_folder, .fini = remove_folder);

static const char *const folders[] = {folder};
static const struct journal journal = {.folders = folders, .n_folders = 1};

/* By value: no test needs to give it back. */
struct path {
    char chars[160];
};

static struct path joined(const char *outer, const char *name)
{
    struct path path;
    int length = snprintf(path.chars, sizeof path.chars, "%s/%s", outer, name);
    cr_assert(length > 0 && (size_t)length < sizeof path.chars);
    return path;
}

/* The folder and the file where the header says that a task stands. */
static struct path task_folder(const char *outer, const struct sha256_text *id)
{
    const char name[3] = {id->chars[0], id->chars[1], '\0'};
    return joined(outer, name);
}

static struct path task_file(const char *outer, const struct sha256_text *id)
{
    char name[sizeof id->chars + 4];
    snprintf(name, sizeof name, "%s.txt", id->chars);
    return joined(task_folder(outer, id).chars, name);
}

static void keep(const struct journal *where, const struct sha256_text *id, const double *values, size_t n)
{
    struct error error = {0};
    cr_assert(journal_keep(where, id, values, n, &error), "%s", error_text(&error));
}

static void read_bytes(const char *path, char **ret_bytes, size_t *ret_length)
{
    struct error error = {0};
    cr_assert(file_read(path, ret_bytes, ret_length, &error), "%s: %s", path, error_text(&error));
}

static void write_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    cr_assert(file);
    cr_assert_eq(fwrite(bytes, 1, length, file), length);
    cr_assert_eq(fclose(file), 0);
}

static bool is_there(const struct journal *where, const struct sha256_text *id)
{
    size_t n;
    double *values = journal_find(where, id, &n);
    free(values);
    return values != NULL;
}

/* ---- round trips ---- */

/* -0 is not 0 here. */
static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a == b && !signbit(a) == !signbit(b));
}

static void expect_kept(const double *values, size_t n)
{
    struct sha256_text id = journal_id(&task);
    keep(&journal, &id, values, n);
    size_t found_n = 99;
    double *found = journal_find(&journal, &id, &found_n);
    cr_assert(found);
    cr_assert_eq(found_n, n);
    for (size_t i = 0; i < n; i++)
        cr_expect(same_number(found[i], values[i]), "%a is not %a", found[i], values[i]);
    free(found);
}

Test(journal, every_double_comes_back)
{
    const double values[] = {
        0.0,
        -0.0,
        1.0,
        -1.0,
        1.0 / 3.0,
        0.1 + 0.2,
        DBL_MAX,
        -DBL_MAX,
        DBL_MIN,
        DBL_MIN / 3.0,
        4.94065645841247e-324,
        -4.94065645841247e-324,
        INFINITY,
        -(double)INFINITY,
        NAN,
        -(double)NAN,
        1e300,
        9007199254740993.0,
    };
    expect_kept(values, sizeof values / sizeof *values);
}

Test(journal, so_does_a_random_bit_pattern)
{
    enum { N = 20000 };
    static double values[N];
    uint64_t state = 1;
    for (size_t i = 0; i < N; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U; /* Knuth's MMIX */
        uint64_t bits = state ^ state >> 33;
        memcpy(&values[i], &bits, sizeof bits);
    }
    expect_kept(values, N);
}

Test(journal, no_numbers_are_numbers_too)
{
    expect_kept(NULL, 0);
}

/* The file as it is documented, written here by hand and sealed by sha256sum. */
Test(journal, a_file_is_read_as_the_manual_has_it)
{
    static const char file[] = "tandem task 1\n3\n0x1.8p+1\nnan\n-inf\n"
                               "sha256 3fbce55cb8aefacf809bd0327b56846635049f7cae5dd7e93a9cbdc772f236e8\n";
    struct sha256_text id = journal_id(&task);
    cr_assert(folder_make(task_folder(folder, &id).chars, NULL));
    write_bytes(task_file(folder, &id).chars, file, sizeof file - 1);
    size_t n;
    double *values = journal_find(&journal, &id, &n);
    cr_assert(values);
    cr_assert_eq(n, 3);
    cr_expect_eq(values[0], 3.0);
    cr_expect(isnan(values[1]));
    cr_expect(isinf(values[2]) && values[2] < 0.0);
    const double same[] = {3.0, -(double)NAN, -(double)INFINITY};
    keep(&journal, &id, same, 3);
    char *bytes;
    size_t length;
    read_bytes(task_file(folder, &id).chars, &bytes, &length);
    cr_expect_str_eq(bytes, file);
    free(bytes);
    free(values);
}

/* ---- what is broken is not there ---- */

struct broken {
    struct path path;
    char *bytes;
    size_t length;
    struct sha256_text id;
};

static void broken_init(struct broken *broken)
{
    const double values[] = {0.025, 120.0, NAN, 3.0};
    broken->id = journal_id(&task);
    keep(&journal, &broken->id, values, 4);
    broken->path = task_file(folder, &broken->id);
    read_bytes(broken->path.chars, &broken->bytes, &broken->length);
}

static void broken_finish(struct broken *broken)
{
    free(broken->bytes);
}

Test(journal, cut_short_anywhere_is_not_there)
{
    struct broken broken;
    broken_init(&broken);
    for (size_t length = 0; length < broken.length; length++) {
        write_bytes(broken.path.chars, broken.bytes, length);
        cr_expect_not(is_there(&journal, &broken.id), "%zu of %zu bytes", length, broken.length);
    }
    write_bytes(broken.path.chars, broken.bytes, broken.length);
    cr_expect(is_there(&journal, &broken.id));
    broken_finish(&broken);
}

Test(journal, a_flipped_bit_is_not_there)
{
    struct broken broken;
    broken_init(&broken);
    for (size_t bit = 0; bit < 8 * broken.length; bit++) {
        broken.bytes[bit / 8] = (char)(broken.bytes[bit / 8] ^ 1 << bit % 8);
        write_bytes(broken.path.chars, broken.bytes, broken.length);
        broken.bytes[bit / 8] = (char)(broken.bytes[bit / 8] ^ 1 << bit % 8);
        cr_expect_not(is_there(&journal, &broken.id), "bit %zu", bit);
    }
    broken_finish(&broken);
}

Test(journal, neither_is_what_has_something_behind_it)
{
    static const char *const rubbish[] = {"\n", "x", "\0", "3\n"};
    struct broken broken;
    broken_init(&broken);
    for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++) {
        struct text text = {0};
        text_add_bytes(&text, broken.bytes, broken.length);
        text_add_bytes(&text, rubbish[i], strlen(rubbish[i]) + (rubbish[i][0] == '\0'));
        write_bytes(broken.path.chars, text_string(&text), text.length);
        cr_expect_not(is_there(&journal, &broken.id), "rubbish %zu", i);
        text_finish(&text);
    }
    write_bytes(broken.path.chars, broken.bytes, broken.length);
    struct text twice = {0};
    text_add(&twice, broken.bytes);
    text_add(&twice, broken.bytes);
    write_bytes(broken.path.chars, text_string(&twice), twice.length);
    cr_expect_not(is_there(&journal, &broken.id));
    text_finish(&twice);
    broken_finish(&broken);
}

/* A good seal does not make a good file: `content` is sealed and must not be there. */
static void expect_refused(struct broken *broken, const char *content)
{
    char *file = text_format("%ssha256 %s\n", content, sha256(content, strlen(content)).chars);
    cr_assert(file);
    write_bytes(broken->path.chars, file, strlen(file));
    cr_expect_not(is_there(&journal, &broken->id), "%s", content);
    free(file);
}

Test(journal, a_good_checksum_is_not_enough)
{
    struct broken broken;
    broken_init(&broken);
    expect_refused(&broken, "");
    expect_refused(&broken, "tandem task 1\n");
    expect_refused(&broken, "tandem task 2\n1\n0x1p+0\n");
    expect_refused(&broken, "tandem task 1\n2\n0x1p+0\n");
    expect_refused(&broken, "tandem task 1\n0\n0x1p+0\n");
    expect_refused(&broken, "tandem task 1\n1\n0x1p+0");
    expect_refused(&broken, "tandem task 1\n1\n0x1p+0 \n");
    expect_refused(&broken, "tandem task 1\n1\nnumber\n");
    expect_refused(&broken, "tandem task 1\n1\n\n");
    expect_refused(&broken, "tandem task 1\n-1\n0x1p+0\n");
    expect_refused(&broken, "tandem task 1\n99999999999999999999999\n0x1p+0\n");
    expect_refused(&broken, "tandem task 1\n4611686018427387904\n0x1p+0\n");
    broken_finish(&broken);
}

/* ---- names ---- */

Test(journal, the_name_depends_on_each_field)
{
    struct journal_task others[7] = {task, task, task, task, task, task, task};
    others[1].fingerprint = "5feceb66";
    others[2].policy = "async";
    others[3].warmup_ns++;
    others[4].replication++;
    others[5].kind = "pilot";
    others[6].asked = "4e074085";
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++)
            cr_expect_eq(strcmp(journal_id(&others[i]).chars, journal_id(&others[j]).chars) == 0, i == j,
                         "%zu and %zu", i, j);
}

Test(journal, no_field_reaches_into_another)
{
    struct journal_task a = task, b = task;
    a.kind = "pilot", a.policy = "a\nb", a.fingerprint = "x";
    b.kind = "pilot", b.policy = "b", b.fingerprint = "x\na";
    cr_expect_str_neq(journal_id(&a).chars, journal_id(&b).chars);
    a.replication = 12, a.warmup_ns = 3;
    b = a;
    b.replication = 2, b.warmup_ns = 31;
    cr_expect_str_neq(journal_id(&a).chars, journal_id(&b).chars);
}

Test(journal, a_name_is_what_it_says)
{
    struct text text = {0};
    text_addf(&text, "tandem task 1\n%s\n%s\n%s\n%s\n5000000000\n7\n",
              sha256(tandem_version, strlen(tandem_version)).chars, sha256("replication", 11).chars,
              sha256(task.fingerprint, 64).chars, sha256("sync", 4).chars);
    cr_expect_str_eq(journal_id(&task).chars, sha256(text.bytes, text.length).chars);
    text_finish(&text);
}

/* ---- folders ---- */

static double first_number(const struct journal *where, const struct sha256_text *id)
{
    size_t n;
    double *values = journal_find(where, id, &n), first = values ? values[0] : (double)NAN;
    free(values);
    return first;
}

Test(journal, looks_in_all_folders_and_writes_to_the_first)
{
    const struct path a = joined(folder, "a"), b = joined(folder, "b");
    const char *const two[] = {a.chars, b.chars};
    const struct journal both = {.folders = two, .n_folders = 2}, last = {.folders = two + 1, .n_folders = 1};
    struct sha256_text id = journal_id(&task);
    cr_expect_not(is_there(&both, &id));
    keep(&last, &id, &(double){1.0}, 1);
    cr_expect(is_there(&both, &id));
    keep(&both, &id, &(double){2.0}, 1);
    cr_expect_eq(first_number(&both, &id), 2.0);
    cr_expect_eq(first_number(&last, &id), 1.0);
    /* what is broken in the first is looked for in the second */
    write_bytes(task_file(a.chars, &id).chars, "tandem", 6);
    cr_expect_eq(first_number(&both, &id), 1.0);
}

Test(journal, a_folder_is_made_with_those_above_it)
{
    const struct path below = joined(folder, "out/demo/tasks");
    const char *const deep[] = {below.chars};
    const struct journal inner = {.folders = deep, .n_folders = 1};
    struct sha256_text id = journal_id(&task);
    cr_expect_not(is_there(&inner, &id));
    keep(&inner, &id, &(double){1.0}, 1);
    cr_expect(is_there(&inner, &id));
}

Test(journal, read_only_writes_nothing)
{
    const struct journal closed = {.folders = folders, .n_folders = 1, .read_only = true};
    struct sha256_text id = journal_id(&task);
    keep(&closed, &id, &(double){1.0}, 1);
    cr_expect_not(is_there(&closed, &id));
    cr_expect_eq(rmdir(folder), 0, "something was written");
}

Test(journal, a_folder_that_cannot_be_made_is_told)
{
    const struct path file = joined(folder, "file"), below = joined(folder, "file/tasks");
    const char *const inner[] = {below.chars};
    const struct journal nowhere = {.folders = inner, .n_folders = 1};
    struct sha256_text id = journal_id(&task);
    struct error error = {0};
    write_bytes(file.chars, "", 0);
    cr_expect_not(is_there(&nowhere, &id));
    cr_expect_not(journal_keep(&nowhere, &id, &(double){1.0}, 1, &error));
    cr_expect(strstr(error_text(&error), file.chars), "%s", error_text(&error));
    error_finish(&error);
}

Test(journal, a_file_that_cannot_be_written_is_told)
{
    struct sha256_text id = journal_id(&task);
    const struct path path = task_file(folder, &id);
    struct error error = {0};
    cr_assert(folder_make(path.chars, NULL)); /* a folder where the file should be */
    cr_expect_not(journal_keep(&journal, &id, &(double){1.0}, 1, &error));
    cr_expect(strstr(error_text(&error), path.chars), "%s", error_text(&error));
    cr_expect_not(is_there(&journal, &id));
    error_finish(&error);
}

/* ---- several at once ---- */

enum { WRITERS = 4, ROUNDS = 200, NUMBERS = 300 };

struct writer {
    struct sha256_text id;
    double values[NUMBERS];
    unsigned failures;
};

static void *write_often(void *data)
{
    struct writer *writer = data;
    for (unsigned i = 0; i < ROUNDS; i++) {
        size_t n = 0;
        writer->failures += !journal_keep(&journal, &writer->id, writer->values, NUMBERS, NULL);
        double *found = journal_find(&journal, &writer->id, &n);
        writer->failures += n != NUMBERS;
        for (size_t k = 0; k < n; k++)
            writer->failures += found[k] != writer->values[k];
        free(found);
    }
    return NULL;
}

static size_t entries(const char *path)
{
    size_t n = 0;
    DIR *stream = opendir(path);
    cr_assert(stream);
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;)
        n += entry->d_name[0] != '.';
    closedir(stream);
    return n;
}

Test(journal, several_write_the_same_task_at_once)
{
    static struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    for (size_t w = 0; w < WRITERS; w++) {
        writers[w] = (struct writer){.id = journal_id(&task)};
        for (size_t i = 0; i < NUMBERS; i++)
            writers[w].values[i] = 1.0 / (double)(i + 1);
        cr_assert_eq(pthread_create(&threads[w], NULL, write_often, &writers[w]), 0);
    }
    for (size_t w = 0; w < WRITERS; w++) {
        pthread_join(threads[w], NULL);
        cr_expect_eq(writers[w].failures, 0);
    }
    cr_expect_eq(entries(task_folder(folder, &writers[0].id).chars), 1, "temporary files are left");
}

/* One that was killed may have left its temporary file: it is in nobody's way. */
Test(journal, what_a_killed_writer_left_is_no_obstacle)
{
    struct sha256_text id = journal_id(&task);
    struct path left = task_file(folder, &id);
    size_t length = strlen(left.chars);
    snprintf(left.chars + length, sizeof left.chars - length, ".%ld.0.part", (long)getpid());
    cr_assert(folder_make(task_folder(folder, &id).chars, NULL));
    write_bytes(left.chars, "tandem task 1\n3\n", 16);
    keep(&journal, &id, &(double){1.0}, 1);
    cr_expect(is_there(&journal, &id));
}
