/* SPDX-License-Identifier: MIT */
/*
 * control_calls_fuzz.c - what domains ask about the machine and the hypervisor:
 * xen_version, dom0_op, platform_op, console_io, mca, and multicalls of them.
 * After each call no lock and no reference is held.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <asm/cpu.h>
#include <asm/hypercalls.h>
#include <hv/boot_info.h>
#include <hv/conring.h>
#include <hv/console.h>
#include <hv/control.h>
#include <hv/cpu.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/guest_console.h>
#include <hv/heap.h>
#include <hv/log_dirty.h>
#include <hv/log_level.h>
#include <hv/multicall.h>
#include <hv/page_alloc.h>
#include <hv/phys_map.h>
#include <hv/pirq.h>
#include <hv/platform.h>
#include <hv/power.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include <hv/sysctl.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <hv/version.h>
#include <public/arch-x86/xen-mca.h>
#include <public/dom0_ops.h>
#include <public/domctl.h>
#include <public/platform.h>
#include <public/version.h>
#include "calls.h"
#include "tool_calls.h"
#include "fake_guest.h"
#include "fake_heap.h"
#include "fake_spinlock.h"

#define DOMAINS     2u
#define GSIS        24u

struct vcpu *fake_current;
unsigned int fake_cpu;
struct efi_info efi_info;
struct cpu_features cpu_features;

static struct domain domain[DOMAINS];
static struct vcpu vcpu[DOMAINS], *pointers[DOMAINS];
static jmp_buf machine_is_off;
static uint64_t firmware_answer;

/* --- what the calls ask of others --- */

void domain_put(struct domain *d)
{
    ck_assert(d->refs > 1);
    d->refs--;
}

static struct domain *get(struct domain *d)
{
    if (d)
        d->refs++;
    return d;
}

struct domain *find_domain_or_self(domid_t id)
{
    return get(id == DOMAIN_SELF ? fake_current->domain :
               id < DOMAINS ? &domain[id] : NULL);
}

struct domain *find_domain_from(domid_t from)
{
    return get(from < DOMAINS ? &domain[from] : NULL);
}

void vcpu_runstate_get(struct vcpu *v, struct vcpu_runstate_info *out)
{
    *out = v->runstate;
}

struct vcpu *domain_vcpu(const struct domain *d, uint32_t id)
{
    return id < d->max_vcpus ? d->vcpu[id] : NULL;
}

bool softirq_is_pending(void) { return false; }
void dirty_map_add(struct dirty_map *map, mfn_t m) { (void)map; (void)m; }
bool printk_guest_passes(enum log_level level) { (void)level; return true; }
bool printk_guest_may_pass(enum log_level level) { (void)level; return true; }
unsigned long page_free_count(void) { return 1234; }
unsigned long page_free_count_below(unsigned int bits) { return bits; }
struct vcpu *sched_idle_vcpu(unsigned int cpu) { return &vcpu[cpu % DOMAINS]; }
unsigned int sched_policy_id(void) { return SCHED_CREDIT; }

struct domain *find_domain(domid_t id)
{
    return get(id < DOMAINS ? &domain[id] : NULL);
}

int sched_get_params(struct sched_params *p)
{
    *p = (struct sched_params){ .slice = 1 };
    return 0;
}

int sched_set_params(const struct sched_params *p)
{
    return p->slice ? 0 : -EINVAL;
}

int sched_get_domain(struct domain *d, struct sched_domain_params *p)
{
    *p = (struct sched_domain_params){ .weight = d->id };
    return 0;
}

int sched_set_domain(struct domain *d, const struct sched_domain_params *p)
{
    return d && p->weight ? 0 : -EINVAL;
}

bool machine_can_power_off(void) { return true; }

void machine_power_off_with(uint16_t pm1a, uint16_t pm1b)
{
    ck_assert(!((pm1a | pm1b) & 1u << 13) && !fake_locks_held);
    longjmp(machine_is_off, 1);
}

