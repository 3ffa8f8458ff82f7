/* SPDX-License-Identifier: MIT */
/* grant_dump_test.c - what key g prints of all domains' grants, line by line. */
#include <string.h>
#include <hv/control.h>
#include "../../common/grant/grant.h"
#include "fake_printed.h"
#include "fake_spinlock.h"
#include "unit.h"

static struct grant_pin pins[PINS_PER_GROUP];
static struct grant_frame frames[2];
static struct grant_frame *table[2] = { &frames[0], &frames[1] };
static struct grant_table empty = { .frame_max = 64, .maptrack_max = 1024 };
static struct grant_table used = { .frame_max = 32, .frame_count = 2,
                                   .frame = table, .maptrack_count = 3,
                                   .maptrack_max = 512 };
static struct domain first = { .grants = &empty };
static struct domain guest = { .id = 9, .grants = &used };
static int references;

struct domain *find_domain_from(domid_t from)
{
    struct domain *d = from == 0 ? &first : from <= 9 ? &guest : NULL;

    ck_assert_uint_eq(fake_locks_held, 0);
    references += d != NULL;
    return d;
}

void domain_put(struct domain *d)
{
    ck_assert_ptr_nonnull(d);
    references--;
}

START_TEST(grants_in_use_have_a_line_each)
{
    spin_lock_init(&empty.lock, LOCK_LEVEL_GRANT);
    spin_lock_init(&used.lock, LOCK_LEVEL_GRANT);
    frames[1].pins[2] = pins;
    pins[0] = (struct grant_pin){ .frame = 0x1234, .user = 4 };
    pins[0].count[GRANT_CPU_READ] = 2;
    pins[5] = (struct grant_pin){ .frame = 0xabcdef, .user = 0 };
    pins[5].count[GRANT_CPU_WRITE] = 1;
    pins[6] = (struct grant_pin){ .frame = 7, .user = 3 };  /* was used */
    pins[63] = (struct grant_pin){ .frame = 8, .user = 5 };
    pins[63].count[GRANT_DEVICE_READ] = 3;
    pins[63].count[GRANT_DEVICE_WRITE] = 4;
    grant_dump();
    ck_assert_str_eq(fake_printed,
        "d0: 0 of 64 frames of grants, 0 of 1024 of handles\n"
        "  0 in use\n"
        "d9: 2 of 32 frames of grants, 3 of 512 of handles\n"
        "     640 frame   1234 by d4: 2 read, 0 write, devices 0 read, 0 write\n"
        "     645 frame abcdef by d0: 0 read, 1 write, devices 0 read, 0 write\n"
        "     703 frame      8 by d5: 0 read, 0 write, devices 3 read, 4 write\n"
        "  3 in use\n");
    ck_assert_int_eq(references, 0);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("grant_dump", grants_in_use_have_a_line_each);
}
