/* SPDX-License-Identifier: MIT */
/* mmu_update_test.c - the list of stores of hypercall 1, and its restarts. */
#include <stdarg.h>
#include <asm/hypercall.h>
#include <asm/hypercalls.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <hv/errno.h>
#include <public/xen.h>
#include "fake_guest.h"
#include "fake_paging.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define V       (&fake_vcpus[0])
#define TABLE   (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define LIST    FAKE_GUEST_VA
#define DONE    (FAKE_GUEST_VA + 0x10000)
#define RESTART 0x1234567l

struct domain *dom_io;
static struct domain io_domain;

static unsigned long m2p[FAKE_FRAMES];
static unsigned long again[4];      /* arguments of the call to be repeated */
static struct mmu_update *list;

void m2p_set(mfn_t m, pfn_t p)
{
    m2p[m.n] = p.n;
}

struct domain *find_frame_owner(domid_t id)
{
    struct domain *d = id == DOMAIN_SELF ? fake_current->domain :
                       id == DOMAIN_IO ? dom_io :
                       id < FAKE_DOMAINS ? &fake_domains[id] : NULL;

    if (d)
        d->refs++;
    return d;
}

struct domain *find_domain(domid_t id)
{
    return id < FAKE_DOMAINS ? find_frame_owner(id) : NULL;
}

long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    va_list args;

    ck_assert_uint_eq(nr, __HYPERVISOR_mmu_update);
    ck_assert_uint_eq(count, 4);
    va_start(args, count);
    for (unsigned int i = 0; i < 4; i++)
        again[i] = va_arg(args, unsigned long);
    va_end(args);
    return RESTART;
}

static void start(void)
{
    fake_paging_start();
    fake_guest_reset();
    dom_io = &io_domain;
    list = fake_guest_at(LIST);
}

static struct frame *own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

static struct frame *pinned(enum frame_type type)
{
    struct frame *f = own(D);

    ck_assert_int_eq(frame_pin(f, D, type), 0);
    model_add(f, HOLDS_PIN, type);
    return f;
}

static struct mmu_update put(const struct frame *f, unsigned int i,
                             uint64_t value)
{
    return (struct mmu_update){ mfn_to_paddr(frame_mfn(f)) + i * 8, value };
}

static uint64_t entry(const struct frame *f)
{
    return pte_make(frame_mfn(f), TABLE).v;
}

static uint32_t done_count(void)
{
    uint32_t *done = fake_guest_at(DONE);

    return *done;
}

static long update(unsigned int count, unsigned int foreign)
{
    long rc = do_mmu_update(LIST, count, DONE, foreign);

    fake_paging_check();
    return rc;
}

/* As a guest does: the call again, until it is through. */
static long update_all(unsigned int count)
{
    long rc = update(count, DOMAIN_SELF);

    while (rc == RESTART) {
        rc = do_mmu_update(again[0], (unsigned int)again[1], again[2],
                           (unsigned int)again[3]);
        fake_paging_check();
    }
    return rc;
}

START_TEST(a_list_is_done_in_order_up_to_the_first_that_fails)
{
    struct frame *l1, *data;

    start();
    l1 = pinned(FRAME_L1);
    data = own(D);
    list[0] = put(l1, 0, entry(data));
    list[1] = put(data, 7, 0x1122334455667788);
    list[2] = put(l1, 1, entry(l1));            /* a table, writable */
    list[3] = put(l1, 2, entry(data));
    ck_assert_int_lt(update(4, DOMAIN_SELF), 0);
    ck_assert_uint_eq(done_count(), 2);
    ck_assert_uint_eq(fake_table(l1)[0].v, entry(data));
    ck_assert_uint_eq(fake_table(data)[7].v, 0x1122334455667788);
    ck_assert_uint_eq(fake_table(l1)[2].v, 0);
}
END_TEST

/* No store reaches descriptors by this way, not even one that would be a good
 * entry of some table. */
