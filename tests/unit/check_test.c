/* SPDX-License-Identifier: MIT */
/*
 * check_test.c - the invariant checker finds nothing wrong in what the shipped
 * code builds, and everything that is broken afterwards on purpose.
 */
#include <asm/descriptor.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/window.h>
#include <hv/check.h>
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/keyhandler.h>
#include <hv/lock_order.h>
#include <hv/log_level.h>
#include <hv/pirq.h>
#include <hv/ring_console.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include <string.h>
#include "../../common/debug/check.h"
#include "../../common/event/port.h"
#include "../../common/grant/grant.h"
#include "fake_paging.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define V       (&fake_vcpus[0])
#define DATA    (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define DATA_RO (DATA & ~PTE_RW)
#define TABLE   DATA

struct domain *dom_hv;
struct list_head domain_list = LIST_HEAD_INIT(domain_list);
unsigned long frame_table_end = FAKE_FRAMES;
static struct vcpu *vcpus[FAKE_DOMAINS];
static struct port ports[FAKE_DOMAINS][PORTS_PER_GROUP];
static struct port *groups[FAKE_DOMAINS];
static pte_t window[FAKE_DOMAINS][WINDOW_ENTRIES];
static mfn_t console;

/* --- what the checker asks of the rest --- */

struct page_link *page_link(mfn_t m)
{
    return &fake_frame(m.n)->link;
}

unsigned long page_free_count(void)
{
    return fake_free_count();
}

unsigned long m2p_pieces(void) { return 0; }
mfn_t m2p_piece(unsigned long piece) { return mfn(piece); }

struct port *port_find(const struct domain *d, evtchn_port_t nr)
{
    bool is_there = nr < PORTS_PER_GROUP && nr < d->port_count;

    return is_there ? &d->ports[0][nr] : NULL;
}

mfn_t ring_console_frame(const struct domain *d)
{
    return d == D ? console : INVALID_MFN;
}

bool virq_is_global(unsigned int virq)
{
    return virq == VIRQ_CONSOLE;
}

bool pirq_is_mapped(const struct domain *d, unsigned int pirq)
{
    (void)d;
    return pirq == 9;
}

/* There is one CPU. */
bool gather_others(unsigned long *flags)
{
    *flags = 0;
    return true;
}

void gather_stand(void)
{
}

void softirq_open(enum softirq nr, void (*fn)(void))
{
    (void)nr;
    (void)fn;
}

void softirq_raise(enum softirq nr)
{
    (void)nr;
}

void gather_end(unsigned long flags)
{
    (void)flags;
}

void lock_order_check(const spinlock_t *lock, bool second)
{
    (void)lock;
    (void)second;
}

void lock_order_push(const spinlock_t *lock)
{
    (void)lock;
}

void lock_order_pop(const spinlock_t *lock)
{
    (void)lock;
}

bool arch_check_runs(const struct vcpu *v)
{
    return v == fake_current;
}

void keyhandler_register(char key, void (*fn)(void), const char *help)
{
    (void)key;
    (void)fn;
    (void)help;
}

void printk_always(const char *fmt, ...)
{
    (void)fmt;
}

void arch_check_cpu(void)
{
}

/* --- a machine in which all is well --- */

static struct frame *l1, *l2, *l3, *l4, *data, *read_only, *gdt, *info;

static struct frame *own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

static void set(struct frame *table, unsigned int i, const struct frame *f,
                uint64_t flags)
{
    fake_table(table)[i] = pte_make(frame_mfn(f), flags);
}

static void start_domain(unsigned int i)
{
    struct domain *d = &fake_domains[i];
    struct vcpu *v = &fake_vcpus[i];

    vcpus[i] = v;
    d->vcpu = &vcpus[i];
    d->max_vcpus = 1;
    d->refs = 1;
    groups[i] = ports[i];
    memset(ports[i], 0, sizeof(ports[i]));
    ports[i][0].state = PORT_RESERVED;
    d->ports = &groups[i];
    d->port_count = d->port_max = PORTS_PER_GROUP;
    v->info_mfn = INVALID_MFN;
    v->is_initialised = true;
    v->runstate.state = i ? RUNSTATE_runnable : RUNSTATE_running;
    v->is_running = !i;
    v->is_queued = i;
    memset(window[i], 0, sizeof(window[i]));
    v->arch.window = window[i];
    for (unsigned int k = 0; k < GDT_GUEST_PAGES; k++)
        v->arch.gdt_frames[k] = INVALID_MFN;
    list_add_tail(&d->list, &domain_list);
}

