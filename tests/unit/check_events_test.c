/* SPDX-License-Identifier: MIT */
/*
 * check_events_test.c - the invariant checker finds a port that is wrong.
 */
#include "check_world.h"
#include "unit.h"

START_TEST(a_channel_that_leads_nowhere_is_found)
{
    start();
    ports[0][1].far = NULL;
    must_find("a channel's far domain", 1);
    ports[0][1].far = OTHER;
    ports[0][1].far_port = PORTS_PER_GROUP;
    must_find("a channel's far port", 1);
}
END_TEST

START_TEST(a_port_that_is_counted_and_missing_is_found)
{
    start();
    D->port_count++;
    must_find("a port that exists", PORTS_PER_GROUP);
}
END_TEST

START_TEST(a_virq_that_does_not_exist_is_found)
{
    start();
    ports[0][3].virq = NR_VIRQS;
    must_find("the VIRQ of a port", 3);
    ports[0][3].virq = ~0;
    must_find("the VIRQ of a port", 3);
}
END_TEST

START_TEST(a_channel_that_does_not_lead_back_is_found)
{
    start();
    ports[1][2].far_port = 3;
    must_find("the way back from a channel's far port", 1);
    ports[1][2].far_port = 1;
    ports[1][2].state = PORT_UNBOUND;
    must_find("the state of a channel's far port", 1);
}
END_TEST

START_TEST(a_closed_port_that_still_leads_somewhere_is_found)
{
    start();
    ports[0][9].far = OTHER;
    must_find("the far domain of a port that is no channel", 9);
}
END_TEST

START_TEST(a_virq_that_does_not_know_its_port_is_found)
{
    start();
    V->virq_port[VIRQ_TIMER] = 0;
    must_find("the port of a VIRQ", 3);
    V->virq_port[VIRQ_TIMER] = 3;
    V->virq_port[VIRQ_DEBUG] = 4;
    must_find("the VIRQ of a vcpu's port", 4);
}
END_TEST

START_TEST(a_pirq_that_is_not_the_domains_is_found)
{
    start();
    ports[0][4].pirq = 10;
    must_find("a pirq that is bound", 4);
}
END_TEST

START_TEST(a_port_of_no_state_or_vcpu_is_found)
{
    start();
    ports[0][9].state = PORT_CONSOLE + 1;
    must_find("the state of a port", 9);
    ports[0][9].state = PORT_RESERVED;
    must_find("port 0", 9);
    ports[0][9].state = PORT_IPI;
    ports[0][9].notify_vcpu = 1;
    must_find("the vcpu of a port", 9);
}
END_TEST

START_TEST(a_reference_on_a_domain_that_nobody_holds_is_found)
{
    start();
    OTHER->refs++;
    must_find("references on a domain", OTHER->id);
}
END_TEST

int main(void)
{
    return UNIT_RUN(
        "check_events", a_channel_that_leads_nowhere_is_found,
        a_port_that_is_counted_and_missing_is_found,
        a_virq_that_does_not_exist_is_found,
        a_channel_that_does_not_lead_back_is_found,
        a_closed_port_that_still_leads_somewhere_is_found,
        a_virq_that_does_not_know_its_port_is_found,
        a_pirq_that_is_not_the_domains_is_found,
        a_port_of_no_state_or_vcpu_is_found,
        a_reference_on_a_domain_that_nobody_holds_is_found);
}
