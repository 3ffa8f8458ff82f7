/* SPDX-License-Identifier: MIT */
/*
 * guest_copy.c - the door to guest memory. What is the hypervisor's is refused
 * by its address; whatever else is wrong faults and is caught. Another vcpu may
 * change the tables at any moment: an access that found the old entry in the
 * TLB has removed it from there by faulting (SDM 3A 4.10.4.1), so a second try
 * sees what is there now.
 */
#include <asm/cpu.h>
#include <asm/layout.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>

unsigned long guest_copy_bytes(void *to, const void *from, size_t n);

static unsigned long copy(char *to, const char *from, size_t n)
{
    unsigned long left = guest_copy_bytes(to, from, n);

    if (likely(!left))
        return 0;
    return guest_copy_bytes(to + (n - left), from + (n - left), left);
}

static bool is_guests(unsigned long va, size_t n)
{
    unsigned long end = va + n;

    if (end < va)
        return false;
    return end <= HV_VIRT_START || va >= HV_VIRT_END;
}

/* With SMAP, pages that guests may use are ours only between these two. */
static void open_guest_memory(void)
{
    if (cpu_features.smap)
        __asm__ __volatile__("stac" : : : "memory");
}

static void close_guest_memory(void)
{
    if (cpu_features.smap)
        __asm__ __volatile__("clac" : : : "memory");
}

int copy_from_guest(void *to, guest_va_t from, size_t n)
{
    unsigned long left;

    if (unlikely(!is_guests(from.va, n)))
        return -EFAULT;
    open_guest_memory();
    left = copy(to, (const void *)from.va, n);
    close_guest_memory();
    return left ? -EFAULT : 0;
}

int copy_to_guest(guest_va_t to, const void *from, size_t n)
{
    unsigned long left;

    if (unlikely(!is_guests(to.va, n)))
        return -EFAULT;
    open_guest_memory();
    left = copy((void *)to.va, from, n);
    close_guest_memory();
    return left ? -EFAULT : 0;
}