static void pin_l4(void)
{
    arch_lock_tables(D);
    ck_assert_int_eq(frame_pin(l4, D, FRAME_L4), 0);
    ck_assert_int_eq(frame_get_with_type(l4, D, FRAME_L4), 0);
    V->arch.l4_kernel = frame_mfn(l4);
    ck_assert_int_eq(frame_get_with_type(gdt, D, FRAME_SEGDESC), 0);
    arch_unlock_tables(D);
    V->arch.gdt_frames[0] = frame_mfn(gdt);
    window[0][0] = pte_make(frame_mfn(gdt), PTE_HV_DATA);
    ck_assert_int_eq(frame_get_with_type(info, D, FRAME_WRITABLE), 0);
    V->info_mfn = frame_mfn(info);
}

/* A channel between both domains, a VIRQ and a pirq of the first. */
static void open_ports(void)
{
    ports[0][1] = (struct port){ .state = PORT_INTERDOMAIN, .far = OTHER,
                                 .far_port = 2 };
    ports[1][2] = (struct port){ .state = PORT_INTERDOMAIN, .far = D,
                                 .far_port = 1 };
    D->refs++;
    OTHER->refs++;
    ports[0][3] = (struct port){ .state = PORT_VIRQ, .virq = VIRQ_TIMER };
    V->virq_port[VIRQ_TIMER] = 3;
    ports[0][4] = (struct port){ .state = PORT_PIRQ, .pirq = 9 };
}

/* The fake allocator keeps no links: make those of free blocks of one. */
static const struct violation *find(void)
{
    for (unsigned int n = 0; n < FAKE_FRAMES; n++)
        if (fake_frame_is_free(n))
            fake_frame(n)->link.prev = PAGE_LINK_FREE;
    return check_find();
}

static void start(void)
{
    fake_paging_start();
    list_init(&domain_list);
    check_init();
    start_domain(0);
    start_domain(1);
    console = INVALID_MFN;
    l1 = own(D);
    l2 = own(D);
    l3 = own(D);
    l4 = own(D);
    data = own(D);
    read_only = own(D);
    gdt = own(D);
    info = own(D);
    (void)own(OTHER);
    set(l1, 0, data, DATA);
    set(l1, 1, read_only, DATA_RO);
    fake_table(l1)[2] = pte_make(mfn(DEVICE_ALLOWED), DATA);
    set(l2, 5, l1, TABLE);
    set(l3, 6, l2, TABLE);
    set(l4, 7, l3, TABLE);
    *(uint64_t *)fake_table(gdt) = DESC_DATA_DPL3;
    pin_l4();
    open_ports();
    ck_assert_ptr_null(find());
}

/* The checker says @what of @where. */
static void must_find(const char *what, unsigned long where)
{
    const struct violation *v = find();

    ck_assert_ptr_nonnull(v);
    ck_assert_str_eq(v->what, what);
    ck_assert_uint_eq(v->where, where);
}

static void must_find_of(const char *what, const struct frame *f)
{
    must_find(what, frame_mfn(f).n);
}

/* --- grants --- */

static struct grant_table tables[FAKE_DOMAINS];
static struct grant_frame grant_frame, *grant_frames[1];
static struct grant_pin pins[PINS_PER_GROUP];
static struct grant_map maps[MAPS_PER_FRAME], *map_frames[1];
static struct frame *lent;

