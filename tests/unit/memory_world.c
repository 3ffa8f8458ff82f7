/* SPDX-License-Identifier: MIT */
/* memory_world.c - see memory_world.h. */
#include <stdarg.h>
#include <asm/hypercall.h>
#include <hv/errno.h>
#include <hv/memory_op.h>
#include <hv/softirq.h>
#include "fake_heap.h"
#include "fake_printk.h"
#include "memory_world.h"
#include "unit.h"

struct vcpu *fake_current;
unsigned int fake_cpu;

struct vcpu world_vcpu;
unsigned long world_m2p[FAKE_FRAMES], world_again[2];
unsigned int world_steps_left;
void (*world_meanwhile)(void);
struct grant_table world_grants;

static long heap_at_start;
static struct grant_frame grant_frames[GRANT_FRAMES];
static struct grant_frame *grant_list[GRANT_FRAMES];

/* -- what memory_op asks of others ----------------------------------------- */

void arch_set_m2p(mfn_t m, pfn_t p)
{
    if (world_meanwhile)
        world_meanwhile();
    world_m2p[m.n] = p.n;
}

long arch_memory_op(unsigned int cmd, unsigned long arg)
{
    return cmd == XENMEM_machphys_mapping && arg == AT ? 55 : -ENOSYS;
}

unsigned long page_free_count(void)
{
    return fake_free_count();
}

long arch_domain_last_gpfn(const struct domain *d)
{
    return d == OTHER ? 44 : 0;
}

bool softirq_is_pending(void)
{
    return world_steps_left && --world_steps_left == 0;
}

long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    va_list args;

    ck_assert_uint_eq(nr, __HYPERVISOR_memory_op);
    ck_assert_uint_eq(count, 2);
    va_start(args, count);
    world_again[0] = va_arg(args, unsigned long);
    world_again[1] = va_arg(args, unsigned long);
    va_end(args);
    return RESTART;
}

int grant_table_grow(struct domain *d, unsigned int frames)
{
    ck_assert_ptr_eq(d, OTHER);
    if (frames > GRANT_FRAMES - 1)
        return -ENOMEM;
    world_grants.frame_count = MAX(world_grants.frame_count, frames);
    return 0;
}

/* -- what tests do --------------------------------------------------------- */

static void give_grants(void)
{
    world_grants = (struct grant_table){ .frame_max = GRANT_FRAMES,
                                         .frame = grant_list };
    for (unsigned int i = 0; i < GRANT_FRAMES; i++) {
        grant_frames[i].mfn = mfn(40 + i);
        grant_list[i] = &grant_frames[i];
    }
    OTHER->grants = &world_grants;
}

void world_start(void)
{
    fake_machine_start(0);
    model_start();
    fake_guest_reset();
    fake_printk_reset();
    D->is_hardware = D->is_privileged = true;
    give_grants();
    world_vcpu.domain = D;
    fake_current = &world_vcpu;
    heap_at_start = fake_heap_live;
    for (unsigned int i = 0; i < FAKE_FRAMES; i++)
        world_m2p[i] = ~0ul;
}

long world_op(unsigned long cmd)
{
    long rc = do_memory_op(cmd, AT);

    model_check();
    ck_assert_int_eq(fake_heap_live, heap_at_start);
    return rc;
}

struct xen_memory_reservation *world_list_of(unsigned long n,
                                             unsigned int order)
{
    struct xen_memory_reservation *r = fake_guest_at(AT);

    *r = (struct xen_memory_reservation){
        .nr_extents = n, .extent_order = order, .domid = DOMAIN_SELF,
    };
    r->extent_start.p = (void *)LIST;
    return r;
}

void world_populate(unsigned int n)
{
    world_list_of(n, 0);
    for (unsigned int i = 0; i < n; i++)
        list[i] = 100 + i;
    ck_assert_int_eq(world_op(XENMEM_populate_physmap), n);
}
