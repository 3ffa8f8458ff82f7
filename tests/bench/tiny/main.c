/* SPDX-License-Identifier: MIT */
/*
 * bench/tiny/main.c - the smallest guest that the tools can start: it says that
 * it runs, and sleeps.
 */
#include "guest.h"

const char test_folder[] = "tiny";

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    print("tiny guest is up\n");
    for (;;)
        hc_sched_op(SCHEDOP_block, NULL);
}