/* D has OTHER's reference 5 mapped, in an entry and for a device. */
static void start_grants(void)
{
    mfn_t table = page_alloc_frames(0, 0);

    memset(tables, 0, sizeof(tables));
    memset(pins, 0, sizeof(pins));
    memset(maps, 0, sizeof(maps));
    lent = own(OTHER);
    frame_share(OTHER, table, true);
    grant_frame = (struct grant_frame){ .mfn = table, .pins = { pins } };
    grant_frames[0] = &grant_frame;
    tables[1] = (struct grant_table){ .frame_max = 1, .frame_count = 1,
                                      .frame = grant_frames };
    map_frames[0] = maps;
    tables[0] = (struct grant_table){ .maptrack_max = 1, .maptrack_count = 1,
                                      .maptrack = map_frames };
    D->grants = &tables[0];
    OTHER->grants = &tables[1];
    pins[5] = (struct grant_pin){
        .count = { [GRANT_CPU_WRITE] = 1, [GRANT_DEVICE_WRITE] = 1 },
        .frame = (uint32_t)frame_mfn(lent).n,
    };
    maps[3] = (struct grant_map){ OTHER, 5, MAP_CPU | MAP_DEVICE };
    OTHER->refs++;
    ck_assert(frame_get(lent, OTHER));
    ck_assert_int_eq(frame_get_writable(lent, OTHER), 0);
    ck_assert_int_eq(frame_get_writable(lent, OTHER), 0);
    lent->outside = 2;
    set(l1, 9, lent, DATA);
}

START_TEST(grants_that_are_explained_pass)
{
    start();
    start_grants();
    ck_assert_ptr_null(find());
}
END_TEST

START_TEST(a_use_of_a_grant_that_no_handle_has_is_found)
{
    start();
    start_grants();
    pins[5].count[GRANT_CPU_READ]++;
    must_find("uses of a grant", 5);
}
END_TEST

START_TEST(a_handle_without_a_pin_is_found)
{
    start();
    start_grants();
    maps[8] = (struct grant_map){ OTHER, 7, MAP_CPU };
    OTHER->refs++;
    must_find("the grant of a mapping", 7);
}
END_TEST

START_TEST(a_handle_that_does_not_hold_its_granter_is_found)
{
    start();
    start_grants();
    OTHER->refs--;
    must_find("references on a domain", OTHER->id);
}
END_TEST

START_TEST(a_pin_that_does_not_hold_its_frame_is_found)
{
    start();
    start_grants();
    frame_put(lent);
    must_find_of("references", lent);
}
END_TEST

START_TEST(a_pin_of_a_frame_that_is_not_the_granters_is_found)
{
    start();
    start_grants();
    pins[5].frame = (uint32_t)frame_mfn(data).n;
    must_find("the owner of a frame that is granted", 5);
}
END_TEST

START_TEST(an_entry_of_anothers_frame_without_a_handle_is_found)
{
    start();
    start_grants();
    maps[3].state = MAP_DEVICE;
    pins[5].count[GRANT_CPU_WRITE] = 0;
    must_find_of("the owner of a frame and of the table that maps it", lent);
}
END_TEST

START_TEST(a_handle_for_a_grant_beyond_the_table_is_found)
{
    start();
    start_grants();
    maps[3].ref = GRANTS_PER_FRAME;
    must_find("the grant of a mapping", GRANTS_PER_FRAME);
    maps[3].ref = ~0u;
    must_find("the grant of a mapping", ~0u);
}
END_TEST

/* What is granted may be written over with anything. */
START_TEST(a_grant_of_a_frame_that_does_not_exist_is_found)
{
    start();
    start_grants();
    pins[5].frame = FAKE_FRAMES;
    must_find("a reference on what is no RAM", 0);
    pins[5].frame = ~0u;
    must_find("a reference on what is no RAM", 0);
}
END_TEST

START_TEST(a_device_that_may_only_read_holds_no_right_to_write)
{
    start();
    start_grants();
    maps[3] = (struct grant_map){ OTHER, 5, MAP_CPU | MAP_DEVICE |
                                                MAP_READONLY };
    pins[5] = (struct grant_pin){
        .count = { [GRANT_CPU_READ] = 1, [GRANT_DEVICE_READ] = 1 },
        .frame = pins[5].frame, .user = pins[5].user,
    };
    set(l1, 9, lent, DATA_RO);
    must_find_of("type references", lent);
    lent->outside = 0;
    frame_put_writable(lent);
    frame_put_writable(lent);
    ck_assert(frame_get(lent, OTHER) && frame_get(lent, OTHER));
    ck_assert_ptr_null(find());
}
END_TEST

/* --- frames --- */

START_TEST(a_machine_in_which_all_is_well_passes)
{
    start();
    ck_assert_ptr_null(find());
}
END_TEST

START_TEST(a_reference_that_nobody_holds_is_found)
{
    start();
    data->state += FRAME_REF_ONE;
    must_find_of("references", data);
}
END_TEST

