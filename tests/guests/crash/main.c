/* SPDX-License-Identifier: MIT */
/*
 * crash/main.c - what a domain cannot be told, because nothing is left that
 * could be told, ends it.
 * Runs as domU.
 * Has 2 vcpus.
 * Crashes by no_handler no_stack stack_of_the_hypervisor no_user_stack
 * no_upcall_handler upcall_without_stack iret_frame_missing
 * iret_frame_of_the_hypervisor iret_without_user_tables failsafe_without_stack
 * second_without_handler second_without_stack.
 *
 * Promise: an exception, an event or a failed return that finds no handler, or
 * no stack that its frame can be written to, and a return by a frame that
 * cannot be read or to a user without page tables, end the domain with all of
 * its vcpus, and nobody else.
 */
#include "guest.h"

const char test_folder[] = "crash";

static struct vcpu_guest_context context;
static volatile unsigned stop;

static void no_handlers(void)
{
    hc_set_trap_table(NULL);
}

#define RAISE_WITH_STACK(stack)                                         \
    asm volatile("mov %0, %%rsp\n\t ud2" : : "r" ((uint64_t)(stack)))

static void no_handler(void)
{
    no_handlers();
    asm volatile("ud2");
}

static void no_stack(void)
{
    RAISE_WITH_STACK((char *)window_page(1) + 64);
}

static void stack_of_the_hypervisor(void)
{
    RAISE_WITH_STACK(HV_PRIVATE + PAGE_SIZE);
}

static void no_user_stack(void)
{
    user_init();
    hc_stack_switch(FLAT_KERNEL_SS, (uint64_t)window_page(1) + 64);
    USER_RUN("ud2");
}

static void send_to_self(void)
{
    port_send((unsigned)port_bind_ipi(0));
    vcpu_self()->evtchn_upcall_mask = 0;
}

static void no_upcall_handler(void)
{
    callback_register(CALLBACKTYPE_event, NULL, 0);
    send_to_self();
    hc_xen_version(XENVER_version, NULL);
}

static void upcall_without_stack(void)
{
    send_to_self();
    asm volatile("mov %0, %%rsp\n\t mov $17, %%eax\n\t xor %%edi, %%edi\n\t"
                 "syscall\n\t ud2"
                 : : "r" ((uint64_t)window_page(1) + 64));
}

#define IRET_FROM(stack)                                                \
    asm volatile("mov %0, %%rsp\n\t mov $23, %%eax\n\t syscall\n\t ud2" \
                 : : "r" ((uint64_t)(stack)))

static void iret_frame_missing(void)
{
    IRET_FROM(window_page(1));
}

static void iret_frame_of_the_hypervisor(void)
{
    IRET_FROM(HV_PRIVATE);
}

static void iret_without_user_tables(void)
{
    static uint64_t frame[9] = {
        [4] = USER_CODE, [5] = FLAT_USER_CS, [6] = FLAG_IF | FLAG_ONE,
        [7] = USER_STACK_END, [8] = FLAT_USER_SS,
    };

    IRET_FROM(frame);
}

static void wait_for_the_end(void)
{
    hc_vcpu_op(VCPUOP_initialise, 1, &context);
    hc_vcpu_op(VCPUOP_up, 1, NULL);
    vcpu_wait(&stop, 1);
}

#define NO_SELECTOR 0x1237u     /* beyond the guest's GDT */

static void failsafe_without_stack(void)
{
    context.user_regs.es = NO_SELECTOR;
    context.user_regs.rsp = (uint64_t)window_page(1) + 64;
    wait_for_the_end();
}

static void second_without_handler(void)
{
    memset(context.trap_ctxt, 0, sizeof(context.trap_ctxt));
    context.user_regs.rip = 0;
    wait_for_the_end();
}

static void second_without_stack(void)
{
    context.user_regs.rip = 0;
    context.user_regs.rsp = (uint64_t)window_page(1) + 64;
    wait_for_the_end();
}

#define WAY(name) { #name, name }
static const struct way {
    const char *name;
    void (*go)(void);
} ways[] = {
    WAY(no_handler), WAY(no_stack), WAY(stack_of_the_hypervisor),
    WAY(no_user_stack), WAY(no_upcall_handler), WAY(upcall_without_stack),
    WAY(iret_frame_missing), WAY(iret_frame_of_the_hypervisor),
    WAY(iret_without_user_tables),
    WAY(failsafe_without_stack), WAY(second_without_handler),
    WAY(second_without_stack),
};

static bool is_last_word(const char *line, const char *word)
{
    size_t n = strlen(line), m = strlen(word);

    return n > m && line[n - m - 1] == ' ' && !memcmp(line + n - m, word, m);
}

void test_main(void)
{
    const char *line = (const char *)start_info->cmd_line;

    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    vcpu_context_init(&context, 1);
    for (unsigned i = 0; i < ARRAY_SIZE(ways); i++) {
        if (!is_last_word(line, ways[i].name))
            continue;
        report_group(ways[i].name);
        expect_true("it_lives_before", true);
        ways[i].go();
        expect_true("it_does_not_live_on", false);
        return;
    }
    report_error("the_command_line_names_a_way", "none");
}
