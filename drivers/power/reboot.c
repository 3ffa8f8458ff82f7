/* SPDX-License-Identifier: MIT */
/*
 * reboot.c - reset, power-off, halt.
 *
 * A reset is tried in the order in which machines are likely to have it: the
 * ACPI reset register, port 0xcf9 (PCI chipsets), UEFI, the keyboard
 * controller's pulse, and a triple fault, which no x86 survives. reboot= puts
 * one first.
 */
#include <hv/acpi.h>
#include <hv/cmdline.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/irqflags.h>
#include <hv/panic.h>
#include <hv/pci.h>
#include <hv/power.h>
#include <hv/printk.h>
#include <hv/string.h>
#include <asm/io.h>

#define PORT_RESET_CONTROL  0xcf9       /* PIIX3 data sheet, 2.4 */
#define   RESET_HARD        0x02
#define   RESET_NOW         0x04
#define PORT_KEYBOARD       0x64
#define   KEYBOARD_BUSY     (1u << 1)
#define   KEYBOARD_PULSE_RESET 0xfe
#define KEYBOARD_POLLS      10000u
#define RESET_WAIT_MS       50u
#define PM1_SLP_TYP(n)      ((uint16_t)((n) << 10))     /* ACPI 6.5 4.8.3.2.1 */
#define PM1_SLP_TYP_MASK    PM1_SLP_TYP(7)
#define PM1_SLP_EN          (1u << 13)
#define OFF_WAIT_MS         1000u

static uint16_t s5_pm1a, s5_pm1b;
static bool has_s5;

static void reset_acpi(void)
{
    const struct acpi_fadt_info *f = &acpi_fadt;

    if (!acpi_has_fadt || !f->has_reset)
        return;
    if (f->reset_space == ACPI_SPACE_IO && f->reset_address <= 0xffff)
        outb((uint16_t)f->reset_address, f->reset_value);
    else if (f->reset_space == ACPI_SPACE_PCI)  /* ACPI 6.5 table 5.1 */
        pci_write((struct pci_function){
                      .devfn = (uint8_t)((f->reset_address >> 32 & 0x1f) << 3 |
                                         (f->reset_address >> 16 & 7)) },
                  f->reset_address & 0xffff, 1, f->reset_value);
}

static void reset_chipset(void)
{
    outb(PORT_RESET_CONTROL, RESET_HARD);
    outb(PORT_RESET_CONTROL, RESET_HARD | RESET_NOW);
}

static void reset_firmware(void)
{
    efi_reset(EFI_RESET_COLD);
}

static void reset_keyboard(void)
{
    for (unsigned int i = 0; i < KEYBOARD_POLLS; i++)
        if (!(inb(PORT_KEYBOARD) & KEYBOARD_BUSY))
            break;
    outb(PORT_KEYBOARD, KEYBOARD_PULSE_RESET);
}

/* Without an IDT the first exception has nowhere to go. */
static void reset_triple_fault(void)
{
    const struct {
        uint16_t limit;
        uint64_t base;
    } PACKED nothing = { 0, 0 };

    __asm__ __volatile__("lidt %0; int3" : : "m" (nothing));
}

static const struct reset {
    const char *name;           /* as reboot= has it */
    void (*run)(void);
} resets[] = {
    { "acpi", reset_acpi },
    { "pci", reset_chipset },
    { "efi", reset_firmware },
    { "kbd", reset_keyboard },
    { "triple", reset_triple_fault },
};
static const struct reset *first_reset = &resets[0];

static int parse_reboot(const char *value)
{
    for (size_t i = 0; i < ARRAY_SIZE(resets); i++)
        if (strcmp(value, resets[i].name) == 0) {
            first_reset = &resets[i];
            return 0;
        }
    return -EINVAL;
}
CMDLINE_CUSTOM_OPTION(reboot, "reboot", parse_reboot);

void machine_restart(void)
{
    local_irq_disable();
    arch_stop_other_cpus();
    first_reset->run();
    arch_delay(RESET_WAIT_MS);
    for (size_t i = 0; i < ARRAY_SIZE(resets); i++) {
        resets[i].run();
        arch_delay(RESET_WAIT_MS);
    }
    machine_halt();
}

void machine_halt(void)
{
    local_irq_disable();
    arch_stop_other_cpus();
    for (;;)
        __asm__ __volatile__("hlt");
}

bool machine_can_power_off(void)
{
    return acpi_has_fadt && acpi_fadt.pm1a_control;
}

void machine_power_off_with(uint16_t pm1a, uint16_t pm1b)
{
    local_irq_disable();
    arch_stop_other_cpus();
    if (machine_can_power_off()) {
        outw(acpi_fadt.pm1a_control, (uint16_t)(pm1a | PM1_SLP_EN));
        if (acpi_fadt.pm1b_control)
            outw(acpi_fadt.pm1b_control, (uint16_t)(pm1b | PM1_SLP_EN));
        arch_delay(OFF_WAIT_MS);
    }
    printk(LOG_ERROR, "The machine does not switch itself off: do it now\n");
    machine_halt();
}

/* Our own values for PM1 control: what the register holds, SLP_TYP changed. */
static uint16_t pm1_value(uint16_t port, uint16_t slp_typ)
{
    return port ? (uint16_t)((inw(port) & ~PM1_SLP_TYP_MASK) | slp_typ) : 0;
}

void machine_power_off(void)
{
    if (machine_can_power_off() && has_s5)
        machine_power_off_with(pm1_value(acpi_fadt.pm1a_control, s5_pm1a),
                               pm1_value(acpi_fadt.pm1b_control, s5_pm1b));
    efi_reset(EFI_RESET_SHUTDOWN);
    printk(LOG_WARNING, "Firmware does not say how to switch this machine off; "
           "it is halted\n");
    machine_halt();
}

void power_init(void)
{
    struct acpi_table dsdt;
    uint8_t a, b;

    if (!acpi_has_fadt || acpi_table_map_at(acpi_fadt.dsdt, "DSDT", &dsdt))
        return;
    has_s5 = acpi_find_s5(dsdt.data, dsdt.length, &a, &b);
    if (has_s5) {
        s5_pm1a = PM1_SLP_TYP(a);
        s5_pm1b = PM1_SLP_TYP(b);
    }
    acpi_table_unmap(&dsdt);
}