START_TEST(a_reference_that_was_dropped_too_often_is_found)
{
    start();
    read_only->state -= FRAME_REF_ONE;
    must_find_of("references", read_only);
}
END_TEST

START_TEST(a_type_reference_that_was_not_dropped_is_found)
{
    start();
    data->state += FRAME_TYPE_REF_ONE;
    must_find_of("type references", data);
}
END_TEST

START_TEST(a_pin_that_nothing_counts_is_found)
{
    start();
    l1->state |= FRAME_PINNED;
    must_find_of("references", l1);
}
END_TEST

START_TEST(a_pinned_page_that_is_no_table_is_found)
{
    start();
    data->state |= FRAME_PINNED;
    must_find_of("the type of a pinned frame", data);
}
END_TEST

START_TEST(a_table_that_is_not_called_checked_is_found)
{
    start();
    gdt->state &= ~FRAME_VALIDATED;
    must_find_of("a frame called checked or partial", gdt);
}
END_TEST

START_TEST(a_partial_table_with_two_uses_is_found)
{
    start();
    V->arch.l4_kernel = INVALID_MFN;
    V->arch.pending_table = l4;
    l4->state = (l4->state & ~FRAME_VALIDATED) | FRAME_PARTIAL;
    l4->cursor = PT_ENTRIES;
    must_find_of("type references of a partial table", l4);
}
END_TEST

START_TEST(a_writable_frame_called_checked_is_found)
{
    start();
    data->state |= FRAME_VALIDATED;
    must_find_of("a table with an owner and a type", data);
}
END_TEST

START_TEST(a_frame_off_its_owners_list_is_found)
{
    start();
    D->page_list = fake_frame(D->page_list)->next;
    fake_frame(D->page_list)->prev = 0;
    D->page_count--;
    must_find_of("a frame on its owner's list", info);
}
END_TEST

START_TEST(a_wrong_count_of_frames_is_found)
{
    start();
    OTHER->page_count++;
    must_find("a domain's count of frames", OTHER->id);
}
END_TEST

START_TEST(a_frame_on_anothers_list_is_found)
{
    start();
    info->owner = OTHER;
    must_find_of("a list of frames, and whose this is", info);
}
END_TEST

START_TEST(a_broken_link_back_is_found)
{
    start();
    fake_frame(gdt->prev)->prev = 0;
    gdt->prev = 0;
    must_find_of("the link back in a list of frames", gdt);
}
END_TEST

START_TEST(a_frame_that_is_owned_and_not_used_is_found)
{
    struct frame *f;

    start();
    f = own(OTHER);
    f->state = 0;
    must_find_of("the owner of a frame without references", f);
}
END_TEST

START_TEST(a_free_frame_with_a_state_is_found)
{
    start();
    fake_frame(40)->state = FRAME_VALIDATED;
    must_find("a table with an owner and a type", 40);
    fake_frame(40)->state = 1ul << FRAME_TYPE_SHIFT;
    must_find("the state of a frame without references", 40);
}
END_TEST

START_TEST(a_free_frame_that_the_allocator_does_not_count_is_found)
{
    start();
    ck_assert_ptr_null(find());
    fake_frame(40)->link.prev = 0;
    ck_assert_str_eq(check_find()->what,
                     "the allocator's count of free frames");
}
END_TEST

START_TEST(a_free_block_over_a_frame_in_use_is_found)
{
    start();
    ck_assert_ptr_null(find());
    fake_frame(PAGING_RAM - 1)->link.order = 1;
    must_find("a free frame that is no RAM", PAGING_RAM);
}
END_TEST

START_TEST(a_free_block_inside_another_is_found)
{
    start();
    ck_assert_ptr_null(find());
    fake_frame(40)->link.order = 1;
    must_find("a free block in a free block", 41);
}
END_TEST

START_TEST(a_shared_page_that_is_anothers_is_found)
{
    struct frame *f;

    start();
    f = own(OTHER);
    D->shared_info = fake_table(f);
    D->shared_info_mfn = frame_mfn(f);
    must_find_of("the owner of a shared page", f);
    D->shared_info_mfn = mfn(FAKE_FRAMES);
    must_find("the owner of a shared page", FAKE_FRAMES);
}
END_TEST

