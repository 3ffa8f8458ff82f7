/* SPDX-License-Identifier: MIT */
/*
 * start.c - start_hypervisor(): the order of boot as one list of calls.
 */
#include <asm/boot_memory.h>
#include <asm/clock.h>
#include <asm/cpu.h>
#include <asm/i8259.h>
#include <asm/ipi.h>
#include <asm/ioapic.h>
#include <asm/irqflags.h>
#include <asm/lapic.h>
#include <asm/line.h>
#include <asm/msr.h>
#include <asm/paging.h>
#include <asm/sections.h>
#include <asm/smp.h>
#include <asm/topology.h>
#include <hv/acpi.h>
#include <hv/boot_guest.h>
#include <hv/boot_info.h>
#include <hv/builder.h>
#include <hv/check.h>
#include <hv/cmdline.h>
#include <hv/conring.h>
#include <hv/console.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/efi.h>
#include <hv/heap.h>
#include <hv/keyhandler.h>
#include <hv/page_alloc.h>
#include <hv/pirq.h>
#include <hv/power.h>
#include <hv/printk.h>
#include <hv/sched.h>
#include <hv/stack_guard.h>
#include <hv/string.h>
#include <hv/version.h>
#include <hv/watchdog.h>

#define MB1_LOADER_MAGIC    0x2badb002u
#define MB2_LOADER_MAGIC    0x36d76289u

extern const struct cmdline_option __cmdline_start[], __cmdline_end[];

static struct boot_module modules[BOOT_MODULES_MAX] __initbss;
struct boot_info boot_info;

/* A PC whose loader says nothing of the screen has left it in mode 3. */
static void __init assume_text_screen(void)
{
    boot_info.video = (struct boot_video){
        .type = BOOT_VIDEO_TEXT, .width = 80, .height = 25,
    };
}

static void __init read_loader(uint32_t magic, paddr_t info)
{
    boot_info.module = modules;
    if (magic == MB1_LOADER_MAGIC)
        multiboot1_read(info);
    else if (magic == MB2_LOADER_MAGIC)
        multiboot2_read(info);
    if (boot_info.video.type == BOOT_VIDEO_NONE && !boot_info.efi_system_table)
        assume_text_screen();
    boot_info.arguments = boot_arguments(boot_info.cmdline);
    cmdline_parse(boot_info.arguments, __cmdline_start,
                  (size_t)(__cmdline_end - __cmdline_start));
}

static void __init banner(void)
{
    printk(LOG_INFO, "Parapet %s, loaded by %s (%s)\n", PARAPET_VERSION,
           boot_info.loader[0] ? boot_info.loader : "?",
           boot_info.protocol ? boot_info.protocol : "?");
    printk(LOG_INFO, "Command line: %s\n", boot_info.arguments);
    if (!boot_info.protocol)
        boot_error("Parapet was started by a loader that speaks neither "
                   "Multiboot nor Multiboot 2: load it with GRUB's "
                   "\"multiboot2\" command");
}

static void __init init_memory(void)
{
    boot_memory_init();
    paging_init();
    boot_memory_finish();
    map_from_boot_memory = false;
    printk(LOG_INFO, "Memory: %lu MiB, %lu MiB free\n",
           (unsigned long)(boot_memory_total() >> 20),
           page_free_count() >> 8);
}

static void __init init_console_ring(void)
{
    size_t size = conring_size_wanted();
    char *ring = heap_alloc(size, 0);

    if (!ring)
        boot_error("No memory for %lu bytes of messages: ask for fewer with "
                   "conring_size=", (unsigned long)size);
    conring_move(ring, size);
}

static void __init init_interrupts(void)
{
    i8259_init();
    if (lapic_init(acpi_madt.lapic_paddr))
        boot_error("This CPU's local APIC cannot be used: switch it on in the "
                   "firmware's setup");
    lapic_init_cpu();
    ioapic_init();
    line_init();
    pirq_init();
    ipi_init();
}

/* Give back the memory that only boot needed. */
static void release_init(void)
{
    unsigned long count = (unsigned long)(__init_end - __init_start) >>
                          PAGE_SHIFT;

    boot_memory_release_modules();
    hv_unmap((unsigned long)__init_start, count);
    memset(mfn_to_virt(virt_to_mfn(__init_start)), 0, count << PAGE_SHIFT);
    page_alloc_add_range(virt_to_mfn(__init_start), count);
}

static void run_domains(void) NORETURN;
static NOINLINE void run_domains(void)
{
    release_init();
    console_give_to_domains();
    watchdog_start();
    domains_start();
    idle_loop();
}

void start_hypervisor(uint32_t magic, paddr_t info) NORETURN;
void __init start_hypervisor(uint32_t magic, paddr_t info)
{
    stack_guard_init(rdtsc());
    ipi_init_cpu();
    read_loader(magic, info);
    console_init_serial();
    console_init_video(&boot_info.video);
    banner();
    cpu_identify();
    cpu_init();
    topology_init_cpu();
    init_memory();
    syscall_stub_init();
    init_console_ring();
    console_init_video(&boot_info.video);   /* what was out of reach */
    acpi_init(boot_info.rsdp);
    acpi_read_tables();
    efi_init(boot_info.efi_system_table);
    power_init();
    init_interrupts();
    arch_time_init();
    lapic_timer_init_cpu();
    sched_init();
    domain_init();
    m2p_share();
    sched_init_cpu(0);
    local_irq_enable();
    keyhandler_init();
    keyhandler_init_state();
    check_init();
    console_init_interrupts();
    smp_start_cpus();
    boot_guest_init();
    domains_build();
    run_domains();
}
