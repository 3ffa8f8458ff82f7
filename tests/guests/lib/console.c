/* SPDX-License-Identifier: MIT */
/*
 * console.c - text out: domain 0's by console_io, any other domain's through
 * the ring in its console page, whose port is kept masked.
 */
#include "console.h"
#include "event.h"
#include "hypercall.h"
#include "pagetable.h"
#include "start.h"

#include <xen/io/console.h>

static struct xencons_interface *ring;  /* NULL: domain 0 */

/* Tell the other end, which need not look at once, and let it. */
static void ring_kick(void)
{
    port_send(start_info->console.domU.evtchn);
    let_others_run();
}

static void ring_write(const char *text, size_t length)
{
    struct xencons_interface *r = ring;
    uint32_t prod = r->out_prod;

    while (length) {
        uint32_t cons = __atomic_load_n(&r->out_cons, __ATOMIC_ACQUIRE);

        for (; length && prod - cons < sizeof(r->out); length--)
            r->out[MASK_XENCONS_IDX(prod++, r->out)] = *text++;
        __atomic_store_n(&r->out_prod, prod, __ATOMIC_RELEASE);
        if (length)
            ring_kick();
    }
    port_send(start_info->console.domU.evtchn);
}

void console_init(void)
{
    if (is_domain_0())
        return;
    ring = mfn_to_va(start_info->console.domU.mfn);
    /* What it says is of no interest, and would be an upcall. */
    port_mask(start_info->console.domU.evtchn);
}

void console_write(const char *text, size_t length)
{
    if (ring)
        ring_write(text, length);
    else
        hc_console_io(CONSOLEIO_write, length, (void *)(uintptr_t)text);
}

void print(const char *format, ...)
{
    char line[256];
    va_list args;
    size_t length;

    va_start(args, format);
    length = format_line(line, sizeof(line), format, args);
    va_end(args);
    console_write(line, length);
}
