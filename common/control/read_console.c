/* SPDX-License-Identifier: MIT */
/*
 * read_console.c - the ring of messages, for tools. They name a position by its
 * low 32 bits; it is the one of all that have them which is still in the ring.
 */
#include <hv/compiler.h>
#include <hv/conring.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/sysctl.h>
#include <public/sysctl.h>

#define CHUNK   256u

int control_read_console(uint64_t *pos, unsigned long va, uint32_t *count)
{
    uint32_t room = MIN(*count, READ_CONSOLE_MOST), done = 0;
    char chunk[CHUNK];

    while (done < room) {
        size_t n = conring_read(pos, chunk, MIN(room - done, CHUNK));

        if (n == 0)
            break;
        if (copy_to_guest(guest_va(va + done), chunk, n))
            return -EFAULT;
        done += (uint32_t)n;
    }
    *count = done;
    return 0;
}

static uint64_t position(uint32_t index)
{
    uint64_t start = conring_start();
    uint64_t pos = start + (uint32_t)(index - (uint32_t)start);

    return pos == start || conring_has(pos - 1) ? pos : start;
}

long sysctl_readconsole(struct xen_sysctl *op)
{
    struct xen_sysctl_readconsole *r = &op->u.readconsole;
    uint64_t pos = r->incremental ? position(r->index) : conring_start();
    int rc = control_read_console(&pos, (unsigned long)r->buffer.p,
                                  &r->count);

    if (rc)
        return rc;
    if (r->clear)
        conring_forget(pos);
    r->index = (uint32_t)pos;
    return 0;
}