/* It lives on in its frames, and is asked for them. */
START_TEST(a_wrong_count_of_a_domain_off_the_list_is_found)
{
    start();
    ports[0][1] = ports[1][2] = (struct port){ 0 };
    D->refs--;
    OTHER->refs -= 2;
    list_del(&OTHER->list);
    ck_assert_ptr_null(find());
    OTHER->page_count++;
    must_find("a domain's count of frames", OTHER->id);
}
END_TEST

START_TEST(a_zeroed_frame_that_is_none_is_found)
{
    start();
    fake_frame(40)->link.is_zeroed = true;
    ck_assert_ptr_null(find());
    *(uint64_t *)mfn_to_virt(mfn(40)) = 1;
    must_find("the first word of a frame that is zeroed", 40);
}
END_TEST

START_TEST(a_hole_with_references_is_found)
{
    start();
    fake_frame(DEVICE_ALLOWED)->state |= FRAME_REF_ONE;
    must_find("the state of a hole", DEVICE_ALLOWED);
}
END_TEST

/* --- tables --- */

START_TEST(a_writable_mapping_of_a_table_is_found)
{
    start();
    set(l1, 8, l2, DATA);
    must_find_of("a frame's type and its use", l2);
}
END_TEST

START_TEST(a_writable_mapping_of_a_descriptor_page_is_found)
{
    start();
    set(l1, 8, gdt, DATA);
    must_find_of("a frame's type and its use", gdt);
}
END_TEST

START_TEST(a_mapping_that_holds_nothing_is_found)
{
    start();
    set(l1, 8, data, DATA);
    must_find_of("references", data);
}
END_TEST

START_TEST(a_mapping_that_went_without_being_dropped_is_found)
{
    start();
    set(l1, 0, data, 0);
    must_find_of("references", data);
}
END_TEST

START_TEST(a_mapping_that_became_writable_is_found)
{
    start();
    set(l1, 1, read_only, DATA);
    must_find_of("a frame's type and its use", read_only);
}
END_TEST

START_TEST(a_mapping_of_anothers_frame_is_found)
{
    struct frame *f;

    start();
    f = own(OTHER);
    ck_assert(frame_get(f, OTHER));
    set(l1, 8, f, DATA_RO);
    must_find_of("the owner of a frame and of the table that maps it", f);
    D->is_privileged = true;
    ck_assert_ptr_null(find());
}
END_TEST

START_TEST(a_wrong_count_of_others_writable_mappings_is_found)
{
    start();
    data->outside = 1;
    must_find_of("writable entries of other domains", data);
}
END_TEST

START_TEST(a_mapping_of_a_free_frame_is_found)
{
    start();
    set(l1, 8, fake_frame(40), DATA_RO);
    D->is_privileged = true;
    must_find("use of a frame that is nobody's", 40);
}
END_TEST

START_TEST(a_mapping_of_a_device_without_a_right_is_found)
{
    start();
    fake_table(l1)[8] = pte_make(mfn(DEVICE_REFUSED), DATA | PTE_PCD);
    must_find("a right to a device's frame", DEVICE_REFUSED);
}
END_TEST

START_TEST(a_device_that_is_cached_is_found)
{
    start();
    fake_table(l1)[8] = pte_make(mfn(DEVICE_ALLOWED), DATA);
    must_find("device memory that is cached", DEVICE_ALLOWED);
}
END_TEST

START_TEST(memory_that_is_not_cached_is_found)
{
    start();
    fake_table(l1)[0].v |= PTE_PCD;
    must_find_of("the memory type of RAM", data);
}
END_TEST

START_TEST(a_global_mapping_is_found)
{
    start();
    fake_table(l1)[0].v |= PTE_G;
    must_find_of("user access and no global bit in an entry", data);
}
END_TEST

START_TEST(a_large_page_is_found)
{
    start();
    fake_table(l2)[5].v |= PTE_PSE;
    must_find_of("the flags of an entry that names a table", l1);
}
END_TEST

START_TEST(an_entry_of_a_wrong_level_is_found)
{
    start();
    set(l3, 8, l1, TABLE);
    must_find_of("a frame's type and its use", l1);
}
END_TEST

START_TEST(a_table_of_anothers_is_found)
{
    start();
    l1->owner = OTHER;
    D->is_privileged = OTHER->is_privileged = true;
    must_find_of("a list of frames, and whose this is", l1);
}
END_TEST

