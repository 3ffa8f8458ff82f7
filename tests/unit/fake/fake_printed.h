/* SPDX-License-Identifier: MIT */
/* fake_printed.h - what printk_always() has written, all of it in a row. */
#ifndef FAKE_PRINTED_H
#define FAKE_PRINTED_H

extern char fake_printed[8192];

#endif
