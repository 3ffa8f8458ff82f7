/* SPDX-License-Identifier: MIT */
/*
 * guest_console.h - what a domain that has no console of its own says, on the
 * hypervisor's: whole lines under the domain's number, as guest_loglvl= allows.
 */
#ifndef HV_GUEST_CONSOLE_H
#define HV_GUEST_CONSOLE_H

#include <hv/types.h>

void guest_console_write(domid_t domid, const char *text, size_t n);
/* Is any of it printed? */
bool guest_console_is_heard(void);
/* The domain is gone: print what it left unfinished. */
void guest_console_forget(domid_t domid);

/* Hypercall 18. */
long do_console_io(int cmd, unsigned int count, unsigned long va);

#endif
