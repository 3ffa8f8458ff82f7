/* SPDX-License-Identifier: MIT */
/*
 * heap.c - small objects in slabs, large ones in whole frames.
 *
 * A slab is one frame: a header, then objects of one size class.
 *
 *      0        64                                       4096
 *      | header | object 0 | object 1 | ... | object n-1 |
 *
 * The header keeps a bit per object, so that freeing what is not allocated is
 * always noticed and a free object holds nothing of ours. As the header comes
 * first, no small object begins a frame: an address that does is a large one.
 * Invariants:
 *   H1  slab.in_use is the number of bits set in slab.used, and is not 0.
 *   H2  A slab is in its class's list iff it has a free object.
 * Locks: heap_lock guards slabs and figures; frames are fetched outside of it.
 */
#include <hv/assert.h>
#include <hv/bitops.h>
#include <hv/direct_map.h>
#include <hv/heap.h>
#include <hv/list.h>
#include <hv/page_alloc.h>
#include <hv/spinlock.h>
#include <hv/string.h>

#define ALIGN_ANY       16u     /* what every class gives */
#define SLAB_MAGIC      0x51abu
#define SLAB_HEADER     64u
#define OBJECTS_MAX     ((PAGE_SIZE - SLAB_HEADER) / ALIGN_ANY)

struct class {
    uint16_t size;
    struct list_head slabs;     /* with a free object: H2 */
};

struct slab {
    struct list_head in_class;
    struct class *class;
    uint16_t magic;
    uint16_t in_use;
    uint32_t pad;
    unsigned long used[BITS_TO_LONGS(OBJECTS_MAX)];
};
_Static_assert(sizeof(struct slab) <= SLAB_HEADER, "objects begin behind it");

/* Powers of two, for alignment, and what divides the room behind the header
 * with little left over. All are multiples of ALIGN_ANY. */
#define CLASS(i, bytes) { bytes, LIST_HEAD_INIT(classes[i].slabs) }
static struct class classes[] = {
    CLASS(0, 16), CLASS(1, 32), CLASS(2, 48), CLASS(3, 64), CLASS(4, 96),
    CLASS(5, 128), CLASS(6, 192), CLASS(7, 256), CLASS(8, 336), CLASS(9, 448),
    CLASS(10, 512), CLASS(11, 576), CLASS(12, 672), CLASS(13, 800),
    CLASS(14, 1024), CLASS(15, 1344), CLASS(16, 2016),
};

static spinlock_t heap_lock = SPINLOCK_INIT(LOCK_LEVEL_HEAP);
static struct heap_usage heap_usage;

/* -- geometry -------------------------------------------------------------- */

static size_t alignment_of(const struct class *class)
{
    return class->size & -(size_t)class->size;
}

/* Where the first object of a slab lies: aligned as all that follow. */
static size_t first_offset(const struct class *class)
{
    return MAX((size_t)SLAB_HEADER, alignment_of(class));
}

static unsigned int objects_of(const struct class *class)
{
    return (unsigned int)((PAGE_SIZE - first_offset(class)) / class->size);
}

/* The smallest class that will do; NULL: that takes whole frames. */
static struct class *class_for(size_t size, size_t align)
{
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
        if (size <= classes[i].size && align <= alignment_of(&classes[i]))
            return &classes[i];
    return NULL;
}

static void *object_at(struct slab *slab, unsigned int i)
{
    return (char *)slab + first_offset(slab->class) + i * slab->class->size;
}

/* The index of @object in its slab; it must be the address of an object. */
static unsigned int index_of(const struct slab *slab, const void *object)
{
    size_t offset = (uintptr_t)object % PAGE_SIZE;
    size_t first = first_offset(slab->class);
    unsigned int i;

    ASSERT(offset >= first && !((offset - first) % slab->class->size));
    i = (unsigned int)((offset - first) / slab->class->size);
    ASSERT(i < objects_of(slab->class));
    return i;
}

/* -- whole frames ---------------------------------------------------------- */

static unsigned int order_for(size_t size)
{
    unsigned long frames = (size - 1) / PAGE_SIZE;      /* less one */
    unsigned int order = 0;

    for (; frames; frames >>= 1)
        order++;
    return order;
}

/* @sign is 1 or -1. */
static void count_large(unsigned int order, long sign)
{
    spin_lock(&heap_lock);
    heap_usage.objects += (unsigned long)sign;
    heap_usage.large_frames += (unsigned long)(sign * (1l << order));
    spin_unlock(&heap_lock);
}

