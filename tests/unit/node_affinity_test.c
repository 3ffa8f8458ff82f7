/* SPDX-License-Identifier: MIT */
/* node_affinity_test.c - the memory nodes of a domain: all there is is node 0. */
#include <string.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <public/domctl.h>
#include "fake_guest.h"
#include "unit.h"

#define AT      (FAKE_GUEST_VA + 0x100)
#define END     (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define WILD    0xffff800000000000ul

static struct domain domain;
static struct xen_domctl op;
static uint8_t *const mask = fake_guest + (AT - FAKE_GUEST_VA);

static void name(unsigned long va, uint32_t bits)
{
    op.u.nodeaffinity.nodemap = (struct xenctl_bitmap){
        .bitmap.p = (uint8_t *)va, .nr_bits = bits,
    };
}

static int set(uint8_t first, uint32_t bits)
{
    fake_guest_reset();
    memset(mask, 0, 64);
    mask[0] = first;
    name(AT, bits);
    return domctl_setnodeaffinity(&domain, &op);
}

START_TEST(a_domain_is_on_node_0)
{
    fake_guest_reset();
    name(AT, 72);
    ck_assert_int_eq(domctl_getnodeaffinity(&domain, &op), 0);
    ck_assert_mem_eq(mask, "\x01\0\0\0\0\0\0\0\0\xcc", 10);
    ck_assert_int_eq(set(1, 64), 0);
    name(AT, 1);
    ck_assert_int_eq(domctl_getnodeaffinity(&domain, &op), 0);
    ck_assert_uint_eq(mask[0], 1);
}
END_TEST

START_TEST(node_0_must_be_among_those_that_are_set)
{
    ck_assert_int_eq(set(1, 1), 0);
    ck_assert_int_eq(set(0xff, 8), 0);
    ck_assert_int_eq(set(1, 512), 0);
    ck_assert_int_eq(set(0xfe, 8), -EINVAL);
    ck_assert_int_eq(set(0, 64), -EINVAL);
    ck_assert_int_eq(set(1, 0), -EINVAL);       /* it is not looked at */
}
END_TEST

START_TEST(nodes_out_of_reach_are_an_error)
{
    fake_guest_reset();
    name(WILD, 64);
    ck_assert_int_eq(domctl_getnodeaffinity(&domain, &op), -EFAULT);
    ck_assert_int_eq(domctl_setnodeaffinity(&domain, &op), -EFAULT);
    name(END - 1, 16);
    ck_assert_int_eq(domctl_getnodeaffinity(&domain, &op), -EFAULT);
    ck_assert_int_eq(domctl_setnodeaffinity(&domain, &op), -EFAULT);
    name(AT, ~0u);
    ck_assert_int_eq(domctl_getnodeaffinity(&domain, &op), -E2BIG);
}
END_TEST

int main(void)
{
    return UNIT_RUN("node_affinity", a_domain_is_on_node_0,
                    node_0_must_be_among_those_that_are_set,
                    nodes_out_of_reach_are_an_error);
}
