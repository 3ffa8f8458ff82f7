/* SPDX-License-Identifier: MIT */
/* types.h - numbers that every guest test needs. */
#ifndef GUEST_TYPES_H
#define GUEST_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/errno.h>
#include <xen/xen.h>

#define PAGE_SIZE       4096ul
#define PAGE_SHIFT      12
#define PAGE_MASK       (~(PAGE_SIZE - 1))
#define PAGE_ALIGNED    __attribute__((aligned(4096), section(".bss.page")))
#define ARRAY_SIZE(a)   (sizeof(a) / sizeof((a)[0]))
#define VIRT_BASE       0xffffffff80000000ul

#define HV_START        0xffff800000000000ul    /* first byte not the guest's */
#define HV_PRIVATE      0xffff850000000000ul    /* no guest may read here */
#define HV_END          0xffff880000000000ul
#define NON_CANONICAL   0x0000800000000000ul

#endif
