/* SPDX-License-Identifier: MIT */
/*
 * build.c - a domain out of its modules: open the kernel, give the domain
 * memory, lay everything out, write it, set the first registers. What a person
 * at the console can do something about ends in build_refuse().
 */
#include "internal.h"
#include <asm/boot_memory.h>
#include <asm/descriptor.h>
#include <asm/hypercall_page.h>
#include <asm/io_policy.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/printk.h>
#include <hv/ring_console.h>
#include <hv/softirq.h>
#include <hv/sched.h>
#include <hv/string.h>
#include <hv/vcpu.h>

/* -- the kernel file ------------------------------------------------------- */

/* What to pass through call_on_stack. */
struct open_job {
    const void *file;
    size_t size;
    struct kernel_workspace ws;
    const char *why;
    struct kernel_image *kernel;
};

static int __init measure(void *data)
{
    struct open_job *j = data;

    return kernel_image_measure(j->file, j->size, &j->ws, &j->why);
}

static int __init open(void *data)
{
    struct open_job *j = data;
    int rc = kernel_image_open(j->file, j->size, &j->ws, j->kernel);

    j->why = j->kernel->error;
    return rc;
}

static const struct boot_module *__init kernel_module(const struct build *b)
{
    return &boot_info.module[b->plan->module];
}

static void *__init module_bytes(const struct boot_module *m)
{
    return (char *)mfn_to_virt(paddr_to_mfn(m->start)) +
           (m->start & ~PAGE_MASK);
}

static int __init make_room(const struct build *b, struct kernel_workspace *ws)
{
    if (!ws->unpacked_size)
        return 0;
    printk(LOG_INFO, "Unpacking the kernel of domain %s: %lu KiB to %lu KiB\n",
           b->plan->name, (unsigned long)(kernel_module(b)->size >> 10),
           (unsigned long)(ws->unpacked_size >> 10));
    ws->unpacked = workspace_alloc(ws->unpacked_size);
    ws->heap = workspace_alloc(ws->heap_size);
    if (ws->unpacked && ws->heap)
        return 0;
    return build_refuse(b, "'s kernel, module %u, asks for %lu MiB to be "
                        "unpacked into for a while, which the machine does not "
                        "have: give it more, or check the file",
                        b->plan->module + 1,
                        (unsigned long)(ws->unpacked_size >> 20));
}

static int __init open_kernel(struct build *b)
{
    const struct boot_module *m = kernel_module(b);
    struct open_job j = { .file = module_bytes(m), .size = m->size,
                          .kernel = &b->kernel };
    int rc = with_decoder_state(measure, &j);

    if (!rc) {
        if (make_room(b, &j.ws))
            return -EINVAL;
        rc = with_decoder_state(open, &j);
    }
    if (rc)
        return build_refuse(b, "'s kernel, module %u, %s",
                            b->plan->module + 1, j.why);
    if (b->plan->is_dom0 && !b->kernel.may_be_dom0)
        return build_refuse(b, "'s kernel, module %u, says that it cannot run "
                            "as domain 0: use one built with that support",
                            b->plan->module + 1);
    return 0;
}

/* -- its content ----------------------------------------------------------- */

/* Write into the domain's memory; offsets count from virt_start. */
static int __init copy_in(const struct build *b, uint64_t pfn, uint64_t offset,
                          const void *bytes, uint64_t len)
{
    while (len) {
        uint64_t at = offset & ~PAGE_MASK, n = MIN(len, PAGE_SIZE - at);
        char *to = (char *)build_page(b, pfn + (offset >> PAGE_SHIFT)) + at;

        if (bytes) {
            memcpy(to, bytes, n);
            bytes = (const char *)bytes + n;
        } else {
            memset(to, 0, n);
        }
        offset += n;
        len -= n;
    }
    return 0;
}

static int __init write_kernel(void *ctx, uint64_t offset, const void *bytes,
                               size_t len)
{
    const struct build *b = ctx;

    return copy_in(b, 0, b->kernel.virt_start - b->kernel.virt_base + offset,
                   bytes, len);
}

static int __init zero_kernel(void *ctx, uint64_t offset, uint64_t len)
{
    const struct build *b = ctx;

    return copy_in(b, 0, b->kernel.virt_start - b->kernel.virt_base + offset,
                   NULL, len);
}

static int __init fill_hypercall_page(struct build *b)
{
    uint64_t at = b->kernel.virt_hypercall - b->layout.virt_base;

    if (b->kernel.virt_hypercall >= b->layout.virt_end)
        return build_refuse(b, "'s kernel, module %u, wants its hypercall "
                            "page outside itself: the file is damaged",
                            b->plan->module + 1);
    hypercall_page_fill(build_page(b, at >> PAGE_SHIFT));
    return 0;
}

static int __init load_images(struct build *b)
{
    const struct kernel_sink sink = { write_kernel, zero_kernel, b };
    const struct layout *l = &b->layout;

    if (kernel_image_load(&b->kernel, &sink))
        panic("loading the kernel of domain %s failed", b->plan->name);
    if (b->initrd)
        copy_in(b, l->initrd_pfn, 0, module_bytes(b->initrd), b->initrd->size);
    copy_in(b, l->p2m_pfn, 0, b->p2m, b->nr_pages * sizeof(b->p2m[0]));
    copy_in(b, l->stack_pfn, 0, NULL, PAGE_SIZE);
    return b->kernel.has_hypercall_page ? fill_hypercall_page(b) : 0;
}