START_TEST(a_partial_table_in_use_is_found)
{
    start();
    l1->state = (l1->state & ~FRAME_VALIDATED) | FRAME_PARTIAL;
    l1->cursor = PT_ENTRIES;
    must_find_of("a table that is named is validated", l1);
}
END_TEST

START_TEST(a_changed_slot_of_the_hypervisors_is_found)
{
    start();
    fake_table(l4)[HV_SLOT_LAST].v |= PTE_US;
    must_find("a slot of the hypervisor's in an L4", HV_SLOT_LAST);
    fake_table(l4)[HV_SLOT_LAST] = hv_l4[HV_SLOT_LAST];
    fake_table(l4)[PERDOMAIN_SLOT] = hv_l4[PERDOMAIN_SLOT];
    must_find("a slot of the hypervisor's in an L4", PERDOMAIN_SLOT);
}
END_TEST

static void must_find_descriptor(uint64_t descriptor)
{
    ((uint64_t *)fake_table(gdt))[9] = descriptor;
    must_find("a descriptor that no guest may have", 9);
}

START_TEST(a_descriptor_of_ring_0_is_found)
{
    start();
    must_find_descriptor(DESC_DATA_DPL0);
    must_find_descriptor(DESC_CODE64_DPL0);
}
END_TEST

START_TEST(a_descriptor_of_the_system_is_found)
{
    start();
    must_find_descriptor(DESC_P | (uint64_t)DESC_TYPE_TSS << 40);
    must_find_descriptor(DESC_P | (uint64_t)DESC_TYPE_INTR_GATE << 40);
    must_find_descriptor(DESC_P | DESC_DPL3 | 0xe033ul << 16 |
                         (uint64_t)DESC_TYPE_CALL_GATE << 40);
    must_find_descriptor(DESC_P | 0xe008ul << 16 |
                         (uint64_t)DESC_TYPE_CALL_GATE << 40);
}
END_TEST

/* --- vcpus --- */

START_TEST(a_base_without_a_reference_is_found)
{
    start();
    V->arch.l4_user = frame_mfn(l4);
    must_find_of("references", l4);
}
END_TEST

START_TEST(a_base_that_is_no_l4_is_found)
{
    start();
    V->arch.l4_user = frame_mfn(l3);
    must_find_of("a frame's type and its use", l3);
}
END_TEST

START_TEST(a_pending_table_that_is_whole_is_found)
{
    start();
    V->arch.pending_table = l1;
    must_find("a pending table is partial", V->id);
}
END_TEST

START_TEST(a_gdt_page_without_a_reference_is_found)
{
    start();
    V->arch.gdt_frames[1] = frame_mfn(gdt);
    window[0][1] = window[0][0];
    must_find_of("references", gdt);
}
END_TEST

START_TEST(a_gdt_window_that_shows_something_else_is_found)
{
    start();
    window[0][0] = pte_make(frame_mfn(data), PTE_HV_DATA);
    must_find("a GDT page in the window", V->id);
    window[0][0] = pte_make(frame_mfn(gdt), PTE_HV_DATA);
    window[0][3] = pte_make(frame_mfn(data), PTE_HV_DATA);
    must_find("a GDT page that nobody gave", V->id);
}
END_TEST

START_TEST(an_ldt_page_without_a_reference_is_found)
{
    start();
    window[0][WINDOW_LDT + 2] = pte_make(frame_mfn(gdt), PTE_HV_DATA);
    must_find_of("references", gdt);
}
END_TEST

START_TEST(a_record_in_a_page_that_is_not_held_is_found)
{
    start();
    V->info_mfn = frame_mfn(data);
    must_find_of("references", data);
}
END_TEST

START_TEST(a_console_in_a_page_that_is_not_held_is_found)
{
    start();
    console = frame_mfn(data);
    must_find_of("references", data);
}
END_TEST

START_TEST(a_console_that_is_no_memory_is_found)
{
    start();
    console = mfn(DEVICE_ALLOWED);
    must_find("a reference on what is no RAM", 0);
    console = mfn(FAKE_FRAMES);
    must_find("a reference on what is no RAM", 0);
}
END_TEST

START_TEST(a_vcpu_that_may_run_and_is_forgotten_is_found)
{
    start();
    fake_vcpus[1].is_queued = false;
    must_find("a vcpu that may run is queued", 0);
}
END_TEST

