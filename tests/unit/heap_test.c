/* SPDX-License-Identifier: MIT */
/*
 * heap_test.c - the heap over the real buddy allocator and host memory. Every
 * object is filled with its own byte to the last one asked for; before it is
 * freed the bytes must still be there, and the figures must add up.
 */
#include <signal.h>
#include <string.h>
#include <hv/frame_num.h>
#include <hv/heap.h>
#include <hv/page_alloc.h>
#include "fake_arena.h"
#include "fake_spinlock.h"
#include "unit.h"

#define FRAMES      256u
#define OBJECTS     700u
#define ROUNDS      30000

static struct object {
    unsigned char *at;
    size_t size;
    unsigned char byte;
} objects[OBJECTS];
static unsigned int object_count;

static void require_all(const unsigned char *p, size_t n, unsigned char byte)
{
    for (size_t i = 0; i < n; i++)
        UNIT_REQUIRE(p[i] == byte);
}

static size_t any_size(uint64_t *seed)
{
    static const size_t limits[] = { 20, 100, 600, 2500, 9000, 40000 };
    uint64_t kind = unit_random_below(seed, 40);

    return unit_random_below(seed, limits[kind < 12 ? 0 : kind < 24 ? 1 :
                                          kind < 32 ? 2 : kind < 37 ? 3 :
                                          kind < 39 ? 4 : 5]);
}

static void check_figures(void)
{
    struct heap_usage usage;
    unsigned long asked_small = 0;

    heap_get_usage(&usage);
    for (unsigned int i = 0; i < object_count; i++)
        if ((uintptr_t)objects[i].at % PAGE_SIZE)
            asked_small += objects[i].size;
    UNIT_REQUIRE(usage.objects == object_count);
    UNIT_REQUIRE(usage.slab_frames + usage.large_frames + page_free_count() ==
                 FRAMES);
    UNIT_REQUIRE(usage.slab_bytes >= asked_small);
    UNIT_REQUIRE(usage.slab_bytes <= usage.slab_frames * (PAGE_SIZE - 64));
    UNIT_REQUIRE(fake_locks_held == 0);
}

static bool allocate(uint64_t *seed)
{
    struct object *o = &objects[object_count];
    size_t align = unit_random_below(seed, 3) ? 0 :
                   1ul << unit_random_below(seed, 13);

    o->size = any_size(seed);
    o->byte = (unsigned char)unit_random(seed);
    o->at = heap_alloc(o->size, align);
    if (!o->at)
        return false;
    UNIT_REQUIRE((uintptr_t)o->at % 16 == 0);
    UNIT_REQUIRE(!align || (uintptr_t)o->at % align == 0);
    require_all(o->at, o->size, 0);
    memset(o->at, o->byte, o->size);
    object_count++;
    return true;
}

static void release(unsigned int i)
{
    require_all(objects[i].at, objects[i].size, objects[i].byte);
    heap_free(objects[i].at);
    objects[i] = objects[--object_count];
}

START_TEST(objects_are_zeroed_aligned_and_apart)
{
    uint64_t seed = 70;
    unsigned int refused = 0;

    fake_arena_create(FRAMES);
    for (int round = 0; round < ROUNDS; round++) {
        unsigned int chance = round / 3000 % 2 ? 3 : 7;

        if (object_count < OBJECTS &&
            unit_random_below(&seed, 10) < chance)
            refused += !allocate(&seed);
        else if (object_count)
            release((unsigned int)unit_random_below(&seed, object_count));
        check_figures();
    }
    ck_assert_uint_gt(refused, 0);      /* memory did run out */
    while (object_count)
        release(0);
    check_figures();
    ck_assert_uint_eq(page_free_count(), FRAMES);
}
END_TEST

START_TEST(every_size_and_alignment_is_served)
{
    fake_arena_create(FRAMES);
    for (size_t size = 0; size <= 3 * PAGE_SIZE; size += size < 128 ? 1 : 61) {
        for (size_t align = 1; align <= PAGE_SIZE; align *= 2) {
            unsigned char *a = heap_alloc(size, align);
            unsigned char *b = heap_alloc(size, align);

            UNIT_REQUIRE(a && b && a != b);
            UNIT_REQUIRE((uintptr_t)a % align == 0);
            UNIT_REQUIRE((uintptr_t)b % align == 0);
            UNIT_REQUIRE(a + size <= b || b + size <= a);
            heap_free(a);
            heap_free(b);
        }
    }
    ck_assert_uint_eq(page_free_count(), FRAMES);
}
END_TEST

