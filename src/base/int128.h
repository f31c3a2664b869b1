/* The 128-bit integer that exact sums of time need: a million workers for a year is 3e22 ns. */
#ifndef TANDEM_BASE_INT128_H
#define TANDEM_BASE_INT128_H

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

#endif
