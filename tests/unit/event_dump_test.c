/* SPDX-License-Identifier: MIT */
/* event_dump_test.c - what key e prints of domain 0's ports, line by line. */
#include <string.h>
#include "../../common/event/port.h"
#include "fake_printed.h"
#include "fake_spinlock.h"
#include "unit.h"

#define PORTS   10u

struct domain *dom0;

static struct domain first, other = { .id = 5 };
static struct port ports[PORTS];

struct port *port_find(const struct domain *d, evtchn_port_t nr)
{
    ck_assert_ptr_eq(d, &first);
    ck_assert_uint_eq(fake_locks_held, 1);
    return nr < PORTS - 1 ? &ports[nr] : NULL;  /* the last has no memory */
}

static bool is_pending(const struct domain *d, evtchn_port_t nr)
{
    (void)d;
    return nr == 3 || nr == 5;
}

static bool is_masked(const struct domain *d, evtchn_port_t nr)
{
    (void)d;
    return nr == 4 || nr == 5;
}

static const struct event_abi abi = {
    .is_pending = is_pending, .is_masked = is_masked,
};

static void start(unsigned int count)
{
    spin_lock_init(&first.event_lock, LOCK_LEVEL_EVENT);
    first.event_abi = &abi;
    first.port_count = count;
    dom0 = &first;
    ports[0].state = PORT_RESERVED;
}

START_TEST(each_kind_of_port_says_what_it_leads_to)
{
    start(PORTS);
    ports[1] = (struct port){ .state = PORT_UNBOUND, .remote_id = 7 };
    ports[2] = (struct port){ .state = PORT_INTERDOMAIN, .far = &other,
                              .far_port = 12, .notify_vcpu = 1 };
    ports[3] = (struct port){ .state = PORT_PIRQ, .pirq = 17 };
    ports[4] = (struct port){ .state = PORT_VIRQ, .virq = 2 };
    ports[5] = (struct port){ .state = PORT_IPI, .notify_vcpu = 3 };
    ports[6] = (struct port){ .state = PORT_RESERVED };
    ports[7] = (struct port){ .state = PORT_CONSOLE, .notify_vcpu = 2 };
    event_dump();
    ck_assert_str_eq(fake_printed,
        "    1 to vcpu 0: unbound, waits for domain 7\n"
        "    2 to vcpu 1: joined to domain 5\n"
        "      port 12 there\n"
        "    3 pending to vcpu 0: pirq 17\n"
        "    4 masked to vcpu 0: virq 2\n"
        "    5 pending masked to vcpu 3: ipi 3\n"
        "    7 to vcpu 2: console, vcpu 2\n");
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(closed_ports_and_those_beyond_say_nothing)
{
    start(3);
    ports[3] = (struct port){ .state = PORT_IPI };
    event_dump();
    ck_assert_str_eq(fake_printed, "");
    first.port_count = 0;
    event_dump();
    ck_assert_str_eq(fake_printed, "");
}
END_TEST

START_TEST(before_there_is_a_domain_there_are_no_ports)
{
    start(PORTS);
    ports[3] = (struct port){ .state = PORT_IPI };
    dom0 = NULL;
    event_dump();
    ck_assert_str_eq(fake_printed, "");
}
END_TEST

int main(void)
{
    return UNIT_RUN("event_dump", each_kind_of_port_says_what_it_leads_to,
                    closed_ports_and_those_beyond_say_nothing,
                    before_there_is_a_domain_there_are_no_ports);
}