START_TEST(memory_used_before_comes_back_zeroed)
{
    unsigned char *a, *again;

    fake_arena_create(FRAMES);
    a = heap_alloc(100, 0);
    ck_assert_ptr_nonnull(a);
    memset(a, 0xff, 100);
    heap_free(a);
    again = heap_alloc(100, 0);
    ck_assert_ptr_eq(a, again);
    require_all(again, 100, 0);
}
END_TEST

START_TEST(all_of_memory_makes_small_objects)
{
    unsigned int n = 0;

    fake_arena_create(FRAMES);
    while (heap_alloc(16, 16))
        n++;
    ck_assert_uint_eq(n, FRAMES * (PAGE_SIZE - 64) / 16);
    ck_assert_ptr_null(heap_alloc(1, 1));
    ck_assert_ptr_null(heap_alloc(5000, 0));
}
END_TEST

START_TEST(a_full_slab_gives_its_freed_object_again)
{
    void *first, *second;

    fake_arena_create(FRAMES);
    first = heap_alloc(2000, 0);
    second = heap_alloc(2000, 0);
    ck_assert(first && second);
    ck_assert_uint_eq(page_free_count(), FRAMES - 1);
    heap_free(first);
    ck_assert_ptr_eq(heap_alloc(2000, 0), first);
    ck_assert_uint_eq(page_free_count(), FRAMES - 1);
}
END_TEST

START_TEST(arrays_that_overflow_are_refused)
{
    void *array;

    fake_arena_create(FRAMES);
    ck_assert_ptr_null(heap_alloc_array(1ul << 33, 1ul << 33));
    ck_assert_ptr_null(heap_alloc_array(3, ~0ul / 2));
    ck_assert_ptr_null(heap_alloc_array(1, ~0ul));
    ck_assert_ptr_null(heap_alloc(~0ul - PAGE_SIZE, 0));
    array = heap_alloc_array(10, 24);
    ck_assert_ptr_nonnull(array);
    require_all(array, 240, 0);
    heap_free(array);
    heap_free(NULL);
    ck_assert_uint_eq(page_free_count(), FRAMES);
}
END_TEST

START_TEST(a_text_is_copied_with_its_end)
{
    char *copy;

    fake_arena_create(FRAMES);
    copy = heap_strdup("fifteen letters");
    ck_assert_ptr_nonnull(copy);
    ck_assert_str_eq(copy, "fifteen letters");
    heap_free(copy);
}
END_TEST

/* Check expects these three to die by the assertion's abort(). */
START_TEST(freeing_an_object_twice_is_noticed)
{
    void *a, *b;

    fake_arena_create(FRAMES);
    a = heap_alloc(40, 0);
    b = heap_alloc(40, 0);
    ck_assert(a && b);
    heap_free(a);
    heap_free(a);
}
END_TEST

START_TEST(freeing_the_middle_of_an_object_is_noticed)
{
    char *a;

    fake_arena_create(FRAMES);
    a = heap_alloc(96, 0);
    ck_assert_ptr_nonnull(a);
    heap_free(a + 16);
}
END_TEST

START_TEST(freeing_whole_frames_twice_is_noticed)
{
    void *a;

    fake_arena_create(FRAMES);
    a = heap_alloc(2 * PAGE_SIZE, 0);
    ck_assert_ptr_nonnull(a);
    heap_free(a);
    heap_free(a);
}
END_TEST

int main(void)
{
    int rc = UNIT_RUN("heap",
                      objects_are_zeroed_aligned_and_apart,
                      every_size_and_alignment_is_served,
                      memory_used_before_comes_back_zeroed,
                      all_of_memory_makes_small_objects,
                      a_full_slab_gives_its_freed_object_again,
                      arrays_that_overflow_are_refused,
                      a_text_is_copied_with_its_end);

    rc |= UNIT_RUN_SIGNALLED("heap, mistakes", SIGABRT,
                             freeing_an_object_twice_is_noticed,
                             freeing_the_middle_of_an_object_is_noticed,
                             freeing_whole_frames_twice_is_noticed);
    return rc;
}
