/* SPDX-License-Identifier: MIT */
/* child.c - make a small domain through domctl and the calls for memory. */
#include "child.h"
#include "clock.h"
#include "domctl.h"
#include "hypercall.h"
#include "pagetable.h"
#include "string.h"
#include "trap.h"

#define WINDOW_FILL     500u
#define WINDOW_DATA     501u
#define PATIENCE        (2000 * MILLISECOND)
#define LIMIT_KB        (CHILD_PAGES * PAGE_SIZE / 1024)

/* RBX is the data page; SYSCALL changes only RAX, RCX and R11. */
extern const char child_code[], child_code_end[];
asm(".pushsection .rodata\n"
    "child_code:\n"
    "   cmpl $0xff, (%rbx)\n"
    "   je 1f\n"
    "   mov $29, %eax\n"            /* sched_op */
    "   mov $2, %edi\n"             /* SCHEDOP_shutdown */
    "   mov %rbx, %rsi\n"
    "   mov $0x5a5a, %edx\n"
    "   syscall\n"
    "   mov %eax, 4(%rbx)\n"
    "   incq 8(%rbx)\n"
    "   jmp child_code\n"
    "1: mov $29, %eax\n"
    "   xor %edi, %edi\n"           /* SCHEDOP_yield */
    "   syscall\n"
    "   incq 16(%rbx)\n"
    "   jmp child_code\n"
    "child_code_end:\n"
    ".popsection");

static uint64_t address_of(unsigned page)
{
    return CHILD_BASE + page * PAGE_SIZE;
}

long child_create(struct child *c, unsigned vcpus)
{
    struct xen_domctl op = {
        .u.createdomain = {
            .handle = { 'c', 'h', 'i', 'l', 'd' },
            .max_vcpus = vcpus,
            .max_evtchn_port = 1023,
            .max_grant_frames = -1,
            .max_maptrack_frames = -1,
            .grant_opts = XEN_DOMCTL_GRANT_version(1),
        },
    };
    long rc = domctl(XEN_DOMCTL_createdomain, 0, &op);

    memset(c, 0, sizeof(*c));
    if (!rc)
        c->id = op.domain;
    return rc;
}

static const char *populate(struct child *c)
{
    struct xen_memory_reservation want = {
        .nr_extents = CHILD_PAGES, .domid = c->id,
    };
    struct xen_domctl op = { .u.max_mem.max_memkb = LIMIT_KB };

    if (domctl(XEN_DOMCTL_max_mem, c->id, &op))
        return "max_mem";
    for (unsigned i = 0; i < CHILD_PAGES; i++)
        c->mfn[i] = i;
    set_xen_guest_handle(want.extent_start, c->mfn);
    return hc_memory_op(XENMEM_populate_physmap, &want) == CHILD_PAGES
               ? NULL : "populate_physmap";
}

static bool clear(const struct child *c)
{
    for (unsigned i = 0; i < CHILD_PAGES; i++) {
        struct mmuext_op op = {
            .cmd = MMUEXT_CLEAR_PAGE, .arg1.mfn = c->mfn[i],
        };

        if (hc_mmuext_op(&op, 1, NULL, c->id))
            return false;
    }
    return true;
}

static pte_t *table(const struct child *c, enum child_page page)
{
    return foreign_map(WINDOW_FILL, c->id, c->mfn[page]);
}

static bool fill_tables(const struct child *c)
{
    pte_t *t = table(c, CHILD_L1);

    for (unsigned i = 0; t && i < CHILD_PAGES; i++)
        t[i] = pte_make(c->mfn[i], i <= CHILD_L1 ? PTE_RO_PAGE : PTE_PAGE);
    for (unsigned level = 2; t && level <= 4; level++) {
        t = table(c, CHILD_L4 + 4 - level);
        if (t)
            t[pt_index(CHILD_BASE, level)] =
                pte_make(c->mfn[CHILD_L4 + 5 - level], PTE_TABLE);
    }
    return t;
}

