/* SPDX-License-Identifier: MIT */
/* guest_time.h - the clock that guests read without asking. */
#ifndef ASM_GUEST_TIME_H
#define ASM_GUEST_TIME_H

struct vcpu;

/* Publish this CPU's time scale to @v, which is about to run here. */
void guest_time_update(struct vcpu *v);
/* Put it where @v's guest asked for a copy, by the tables in use. */
void guest_time_show(struct vcpu *v);

#endif
