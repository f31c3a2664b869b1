#include "model/split.h"

void split_stretch(int64_t split_ns[CAUSES], int64_t total_ns, int64_t length_ns)
{
    int64_t left_ns = length_ns;
    int greatest = 0;
    for (int c = 0; c < CAUSES; c++) {
        greatest = split_ns[c] > split_ns[greatest] ? c : greatest;
        split_ns[c] = total_ns ? (int64_t)((int128)split_ns[c] * length_ns / total_ns) : 0;
        left_ns -= split_ns[c];
    }
    split_ns[greatest] += left_ns;
}

void split_sum_carry(struct split_sum *sum)
{
    for (int c = 0; c < CAUSES; c++) {
        sum->ns[c] += sum->recent_ns[c];
        sum->recent_ns[c] = 0;
    }
    sum->room_ns = INT64_MAX;
}
