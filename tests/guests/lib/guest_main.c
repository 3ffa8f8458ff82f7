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
    bool has_shared_page;

    start_info = (struct start_info *)entry_start_info;
    has_shared_page = event_init();
    console_init();
    print("GUEST %s\n", test_folder);
    if (!has_shared_page)
        report_error("shared_info_is_mapped", "refused");
    trap_init();
    page_init();
    test_main();
    report_done();
}
