/* SPDX-License-Identifier: MIT */
/*
 * keyhandler.h - what the hypervisor does for a key while it has the keyboard.
 * A handler runs with interrupts on and may print at length.
 */
#ifndef HV_KEYHANDLER_H
#define HV_KEYHANDLER_H

/* @key is printable; a key registered twice keeps its first owner. */
void keyhandler_register(char key, void (*fn)(void), const char *help);

/* The keys that need nobody else: h, R, d, *. */
void keyhandler_init(void);

/* Those that look at domains, vcpus, ports, timers, interrupts and memory:
 * 0, q, r, e, a, i, m. */
void keyhandler_init_state(void);

/* Do what @key means; an unknown one is answered with a hint at `h`. */
void keyhandler_run(char key);

#endif
