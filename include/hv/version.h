/* SPDX-License-Identifier: MIT */
/* version.h - what we are and what interface we speak. */
#ifndef HV_VERSION_H
#define HV_VERSION_H

#define PARAPET_VERSION     "0.1"

/* How old the sources are; Makefile says it where it can find out. */
#ifndef PARAPET_DATE
#define PARAPET_DATE        "unknown"
#endif

/* The interface is that of Xen 4.17. */
#define INTERFACE_MAJOR     4u
#define INTERFACE_MINOR     17u

/* Hypercall 17. */
long do_xen_version(int cmd, unsigned long arg);

#endif
