/* SPDX-License-Identifier: MIT */
/*
 * printk.h - messages: to the consoles as loglvl= says, and to the ring that
 * tools read later. Callable from anywhere, also NMI and before consoles.
 */
#ifndef HV_PRINTK_H
#define HV_PRINTK_H

#include <hv/compiler.h>
#include <hv/types.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* One whole line (the newline is part of @fmt). */
void printk(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same about something a guest did: rate limited, guest_loglvl= decides.
 * The line is prefixed with the current vcpu as d<domid>v<vcpu>. */
void printk_guest(enum log_level level, const char *fmt, ...)
    PRINTF_LIKE(2, 3);

/* Say why and stop the machine: registers, backtrace, then @fmt. */
void panic(const char *fmt, ...) NORETURN PRINTF_LIKE(1, 2);
/* A mistake of whoever boots us: one sentence that names cause and remedy,
 * without registers; then halt or reboot as noreboot says. */
void boot_error(const char *fmt, ...) NORETURN PRINTF_LIKE(1, 2);

#endif