static int __init make_console(struct build *b)
{
    int rc;

    if (b->plan->is_dom0)
        return 0;
    copy_in(b, b->layout.console_pfn, 0, NULL, PAGE_SIZE);
    rc = ring_console_create(b->d, mfn(b->p2m[b->layout.console_pfn]),
                             &b->console_port);
    return rc ? build_refuse(b, " gets no console (%d)", rc) : 0;
}

static void __init set_registers(const struct build *b, struct vcpu *v)
{
    const struct layout *l = &b->layout;

    v->arch.regs = (struct regs){
        .rip = b->kernel.virt_entry,
        .rsp = l->virt_base + ((l->stack_pfn + 1) << PAGE_SHIFT),
        .rsi = l->virt_base + (l->start_info_pfn << PAGE_SHIFT),
        .cs = SEL_USER_CS64,
        .ss = SEL_USER_DS,
        .rflags = RFLAGS_IF | RFLAGS_FIXED,
    };
    v->arch.in_kernel = true;
    v->is_initialised = true;
    vcpu_bring_up(v);
}

/* -- the domain ------------------------------------------------------------ */

static int __init create(struct build *b, domid_t id)
{
    bool is_dom0 = b->plan->is_dom0;
    const struct domain_config config = {
        .name = b->plan->name,
        .max_vcpus = is_dom0 ? dom0_vcpu_count() : b->plan->vcpus,
        .is_privileged = is_dom0,
        .is_hardware = is_dom0,
        .is_boot_guest = !is_dom0,
        .max_grant_frames = -1,
        .max_maptrack_frames = -1,
    };
    int rc;

    b->d = domain_create(id, &config, &rc);
    if (!b->d)
        return build_refuse(b, " cannot be created (%d): give the machine more "
                            "memory", rc);
    rc = is_dom0 ? io_policy_init(b->d, &ram_map) : 0;
    if (rc)
        panic("domain 0's device permissions cannot be set: %d", rc);
    return 0;
}

static int __init lay_out(struct build *b)
{
    const struct layout_input in = {
        .kernel = &b->kernel, .nr_pages = b->nr_pages,
        .initrd_size = b->initrd ? b->initrd->size : 0,
        .has_console = !b->plan->is_dom0,
    };
    const char *why;

    if (layout_compute(&in, &b->layout, &why))
        return build_refuse(b, "'s kernel %s (%lu MiB): give it more with %s=",
                            why, (unsigned long)(in.nr_pages >> 8),
                            b->plan->is_dom0 ? "dom0_mem" : "mem");
    return 0;
}

static int __init build_steps(struct build *b, domid_t id, bool has_dom0)
{
    int rc = open_kernel(b);

    if (!rc)
        rc = build_choose_size(b, has_dom0);
    if (!rc)
        rc = lay_out(b);
    if (!rc)
        rc = create(b, id);
    if (!rc)
        rc = build_allocate(b);
    if (!rc)
        rc = load_images(b);
    if (!rc)
        rc = make_console(b);
    if (rc)
        return rc;
    build_tables(b, b->d->vcpu[0]);
    build_start_info(b);
    set_registers(b, b->d->vcpu[0]);
    return 0;
}

/* What there is of a guest that cannot be built. */
static void __init undo(struct domain *d)
{
    while (domain_destroy(d) == -ERESTART)
        softirq_run();
}

static bool __init build_one(const struct planned_domain *plan, domid_t id,
                         bool has_dom0)
{
    static struct build build __initdata;
    struct build *b = &build;

    *b = (struct build){ .plan = plan };
    if (plan->has_initrd)
        b->initrd = &boot_info.module[plan->module + 1];
    workspace_reset();
    if (build_steps(b, id, has_dom0)) {
        if (b->d) {
            undo(b->d);
            domain_put(b->d);
        }
        return false;
    }
    printk(LOG_INFO, "Domain %u (%s): %lu MiB, %u vcpu%s, kernel %lx-%lx, "
           "entry %lx\n", id, plan->name, (unsigned long)(b->nr_pages >> 8),
           b->d->max_vcpus, b->d->max_vcpus > 1 ? "s" : "",
           b->kernel.virt_start, b->kernel.virt_end, b->kernel.virt_entry);
    domain_put(b->d);
    return true;
}

/* Guests first: domain 0 may get all that is left. */
void __init domains_build(void)
{
    static struct boot_plan plan __initdata;
    bool has_dom0;
    domid_t id = 1;

    if (!boot_info.module_count)
        boot_error("No module: domain 0's kernel must be the first module "
                   "(GRUB: module2 /boot/vmlinuz; QEMU: -initrd \"vmlinuz "
                   "args,initrd\")");
    boot_plan_make(&plan, &boot_info);
    has_dom0 = plan.count && plan.domain[0].is_dom0;
    for (unsigned int i = has_dom0; i < plan.count; i++)
        id += build_one(&plan.domain[i], id, has_dom0);
    if (has_dom0)
        (void)build_one(&plan.domain[0], 0, true);
    else if (id == 1)
        boot_error("No domain is left to run: correct the modules' command "
                   "lines as said above");
    workspace_free_all();
}
