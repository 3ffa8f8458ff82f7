/* SPDX-License-Identifier: MIT */
/*
 * boot_plan.h - which modules make which domain: domain 0, and guests that the
 * hypervisor starts itself. docs/boot.md has the rule for users.
 */
#ifndef HV_BOOT_PLAN_H
#define HV_BOOT_PLAN_H

#include <hv/boot_info.h>
#include <hv/types.h>

#define PLAN_NAME_MAX       30u     /* letters of a guest's name */
#define PLAN_MEMORY_DEFAULT MIB(128)

struct planned_domain {
    bool is_dom0;
    char name[PLAN_NAME_MAX + 1];
    uint64_t memory;            /* bytes, whole pages; domain 0: 0 */
    unsigned int vcpus;         /* domain 0: 0 */
    unsigned int module;        /* its kernel, counted from 0 */
    bool has_initrd;            /* the module after it */
    const char *cmdline;        /* the kernel's own */
};

struct boot_plan {
    struct planned_domain domain[BOOT_MODULES_MAX];     /* as loaded */
    unsigned int count;
    unsigned int refused;       /* guests that were left out, each told of */
};

/* @info stays: command lines point into it. */
void boot_plan_make(struct boot_plan *plan, const struct boot_info *info);
/* Bytes that the guests of @plan want together. */
uint64_t boot_plan_guest_memory(const struct boot_plan *plan);

#endif
