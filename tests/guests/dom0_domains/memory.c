/* SPDX-License-Identifier: MIT */
/* memory.c - how many frames a domain has, which, and what for. */
#include "domains.h"

static domid_t id;

long list_frames(domid_t domid, uint64_t room, void *to)
{
    op_clear();
    op.u.getmemlist.domid = domid;
    op.u.getmemlist.max_pfns = room;
    op.u.getmemlist.buffer = (uint64_t)to;
    op.u.getmemlist.num_pfns = 0x5555;
    return control(DOM0_GETMEMLIST);
}

static long resize(domid_t domid, uint64_t kb)
{
    op_clear();
    op.u.setdomaininitialmem.domid = domid;
    op.u.setdomaininitialmem.initial_memkb = kb;
    return control(DOM0_SETDOMAININITIALMEM);
}

static long limit(domid_t domid, uint64_t kb)
{
    op_clear();
    op.u.setdomainmaxmem.domid = domid;
    op.u.setdomainmaxmem.max_memkb = kb;
    return control(DOM0_SETDOMAINMAXMEM);
}

static void expect_pages(const char *name, uint64_t has, uint64_t may)
{
    long rc = describe(id);

    expect_true(name, !rc && op.u.getdomaininfo.tot_pages == has &&
                op.u.getdomaininfo.max_pages == may);
}

static bool are_distinct(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        for (unsigned k = 0; k < i; k++)
            if (frames[i] == frames[k])
                return false;
    return true;
}

static void which(void)
{
    memset(frames, 0x55, sizeof(frames));
    expect_ok("list", list_frames(id, 2 * FRAMES, frames));
    expect_eq("all_are_there", FRAMES, op.u.getmemlist.num_pfns);
    expect_true("once_each", are_distinct(FRAMES));
    expect_true("no_more_is_written", frames[FRAMES] == 0x5555555555555555ul);
    expect_ok("a_part", list_frames(id, 100, frames));
    expect_eq("is_a_part", 100, op.u.getmemlist.num_pfns);
    expect_ok("nothing", list_frames(id, 0, window_page(0)));
    expect_eq("is_nothing", 0, op.u.getmemlist.num_pfns);
    expect_rc("to_nowhere", -XEN_EFAULT, list_frames(id, 1, window_page(0)));
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              list_frames(id, ~0ul, (void *)HV_PRIVATE));
    expect_rc("of_no_domain", -XEN_ESRCH, list_frames(NO_DOMAIN, 1, frames));
    expect_ok("of_ourselves", list_frames(0, 2 * FRAMES, frames));
    expect_eq("as_much_as_there_is_room", 2 * FRAMES, op.u.getmemlist.num_pfns);
    op.u.getmemlist.pad[0] = 1;
    expect_rc("with_padding", -XEN_EINVAL, control(DOM0_GETMEMLIST));
}

static void how_many(void)
{
    expect_ok("less", resize(id, 100 * FRAME_KB));
    expect_pages("is_less", 100, 100);
    expect_ok("more", resize(id, 2 * FRAMES * FRAME_KB));
    expect_pages("is_more", 2 * FRAMES, 2 * FRAMES);
    expect_ok("none", resize(id, 3));
    expect_pages("is_none", 0, 0);
    expect_rc("more_than_there_is", -XEN_ENOMEM, resize(id, 1ul << 30));
    expect_ok("as_at_first", resize(id, FRAMES * FRAME_KB));
    expect_pages("is_as_at_first", FRAMES, FRAMES);
    expect_rc("more_than_can_be", -XEN_EINVAL, resize(id, ~0ul));
    expect_rc("of_no_domain_more", -XEN_ESRCH, resize(NO_DOMAIN, 4));
    expect_rc("of_ourselves_more", -XEN_EINVAL, resize(0, 4));
    expect_ok("a_higher_limit", limit(id, 2 * FRAMES * FRAME_KB));
    expect_pages("is_the_limit", FRAMES, 2 * FRAMES);
    expect_ok("a_lower_limit", limit(id, 8));
    expect_pages("takes_nothing", FRAMES, 2);
    expect_rc("a_limit_of_no_domain", -XEN_ESRCH, limit(NO_DOMAIN, 4));
    limit(id, FRAMES * FRAME_KB);
}

static long use_of(domid_t domid, uint64_t mfn)
{
    op_clear();
    op.u.getpageframeinfo.domid = domid;
    op.u.getpageframeinfo.mfn = mfn;
    op.u.getpageframeinfo.type = 0x5555;
    return control(DOM0_GETPAGEFRAMEINFO);
}

static long uses_of(domid_t domid, uint64_t count, void *at)
{
    op_clear();
    op.u.getpageframeinfo2.domid = domid;
    op.u.getpageframeinfo2.num = count;
    op.u.getpageframeinfo2.array = (uint64_t)at;
    return control(DOM0_GETPAGEFRAMEINFO2);
}

