/* SPDX-License-Identifier: MIT */
/* moved.c - make a domain that is a clone of this image, and talk to it. */
#include "moved.h"

#define WINDOW_FILL     400u
#define WINDOW_MAIL     401u
#define PATIENCE        (5000 * MILLISECOND)
#define IMAGE_START     (VIRT_BASE + 0x100000ul)

struct moved moved;
struct xen_domctl_shadow_op shadow;
uint8_t bitmap[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
uint64_t moved_first_mfn[MOVED_DATA];

static void *page(unsigned pfn)
{
    return foreign_map(WINDOW_FILL, moved.id, moved.mfn[pfn]);
}

static long create(unsigned vcpus)
{
    struct xen_domctl op = {
        .u.createdomain = {
            .handle = { 'm', 'o', 'v', 'e', 'd' },
            .max_vcpus = vcpus,
            .max_evtchn_port = 1023,
            .max_grant_frames = -1,
            .max_maptrack_frames = -1,
            .grant_opts = XEN_DOMCTL_GRANT_version(1),
        },
    };
    long rc = domctl(XEN_DOMCTL_createdomain, 0, &op);

    moved.id = rc ? 0 : op.domain;
    if (rc)
        return rc;
    op.u.max_vcpus.max = vcpus;
    return domctl(XEN_DOMCTL_max_vcpus, moved.id, &op);
}

static long populate(void)
{
    struct xen_memory_reservation want = {
        .nr_extents = moved.pages, .domid = moved.id,
    };
    struct xen_domctl op = {
        .u.max_mem.max_memkb = MOVED_PAGES * PAGE_SIZE / 1024,
    };
    long rc = domctl(XEN_DOMCTL_max_mem, moved.id, &op);

    for (unsigned i = 0; i < moved.pages; i++)
        moved.mfn[i] = i;
    set_xen_guest_handle(want.extent_start, moved.mfn);
    if (!rc)
        rc = hc_memory_op(XENMEM_populate_physmap, &want) - moved.pages;
    for (unsigned i = 0; i < MOVED_DATA; i++)
        moved_first_mfn[i] = moved.mfn[PFN_DATA + i];
    return rc;
}

/* The image as it is now, which is what the domain begins with. */
static bool fill_image(void)
{
    for (unsigned pfn = PFN_IMAGE; pfn < moved.pages; pfn++) {
        void *to = page(pfn);

        if (!to)
            return false;
        memcpy(to, (char *)IMAGE_START + (pfn - PFN_IMAGE) * PAGE_SIZE,
               PAGE_SIZE);
    }
    return true;
}

static bool put(unsigned table, uint64_t va, unsigned level, unsigned pfn,
                uint64_t flags)
{
    pte_t *t = page(table);

    if (t)
        t[pt_index(va, level)] = pte_make(moved.mfn[pfn], flags);
    return t;
}

static bool fill_tables(void)
{
    const uint64_t kernel = PTE_PAGE & ~PTE_US, read_only = kernel & ~PTE_RW;
    bool ok = put(PFN_L4, MOVED_BASE, 4, PFN_L3, PTE_TABLE) &&
              put(PFN_L3, MOVED_BASE, 3, PFN_L2, PTE_TABLE) &&
              put(PFN_L2, VIRT_BASE, 2, PFN_L1_IMAGE, PTE_TABLE) &&
              put(PFN_L2, MOVED_BASE, 2, PFN_L1_DATA, PTE_TABLE);

    for (unsigned pfn = PFN_IMAGE; ok && pfn < moved.pages; pfn++)
        ok = put(PFN_L1_IMAGE, IMAGE_START + (pfn - PFN_IMAGE) * PAGE_SIZE, 1,
                 pfn, kernel);
    for (unsigned i = 0; ok && i < MOVED_DATA; i++)
        ok = put(PFN_L1_DATA, moved_page(i), 1, PFN_DATA + i, kernel);
    for (unsigned i = 0; ok && i <= PFN_L1_SPARE; i++)
        ok = put(PFN_L1_DATA, MOVED_TABLES + i * PAGE_SIZE, 1, i, read_only);
    for (unsigned i = 0; ok && i < MOVED_VCPUS; i++)
        ok = put(PFN_L1_DATA, MOVED_MAIL + i * PAGE_SIZE, 1, PFN_MAIL + i,
                 kernel);
    return ok;
}

static long pin(void)
{
    struct mmuext_op op = {
        .cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = moved.mfn[PFN_L4],
    };

    foreign_unmap(WINDOW_FILL);
    return hc_mmuext_op(&op, 1, NULL, moved.id);
}

/* vcpu_stacks has room for vcpus 1 and up; the clone's vcpu 0 has the first. */
static long set_registers(unsigned id)
{
    static struct vcpu_guest_context context;
    struct xen_domctl op = { .u.vcpucontext.vcpu = id };

    vcpu_context_init(&context, id + 1);
    context.flags |= VGCF_online;
    context.user_regs.rip = (uint64_t)moved_program;
    context.user_regs.rsp -= 8;         /* as after a call */
    context.user_regs.rdi = id;
    context.ctrlreg[3] = xen_pfn_to_cr3(moved.mfn[PFN_L4]);
    set_xen_guest_handle(op.u.vcpucontext.ctxt, &context);
    return domctl(XEN_DOMCTL_setvcpucontext, moved.id, &op);
}

const char *moved_build(unsigned vcpus)
{
    struct xen_domctl op = { 0 };

    memset(&moved, 0, sizeof(moved));
    moved.vcpus = vcpus;
    moved.pages = PFN_IMAGE +
        (unsigned)(((uint64_t)image_end - IMAGE_START) >> PAGE_SHIFT);
    if (moved.pages > MOVED_PAGES)
        return "room";
    if (create(vcpus))
        return "create";
    if (populate())
        return "populate";
    if (!fill_image() || !fill_tables())
        return "fill";
    if (pin())
        return "pin";
    for (unsigned i = 0; i < vcpus; i++)
        if (set_registers(i))
            return "setvcpucontext";
    return domctl(XEN_DOMCTL_unpausedomain, moved.id, &op) ? "unpause" : NULL;
}

void moved_destroy(void)
{
    struct xen_domctl op = { 0 };

    foreign_unmap(WINDOW_FILL);
    foreign_unmap(WINDOW_MAIL);
    foreign_unmap(WINDOW_MAIL + 1);
    if (moved.id)
        domctl(XEN_DOMCTL_destroydomain, moved.id, &op);
    moved.id = 0;
}

volatile struct mailbox *moved_mail(unsigned vcpu)
{
    return foreign_map(WINDOW_MAIL + vcpu, moved.id,
                       moved.mfn[PFN_MAIL + vcpu]);
}

static void rest(void)
{
    struct sched_poll poll = { .timeout = clock_now() + MILLISECOND };

    hc_sched_op(SCHEDOP_poll, &poll);
}

void moved_begin(unsigned vcpu, enum work work, uint64_t a, uint64_t b)
{
    volatile struct mailbox *mail = moved_mail(vcpu);

    mail->work = work;
    mail->a = a;
    mail->b = b;
    mail->must_stop = 0;
    mail->begun++;
}

bool moved_end(unsigned vcpu)
{
    volatile struct mailbox *mail = moved_mail(vcpu);
    uint64_t end = clock_now() + PATIENCE;

    mail->must_stop = 1;
    while (mail->done != mail->begun && clock_now() < end)
        rest();
    return mail->done == mail->begun;
}

long moved_do(enum work work, uint64_t a, uint64_t b)
{
    moved_begin(0, work, a, b);
    if (!moved_end(0))
        return -XEN_EBUSY;
    return moved_mail(0)->rc;
}

/* --- shadow_op --- */

long shadow_op(unsigned op)
{
    struct xen_domctl call = { .u.shadow_op = shadow };
    long rc;

    call.u.shadow_op.op = op;
    rc = domctl(XEN_DOMCTL_shadow_op, moved.id, &call);
    shadow = call.u.shadow_op;
    return rc;
}

long shadow_read(unsigned op)
{
    memset(&shadow, 0, sizeof(shadow));
    memset(bitmap, 0xcc, sizeof(bitmap));
    set_xen_guest_handle(shadow.dirty_bitmap, bitmap);
    shadow.pages = moved.pages;
    return shadow_op(op);
}

bool is_told(unsigned pfn)
{
    return bitmap[pfn / 8] & 1u << pfn % 8;
}
