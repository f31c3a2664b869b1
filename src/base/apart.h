/* Functions kept apart from those that call them where speed counts: what is inlined costs its caller
 * registers, to be saved each time, whether or not they are needed. gcc and clang. */
#ifndef TANDEM_BASE_APART_H
#define TANDEM_BASE_APART_H

/* Called now and then. */
#define APART __attribute__((noinline))

/* Hardly ever called: out of the way, too. */
#define RARE __attribute__((cold, noinline))

#endif