void printk_always(const char *fmt, ...)
{
    char line[512];
    va_list args;

    ck_assert(!fake_locks_held);
    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    for (const char *c = line; *c; c++)     /* nothing steers a terminal */
        ck_assert((*c >= ' ' && *c <= '~') || *c == '\n');
}

void console_write(const char *text, size_t n)
{
    ck_assert(fake_current->domain->is_privileged);
    conring_write(text, n);
}

bool console_is_behind(void) { return false; }
s_time_t system_time(void) { return SECONDS(1); }

size_t console_read(char *buf, size_t n)
{
    n = n < 7 ? n : 7;
    memset(buf, 'k', n);
    return n == 7 ? 0 : n;
}

int arch_control_msr(uint64_t cpu_mask, uint32_t msr, bool is_write,
                     uint64_t in, uint64_t *out)
{
    (void)cpu_mask;
    (void)msr;
    *out = is_write ? in : 0;
    return 0;
}

bool arch_cpu_identity(unsigned int cpu, uint32_t *apic_id, uint32_t *acpi_id)
{
    ck_assert(cpu < NR_CPUS && cpu_set_has(&cpu_online, cpu));
    *apic_id = *acpi_id = cpu;
    return true;
}

void wallclock_set(uint64_t sec, uint32_t nsec, s_time_t at)
{
    (void)sec;
    ck_assert(nsec < NSEC_PER_SEC && at >= 0);
}

void *map_phys(paddr_t paddr, size_t size)
{
    static uint8_t bios[0x500];

    return paddr + size <= sizeof(bios) ? bios + paddr : NULL;
}

void unmap_phys(void *va, size_t size)
{
    (void)va;
    (void)size;
}

bool efi_runtime_is_on(void) { return true; }

/* Firmware that believes and does anything, but inside its buffers. */
int efi_call(enum efi_service service, const uint64_t arguments[EFI_ARGUMENTS],
             uint64_t *status)
{
    const uint16_t *name = (const void *)(unsigned long)arguments[0];
    uint64_t *size = (void *)(unsigned long)arguments[3];
    char *data = (void *)(unsigned long)arguments[4];

    ck_assert(!fake_locks_held && service < EFI_SERVICES);
    *status = firmware_answer & 1 ? 0 : EFI_INVALID_PARAMETER;
    if (service == EFI_GET_VARIABLE) {
        while (*name)
            name++;
        if (data)
            memset(data, 'v', *size);
        *size = firmware_answer;
    } else if (service == EFI_SET_VARIABLE) {
        for (uint64_t i = 0; i < arguments[3]; i++)
            firmware_answer += (uint8_t)data[i];
    }
    return firmware_answer & 2 ? -EOPNOTSUPP : 0;
}

unsigned int arch_irq_gsi_count(void) { return GSIS; }

int pirq_permit(struct domain *d, unsigned int pirq, bool is_allowed)
{
    (void)is_allowed;
    ck_assert(fake_current->domain->is_hardware && pirq < GSIS);
    return d->dying == DOMAIN_ALIVE ? 0 : -EINVAL;
}

void arch_lock_tables(struct domain *d) { ck_assert(d->refs > 0); }
void arch_unlock_tables(struct domain *d) { ck_assert(d->refs > 0); }
void domain_resume(struct domain *d) { d->is_shut_down = false; }
void vcpu_unblock(struct vcpu *v) { (void)v; }
void arch_vcpu_send_nmi(struct vcpu *v) { (void)v; }
void arch_wallclock_update(struct domain *d) { ck_assert(d->refs > 1); }

/* Commands of domctl with files that are not linked here. */
#define NOT_HERE(name)                                      \
    int name(struct domain *d, struct xen_domctl *op)       \
    {                                                       \
        ck_assert(d->refs > 1);                             \
        op->u.pad[0] = 1;                                   \
        return -ENODEV;                                     \
    }
NOT_HERE(arch_domctl_hypercall_init)
NOT_HERE(arch_domctl_address_size)
NOT_HERE(arch_domctl_tsc_info)
NOT_HERE(arch_domctl_ext_vcpucontext)
NOT_HERE(arch_domctl_vcpuextstate)
NOT_HERE(arch_domctl_vcpu_msrs)

