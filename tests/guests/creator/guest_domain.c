/* SPDX-License-Identifier: MIT */
/*
 * guest_domain.c - make a domain, give it memory, and start it: what the tools
 * do on Xen, so that what then runs is in the state that a guest expects.
 */
#include "guest_domain.h"
#include "hypercall.h"
#include "event.h"
#include "pagetable.h"
#include "string.h"

#define PADDING_PAGES   128u            /* at least, behind the stack */
#define ALIGNMENT_PAGES 1024u
#define MAX_PORT        1023u
#define TSC_NATIVE      2u

static uint64_t pages(uint64_t bytes)
{
    return (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

static uint64_t align_up(uint64_t n, uint64_t to)
{
    return (n + to - 1) / to * to;
}

/* The number of L1 tables changes what they must map: repeat. */
static const char *lay_out(struct guest_domain *g)
{
    uint64_t nr_pages = g->entry->memory_pages, l1 = 0, before;

    g->p2m_pfn = pages(g->image.virt_end - g->image.virt_base);
    g->start_info_pfn = g->p2m_pfn + pages(nr_pages * sizeof(g->mfn[0]));
    g->console_pfn = g->start_info_pfn + 1;
    g->tables_pfn = g->console_pfn + 1;
    do {
        before = l1;
        g->tables_count = 3 + l1;
        g->stack_pfn = g->tables_pfn + g->tables_count;
        g->mapped_pages = align_up(g->stack_pfn + 1 + PADDING_PAGES,
                                   ALIGNMENT_PAGES);
        l1 = align_up(g->mapped_pages, 512) / 512;
    } while (l1 != before);
    if (nr_pages > GUEST_PAGES_MAX || g->mapped_pages > nr_pages)
        return "needs more memory, or wants more than there is room for";
    if (pt_index(g->image.virt_base, 2) + l1 > 512 ||
        pt_index(g->image.virt_base, 1))
        return "does not lie within the range of one level-2 table";
    return NULL;
}

static const char *create(struct guest_domain *g)
{
    struct xen_domctl op = {
        .u.createdomain = {
            .handle = { 'g', 'u', 'e', 's', 't' },
            .max_vcpus = (uint32_t)g->entry->vcpus,
            .max_evtchn_port = MAX_PORT,
            .max_grant_frames = -1,
            .max_maptrack_frames = -1,
            .grant_opts = XEN_DOMCTL_GRANT_version(1),
        },
    };

    if (domctl(XEN_DOMCTL_createdomain, 0, &op))
        return "createdomain failed";
    g->id = op.domain;
    op.u.max_vcpus.max = (uint32_t)g->entry->vcpus;
    if (domctl(XEN_DOMCTL_max_vcpus, g->id, &op))
        return "max_vcpus failed";
    op.u.max_mem.max_memkb = g->entry->memory_pages << (PAGE_SHIFT - 10);
    if (domctl(XEN_DOMCTL_max_mem, g->id, &op))
        return "max_mem failed";
    op.u.tsc_info = (struct xen_domctl_tsc_info){ .tsc_mode = TSC_NATIVE };
    if (domctl(XEN_DOMCTL_settscinfo, g->id, &op))
        return "settscinfo failed";
    if (domctl(XEN_DOMCTL_getdomaininfo, g->id, &op))
        return "getdomaininfo failed";
    g->shared_info_mfn = op.u.getdomaininfo.shared_info_frame;
    return NULL;
}

static const char *populate(struct guest_domain *g)
{
    struct xen_memory_reservation want = {
        .nr_extents = g->entry->memory_pages, .domid = g->id,
    };

    for (uint64_t pfn = 0; pfn < g->entry->memory_pages; pfn++)
        g->mfn[pfn] = pfn;
    set_xen_guest_handle(want.extent_start, g->mfn);
    if (hc_memory_op(XENMEM_populate_physmap, &want) !=
        (long)g->entry->memory_pages)
        return "populate_physmap failed";
    return NULL;
}

static const char *make_console_port(struct guest_domain *g)
{
    long port = port_alloc_unbound(g->id, DOMID_SELF);

    if (port < 0)
        return "no port for its console";
    g->console_port = (unsigned)port;
    return NULL;
}

static const char *mask_upcalls(const struct guest_domain *g)
{
    struct shared_info *info =
        foreign_map(WINDOW_SHARED, g->id, g->shared_info_mfn);

    if (!info)
        return "its shared_info cannot be mapped";
    for (unsigned i = 0; i < ARRAY_SIZE(info->vcpu_info); i++)
        info->vcpu_info[i].evtchn_upcall_mask = 1;
    foreign_unmap(WINDOW_SHARED);
    return NULL;
}

static const char *fill_hypercall_page(const struct guest_domain *g)
{
    uint64_t pfn = (g->image.hypercall_page - g->image.virt_base) >> PAGE_SHIFT;
    struct xen_domctl op = { 0 };

    if (!g->image.hypercall_page)
        return NULL;
    if (pfn >= g->p2m_pfn)
        return "wants its hypercall page outside itself";
    op.u.hypercall_init.gmfn = g->mfn[pfn];
    if (domctl(XEN_DOMCTL_hypercall_init, g->id, &op))
        return "hypercall_init failed";
    return NULL;
}

static const char *set_registers(const struct guest_domain *g)
{
    static struct vcpu_guest_context context;
    struct xen_domctl op = { .u.vcpucontext.vcpu = 0 };
    uint64_t base = g->image.virt_base;

    memset(&context, 0, sizeof(context));
    context.flags = VGCF_in_kernel | VGCF_online;
    context.user_regs.rip = g->image.entry;
    context.user_regs.rsp = base + ((g->stack_pfn + 1) << PAGE_SHIFT);
    context.user_regs.rsi = base + (g->start_info_pfn << PAGE_SHIFT);
    context.user_regs.rflags = FLAG_IF | FLAG_ONE;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.vm_assist = 1ul << VMASST_TYPE_pae_extended_cr3;
    context.ctrlreg[3] = xen_pfn_to_cr3(g->mfn[g->tables_pfn]);
    set_xen_guest_handle(op.u.vcpucontext.ctxt, &context);
    if (domctl(XEN_DOMCTL_setvcpucontext, g->id, &op))
        return "setvcpucontext failed";
    return NULL;
}

const char *guest_domain_build(struct guest_domain *g,
                               const struct container_entry *entry)
{
    const char *why;

    g->entry = entry;
    g->id = 0;
    why = image_open(&g->image, container_image(entry), entry->size);
    if (!why)
        why = lay_out(g);
    if (!why)
        why = create(g);
    if (!why)
        why = populate(g);
    if (!why)
        why = make_console_port(g);
    if (!why)
        why = guest_domain_fill(g);
    if (!why)
        why = fill_hypercall_page(g);
    if (!why)
        why = mask_upcalls(g);
    if (!why)
        why = set_registers(g);
    return why;
}

const char *guest_domain_bind(const struct guest_domain *g, unsigned cpu)
{
    uint8_t map = (uint8_t)(1u << cpu);
    struct xen_domctl op = {
        .u.vcpuaffinity = { .flags = XEN_VCPUAFFINITY_HARD,
                            .cpumap_hard.nr_bits = 8 },
    };

    set_xen_guest_handle(op.u.vcpuaffinity.cpumap_hard.bitmap, &map);
    return domctl(XEN_DOMCTL_setvcpuaffinity, g->id, &op)
               ? "setvcpuaffinity failed" : NULL;
}

const char *guest_domain_start(struct guest_domain *g)
{
    struct xen_domctl op = { 0 };

    return domctl(XEN_DOMCTL_unpausedomain, g->id, &op)
               ? "unpausedomain failed" : NULL;
}

void guest_domain_destroy(struct guest_domain *g)
{
    struct xen_domctl op = { 0 };

    if (g->id)
        domctl(XEN_DOMCTL_destroydomain, g->id, &op);
    g->id = 0;
}
