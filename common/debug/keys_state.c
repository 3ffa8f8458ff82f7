/* SPDX-License-Identifier: MIT */
/* keys_state.c - the keys that show what domains, CPUs and memory are at. */
#include <hv/domain.h>
#include <hv/event.h>
#include <hv/grant_table.h>
#include <hv/irq.h>
#include <hv/keyhandler.h>
#include <hv/page_alloc.h>
#include <hv/sched.h>
#include <hv/timer.h>

void keyhandler_init_state(void)
{
    keyhandler_register('0', domain_dump_registers, "registers of domain 0");
    keyhandler_register('q', domain_dump, "domains and their vcpus");
    keyhandler_register('r', sched_dump, "run queues");
    keyhandler_register('e', event_dump, "event channels of domain 0");
    keyhandler_register('g', grant_dump, "grants in use");
    keyhandler_register('a', timer_dump, "timers that are armed");
    keyhandler_register('i', arch_irq_dump, "interrupts and who has them");
    keyhandler_register('m', memory_dump, "memory: free, heap, domains");
}
