/* SPDX-License-Identifier: MIT */
/* keys_state.c - the keys that show what domains and CPUs are doing. */
#include <hv/domain.h>
#include <hv/event.h>
#include <hv/keyhandler.h>
#include <hv/sched.h>
#include <hv/timer.h>

void keyhandler_init_state(void)
{
    keyhandler_register('q', domain_dump, "domains and their vcpus");
    keyhandler_register('r', sched_dump, "run queues");
    keyhandler_register('e', event_dump, "event channels of domain 0");
    keyhandler_register('a', timer_dump, "timers that are armed");
}