START_TEST(a_vcpu_that_is_queued_and_may_not_run_is_found)
{
    start();
    fake_vcpus[1].pause_count = 1;
    must_find("a vcpu that may run is queued", 0);
}
END_TEST

START_TEST(a_vcpu_that_runs_twice_is_found)
{
    start();
    fake_vcpus[1].is_running = true;
    must_find("a vcpu that runs", 0);
}
END_TEST

START_TEST(a_wrong_run_state_is_found)
{
    start();
    fake_vcpus[1].runstate.state = RUNSTATE_blocked;
    must_find("the run state of a vcpu that is queued", 0);
}
END_TEST

START_TEST(a_poll_that_nobody_knows_of_is_found)
{
    start();
    set_bit(0, D->poll_mask);
    must_find("a vcpu that polls is in its domain's mask", 0);
}
END_TEST

START_TEST(timers_out_of_order_are_found)
{
    struct timer *a = &V->singleshot_timer, *b = &V->periodic_timer;

    start();
    *a = (struct timer){ .state = TIMER_ARMED,
                         .node = { .key = 5, .rank = 1, .left = &b->node } };
    *b = (struct timer){ .state = TIMER_ARMED,
                         .node = { .key = 6, .rank = 1, .parent = &a->node } };
    ck_assert_ptr_null(find());
    b->node.key = 4;
    must_find("the order of timers", 0);
    b->node.key = 6;
    a->node.left = NULL;
    must_find("the order of timers", 0);
    a->node.right = &b->node;
    must_find("the rank of a timer", 0);
    a->node.rank = 2;
    must_find("the balance of timers", 0);
}
END_TEST

START_TEST(a_timer_of_no_state_is_found)
{
    start();
    V->poll_timer.state = TIMER_MOVING + 1;
    must_find("the state of a timer", 0);
}
END_TEST

/* --- ports --- */

START_TEST(a_channel_that_leads_nowhere_is_found)
{
    start();
    ports[0][1].far = NULL;
    must_find("a channel's far domain", 1);
    ports[0][1].far = OTHER;
    ports[0][1].far_port = PORTS_PER_GROUP;
    must_find("a channel's far port", 1);
}
END_TEST

START_TEST(a_port_that_is_counted_and_missing_is_found)
{
    start();
    D->port_count++;
    must_find("a port that exists", PORTS_PER_GROUP);
}
END_TEST

START_TEST(a_virq_that_does_not_exist_is_found)
{
    start();
    ports[0][3].virq = NR_VIRQS;
    must_find("the VIRQ of a port", 3);
    ports[0][3].virq = ~0;
    must_find("the VIRQ of a port", 3);
}
END_TEST

START_TEST(a_channel_that_does_not_lead_back_is_found)
{
    start();
    ports[1][2].far_port = 3;
    must_find("the way back from a channel's far port", 1);
    ports[1][2].far_port = 1;
    ports[1][2].state = PORT_UNBOUND;
    must_find("the state of a channel's far port", 1);
}
END_TEST

START_TEST(a_closed_port_that_still_leads_somewhere_is_found)
{
    start();
    ports[0][9].far = OTHER;
    must_find("the far domain of a port that is no channel", 9);
}
END_TEST

START_TEST(a_virq_that_does_not_know_its_port_is_found)
{
    start();
    V->virq_port[VIRQ_TIMER] = 0;
    must_find("the port of a VIRQ", 3);
    V->virq_port[VIRQ_TIMER] = 3;
    V->virq_port[VIRQ_DEBUG] = 4;
    must_find("the VIRQ of a vcpu's port", 4);
}
END_TEST

START_TEST(a_pirq_that_is_not_the_domains_is_found)
{
    start();
    ports[0][4].pirq = 10;
    must_find("a pirq that is bound", 4);
}
END_TEST

START_TEST(a_port_of_no_state_or_vcpu_is_found)
{
    start();
    ports[0][9].state = PORT_CONSOLE + 1;
    must_find("the state of a port", 9);
    ports[0][9].state = PORT_RESERVED;
    must_find("port 0", 9);
    ports[0][9].state = PORT_IPI;
    ports[0][9].notify_vcpu = 1;
    must_find("the vcpu of a port", 9);
}
END_TEST

