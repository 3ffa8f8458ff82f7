/* SPDX-License-Identifier: MIT */
/* boot_guest.h - the end of guests that no tools look after. */
#ifndef HV_BOOT_GUEST_H
#define HV_BOOT_GUEST_H

/* Boot: before the first of them runs. */
void boot_guest_init(void);
/* One of them is shut down: give it back soon. Any context, any lock up to
 * level SCHED. */
void boot_guest_has_ended(void);

#endif
