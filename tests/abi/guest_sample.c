// SPDX-License-Identifier: MIT
/*
 * guest_sample.c - the ways in which a PV guest's source uses the headers.
 *
 * Never run: it must compile, as C and in both word sizes, against our headers
 * and against the reference, whichever __XEN_INTERFACE_VERSION__ it asks for.
 */
#include <stddef.h>
#include <stdint.h>

#include <xen/xen.h>
#include <xen/callback.h>
#include <xen/elfnote.h>
#include <xen/event_channel.h>
#include <xen/features.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/nmi.h>
#include <xen/physdev.h>
#include <xen/platform.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>
#include <xen/arch-x86/cpuid.h>
#include <xen/io/console.h>
#include <xen/io/protocols.h>
#include <xen/io/xenbus.h>
#include <xen/io/xs_wire.h>

#define mb()    __asm__ __volatile__("" : : : "memory")
#define rmb()   mb()
#define wmb()   mb()
#if __XEN_INTERFACE_VERSION__ >= 0x00030208
#define xen_mb()    mb()
#define xen_rmb()   rmb()
#define xen_wmb()   wmb()
#endif
void *memset(void *to, int value, size_t size);
#include <xen/io/blkif.h>
#include <xen/io/netif.h>

/* A guest of old stores pointers in handles, a newer one asks the macro. */
#if __XEN_INTERFACE_VERSION__ < 0x00030201
#define point(handle, at)   ((handle) = (at))
#else
#define point(handle, at)   set_xen_guest_handle(handle, at)
#endif

long hypercall(unsigned int number, unsigned long a, unsigned long b,
               unsigned long c, unsigned long d);
extern start_info_t *boot_info;
extern shared_info_t *shared;
long sample_traps(unsigned long handler);
long sample_console(const char *text, unsigned int length);
long sample_ports(domid_t far, evtchn_port_t *port);
long sample_wait(evtchn_port_t port, uint64_t until);
long sample_memory(xen_pfn_t *frames, unsigned int count);
long sample_tables(mmu_update_t *entries, unsigned int count, xen_pfn_t root);
long sample_vcpu(struct vcpu_guest_context *context, unsigned long stack);
long sample_machine(void);
uint64_t sample_time(const struct vcpu_time_info *t, uint64_t tsc);
int sample_block(blkif_front_ring_t *ring, grant_ref_t ref, uint64_t sector);
uint16_t sample_net(netif_rx_front_ring_t *ring);

#define CALL(number, a, b, c, d) \
    hypercall(__HYPERVISOR_ ## number, (unsigned long)(a), \
              (unsigned long)(b), (unsigned long)(c), (unsigned long)(d))

long sample_traps(unsigned long handler)
{
    trap_info_t traps[2] = {
        { 14, 0, FLAT_KERNEL_CS, 0 },
        { 0, 0, 0, 0 },
    };
    struct callback_register event;

    traps[0].address = handler;
    TI_SET_IF(&traps[0], 1);
    TI_SET_DPL(&traps[0], 3);
    event.type = CALLBACKTYPE_event;
    event.flags = CALLBACKF_mask_events;
#ifdef __i386__
    event.address.cs = FLAT_KERNEL_CS;
    event.address.eip = handler;
#else
    event.address = handler;
#endif
    if (TI_GET_DPL(&traps[0]) != 3 || !TI_GET_IF(&traps[0]))
        return -1;
    return CALL(set_trap_table, traps, 0, 0, 0) |
           CALL(callback_op, CALLBACKOP_register, &event, 0, 0);
}

/* Write to the console ring, or to the hypervisor's console in domain 0. */
long sample_console(const char *text, unsigned int length)
{
    struct xencons_interface *ring;
    XENCONS_RING_IDX at;

    if (boot_info->flags & SIF_INITDOMAIN)
        return CALL(console_io, CONSOLEIO_write, length, text, 0);
    ring = (struct xencons_interface *)
        (boot_info->console.domU.mfn << 12);
    for (at = ring->out_prod; length != 0; length--)
        ring->out[MASK_XENCONS_IDX(at++, ring->out)] = *text++;
    ring->out_prod = at;
    return 0;
}