START_TEST(a_reference_on_a_domain_that_nobody_holds_is_found)
{
    start();
    OTHER->refs++;
    must_find("references on a domain", OTHER->id);
}
END_TEST

int main(void)
{
    return UNIT_RUN(
        "check", a_machine_in_which_all_is_well_passes,
        grants_that_are_explained_pass,
        a_use_of_a_grant_that_no_handle_has_is_found,
        a_handle_without_a_pin_is_found,
        a_handle_that_does_not_hold_its_granter_is_found,
        a_pin_that_does_not_hold_its_frame_is_found,
        a_pin_of_a_frame_that_is_not_the_granters_is_found,
        an_entry_of_anothers_frame_without_a_handle_is_found,
        a_handle_for_a_grant_beyond_the_table_is_found,
        a_grant_of_a_frame_that_does_not_exist_is_found,
        a_device_that_may_only_read_holds_no_right_to_write,
        a_reference_that_nobody_holds_is_found,
        a_reference_that_was_dropped_too_often_is_found,
        a_type_reference_that_was_not_dropped_is_found,
        a_pin_that_nothing_counts_is_found,
        a_pinned_page_that_is_no_table_is_found,
        a_table_that_is_not_called_checked_is_found,
        a_partial_table_with_two_uses_is_found,
        a_writable_frame_called_checked_is_found,
        a_frame_off_its_owners_list_is_found,
        a_wrong_count_of_frames_is_found, a_frame_on_anothers_list_is_found,
        a_broken_link_back_is_found,
        a_frame_that_is_owned_and_not_used_is_found,
        a_free_frame_with_a_state_is_found,
        a_free_frame_that_the_allocator_does_not_count_is_found,
        a_free_block_over_a_frame_in_use_is_found,
        a_free_block_inside_another_is_found,
        a_shared_page_that_is_anothers_is_found,
        a_wrong_count_of_a_domain_off_the_list_is_found,
        a_zeroed_frame_that_is_none_is_found,
        a_hole_with_references_is_found,
        a_writable_mapping_of_a_table_is_found,
        a_writable_mapping_of_a_descriptor_page_is_found,
        a_mapping_that_holds_nothing_is_found,
        a_mapping_that_went_without_being_dropped_is_found,
        a_mapping_that_became_writable_is_found,
        a_mapping_of_anothers_frame_is_found,
        a_wrong_count_of_others_writable_mappings_is_found,
        a_mapping_of_a_free_frame_is_found,
        a_mapping_of_a_device_without_a_right_is_found,
        a_device_that_is_cached_is_found,
        memory_that_is_not_cached_is_found, a_global_mapping_is_found,
        a_large_page_is_found, an_entry_of_a_wrong_level_is_found,
        a_table_of_anothers_is_found, a_partial_table_in_use_is_found,
        a_changed_slot_of_the_hypervisors_is_found,
        a_descriptor_of_ring_0_is_found,
        a_descriptor_of_the_system_is_found,
        a_base_without_a_reference_is_found, a_base_that_is_no_l4_is_found,
        a_pending_table_that_is_whole_is_found,
        a_gdt_page_without_a_reference_is_found,
        a_gdt_window_that_shows_something_else_is_found,
        an_ldt_page_without_a_reference_is_found,
        a_record_in_a_page_that_is_not_held_is_found,
        a_console_in_a_page_that_is_not_held_is_found,
        a_console_that_is_no_memory_is_found,
        a_vcpu_that_may_run_and_is_forgotten_is_found,
        a_vcpu_that_is_queued_and_may_not_run_is_found,
        a_vcpu_that_runs_twice_is_found, a_wrong_run_state_is_found,
        a_poll_that_nobody_knows_of_is_found, timers_out_of_order_are_found,
        a_timer_of_no_state_is_found, a_channel_that_leads_nowhere_is_found,
        a_port_that_is_counted_and_missing_is_found,
        a_virq_that_does_not_exist_is_found,
        a_channel_that_does_not_lead_back_is_found,
        a_closed_port_that_still_leads_somewhere_is_found,
        a_virq_that_does_not_know_its_port_is_found,
        a_pirq_that_is_not_the_domains_is_found,
        a_port_of_no_state_or_vcpu_is_found,
        a_reference_on_a_domain_that_nobody_holds_is_found);
}
