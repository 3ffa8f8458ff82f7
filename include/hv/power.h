/* SPDX-License-Identifier: MIT */
/* power.h - how the machine ends. Any context; none of these returns. */
#ifndef HV_POWER_H
#define HV_POWER_H

#include <hv/compiler.h>
#include <hv/types.h>

void machine_restart(void) NORETURN;
/* Off, if ACPI says how; else it stands still. */
void machine_power_off(void) NORETURN;
void machine_halt(void) NORETURN;

/* What domain 0 found out: the PM1 control values for sleep state 5, without
 * the enable bit. Off at once. */
void machine_power_off_with(uint16_t pm1a, uint16_t pm1b) NORETURN;
/* ACPI names no PM1 control port: the machine cannot be switched off. */
bool machine_can_power_off(void);
/* Read the values for sleep state 5 from the DSDT. Boot, after ACPI tables. */
void power_init(void);

#endif