static void what_for(void)
{
    uint64_t some[3];

    list_frames(id, 1, frames);
    some[0] = pt_root_mfn();
    some[1] = frames[0];
    some[2] = ~0ul;
    expect_ok("our_root", use_of(0, pt_root_mfn()));
    expect_eq("is_a_root", DOM0_PFINFO_L4TAB, op.u.getpageframeinfo.type);
    expect_ok("its_frame", use_of(id, frames[0]));
    expect_eq("is_no_table", DOM0_PFINFO_NOTAB, op.u.getpageframeinfo.type);
    expect_rc("our_frame_as_its", -XEN_EINVAL, use_of(id, pt_root_mfn()));
    expect_rc("a_frame_that_does_not_exist", -XEN_EINVAL, use_of(id, ~0ul));
    expect_rc("frame_of_no_domain", -XEN_ESRCH, use_of(NO_DOMAIN, frames[0]));
    expect_ok("three", uses_of(0, 3, some));
    expect_true("the_first_is_a_root", (some[0] & DOM0_PFINFO2_TYPE_MASK) ==
                4ul << DOM0_PFINFO2_TYPE_SHIFT);
    expect_true("its_number_stays",
                (some[0] & ~DOM0_PFINFO2_INVALID) == pt_root_mfn());
    expect_true("the_others_are_not_ours",
                (some[1] & DOM0_PFINFO2_INVALID) == DOM0_PFINFO2_INVALID &&
                (some[2] & DOM0_PFINFO2_INVALID) == DOM0_PFINFO2_INVALID);
    expect_ok("no_frame", uses_of(id, 0, window_page(0)));
    expect_rc("too_many", -XEN_E2BIG, uses_of(id, 1025, frames));
    expect_rc("without_end", -XEN_E2BIG, uses_of(id, ~0ul, frames));
    expect_rc("from_nowhere", -XEN_EFAULT, uses_of(id, 1, window_page(0)));
    expect_rc("uses_of_no_domain", -XEN_ESRCH, uses_of(NO_DOMAIN, 1, some));
}

/* -- writes ---------------------------------------------------------------- */

static long shadow(domid_t domid, uint32_t command, void *map, uint64_t pages)
{
    op_clear();
    op.u.shadow_control.domid = domid;
    op.u.shadow_control.op = command;
    op.u.shadow_control.dirty_bitmap = (uint64_t)map;
    op.u.shadow_control.pages = pages;
    op.u.shadow_control.dirty_count = 0x5555;
    return control(DOM0_SHADOW_CONTROL);
}

/* Give its first frame number 3, by which it is then known. */
static void number_first(void)
{
    struct mmu_update u = { .val = 3 };
    unsigned done;

    list_frames(id, 1, frames);
    u.ptr = frames[0] << PAGE_SHIFT | MMU_MACHPHYS_UPDATE;
    expect_ok("number_a_frame", hc_mmu_update(&u, 1, &done, id));
}

/* We write to it as a builder would. */
static bool write_first(void)
{
    void *va = window_page(3);
    long rc = HC4(__HYPERVISOR_update_va_mapping_otherdomain, va,
                  pte_make(frames[0], PTE_PAGE), UVMF_INVLPG | UVMF_ALL, id);

    if (!rc)
        *(volatile char *)va = 1;
    page_map(va, 0);
    return !rc;
}

static void writes(void)
{
    static uint8_t map[64];

    number_first();
    expect_ok("note_writes", shadow(id, DOM0_SHADOW_CONTROL_OP_ENABLE_LOGDIRTY,
                                    NULL, 0));
    expect_rc("note_them_twice", -XEN_EINVAL,
              shadow(id, DOM0_SHADOW_CONTROL_OP_ENABLE_LOGDIRTY, NULL, 0));
    expect_ok("before_any", shadow(id, DOM0_SHADOW_CONTROL_OP_CLEAN, map, 512));
    expect_eq("none_are_noted", 0, op.u.shadow_control.dirty_count);
    expect_true("write", write_first());
    expect_ok("look", shadow(id, DOM0_SHADOW_CONTROL_OP_PEEK, map, 512));
    expect_eq("one_is_noted", 1, op.u.shadow_control.dirty_count);
    expect_eq("by_its_number", 1u << 3, map[0]);
    expect_ok("look_and_forget",
              shadow(id, DOM0_SHADOW_CONTROL_OP_CLEAN, map, 512));
    expect_eq("it_was_still_there", 1u << 3, map[0]);
    expect_ok("look_again", shadow(id, DOM0_SHADOW_CONTROL_OP_PEEK, map, 512));
    expect_eq("it_is_forgotten", 0, map[0]);
    write_first();
    expect_ok("forget", shadow(id, DOM0_SHADOW_CONTROL_OP_FLUSH, NULL, 0));
    expect_ok("look_after_that",
              shadow(id, DOM0_SHADOW_CONTROL_OP_PEEK, map, 512));
    expect_eq("it_is_forgotten_too", 0, op.u.shadow_control.dirty_count);
    expect_rc("to_nowhere_dirty", -XEN_EFAULT,
              shadow(id, DOM0_SHADOW_CONTROL_OP_PEEK, window_page(0), 512));
    expect_rc("with_less_room_than_it_has", -XEN_EINVAL,
              shadow(id, DOM0_SHADOW_CONTROL_OP_PEEK, map, FRAMES - 1));
    expect_rc("an_operation_that_is_not", -XEN_EINVAL,
              shadow(id, DOM0_SHADOW_CONTROL_OP_ENABLE_TRANSLATE, NULL, 0));
    expect_rc("of_ourselves_noted", -XEN_EINVAL,
              shadow(0, DOM0_SHADOW_CONTROL_OP_ENABLE_LOGDIRTY, NULL, 0));
    expect_rc("of_no_domain_noted", -XEN_ESRCH,
              shadow(NO_DOMAIN, DOM0_SHADOW_CONTROL_OP_OFF, NULL, 0));
    expect_ok("note_no_more", shadow(id, DOM0_SHADOW_CONTROL_OP_OFF, NULL, 0));
    expect_ok("end_it_twice", shadow(id, DOM0_SHADOW_CONTROL_OP_OFF, NULL, 0));
}

void test_memory(void)
{
    report_group("memory");
    id = create("one");
    if (!id)
        return;
    which();
    how_many();
    what_for();
    writes();
    expect_ok("end", destroy(id));
}
