/* SPDX-License-Identifier: MIT */
/* backtrace.h - who called whom (arch). */
#ifndef HV_BACKTRACE_H
#define HV_BACKTRACE_H

/* Print the place @ip and then its callers, from frame pointer @fp on. */
void backtrace_print(unsigned long ip, unsigned long fp);

/* arch: the end of the stack of ours that holds @address; 0 when none does. */
unsigned long arch_stack_end(unsigned long address);

#endif
