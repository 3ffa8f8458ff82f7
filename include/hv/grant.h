/* SPDX-License-Identifier: MIT */
/* grant.h - grant tables: what a domain lets others do with its frames. */
#ifndef HV_GRANT_H
#define HV_GRANT_H

/* Hypercall 20. */
long do_grant_table_op(unsigned int cmd, unsigned long arg,
                       unsigned int count);

#endif
