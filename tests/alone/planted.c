/* What the checks have to find: a block that is lost, and a byte beyond the end of one. `./dev valgrind` and
 * `./dev sanitize` run these first, and stop where one of them is not found. */
#include <stdlib.h>

#include <criterion/criterion.h>

static void *volatile block;
static volatile char byte;

Test(planted, a_lost_block)
{
    block = malloc(123);
    block = NULL;
}

Test(planted, a_byte_beyond_the_end)
{
    block = malloc(4);
    byte = ((char *)block)[4];
    free(block);
}

Test(planted, nothing)
{
    block = malloc(4);
    free(block);
    cr_assert(1);
}
