/* SPDX-License-Identifier: MIT */
/* types.h - the freestanding C types every file may count on. */
#ifndef HV_TYPES_H
#define HV_TYPES_H

/* Which spelling of public/ we read: the newest. Comes before any of it. */
#define __XEN_INTERFACE_VERSION__ 0x00040e00

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t s_time_t;       /* nanoseconds since the hypervisor started */
typedef uint16_t domid_t;       /* domain number, see public/xen.h DOMID_* */
typedef uint32_t evtchn_port_t; /* event channel port of one domain */

#define KIB(n)  ((uint64_t)(n) << 10)
#define MIB(n)  ((uint64_t)(n) << 20)
#define GIB(n)  ((uint64_t)(n) << 30)

#define NSEC_PER_SEC    1000000000ll
#define MICROSECS(n)    ((s_time_t)(n) * 1000ll)
#define MILLISECS(n)    ((s_time_t)(n) * 1000000ll)
#define SECONDS(n)      ((s_time_t)(n) * NSEC_PER_SEC)

#endif
