/* SPDX-License-Identifier: MIT */
/* console_op.c - hypercall 18: text to the console, and keys from it. */
#include <asm/current.h>
#include <asm/hypercall.h>
#include <hv/compiler.h>
#include <hv/console.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_console.h>
#include <hv/guest_copy.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/xen.h>

#define CHUNK       128u        /* of a guest: 128 lines at most */
#define WAIT_MAX    SECONDS(1)  /* for a line that does not move */
#define WRITE_MOST  65536u      /* of one call by domain 0: bounds our time */
#define GUEST_MOST  4096u       /* of one call by any other domain */

/* Domains that are not to make the hypervisor wait for a line do so themselves:
 * they come again, and again, while others may run. Not for ever: the line may be
 * dead, and is moved by the next text if it only lost an interrupt. */
static bool has_to_wait(const struct domain *d)
{
    static s_time_t waits_since;        /* [a] of all; 0: nobody waits */
    s_time_t since = READ_ONCE(waits_since), now;

    if (d->is_privileged || !guest_console_is_heard())
        return false;
    if (!console_is_behind()) {
        WRITE_ONCE(waits_since, 0);
        return false;
    }
    now = system_time();
    if (since && now - since < WAIT_MAX)
        return true;
    WRITE_ONCE(waits_since, now);
    return !since;
}

/* All of @count, a piece at a time; domain 0's text passes as it is. */
static long write_text(const struct domain *d, unsigned int count,
                       unsigned long va)
{
    char chunk[CHUNK];

    if (count > (d->is_privileged ? WRITE_MOST : GUEST_MOST))
        return -E2BIG;
    for (bool is_first = true; count; is_first = false) {
        unsigned int n = MIN(count, CHUNK);

        if (has_to_wait(d) || (!is_first && softirq_is_pending()))
            return hypercall_restart(__HYPERVISOR_console_io, 3,
                                     (unsigned long)CONSOLEIO_write,
                                     (unsigned long)count, va);
        if (copy_from_guest(chunk, guest_va(va), n))
            return -EFAULT;
        if (d->is_privileged)
            console_write(chunk, n);
        else
            guest_console_write(d->id, chunk, n);
        va += n;
        count -= n;
    }
    return 0;
}

/* Keys that cannot be stored are lost. */
static long read_keys(unsigned int count, unsigned long va)
{
    char chunk[CHUNK];
    unsigned int done = 0;

    while (done < count && done < WRITE_MOST) {
        size_t n = console_read(chunk, MIN(count - done, CHUNK));

        if (n == 0)
            break;
        if (copy_to_guest(guest_va(va + done), chunk, n))
            return -EFAULT;
        done += (unsigned int)n;
    }
    return done;
}

long do_console_io(int cmd, unsigned int count, unsigned long va)
{
    const struct domain *d = current->domain;

    switch (cmd) {
    case CONSOLEIO_write:
        return write_text(d, count, va);
    case CONSOLEIO_read:
        return d->is_privileged ? read_keys(count, va) : -EPERM;
    default:
        return -ENOSYS;
    }
}
