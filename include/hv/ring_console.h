/* SPDX-License-Identifier: MIT */
/*
 * ring_console.h - the console of a guest that the hypervisor started: a page
 * of the guest's with two rings (public/io/console.h), the hypervisor at the
 * other end. common/control/ring_console.c states the rules.
 */
#ifndef HV_RING_CONSOLE_H
#define HV_RING_CONSOLE_H

#include <hv/compiler.h>
#include <hv/frame_num.h>

struct domain;

/* Serve page @m of @d; *port is the guest's end. 0 or -errno. */
int ring_console_create(struct domain *d, mfn_t m, evtchn_port_t *port)
    MUST_CHECK;
/* The guest has sent on its port; it has no lock. */
void ring_console_notify(struct domain *d);
/* The guest stands still for ever: print what is left, give the page back. May
 * be repeated. */
void ring_console_close(struct domain *d);
void ring_console_destroy(struct domain *d);    /* the last reference */
/* The frame that @d's console holds as writable; INVALID_MFN: none. */
mfn_t ring_console_frame(const struct domain *d);

#endif
