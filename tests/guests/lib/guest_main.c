/* SPDX-License-Identifier: MIT */
/* guest_main.c - make the guest ready, run its test, say that it is done. */
#include "console.h"
#include "event.h"
#include "report.h"
#include "start.h"
#include "trap.h"

struct start_info *start_info;

void guest_main(void);

void guest_main(void)
{
    start_info = (struct start_info *)entry_start_info;
    print("GUEST %s\n", test_folder);
    event_init();
    trap_init();
    page_init();
    test_main();
    report_done();
}
