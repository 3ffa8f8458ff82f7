/* SPDX-License-Identifier: MIT */
/*
 * pv.h - the paravirtual CPU: how a guest kernel in ring 3 gets its exceptions
 * and events, and how it goes back. All act on current unless they name a
 * vcpu.
 */
#ifndef ASM_PV_H
#define ASM_PV_H

#include <hv/compiler.h>
#include <hv/vcpu.h>
#include <asm/regs.h>

struct domain;

/* --- pv/bounce.c: exceptions to the guest kernel --- */

/* Deliver @vector through the trap table. A missing handler, or a kernel
 * stack that cannot be written, crashes the domain. */
void trap_bounce(unsigned int vector);
void trap_bounce_error(unsigned int vector, uint32_t error);
/* #PF: @address goes to where the kernel reads CR2. */
void trap_bounce_page_fault(unsigned long address, uint32_t error);
/* Called by entry/: the guest's own system calls, and what is pending. */
void syscall_bounce(struct regs *regs);
void syscall32_bounce(struct regs *regs);
void sysenter_bounce(struct regs *regs);
void upcall_deliver(void);
void nmi_deliver(void);
void return_fault_deliver(void);
/* The guest's selectors cannot be loaded. */
void failsafe_deliver(void);

/* --- pv/domain.c: a vcpu without registers, handlers, tables --- */
void vcpu_state_clear(struct vcpu *v);

/* --- pv/slow_path.c --- */
/* After any change to what takes_slow_path stands for. */
void slow_path_update(struct vcpu *v);
/* The stack on which the kernel is entered from its user. */
void kernel_stack_set(struct arch_vcpu *a, uint16_t ss, uint64_t sp);

/* --- pv/vm_assist.c: exactly these of what we know; @d stands still --- */
void vm_assist_set(struct domain *d, unsigned long assists);

/* --- pv/guest_mode.c: kernel and user --- */
void guest_mode_toggle(struct vcpu *v);
/* The L4 that belongs in CR3 now. */
mfn_t guest_mode_l4(const struct vcpu *v);

/* --- pv/segments.c: selectors and bases --- */
void segments_save(struct vcpu *v);
/* Bad selectors become null; false if there were any. */
bool segments_load(struct vcpu *v);
uint64_t guest_fs_base(void);
uint64_t guest_gs_base(void);

/* --- pv/gdt.c, pv/ldt.c: descriptor tables --- */
int gdt_vcpu_set(struct vcpu *v, const uint64_t *frames, unsigned int entries);
void gdt_vcpu_create(struct vcpu *v);
void gdt_vcpu_release(struct vcpu *v);
void gdt_vcpu_load(struct vcpu *v);     /* GDTR and LDTR on this CPU */
/* May an LDT be there? Page-aligned, and all of it the guest's; none may. */
bool ldt_place_ok(unsigned long base, unsigned long entries);
void ldt_vcpu_release(struct vcpu *v);  /* drop the pages mapped so far */
/* A fault at @offset of the LDT window: map that page. True when retrying
 * makes sense. */
bool ldt_map_page(struct vcpu *v, unsigned long offset);
/* Is @desc one that a guest may have? Raises its DPL to 3. */
bool descriptor_check(uint64_t *desc);
/* The same for a page of them. */
bool descriptor_page_check(void *page);

/* --- pv/cpuid.c, pv/msr.c --- */
void guest_cpuid(struct vcpu *v, struct regs *regs, bool forced);
int guest_rdmsr(struct vcpu *v, uint32_t msr, uint64_t *value);
int guest_wrmsr(struct vcpu *v, uint32_t msr, uint64_t value);

/* --- pv/iopl.c: may @v's present mode use ports, CLI and STI? --- */
bool iopl_allows(const struct vcpu *v);

/* --- emulate/privileged.c: a #GP of the guest kernel --- */
bool emulate_privileged(struct regs *regs);
/* --- emulate/pt_write.c: a write fault of the guest kernel --- */
bool emulate_pt_write(struct regs *regs, unsigned long address);
#define INSN_BYTES 15
bool emulate_forced_cpuid(struct regs *regs);
/* --- emulate/fetch.c: instruction bytes at RIP, up to 15 --- */
size_t fetch_insn(const struct regs *regs, uint8_t *bytes);
/* Registers in the hardware's order, for the decoder. */
void gprs_from_regs(const struct regs *regs, uint64_t gprs[16]);
uint64_t gpr_from_regs(const struct regs *regs, unsigned int nr);
void gpr_to_regs(struct regs *regs, unsigned int nr, uint64_t value);

/* --- pv/switch.c --- */
void resume_guest(void) NORETURN;       /* entry/exit.S */
void resume_idle(void) NORETURN;

#define IRET_HYPERCALL  23

#endif