#if __XEN_INTERFACE_VERSION__ < 0x00030202
/* In this edition the name stands for the compat call. */
static long port_op(unsigned int cmd, struct evtchn_alloc_unbound *unbound)
{
    evtchn_op_t op;

    op.cmd = cmd;
    op.u.alloc_unbound = *unbound;
    return CALL(event_channel_op, &op, 0, 0, 0);
}
#else
static long port_op(unsigned int cmd, struct evtchn_alloc_unbound *unbound)
{
    return CALL(event_channel_op, cmd, unbound, 0, 0);
}
#endif

long sample_ports(domid_t far, evtchn_port_t *port)
{
    struct evtchn_alloc_unbound unbound;
    evtchn_bind_virq_t timer;

    unbound.dom = DOMID_SELF;
    unbound.remote_dom = far;
    if (port_op(EVTCHNOP_alloc_unbound, &unbound))
        return -1;
    *port = unbound.port;
    timer.virq = VIRQ_TIMER;
    timer.vcpu = 0;
    shared->evtchn_mask[*port / (sizeof(long) * 8)] &=
        ~(1ul << (*port % (sizeof(long) * 8)));
    return CALL(event_channel_op, EVTCHNOP_bind_virq, &timer, 0, 0);
}

long sample_wait(evtchn_port_t port, uint64_t until)
{
    struct sched_poll poll;
    struct sched_shutdown stop;

    point(poll.ports, &port);
    poll.nr_ports = 1;
    poll.timeout = until;
    if (CALL(sched_op, SCHEDOP_poll, &poll, 0, 0) == 0)
        return 0;
    stop.reason = SHUTDOWN_crash;
    return CALL(sched_op, SCHEDOP_shutdown, &stop, 0, 0);
}

long sample_memory(xen_pfn_t *frames, unsigned int count)
{
    struct xen_memory_reservation reservation;
    gnttab_setup_table_t setup;
    struct xen_add_to_physmap place;
    unsigned long list[4];

    point(reservation.extent_start, frames);
    reservation.nr_extents = count;
    reservation.extent_order = 0;
#if __XEN_INTERFACE_VERSION__ >= 0x00030209
    reservation.mem_flags = XENMEMF_address_bits(32);
#else
    reservation.address_bits = 32;
#endif
    reservation.domid = DOMID_SELF;
    place.domid = DOMID_SELF;
    place.space = XENMAPSPACE_shared_info;
    place.idx = 0;
    place.gpfn = frames[0];
    setup.dom = DOMID_SELF;
    setup.nr_frames = sizeof(list) / sizeof(list[0]);
    point(setup.frame_list, list);
    return CALL(memory_op, XENMEM_populate_physmap, &reservation, 0, 0) |
           CALL(memory_op, XENMEM_add_to_physmap, &place, 0, 0) |
           CALL(grant_table_op, GNTTABOP_setup_table, &setup, 1, 0);
}

long sample_tables(mmu_update_t *entries, unsigned int count, xen_pfn_t root)
{
    struct mmuext_op pin[2];
    multicall_entry_t calls[2];

    pin[0].cmd = MMUEXT_PIN_L4_TABLE;
    pin[0].arg1.mfn = root;
    pin[1].cmd = MMUEXT_TLB_FLUSH_MULTI;
#if __XEN_INTERFACE_VERSION__ >= 0x00030205
    set_xen_guest_handle(pin[1].arg2.vcpumask, &count);
#else
    pin[1].arg2.vcpumask = &count;
#endif
    entries[0].ptr |= MMU_MACHPHYS_UPDATE;
    calls[0].op = __HYPERVISOR_mmu_update;
    calls[0].args[0] = (unsigned long)entries;
    calls[0].args[1] = count;
    calls[0].args[2] = 0;
    calls[0].args[3] = DOMID_SELF;
    calls[1].op = __HYPERVISOR_mmuext_op;
    calls[1].args[0] = (unsigned long)pin;
    calls[1].args[1] = 2;
    CALL(multicall, calls, 2, 0, 0);
    return calls[0].result | calls[1].result |
           CALL(update_va_mapping, MACH2PHYS_VIRT_START, 0,
                UVMF_INVLPG | UVMF_ALL, 0);
}

