/* SPDX-License-Identifier: MIT */
/*
 * console_io/main.c - domain 0's line to the machine's console.
 *
 * Promise: write sends bytes and answers 0; read answers how many bytes it
 * stored, 0 when nobody typed. Pointers that cannot be followed answer -EFAULT,
 * unknown operations -ENOSYS. Both take any length, page borders included.
 */
#include "guest.h"

const char test_folder[] = "console_io";

void test_main(void)
{
    static char text[4200];
    char *page = page_alloc();

    expect_ok("write_of_nothing", hc_console_io(CONSOLEIO_write, 0, text));
    expect_ok("write_of_nothing_from_nowhere",
              hc_console_io(CONSOLEIO_write, 0, NULL));
    expect_rc("write_from_nowhere", -XEN_EFAULT,
              hc_console_io(CONSOLEIO_write, 4, NULL));
    expect_rc("write_from_unmapped_memory", -XEN_EFAULT,
              hc_console_io(CONSOLEIO_write, 4, window_page(0)));
    expect_rc("write_from_the_hypervisor", -XEN_EFAULT,
              hc_console_io(CONSOLEIO_write, 4,
                            (void *)HV_PRIVATE));
    expect_rc("write_from_a_non_canonical_address", -XEN_EFAULT,
              hc_console_io(CONSOLEIO_write, 4, (void *)NON_CANONICAL));
    memset(text, '.', sizeof(text));
    text[sizeof(text) - 1] = '\n';
    expect_rc("write_of_more_than_a_page", is_domain_0() ? 0 : -XEN_E2BIG,
              hc_console_io(CONSOLEIO_write, sizeof(text), text));
    page[PAGE_SIZE - 1] = '\n';
    expect_ok("write_of_the_last_byte_of_a_page",
              hc_console_io(CONSOLEIO_write, 1, page + PAGE_SIZE - 1));

    expect_rc("read_finds_nothing", is_domain_0() ? 0 : -XEN_EPERM,
              hc_console_io(CONSOLEIO_read, 16, text));
    expect_rc("read_of_nothing", is_domain_0() ? 0 : -XEN_EPERM,
              hc_console_io(CONSOLEIO_read, 0, text));
    expect_rc("an_unknown_operation", -XEN_ENOSYS,
              hc_console_io(2, 4, text));
    expect_rc("operation_minus_1", -XEN_ENOSYS, hc_console_io(-1, 4, text));
}
