/* SPDX-License-Identifier: MIT */
/* boot_plan_test.c - which modules make which domain, and what is refused. */
#include <stdio.h>
#include <string.h>
#include <hv/boot_plan.h>
#include <hv/log_level.h>
#include "fake_printed.h"
#include "unit.h"

static struct boot_module modules[BOOT_MODULES_MAX];
static struct boot_info info = { .module = modules };
static struct boot_plan plan;

const char *boot_arguments(const char *line)
{
    return line;
}

static void module(const char *line)
{
    strcpy(info.module[info.module_count++].cmdline, line);
}

static void make(void)
{
    boot_plan_make(&plan, &info);
}

static void check(unsigned int i, const char *name, unsigned int kernel,
                  bool has_initrd, const char *cmdline)
{
    const struct planned_domain *p = &plan.domain[i];

    ck_assert_uint_lt(i, plan.count);
    ck_assert_str_eq(p->name, name);
    ck_assert_uint_eq(p->module, kernel);
    ck_assert_int_eq(p->has_initrd, has_initrd);
    ck_assert_str_eq(p->cmdline, cmdline);
    ck_assert_int_eq(p->is_dom0, !strcmp(name, "Domain-0"));
}

START_TEST(the_first_module_is_domain_0s_and_the_second_its_initrd)
{
    module("console=hvc0");
    module("");
    make();
    ck_assert_uint_eq(plan.count, 1);
    check(0, "Domain-0", 0, true, "console=hvc0");
    ck_assert_uint_eq(boot_plan_guest_memory(&plan), 0);
}
END_TEST

START_TEST(guests_follow_with_or_without_an_initrd)
{
    module("dom0");
    module("domain=a mem=64M vcpus=4 quiet");
    module("initrd");
    module("domain=b");
    make();
    ck_assert_uint_eq(plan.count, 3);
    check(0, "Domain-0", 0, false, "dom0");
    check(1, "a", 1, true, "quiet");
    check(2, "b", 3, false, "");
    ck_assert_uint_eq(plan.domain[1].memory, MIB(64));
    ck_assert_uint_eq(plan.domain[2].memory, PLAN_MEMORY_DEFAULT);
    ck_assert_uint_eq(plan.domain[0].vcpus, 0);
    ck_assert_uint_eq(plan.domain[1].vcpus, 4);
    ck_assert_uint_eq(plan.domain[2].vcpus, 1);
    ck_assert_uint_eq(boot_plan_guest_memory(&plan), MIB(192));
    ck_assert_str_eq(fake_printed, "");
}
END_TEST

START_TEST(without_domain_0_the_first_module_is_a_guest)
{
    module("domain=only");
    module("");
    make();
    ck_assert_uint_eq(plan.count, 1);
    check(0, "only", 0, true, "");
}
END_TEST

START_TEST(our_words_end_at_the_first_that_is_not_or_at_two_dashes)
{
    module("domain=a vcpus=1 mem=32M root=/dev/a mem=1G");
    module("domain=b mem=40M -- mem=16M vcpus=9");
    module("domain=c --root mem=8M");
    make();
    ck_assert_uint_eq(plan.count, 3);
    check(0, "a", 0, false, "root=/dev/a mem=1G");
    check(1, "b", 1, false, "mem=16M vcpus=9");
    check(2, "c", 2, false, "--root mem=8M");
    ck_assert_uint_eq(plan.domain[0].memory, MIB(32));
}
END_TEST

START_TEST(a_module_that_follows_an_initrd_is_nobodys)
{
    module("dom0");
    module("initrd");
    module("third");
    make();
    ck_assert_uint_eq(plan.count, 1);
    ck_assert_ptr_nonnull(strstr(fake_printed, "Module 3 is nobody's"));
}
END_TEST

static const struct {
    const char *line, *sentence;
} mistakes[] = {
    { "domain=", "has no name" },
    { "domain= mem=32M", "has no name" },
    { "domain=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "has too long a name" },
    { "domain=a/b", "has a name with other characters" },
    { "domain=a\x1b[2J", "has a name with other characters" },
    { "domain=Domain-0", "has a name that is taken" },
    { "domain=good", "has a name that is taken" },
    { "domain=a mem=", "is no size" },
    { "domain=a mem=12x", "is no size" },
    { "domain=a mem=0", "has no memory" },
    { "domain=a mem=1", "has no memory" },
    { "domain=a mem=2000G", "beyond 1 TiB" },
    { "domain=a mem=99999999999999999999G", "beyond 1 TiB" },
    { "domain=a vcpus=", "is no number of vcpus" },
    { "domain=a vcpus=0", "is no number of vcpus" },
    { "domain=a vcpus=1x", "is no number of vcpus" },
    { "domain=a vcpus=129", "has a vcpus= beyond 128" },
};

/* The initrd of a guest that is left out is left out as well. */
START_TEST(a_mistake_is_told_in_a_sentence_and_costs_one_guest)
{
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        info.module_count = 0;
        fake_printed[0] = '\0';
        module("domain=good");
        module(mistakes[i].line);
        module("initrd of the bad one");
        module("domain=last");
        make();
        ck_assert_uint_eq(plan.refused, 1);
        ck_assert_uint_eq(plan.count, 2);
        check(0, "good", 0, false, "");
        check(1, "last", 3, false, "");
        ck_assert_ptr_nonnull(strstr(fake_printed, "Module 2 (domain="));
        ck_assert_ptr_nonnull(strstr(fake_printed, mistakes[i].sentence));
        ck_assert_ptr_nonnull(strstr(fake_printed, "; it is left out\n"));
    }
}
END_TEST

START_TEST(no_module_makes_no_domain)
{
    make();
    ck_assert_uint_eq(plan.count, 0);
}
END_TEST

START_TEST(every_module_may_be_a_guest)
{
    for (unsigned int i = 0; i < BOOT_MODULES_MAX; i++) {
        char line[32];

        snprintf(line, sizeof(line), "domain=g%u mem=1024G", i);
        module(line);
    }
    make();
    ck_assert_uint_eq(plan.count, BOOT_MODULES_MAX);
    ck_assert_uint_eq(boot_plan_guest_memory(&plan),
                      BOOT_MODULES_MAX * GIB(1024));
}
END_TEST

int main(void)
{
    return UNIT_RUN("boot_plan",
                    the_first_module_is_domain_0s_and_the_second_its_initrd,
                    guests_follow_with_or_without_an_initrd,
                    without_domain_0_the_first_module_is_a_guest,
                    our_words_end_at_the_first_that_is_not_or_at_two_dashes,
                    a_module_that_follows_an_initrd_is_nobodys,
                    a_mistake_is_told_in_a_sentence_and_costs_one_guest,
                    no_module_makes_no_domain,
                    every_module_may_be_a_guest);
}
