/* SPDX-License-Identifier: MIT */
/*
 * panic.c - the last words.
 *
 * One CPU speaks: the first to get here. It stops the others and takes the
 * console by force. The reason is printed first, because what follows may fail,
 * and last, because that is what stays on a screen.
 */
#include <hv/cmdline.h>
#include <hv/console.h>
#include <hv/cpu.h>
#include <hv/format.h>
#include <hv/irqflags.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/printk.h>

#define NOBODY          (~0u)
#define REBOOT_SECONDS  5u
#define RULE            "-----------------------------------------------------"

bool noreboot;
CMDLINE_BOOL_OPTION(noreboot, "noreboot");

static unsigned int speaker = NOBODY;

/* False when the speaker itself comes here again: its report has failed. A
 * second CPU stays here. */
static bool become_speaker(void)
{
    unsigned int nobody = NOBODY, self = cpu_id();

    if (__atomic_compare_exchange_n(&speaker, &nobody, self, false,
                                    __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
        return true;
    while (nobody != self)
        barrier();
    return false;
}

void panic_stop(void)
{
    if (noreboot) {
        printk_always("Halted, as noreboot says. Reset the machine.\n");
        console_flush();
        machine_halt();
    }
    printk_always("Reboot in %u seconds; noreboot would halt\n",
                  REBOOT_SECONDS);
    console_flush();
    arch_delay(REBOOT_SECONDS * 1000);
    machine_restart();
}

static void report(const char *why)
{
    char work[96] = "";

    arch_describe_work(work, sizeof(work));
    printk_always(RULE "\n");
    printk_always("Panic on CPU %u: %s\n", speaker, why);
    arch_dump_state();
    arch_backtrace();
    arch_describe_stopped();
    printk_always("Panic on CPU %u while %s: %s\n", speaker,
                  work[0] ? work : "starting", why);
    printk_always(RULE "\n");
}

void panic(const char *fmt, ...)
{
    char why[256];
    va_list args;
    bool is_first;

    local_irq_disable();
    is_first = become_speaker();
    if (is_first)
        arch_stop_other_cpus();     /* or they would write as well */
    console_force();
    va_start(args, fmt);
    format_text_v(why, sizeof(why), fmt, args);
    va_end(args);
    if (is_first)
        report(why);
    else
        printk_always("Panic while reporting a panic: %s\n", why);
    panic_stop();
}

void boot_error(const char *fmt, ...)
{
    va_list args;

    local_irq_disable();
    va_start(args, fmt);
    printk_line("", fmt, args);
    va_end(args);
    panic_stop();
}
