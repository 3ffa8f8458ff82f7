/* SPDX-License-Identifier: MIT */
/*
 * hypercalls.h - the hypercalls that arch/x86 answers itself; the neutral ones
 * are declared with what they act on. Arguments are the guest's, unchecked.
 */
#ifndef ASM_HYPERCALLS_H
#define ASM_HYPERCALLS_H

long do_set_trap_table(unsigned long table);
long do_mmu_update(unsigned long updates, unsigned int count,
                   unsigned long done, unsigned int foreign);
long do_set_gdt(unsigned long frames, unsigned int entries);
long do_stack_switch(unsigned long ss, unsigned long sp);
long do_set_callbacks(unsigned long event, unsigned long failsafe,
                      unsigned long syscall);
long do_fpu_taskswitch(int set);
long do_set_debugreg(int reg, unsigned long value);
long do_get_debugreg(int reg);
long do_update_descriptor(unsigned long paddr, unsigned long desc);
long do_update_va_mapping(unsigned long va, unsigned long pte,
                          unsigned long flags);
long do_update_va_mapping_otherdomain(unsigned long va, unsigned long pte,
                                      unsigned long flags, unsigned int domid);
long do_vm_assist(unsigned int cmd, unsigned int type);
long do_iret(void);
long do_set_segment_base(unsigned int which, unsigned long base);
long do_mmuext_op(unsigned long ops, unsigned int count, unsigned long done,
                  unsigned int foreign);
long do_callback_op(int cmd, unsigned long arg);
long do_mca(unsigned long arg);
long do_nmi_op(unsigned int cmd, unsigned long arg);

#endif
