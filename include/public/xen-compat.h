/* SPDX-License-Identifier: MIT */
/*
 * xen-compat.h - which edition of the interface a guest's source was written
 * for.
 *
 * The binary interface is one and never changes; what changed over the years is
 * how C source spells it. A guest says which spelling it means by defining
 * __XEN_INTERFACE_VERSION__ (0xMMmmpp) before the first include. Without it the
 * oldest spelling holds, as such sources expect; programs that control the
 * machine (__XEN_TOOLS__) always mean the newest.
 *
 * Spellings that depend on it, the last edition with the old one, and the file:
 *   3.1.0  sched_op is number 6, not 29                       xen.h
 *   3.2.0  guest handles are bare pointers, not structs       arch-x86/xen.h
 *   3.2.1  event_channel_op is 16, physdev_op 19              xen.h
 *   3.2.2  start_info.console_mfn names console.domU.mfn      xen.h
 *   3.2.4  pointers instead of handles in mmuext_op and set_iobitmap
 *   3.2.5  vesa_lfb ends after the colour fields              xen.h
 *   3.2.6  CALLBACKTYPE_sysenter is 3                         callback.h
 *   3.2.7  barriers are mb(), rmb(), wmb()                    io/ring.h
 *   3.2.8  xen_memory_reservation.address_bits                memory.h
 *   3.2.9  only version 1 grant entries, named grant_entry    grant_table.h
 *   4.2    nmi parity_error, pm1a_cnt_val, long handles
 *   4.3    NR_EVENT_CHANNELS, add_to_physmap_range
 *   4.5    settime means settime32, MAX_VMASST_TYPE
 *   4.6    vcpu_time_info has no flags, add_to_physmap_batch.foreign_domid
 *   4.12   vesa_lfb has no ext_lfb_base                       xen.h
 */
#ifndef PUBLIC_XEN_COMPAT_H
#define PUBLIC_XEN_COMPAT_H

#define __XEN_LATEST_INTERFACE_VERSION__ 0x00040e00

#if defined(__XEN__) || defined(__XEN_TOOLS__)
#undef __XEN_INTERFACE_VERSION__
#define __XEN_INTERFACE_VERSION__ __XEN_LATEST_INTERFACE_VERSION__
#elif !defined(__XEN_INTERFACE_VERSION__)
#define __XEN_INTERFACE_VERSION__ 0x00000000
#endif

#if __XEN_INTERFACE_VERSION__ > __XEN_LATEST_INTERFACE_VERSION__
#error "__XEN_INTERFACE_VERSION__ is newer than these headers"
#endif

/*
 * Literals that both C and the assembler read: xen_mk_ulong(1) is 1UL to the
 * one and 1 to the other.
 */
#ifdef __ASSEMBLY__
#define xen_mk_uint(n)      n
#define xen_mk_ulong(n)     n
#define xen_mk_ullong(n)    n
#else
#define XEN_SUFFIX_(n, suffix)  n ## suffix
#define xen_mk_uint(n)      XEN_SUFFIX_(n, U)
#define xen_mk_ulong(n)     XEN_SUFFIX_(n, UL)
#define xen_mk_ullong(n)    XEN_SUFFIX_(n, ULL)
#endif

/* What to write between the brackets of a trailing array of open length. */
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L
#define XEN_FLEX_ARRAY_DIM
#elif defined(__GNUC__)
#define XEN_FLEX_ARRAY_DIM  0
#else
#define XEN_FLEX_ARRAY_DIM  1
#endif

#endif
