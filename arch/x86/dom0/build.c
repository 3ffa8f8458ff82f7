/* SPDX-License-Identifier: MIT */
/*
 * build.c - domain 0 out of the first two modules: open the kernel, give the
 * domain memory, lay everything out, write it, set the first registers. What
 * a person at the console can do something about ends in boot_error().
 */
#include "internal.h"
#include <asm/boot_memory.h>
#include <asm/descriptor.h>
#include <asm/hypercall_page.h>
#include <asm/io_policy.h>
#include <hv/cmdline.h>
#include <hv/console.h>
#include <hv/cpu.h>
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/printk.h>
#include <hv/sched.h>
#include <hv/string.h>
#include <hv/vcpu.h>

static unsigned int opt_dom0_max_vcpus;
CMDLINE_UINT_OPTION(opt_dom0_max_vcpus, "dom0_max_vcpus");

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

static void *__init module_bytes(const struct boot_module *m)
{
    return (char *)mfn_to_virt(paddr_to_mfn(m->start)) +
           (m->start & ~PAGE_MASK);
}

static void __init open_kernel(struct build *b, const struct boot_module *m)
{
    struct open_job j = { .file = module_bytes(m), .size = m->size,
                          .kernel = &b->kernel };
    int rc = with_decoder_state(measure, &j);

    if (!rc) {
        if (j.ws.unpacked_size) {
            printk(LOG_INFO, "Unpacking domain 0's kernel: %lu KiB to %lu "
                   "KiB\n", (unsigned long)(m->size >> 10),
                   (unsigned long)(j.ws.unpacked_size >> 10));
            j.ws.unpacked = workspace_alloc(j.ws.unpacked_size);
            j.ws.heap = workspace_alloc(j.ws.heap_size);
        }
        rc = with_decoder_state(open, &j);
    }
    if (rc)
        boot_error("Domain 0's kernel, the first module, %s", j.why);
    if (!b->kernel.may_be_dom0)
        boot_error("Domain 0's kernel, the first module, says that it cannot "
                   "run as domain 0: use one built with that support");
}

/* Write into the domain's memory; offsets count from virt_start. */
static int __init copy_in(const struct build *b, uint64_t pfn, uint64_t offset,
                          const void *bytes, uint64_t len)
{
    while (len) {
        uint64_t at = offset & ~PAGE_MASK, n = MIN(len, PAGE_SIZE - at);
        char *to = (char *)dom0_page(b, pfn + (offset >> PAGE_SHIFT)) + at;

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

static void __init load_images(struct build *b)
{
    const struct kernel_sink sink = { write_kernel, zero_kernel, b };
    const struct layout *l = &b->layout;

    if (kernel_image_load(&b->kernel, &sink))
        panic("loading domain 0's kernel failed");
    if (b->initrd)
        copy_in(b, l->initrd_pfn, 0, module_bytes(b->initrd), b->initrd->size);
    copy_in(b, l->p2m_pfn, 0, b->p2m, b->nr_pages * sizeof(b->p2m[0]));
    copy_in(b, l->stack_pfn, 0, NULL, PAGE_SIZE);
    if (b->kernel.has_hypercall_page) {
        uint64_t at = b->kernel.virt_hypercall - l->virt_base;

        if (b->kernel.virt_hypercall >= l->virt_end)
            boot_error("Domain 0's kernel, the first module, wants its "
                       "hypercall page outside itself: the file is damaged");
        hypercall_page_fill(dom0_page(b, at >> PAGE_SHIFT));
    }
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

static void __init create(struct build *b)
{
    unsigned int vcpus = opt_dom0_max_vcpus ? opt_dom0_max_vcpus : cpu_count;
    const struct domain_config config = {
        .name = "Domain-0",
        .max_vcpus = MIN(vcpus, MAX_VCPUS),
        .is_privileged = true,
        .is_hardware = true,
    };
    int rc;

    b->d = domain_create(0, &config, &rc);
    if (!b->d)
        panic("domain 0 cannot be created: %d", rc);
    rc = io_policy_init(b->d, &ram_map);
    if (rc)
        panic("domain 0's device permissions cannot be set: %d", rc);
}

void __init dom0_build(void)
{
    static struct build build __initdata;
    struct build *b = &build;
    struct layout_input in = { .kernel = &b->kernel };
    const char *why;

    if (!boot_info.module_count)
        boot_error("No module: domain 0's kernel must be the first module "
                   "(GRUB: module2 /boot/vmlinuz; QEMU: -initrd \"vmlinuz "
                   "args,initrd\")");
    open_kernel(b, &boot_info.module[0]);
    b->cmdline = boot_arguments(boot_info.module[0].cmdline);
    if (boot_info.module_count > 1) {
        b->initrd = &boot_info.module[1];
        in.initrd_size = b->initrd->size;
    }
    create(b);
    b->nr_pages = in.nr_pages = dom0_pages(b);
    if (layout_compute(&in, &b->layout, &why))
        boot_error("Domain 0's kernel %s (%lu MiB): give it more with "
                   "dom0_mem=", why, (unsigned long)(in.nr_pages >> 8));
    dom0_allocate(b);
    load_images(b);
    dom0_make_tables(b, b->d->vcpu[0]);
    dom0_fill_start_info(b);
    set_registers(b, b->d->vcpu[0]);
    printk(LOG_INFO, "Domain 0: %lu MiB, %u vcpu%s, kernel %lx-%lx, entry "
           "%lx\n", (unsigned long)(b->nr_pages >> 8), b->d->max_vcpus,
           b->d->max_vcpus > 1 ? "s" : "", b->kernel.virt_start,
           b->kernel.virt_end, b->kernel.virt_entry);
    workspace_free_all();
}