long sample_vcpu(struct vcpu_guest_context *context, unsigned long stack)
{
    struct vcpu_register_vcpu_info info = { 0, 0, 0 };
    struct vcpu_set_singleshot_timer timer = { 1000000, VCPU_SSHOTTMR_future };

    context->flags = VGCF_IN_KERNEL | VGCF_online;
    context->user_regs.cs = FLAT_KERNEL_CS;
    context->user_regs.eip = 0;
    context->user_regs.esp = stack;
#ifdef __x86_64__
    context->user_regs.rdi = 1;
    context->user_regs._eax = 0;
#endif
    context->ctrlreg[3] = xen_pfn_to_cr3(boot_info->pt_base >> 12);
    context->gdt_ents = FIRST_RESERVED_GDT_ENTRY;
    info.mfn = xen_cr3_to_pfn(context->ctrlreg[3]);
    return CALL(vcpu_op, VCPUOP_initialise, 1, context, 0) |
           CALL(vcpu_op, VCPUOP_register_vcpu_info, 1, &info, 0) |
           CALL(vcpu_op, VCPUOP_set_singleshot_timer, 0, &timer, 0);
}

long sample_machine(void)
{
    struct physdev_set_iopl iopl = { 1 };
    struct xen_platform_op op;
    xen_feature_info_t features;
    xen_capabilities_info_t text;

    features.submap_idx = 0;
    CALL(xen_version, XENVER_get_features, &features, 0, 0);
    CALL(xen_version, XENVER_capabilities, text, 0, 0);
    if (!(features.submap & (1u << XENFEAT_dom0)))
        return -1;
    op.cmd = XENPF_settime64;
    op.interface_version = XENPF_INTERFACE_VERSION;
    op.u.settime64.secs = (uint64_t)shared->xen_wc_sec_hi << 32;
    op.u.settime64.secs |= shared->wc_sec;
    op.u.settime64.nsecs = shared->wc_nsec;
    op.u.settime64.mbz = 0;
    return CALL(platform_op, &op, 0, 0, 0) |
           CALL(physdev_op, PHYSDEVOP_set_iopl, &iopl, 0, 0);
}

uint64_t sample_time(const struct vcpu_time_info *t, uint64_t tsc)
{
    uint64_t passed = tsc - t->tsc_timestamp;

    passed = t->tsc_shift < 0 ? passed >> -t->tsc_shift
                              : passed << t->tsc_shift;
    return t->system_time + ((passed * t->tsc_to_system_mul) >> 32);
}

int sample_block(blkif_front_ring_t *ring, grant_ref_t ref, uint64_t sector)
{
    blkif_request_t *request;
    int notify;

    if (RING_FULL(ring))
        return -1;
    request = RING_GET_REQUEST(ring, ring->req_prod_pvt);
    request->operation = BLKIF_OP_READ;
    request->nr_segments = 1;
    request->sector_number = sector;
    request->seg[0].gref = ref;
    request->seg[0].first_sect = 0;
    request->seg[0].last_sect = 7;
    ring->req_prod_pvt++;
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(ring, notify);
    return notify;
}

uint16_t sample_net(netif_rx_front_ring_t *ring)
{
    struct netif_rx_response response;
    uint16_t flags = 0;
    int more;

    do {
        while (RING_HAS_UNCONSUMED_RESPONSES(ring)) {
            RING_COPY_RESPONSE(ring, ring->rsp_cons, &response);
            ring->rsp_cons++;
            flags |= response.flags & NETRXF_more_data;
        }
        RING_FINAL_CHECK_FOR_RESPONSES(ring, more);
    } while (more);
    return flags;
}
