/* SPDX-License-Identifier: MIT */
/*
 * slow_path.c - may entry/syscall.S do a vcpu's system calls and irets by
 * itself, or is there something that only C knows how to do?
 */
#include <asm/pv.h>
#include <hv/domain.h>

void slow_path_update(struct vcpu *v)
{
    v->arch.takes_slow_path =
        v->arch.nmi_pending || v->arch.nmi_masked ||
        v->arch.runstate_is_stale ||
        (v->domain->assists & (1ul << VMASST_TYPE_architectural_iopl));
}
