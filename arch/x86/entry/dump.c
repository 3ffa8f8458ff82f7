/* SPDX-License-Identifier: MIT */
/* dump.c - registers and stack in print, for panics and the keys d and 0. */
#include <asm/cr.h>
#include <asm/current.h>
#include <asm/traps.h>
#include <hv/backtrace.h>
#include <hv/domain.h>
#include <hv/format.h>
#include <hv/panic.h>
#include <hv/percpu.h>
#include <hv/printk.h>
#include <hv/symbols.h>
#include <hv/vcpu.h>

#define STACK_WORDS 24

static DEFINE_PER_CPU(const struct regs *, noted);

void dump_note(const struct regs *regs)
{
    this_cpu(noted) = regs;
}

static void dump_regs(const struct regs *r)
{
    printk(LOG_ERROR, "rip %04x:%016lx  rflags %016lx  vector %u error %x\n",
           r->cs, r->rip, r->rflags, r->vector & 0xff, r->error_code);
    printk(LOG_ERROR, "rsp %04x:%016lx  rbp %016lx\n", r->ss, r->rsp, r->rbp);
    printk(LOG_ERROR, "rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n",
           r->rax, r->rbx, r->rcx, r->rdx);
    printk(LOG_ERROR, "rsi %016lx  rdi %016lx  r8  %016lx  r9  %016lx\n",
           r->rsi, r->rdi, r->r8, r->r9);
    printk(LOG_ERROR, "r10 %016lx  r11 %016lx  r12 %016lx  r13 %016lx\n",
           r->r10, r->r11, r->r12, r->r13);
    printk(LOG_ERROR, "r14 %016lx  r15 %016lx\n", r->r14, r->r15);
}

/* Where it was; who called that is not known from here. */
static void dump_place(unsigned long rip)
{
    char place[SYMBOL_NAME_SIZE + 24];

    symbol_format(place, sizeof(place), rip);
    printk(LOG_ERROR, "in %s\n", place);
}

static void dump_stack(unsigned long sp)
{
    unsigned long end = arch_stack_end(sp);

    for (unsigned int i = 0; i < STACK_WORDS && sp + 32 <= end;
         i += 4, sp += 32) {
        const uint64_t *w = (const uint64_t *)sp;

        printk(LOG_ERROR, "stack %016lx: %016lx %016lx %016lx %016lx\n", sp,
               w[0], w[1], w[2], w[3]);
    }
}

void arch_dump_state(void)
{
    const struct regs *r = this_cpu(noted);

    printk(LOG_ERROR, "CPU %u  cr0 %lx  cr2 %lx  cr3 %lx  cr4 %lx\n", cpu_id(),
           read_cr0(), read_cr2(), read_cr3(), read_cr4());
    if (r) {
        dump_regs(r);
        dump_place(r->rip);
        dump_stack(r->rsp);
    } else if (current && !current->is_idle) {
        printk(LOG_ERROR, "The guest's registers:\n");
        dump_regs(guest_regs());
    }
}

void arch_dump_vcpu(const struct vcpu *v)
{
    printk(LOG_ERROR, "d%uv%u, in its %s mode:\n", v->domain->id, v->id,
           v->arch.in_kernel ? "kernel" : "user");
    dump_regs(v == current ? guest_regs() : &v->arch.regs);
}

unsigned long arch_stack_end(unsigned long address)
{
    unsigned long end = (unsigned long)(cpu_info() + 1);

    if (address >= end - STACK_SIZE && address < end)
        return end - sizeof(struct cpu_info);
    return 0;
}

void arch_describe_work(char *buf, size_t size)
{
    struct vcpu *v = current;
    const struct regs *r = guest_regs();

    if (!v)
        format_text(buf, size, "booting");
    else if (v->is_idle)
        format_text(buf, size, "idle");
    else if (r->vector & REGS_SYSCALL)
        format_text(buf, size, "serving hypercall %lu of d%uv%u", r->rax,
                    v->domain->id, v->id);
    else
        format_text(buf, size, "serving vector %u of d%uv%u", r->vector,
                    v->domain->id, v->id);
}
