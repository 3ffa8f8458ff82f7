/* SPDX-License-Identifier: MIT */
/* fake_guest.c - guest_copy.h over an array. */
#include <string.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include "fake_guest.h"
#include "fake_spinlock.h"

uint8_t fake_guest[FAKE_GUEST_SIZE];
unsigned int fake_guest_read_twice;
bool fake_guest_is_read_only;
static bool was_read[FAKE_GUEST_SIZE];

void fake_guest_reset(void)
{
    memset(fake_guest, 0xcc, sizeof(fake_guest));
    memset(was_read, 0, sizeof(was_read));
    fake_guest_read_twice = 0;
    fake_guest_is_read_only = false;
}

void *fake_guest_at(unsigned long va)
{
    return fake_guest + (va - FAKE_GUEST_VA);
}

/* Guest memory may fault: nobody touches it under a lock. */
static bool reaches(guest_va_t at, size_t n)
{
    return fake_locks_held == 0 && at.va >= FAKE_GUEST_VA &&
           n <= FAKE_GUEST_SIZE &&
           at.va - FAKE_GUEST_VA <= FAKE_GUEST_SIZE - n;
}

int copy_from_guest(void *to, guest_va_t from, size_t n)
{
    if (!reaches(from, n))
        return -EFAULT;
    for (size_t i = from.va - FAKE_GUEST_VA; i < from.va - FAKE_GUEST_VA + n;
         i++) {
        fake_guest_read_twice += was_read[i];
        was_read[i] = true;
    }
    memcpy(to, fake_guest_at(from.va), n);
    return 0;
}

int copy_to_guest(guest_va_t to, const void *from, size_t n)
{
    if (!reaches(to, n) || fake_guest_is_read_only)
        return -EFAULT;
    memcpy(fake_guest_at(to.va), from, n);
    return 0;
}
