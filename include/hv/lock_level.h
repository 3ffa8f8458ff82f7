/* SPDX-License-Identifier: MIT */
/*
 * lock_level.h - the order in which locks are taken: a CPU that holds a lock
 * takes only locks of a higher level (docs/locking.md says what each guards).
 */
#ifndef HV_LOCK_LEVEL_H
#define HV_LOCK_LEVEL_H

enum lock_level {
    LOCK_LEVEL_NONE,            /* not checked: early boot, panic */
    LOCK_LEVEL_CONTROL,         /* one control operation at a time */
    LOCK_LEVEL_DOMAIN_LIST,     /* all domains */
    LOCK_LEVEL_DOMAIN,          /* life cycle of one domain */
    LOCK_LEVEL_PCI,             /* physdev operations on a device */
    LOCK_LEVEL_GRANT,           /* grant table of one domain */
    LOCK_LEVEL_PAGE_TABLE,      /* page-table writes of one domain */
    LOCK_LEVEL_PAGES,           /* page list and counters of one domain */
    LOCK_LEVEL_EVENT,           /* event ports of one domain */
    LOCK_LEVEL_VIRQ,            /* VIRQ bindings of one vcpu */
    LOCK_LEVEL_RING,            /* console ring of one domain */
    LOCK_LEVEL_IRQ,             /* one interrupt line (IRQs off) */
    LOCK_LEVEL_SCHED,           /* a run queue (IRQs off) */
    LOCK_LEVEL_ALLOWANCE,       /* what a capped domain may run (IRQs off) */
    LOCK_LEVEL_TIMER,           /* a timer queue (IRQs off) */
    LOCK_LEVEL_CALL,            /* cpu_call() in progress */
    LOCK_LEVEL_HEAP,            /* small objects */
    LOCK_LEVEL_PAGE_ALLOC,      /* the buddy allocator */
    LOCK_LEVEL_TLB,             /* shoot-down in progress */
    LOCK_LEVEL_FIRMWARE,        /* UEFI runs (IRQs off) */
    LOCK_LEVEL_PCI_CONFIG,      /* CF8/CFC pair (IRQs off) */
    LOCK_LEVEL_IOAPIC,          /* IO-APIC index/data pair (IRQs off) */
    LOCK_LEVEL_RTC,             /* RTC index/data pair (IRQs off) */
    LOCK_LEVEL_TIME,            /* wall clock */
    LOCK_LEVEL_CONSOLE,         /* console stream (IRQs off) */
    LOCK_LEVEL_DEVICE,          /* one console device (IRQs off) */
};

#endif