/* --- calls --- */

static unsigned int choose_domctl(struct fuzz *f, unsigned long args[6])
{
    struct xen_domctl op = {
        .interface_version = XEN_DOMCTL_INTERFACE_VERSION,
    };
    uint8_t kind = fuzz_u8(f);

    op.cmd = kind < 0xf0 ? kind % 90 : (uint32_t)fuzz_number(f);
    op.domain = (domid_t)(kind & 1 ? fuzz_number(f) : fuzz_below(f, 3));
    fuzz_bytes(f, &op.u, 40);
    if (op.cmd == XEN_DOMCTL_createdomain && kind < 0x80)
        op.u.createdomain = (struct xen_domctl_createdomain){
            .max_vcpus = kind, .grant_opts = 1, .max_grant_frames = 1 };
    else if (op.cmd == XEN_DOMCTL_getpageframeinfo3)
        op.u.getpageframeinfo3.array.p = (void *)calls_put_any(f, 64);
    else if (op.cmd == XEN_DOMCTL_shadow_op)
        op.u.shadow_op.dirty_bitmap.p = (void *)calls_put_any(f, 16);
    if (fuzz_u8(f) >= 0xf0)
        op.interface_version = (uint32_t)fuzz_u64(f);
    args[0] = calls_put(f, &op, sizeof(op));
    return __HYPERVISOR_domctl;
}

static unsigned int choose_dom0_op(struct fuzz *f, unsigned long args[6])
{
    struct dom0_op op = { .interface_version = DOM0_INTERFACE_VERSION };
    uint8_t kind = fuzz_u8(f);

    op.cmd = kind < 0xf0 ? kind % 32 : (uint32_t)fuzz_number(f);
    fuzz_bytes(f, &op.u, 32);
    if (op.cmd == DOM0_READCONSOLE)
        op.u.readconsole.str = calls_put_any(f, 64);
    if (fuzz_u8(f) >= 0xf0)
        op.interface_version = (uint32_t)fuzz_u64(f);
    args[0] = calls_put(f, &op, sizeof(op));
    return __HYPERVISOR_dom0_op;
}

static void choose_efi(struct fuzz *f, struct xenpf_efi_runtime_call *call)
{
    call->function %= 16;
    firmware_answer = fuzz_number(f);
    if (call->function == XEN_EFI_get_variable ||
        call->function == XEN_EFI_set_variable) {
        call->u.get_variable.name.p = (void *)calls_put_any(f, 16);
        call->u.get_variable.size = fuzz_number(f);
        call->u.get_variable.data.p = (void *)calls_put_any(f, 32);
    } else if (call->function == XEN_EFI_get_next_variable_name) {
        call->u.get_next_variable_name.size = fuzz_number(f);
        call->u.get_next_variable_name.name.p = (void *)calls_put_any(f, 16);
    }
}

static unsigned int choose_platform_op(struct fuzz *f, unsigned long args[6])
{
    struct xen_platform_op op = {
        .interface_version = XENPF_INTERFACE_VERSION,
    };
    uint8_t kind = fuzz_u8(f);

    op.cmd = kind < 0xf0 ? kind % 64 : (uint32_t)fuzz_number(f);
    fuzz_bytes(f, &op.u, 40);
    if (op.cmd == XENPF_set_processor_pminfo)
        op.u.set_pminfo.u.pdc.p = (void *)calls_put_any(f, 12);
    else if (op.cmd == XENPF_efi_runtime_call)
        choose_efi(f, &op.u.efi_runtime_call);
    else if (op.cmd == XENPF_firmware_info)
        op.u.firmware_info.u.efi_info.vendor.name.p =
            (void *)calls_put_any(f, 64);
    args[0] = calls_put(f, &op, sizeof(op));
    return __HYPERVISOR_dom0_op;
}

