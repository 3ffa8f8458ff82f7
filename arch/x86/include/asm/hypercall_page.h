/* SPDX-License-Identifier: MIT */
/* hypercall_page.h - fill a page of a 64-bit guest with hypercall stubs. */
#ifndef ASM_HYPERCALL_PAGE_H
#define ASM_HYPERCALL_PAGE_H

void hypercall_page_fill(void *page);

#endif
