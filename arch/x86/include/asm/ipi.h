/* SPDX-License-Identifier: MIT */
/* ipi.h - this CPU becomes one that others can reach. */
#ifndef ASM_IPI_H
#define ASM_IPI_H

void ipi_init_cpu(void);

#endif
