/* SPDX-License-Identifier: MIT */
/* assert.h - our own mistakes; nothing a guest does may reach one of these. */
#ifndef HV_ASSERT_H
#define HV_ASSERT_H

#include <hv/compiler.h>
#include <hv/printk.h>

#define ASSERT(cond)                                                        \
    do {                                                                    \
        if (unlikely(!(cond)))                                              \
            panic("assertion '%s' failed at %s:%d", #cond, __FILE__,        \
                  __LINE__);                                                \
    } while (0)

#define BUG()   panic("reached a place that cannot be at %s:%d", __FILE__, \
                      __LINE__)

#endif