static long pin(const struct child *c)
{
    struct mmuext_op op = {
        .cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = c->mfn[CHILD_L4],
    };

    foreign_unmap(WINDOW_FILL);
    return hc_mmuext_op(&op, 1, NULL, c->id);
}

const char *child_furnish(struct child *c)
{
    struct xen_domctl_getdomaininfo info;
    void *code;

    if (!clear(c))
        return "clearing its memory";
    code = foreign_map(WINDOW_FILL, c->id, c->mfn[CHILD_CODE]);
    if (!code)
        return "mapping its code";
    memcpy(code, child_code, (size_t)(child_code_end - child_code));
    if (!fill_tables(c))
        return "mapping its tables";
    if (pin(c))
        return "pinning its tables";
    if (child_info(c, &info))
        return "getdomaininfo";
    c->shared_info_mfn = info.shared_info_frame;
    return NULL;
}

const char *child_fill(struct child *c)
{
    const char *why = populate(c);

    return why ? why : child_furnish(c);
}

void child_context(const struct child *c, struct vcpu_guest_context *context)
{
    memset(context, 0, sizeof(*context));
    context->flags = VGCF_in_kernel | VGCF_online;
    context->user_regs.rip = address_of(CHILD_CODE);
    context->user_regs.rbx = address_of(CHILD_DATA);
    context->user_regs.rsp = address_of(CHILD_DATA + 1);
    context->user_regs.rflags = FLAG_IF | FLAG_ONE;
    context->user_regs.cs = FLAT_KERNEL_CS;
    context->user_regs.ss = FLAT_KERNEL_SS;
    context->ctrlreg[3] = xen_pfn_to_cr3(c->mfn[CHILD_L4]);
}

const char *child_build(struct child *c)
{
    static struct vcpu_guest_context context;
    struct xen_domctl op = { .u.max_vcpus.max = 1 };
    const char *why;

    if (child_create(c, 1))
        return "createdomain";
    if (domctl(XEN_DOMCTL_max_vcpus, c->id, &op))
        return "max_vcpus";
    why = child_fill(c);
    if (why)
        return why;
    child_context(c, &context);
    op.u.vcpucontext.vcpu = 0;
    set_xen_guest_handle(op.u.vcpucontext.ctxt, &context);
    return domctl(XEN_DOMCTL_setvcpucontext, c->id, &op) ? "setvcpucontext"
                                                         : NULL;
}

void child_destroy(struct child *c)
{
    struct xen_domctl op = { 0 };

    foreign_unmap(WINDOW_FILL);
    foreign_unmap(WINDOW_DATA);
    if (c->id)
        domctl(XEN_DOMCTL_destroydomain, c->id, &op);
    c->id = 0;
}

volatile struct child_data *child_data(const struct child *c)
{
    return foreign_map(WINDOW_DATA, c->id, c->mfn[CHILD_DATA]);
}

long child_info(const struct child *c, struct xen_domctl_getdomaininfo *info)
{
    struct xen_domctl op = { 0 };
    long rc = domctl(XEN_DOMCTL_getdomaininfo, c->id, &op);

    *info = op.u.getdomaininfo;
    return rc ? rc : op.domain == c->id ? 0 : -XEN_ESRCH;
}

static void rest(void)
{
    struct sched_poll poll = { .timeout = clock_now() + MILLISECOND };

    hc_sched_op(SCHEDOP_poll, &poll);
}

bool child_wait_for_end(const struct child *c)
{
    uint64_t end = clock_now() + PATIENCE;
    struct xen_domctl_getdomaininfo info;

    while (clock_now() < end) {
        if (child_info(c, &info))
            return false;
        if (info.flags & XEN_DOMINF_shutdown)
            return true;
        rest();
    }
    return false;
}

bool child_wait_for_change(volatile uint64_t *word, uint64_t value)
{
    uint64_t end = clock_now() + PATIENCE;

    while (*word == value && clock_now() < end)
        rest();
    return *word != value;
}
