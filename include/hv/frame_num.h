/* SPDX-License-Identifier: MIT */
/*
 * frame_num.h - numbers that must not mix: machine frames, a guest's own frame
 * numbers, machine addresses, guest virtual addresses.
 */
#ifndef HV_FRAME_NUM_H
#define HV_FRAME_NUM_H

#include <hv/types.h>

#define PAGE_SHIFT  12
#define PAGE_SIZE   (1ul << PAGE_SHIFT)
#define PAGE_MASK   (~(PAGE_SIZE - 1))

typedef struct { unsigned long n; } mfn_t;       /* machine frame: real memory */
typedef struct { unsigned long n; } pfn_t;       /* a guest's own numbering */
typedef uint64_t paddr_t;                        /* machine byte address */
typedef struct { unsigned long va; } guest_va_t; /* via guest_copy only */

#define INVALID_MFN ((mfn_t){ ~0ul })
#define INVALID_PFN ((pfn_t){ ~0ul })

static inline mfn_t mfn(unsigned long n) { return (mfn_t){ n }; }
static inline pfn_t pfn(unsigned long n) { return (pfn_t){ n }; }
static inline guest_va_t guest_va(unsigned long va) { return (guest_va_t){ va }; }

static inline mfn_t mfn_add(mfn_t m, unsigned long k) { return mfn(m.n + k); }
static inline bool mfn_eq(mfn_t a, mfn_t b) { return a.n == b.n; }

static inline paddr_t mfn_to_paddr(mfn_t m)
{
    return (paddr_t)m.n << PAGE_SHIFT;
}

static inline mfn_t paddr_to_mfn(paddr_t p)
{
    return mfn(p >> PAGE_SHIFT);
}

/* Frames needed to hold @bytes. */
static inline unsigned long bytes_to_frames(uint64_t bytes)
{
    return (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

#endif
