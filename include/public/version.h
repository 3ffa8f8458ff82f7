/* SPDX-License-Identifier: MIT */
/*
 * version.h - what this hypervisor is.
 *
 * xen_version(XENVER_*, buffer *): any domain. 0 if nothing else is said;
 * -EFAULT, -EINVAL; -ENOSYS: no such question. The call also delivers pending
 * events, which guests use as the cheapest way to ask for that.
 *
 * Source: Xen 4.17; XENVER_version as in the Xen 2.0 interface manual.
 */
#ifndef PUBLIC_VERSION_H
#define PUBLIC_VERSION_H

#include "xen.h"
#include "features.h"

/* No buffer; the result is (major << 16) | minor of the interface. */
#define XENVER_version              0

/* What follows major and minor. */
#define XENVER_extraversion         1
typedef char xen_extraversion_t[16];
#define XEN_EXTRAVERSION_LEN        (sizeof(xen_extraversion_t))

#define XENVER_compile_info         2
struct xen_compile_info {
    char compiler[64];
    char compile_by[16];
    char compile_domain[32];
    char compile_date[32];
};
typedef struct xen_compile_info xen_compile_info_t;

/* Guest types, each followed by a space: "xen-3.0-x86_64 xen-3.0-x86_32p ". */
#define XENVER_capabilities         3
typedef char xen_capabilities_info_t[1024];
#define XEN_CAPABILITIES_INFO_LEN   (sizeof(xen_capabilities_info_t))

#define XENVER_changeset            4
typedef char xen_changeset_info_t[64];
#define XEN_CHANGESET_INFO_LEN      (sizeof(xen_changeset_info_t))

/* The lowest address that is the hypervisor's. */
#define XENVER_platform_parameters  5
struct xen_platform_parameters {
    xen_ulong_t virt_start;
};
typedef struct xen_platform_parameters xen_platform_parameters_t;

/* 32 feature bits; -EINVAL for a submap that is not there. */
#define XENVER_get_features         6
struct xen_feature_info {
    unsigned int submap_idx;    /* in */
    uint32_t submap;            /* out: 1u << XENFEAT_* */
};
typedef struct xen_feature_info xen_feature_info_t;

/* No buffer; the result is 4096. */
#define XENVER_pagesize             7

/* xen_domain_handle_t, out: the tools' name of the caller. */
#define XENVER_guest_handle         8

/* The hypervisor's own command line. */
#define XENVER_commandline          9
typedef char xen_commandline_t[1024];

/* The result is the length, also with no buffer; -ENOBUFS if @len is less. */
#define XENVER_build_id            10
struct xen_build_id {
    uint32_t len;                           /* in: room in buf */
    unsigned char buf[XEN_FLEX_ARRAY_DIM];
};
typedef struct xen_build_id xen_build_id_t;

#endif