static unsigned int choose_mca(struct fuzz *f, unsigned long args[6])
{
    struct xen_mc op = { .interface_version = XEN_MCA_INTERFACE_VERSION };

    op.cmd = 1 + fuzz_below(f, 5);
    if (op.cmd == XEN_MC_physcpuinfo) {
        op.u.mc_physcpuinfo.ncpus = (uint32_t)fuzz_number(f);
        op.u.mc_physcpuinfo.info.p = (void *)calls_put_any(f, 8);
    } else {
        fuzz_bytes(f, &op.u, 16);
    }
    args[0] = calls_put(f, &op, sizeof(op));
    return __HYPERVISOR_mca;
}

static unsigned int choose_console(struct fuzz *f, unsigned long args[6])
{
    unsigned int n = fuzz_u8(f);

    args[0] = fuzz_below(f, 3);
    args[2] = calls_put_any(f, n);
    args[1] = fuzz_u8(f) < 0xe0 ? n : fuzz_number(f);
    return __HYPERVISOR_console_io;
}

unsigned int calls_choose(struct fuzz *f, unsigned long args[6])
{
    uint8_t kind = fuzz_u8(f);

    fake_current = &vcpu[kind >= 0xb0];
    switch (kind % 9) {
    case 7:
        return tool_calls_choose_sysctl(f, args);
    case 8:
        return tool_calls_choose_domctl(f, args);
    case 6:
        return choose_domctl(f, args);
    case 0:
        return choose_dom0_op(f, args);
    case 1:
        return choose_platform_op(f, args);
    case 3:
        return choose_console(f, args);
    case 4:
        return choose_mca(f, args);
    default:
        args[0] = fuzz_u8(f) % 16;
        args[1] = calls_put_any(f, 16);
        return __HYPERVISOR_xen_version;
    }
}

const hypercall_t calls_table[HYPERCALL_COUNT] = {
    [__HYPERVISOR_dom0_op] = CALL(do_dom0_op),
    [__HYPERVISOR_sysctl] = CALL(do_sysctl),
    [__HYPERVISOR_domctl] = CALL(do_domctl),
    [__HYPERVISOR_xen_version] = CALL(do_xen_version),
    [__HYPERVISOR_console_io] = CALL(do_console_io),
    [__HYPERVISOR_mca] = CALL(do_mca),
    [__HYPERVISOR_multicall] = CALL(do_multicall),
};

void calls_check(void)
{
    ck_assert(!fake_locks_held && !fake_irqs_off);
    for (unsigned int i = 0; i < DOMAINS; i++)
        ck_assert(domain[i].refs == 1);
}

static void start(uint8_t kind)
{
    fake_guest_reset();
    cpu_set_add(&cpu_online, 0);
    cpu_set_add(&cpu_online, 2);
    fake_current = &vcpu[0];
    efi_info = (struct efi_info){ .is_present = kind & 1,
                                  .runtime_version = 2 << 16,
                                  .vendor = { 'E', 'D', 'K' } };
    for (unsigned int i = 0; i < DOMAINS; i++) {
        domain[i] = (struct domain){
            .id = (domid_t)i, .refs = 1, .max_vcpus = 1,
            .vcpu = &pointers[i], .is_privileged = !i, .is_hardware = !i,
            .lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN),
        };
        rangeset_init_heap(&domain[i].ioports);
        rangeset_init_heap(&domain[i].iomem);
        if (!i)
            ck_assert(!rangeset_add(&domain[i].ioports, 0, 0xffff) &&
                      !rangeset_add(&domain[i].iomem, 0, 0xfff));
        memset(&vcpu[i], 0, sizeof(vcpu[i]));
        vcpu[i].domain = &domain[i];
        pointers[i] = &vcpu[i];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };

    start(fuzz_u8(&f));
    if (!setjmp(machine_is_off))
        calls_run(&f);
    for (unsigned int i = 0; i < DOMAINS; i++)
        guest_console_forget((domid_t)i);
    for (unsigned int i = 0; i < DOMAINS; i++) {
        heap_free(domain[i].arch.cpu_policy);
        rangeset_destroy(&domain[i].ioports);
        rangeset_destroy(&domain[i].iomem);
    }
    ck_assert(!fake_heap_live);
    return 0;
}
