/* SPDX-License-Identifier: MIT */
/* visibility.h - every symbol is hidden: none goes through a GOT. */
#pragma GCC visibility push(hidden)