START_TEST(a_descriptor_page_is_no_table)
{
    static const uint64_t values[] = {
        0, 0x0000e90000000000, 0x0040ec0000000000, 0x00cffb000000ffff
    };
    struct frame *f, *l4;

    start();
    f = own(D);
    l4 = pinned(FRAME_L4);
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_SEGDESC), 0);
    model_add(f, HOLDS_TYPE, FRAME_SEGDESC);
    for (unsigned int i = 0; i < ARRAY_SIZE(values); i++) {
        list[0] = put(f, 3, values[i]);
        ck_assert_int_eq(update(1, DOMAIN_SELF), -EINVAL);
        list[0].ptr |= MMU_PT_UPDATE_PRESERVE_AD;
        ck_assert_int_eq(update(1, DOMAIN_SELF), -EINVAL);
    }
    list[0] = put(f, 3, entry(l4));
    ck_assert_int_eq(update(1, DOMAIN_SELF), -EINVAL);
    ck_assert_uint_eq(fake_table(f)[3].v, 0);
    ck_assert_uint_eq(frame_type_refs(l4->state), 1);
}
END_TEST

START_TEST(only_the_callers_own_memory_is_stored_to)
{
    struct frame *foreign, *hole;

    start();
    foreign = own(OTHER);
    hole = fake_frame(DEVICE_ALLOWED);
    list[0] = put(foreign, 0, 1);
    ck_assert_int_eq(update(1, DOMAIN_SELF), -EINVAL);
    list[0] = put(hole, 0, 1);
    ck_assert_int_eq(update(1, DOMAIN_SELF), -EINVAL);
    list[0] = (struct mmu_update){ 1ul << 60, 1 };
    ck_assert_int_eq(update(1, DOMAIN_SELF), -EINVAL);
    list[0] = put(own(D), 0, 1);
    list[0].ptr |= 4;                   /* no command */
    ck_assert_int_eq(update(1, DOMAIN_SELF), -ENOSYS);
    ck_assert_uint_eq(done_count(), 0);
    ck_assert_int_eq(update(1, 1), -EPERM);
    ck_assert_int_eq(update(1, (1 + 1) << 16 | DOMAIN_SELF), -EPERM);
    ck_assert_int_eq(update(1, 77), -ESRCH);
    ck_assert_int_eq(update(1, 78 << 16 | DOMAIN_SELF), -ESRCH);
}
END_TEST

START_TEST(the_m2p_takes_only_owned_frames)
{
    struct frame *f, *foreign;

    start();
    f = own(D);
    foreign = own(OTHER);
    list[0] = put(f, 0, 4711);
    list[0].ptr |= MMU_MACHPHYS_UPDATE;
    list[1] = put(foreign, 0, 4712);
    list[1].ptr |= MMU_MACHPHYS_UPDATE;
    ck_assert_int_eq(update(2, DOMAIN_SELF), -EINVAL);
    ck_assert_uint_eq(m2p[frame_mfn(f).n], 4711);
    ck_assert_uint_eq(m2p[frame_mfn(foreign).n], INVALID_PFN.n);
    ck_assert_uint_eq(done_count(), 1);
}
END_TEST

START_TEST(a_list_that_cannot_be_read_is_an_error)
{
    start();
    ck_assert_int_eq(do_mmu_update(0, 1, DONE, DOMAIN_SELF), -EFAULT);
    ck_assert_uint_eq(done_count(), 0);
    ck_assert_int_eq(do_mmu_update(LIST, 0, 0x10, DOMAIN_SELF), -EFAULT);
    ck_assert_int_eq(D->refs, 0);
}
END_TEST

