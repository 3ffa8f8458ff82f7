/* SPDX-License-Identifier: MIT */
/*
 * dom0_op.h - the commands of dom0_op that have files of their own. A function
 * gets our copy of the arguments, which goes back to the caller when the result
 * is not negative. -ERESTART: the caller issues the command again; a function
 * that was at work finds in control_done of its vcpu what it left there, 0 if it
 * begins (progress.h).
 */
#ifndef CONTROL_DOM0_OP_H
#define CONTROL_DOM0_OP_H

#include <hv/types.h>
#include <public/dom0_ops.h>

struct domain;

/* dom0_life.c */
long dom0_createdomain(struct dom0_op *op);
long dom0_destroydomain(struct dom0_op *op);
long dom0_pausedomain(struct dom0_op *op);
long dom0_unpausedomain(struct dom0_op *op);

/* dom0_memory.c */
long dom0_getmemlist(struct dom0_op *op);
long dom0_getpageframeinfo(struct dom0_op *op);
long dom0_getpageframeinfo2(struct dom0_op *op);
long dom0_setdomaininitialmem(struct dom0_op *op);
long dom0_setdomainmaxmem(struct dom0_op *op);

/* dom0_vcpu.c */
long dom0_getdomaininfo(struct dom0_op *op);
long dom0_builddomain(struct dom0_op *op);
long dom0_iopl(struct dom0_op *op);
long dom0_pincpudomain(struct dom0_op *op);
long dom0_setdomainvmassist(struct dom0_op *op);

/* dom0_pcidev.c */
long dom0_pcidev_access(struct dom0_op *op);

/* dom0_shadow.c */
long dom0_shadow_control(struct dom0_op *op);

/* Run @fn on domain @id; -ESRCH; with @not_self -EINVAL for the caller's. */
long dom0_about(domid_t id, bool not_self,
                long (*fn)(struct domain *d, struct dom0_op *op),
                struct dom0_op *op);

/* Somebody has given vcpu 0 its registers. */
bool dom0_is_built(const struct domain *d);

#endif