static void *alloc_frames(size_t size)
{
    unsigned int order = order_for(size);
    mfn_t first = page_alloc_frames(order, 0);

    if (mfn_eq(first, INVALID_MFN))
        return NULL;
    count_large(order, 1);
    return memset(mfn_to_virt(first), 0, PAGE_SIZE << order);
}

static void free_frames(const void *object)
{
    mfn_t first = virt_to_mfn(object);
    unsigned int order = page_alloc_order(first);

    count_large(order, -1);
    memset(mfn_to_virt(first), 0, PAGE_SIZE << order);
    page_free_zeroed(first, order);
}

/* -- slabs ----------------------------------------------------------------- */

/* A frame made ready for @class; in no list yet. */
static struct slab *slab_create(struct class *class)
{
    mfn_t m = page_alloc_frames(0, 0);
    struct slab *slab;

    if (mfn_eq(m, INVALID_MFN))
        return NULL;
    slab = mfn_to_virt(m);
    *slab = (struct slab){ .class = class, .magic = SLAB_MAGIC };
    list_init(&slab->in_class);
    return slab;
}

static void slab_destroy(struct slab *slab)
{
    memset(slab, 0, PAGE_SIZE);
    page_free_zeroed(virt_to_mfn(slab), 0);
}

static void *take_locked(struct slab *slab)
{
    unsigned int n = objects_of(slab->class);
    unsigned int i = find_next_zero_bit(slab->used, n, 0);

    ASSERT(i < n);
    __set_bit(i, slab->used);
    if (++slab->in_use == n)
        list_del(&slab->in_class);
    heap_usage.objects++;
    heap_usage.slab_bytes += slab->class->size;
    return object_at(slab, i);
}

/* Put @object back; true when it was the slab's last, which is then ours. */
static bool put_back_locked(struct slab *slab, const void *object)
{
    unsigned int i = index_of(slab, object);

    ASSERT(test_bit(i, slab->used));
    __clear_bit(i, slab->used);
    if (slab->in_use-- == objects_of(slab->class))
        list_add(&slab->in_class, &slab->class->slabs);
    heap_usage.objects--;
    heap_usage.slab_bytes -= slab->class->size;
    if (slab->in_use)
        return false;
    list_del(&slab->in_class);
    heap_usage.slab_frames--;
    return true;
}

/* An object of a slab that exists; NULL when all are full. */
static void *alloc_existing(struct class *class)
{
    void *object = NULL;

    spin_lock(&heap_lock);
    if (!list_is_empty(&class->slabs))
        object = take_locked(list_first(&class->slabs, struct slab, in_class));
    spin_unlock(&heap_lock);
    return object;
}

static void *alloc_from_new_slab(struct class *class)
{
    struct slab *slab = slab_create(class);
    void *object;

    if (!slab)
        return NULL;
    spin_lock(&heap_lock);
    list_add(&slab->in_class, &class->slabs);
    heap_usage.slab_frames++;
    object = take_locked(slab);
    spin_unlock(&heap_lock);
    return object;
}

static void free_small(void *object)
{
    struct slab *slab = (struct slab *)((uintptr_t)object & PAGE_MASK);
    bool empty;

    ASSERT(slab->magic == SLAB_MAGIC);
    spin_lock(&heap_lock);
    empty = put_back_locked(slab, object);
    spin_unlock(&heap_lock);
    if (empty)
        slab_destroy(slab);
}

/* -- the interface --------------------------------------------------------- */

void *heap_alloc(size_t size, size_t align)
{
    struct class *class;
    void *object;

    ASSERT(!(align & (align - 1)) && align <= PAGE_SIZE);
    size = MAX(size, (size_t)1);
    class = class_for(size, align);
    if (!class)
        return alloc_frames(size);
    object = alloc_existing(class);
    if (!object)
        object = alloc_from_new_slab(class);
    return object ? memset(object, 0, class->size) : NULL;
}

void *heap_alloc_array(size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return heap_alloc(bytes, 0);
}

char *heap_strdup(const char *s)
{
    size_t bytes = strlen(s) + 1;
    char *copy = heap_alloc(bytes, 1);

    return copy ? memcpy(copy, s, bytes) : NULL;
}

void heap_free(void *object)
{
    if (!object)
        return;
    if ((uintptr_t)object % PAGE_SIZE)
        free_small(object);
    else
        free_frames(object);
}

void heap_get_usage(struct heap_usage *usage)
{
    spin_lock(&heap_lock);
    *usage = heap_usage;
    spin_unlock(&heap_lock);
}
