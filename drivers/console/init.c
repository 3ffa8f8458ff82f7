/* SPDX-License-Identifier: MIT */
/* init.c - consoles come up as boot goes on, and domains get theirs. */
#include <hv/console.h>
#include <hv/domain.h>

#include "devices.h"

void console_init_serial(void)
{
    ns16550_init();
}

void console_init_interrupts(void)
{
    input_init();
    ns16550_init_interrupts();
}

void console_give_to_domains(void)
{
    if (dom0)
        video_release();
    input_to_domains(dom0 != NULL);
}