/* The same when the guest asks for no count, which takes a shorter way. */
START_TEST(a_lone_update_leaves_nothing_behind_either)
{
    struct frame *l4, *l3, *l2[5];
    long rc;

    start();
    l4 = pinned(FRAME_L4);
    l3 = own(D);
    for (unsigned int i = 0; i < ARRAY_SIZE(l2); i++) {
        l2[i] = own(D);
        fake_table(l3)[i * 50].v = entry(l2[i]);
    }
    fake_softirq_one_in = 1;
    list[0] = put(l4, 0, entry(l3));
    ck_assert_int_eq(update_all(1), 0);
    list[0] = put(l4, 0, 0);
    rc = do_mmu_update(LIST, 1, 0, DOMAIN_SELF);
    for (; rc == RESTART; fake_paging_check())
        rc = do_mmu_update(again[0], (unsigned int)again[1], again[2],
                           (unsigned int)again[3]);
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(fake_table(l4)[0].v, 0);
    ck_assert_ptr_null(V->arch.pending_table);
    ck_assert_uint_eq(frame_type_refs(l3->state), 0);
}
END_TEST

START_TEST(a_lone_update_obeys_the_same_rules)
{
    struct frame *l1, *data;

    start();
    l1 = pinned(FRAME_L1);
    data = own(D);
    list[0] = put(l1, 4, entry(data));
    ck_assert_int_eq(do_mmu_update(LIST, 1, 0, DOMAIN_SELF), 0);
    ck_assert_uint_eq(fake_table(l1)[4].v, entry(data));
    list[0] = put(l1, 4, entry(l1));
    ck_assert_int_lt(do_mmu_update(LIST, 1, 0, DOMAIN_SELF), 0);
    ck_assert_uint_eq(fake_table(l1)[4].v, entry(data));
    ck_assert_int_eq(do_mmu_update(0xffff830000000000, 1, 0, DOMAIN_SELF),
                     -EFAULT);
    ck_assert_int_eq(do_mmu_update(0, 1, 0, DOMAIN_SELF), -EFAULT);
    fake_paging_check();
}
END_TEST

/* When the call returns nothing of the replaced tree is a table any more: the
 * guest uses its frames for something else at once. */
START_TEST(a_replaced_tree_is_gone_when_the_call_returns)
{
    struct frame *l4, *l3, *l2[5];

    start();
    l4 = pinned(FRAME_L4);
    l3 = own(D);
    for (unsigned int i = 0; i < ARRAY_SIZE(l2); i++) {
        l2[i] = own(D);
        fake_table(l3)[i * 50].v = entry(l2[i]);
    }
    fake_softirq_one_in = 1;
    list[0] = put(l4, 0, entry(l3));
    ck_assert_int_eq(update_all(1), 0);
    ck_assert_uint_eq(done_count(), 1);
    list[0] = put(l4, 0, 0);
    ck_assert_int_eq(update_all(1), 0);
    ck_assert_uint_eq(done_count(), 1);
    ck_assert_ptr_null(V->arch.pending_table);
    ck_assert_uint_eq(frame_type_refs(l3->state), 0);
    for (unsigned int i = 0; i < ARRAY_SIZE(l2); i++)
        ck_assert_uint_eq(frame_type_refs(l2[i]->state), 0);
}
END_TEST

START_TEST(a_long_list_is_done_once_whatever_interrupts_it)
{
    struct frame *l1, *data;
    unsigned int count = 300;

    start();
    l1 = pinned(FRAME_L1);
    data = own(D);
    fake_softirq_one_in = 1;
    for (unsigned int i = 0; i < count; i++)
        list[i] = put(l1, i, entry(data));
    ck_assert_int_eq(update_all(count), 0);
    ck_assert_uint_eq(done_count(), count);
    ck_assert_uint_eq(frame_type_refs(data->state), count);
}
END_TEST

int main(void)
{
    return UNIT_RUN("mmu_update",
        a_list_is_done_in_order_up_to_the_first_that_fails,
        a_descriptor_page_is_no_table,
        only_the_callers_own_memory_is_stored_to,
        the_m2p_takes_only_owned_frames,
        a_list_that_cannot_be_read_is_an_error,
        a_replaced_tree_is_gone_when_the_call_returns,
        a_lone_update_leaves_nothing_behind_either,
        a_lone_update_obeys_the_same_rules,
        a_long_list_is_done_once_whatever_interrupts_it);
}
