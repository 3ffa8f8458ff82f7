/* SPDX-License-Identifier: MIT */
/* grant.c - see grant.h. */
#include "grant.h"
#include "event.h"
#include "hypercall.h"

#define FIRST_PAGE  (512u - GRANT_TABLE_PAGES)

grant_handle_t grant_handle;
uint64_t grant_bus_address;

long hc_grant_table_op(unsigned op, void *list, unsigned count)
{
    return HC3(__HYPERVISOR_grant_table_op, op, list, count);
}

volatile struct grant_entry_v1 *grant_entry(grant_ref_t ref)
{
    struct grant_entry_v1 *page =
        window_page(FIRST_PAGE + ref / GRANTS_PER_PAGE);

    return &page[ref % GRANTS_PER_PAGE];
}

bool grant_init(void)
{
    static xen_pfn_t frames[GRANT_TABLE_PAGES];
    struct gnttab_setup_table op = {
        .dom = DOMID_SELF, .nr_frames = GRANT_TABLE_PAGES,
    };

    set_xen_guest_handle(op.frame_list, frames);
    if (hc_grant_table_op(GNTTABOP_setup_table, &op, 1) || op.status)
        return false;
    for (unsigned i = 0; i < GRANT_TABLE_PAGES; i++)
        if (page_map(window_page(FIRST_PAGE + i),
                     pte_make(frames[i], PTE_PAGE)))
            return false;
    return true;
}

unsigned own_number(void)
{
    struct evtchn_status status = { .dom = DOMID_SELF };
    long port = port_alloc_unbound(DOMID_SELF, DOMID_SELF);

    status.port = (evtchn_port_t)port;
    if (port < 0 || hc_event_channel_op(EVTCHNOP_status, &status))
        return DOMID_INVALID;
    port_close((unsigned)port);
    return status.u.unbound.dom;
}

void grant_give(grant_ref_t ref, unsigned dom, uint64_t mfn, unsigned flags)
{
    volatile struct grant_entry_v1 *entry = grant_entry(ref);

    entry->frame = (uint32_t)mfn;
    entry->domid = (domid_t)dom;
    asm volatile("" ::: "memory");
    entry->flags = (uint16_t)flags;
}

bool grant_end(grant_ref_t ref)
{
    uint16_t flags = grant_entry(ref)->flags;

    do {
        if (flags & (GTF_reading | GTF_writing))
            return false;
    } while (!__atomic_compare_exchange_n(&grant_entry(ref)->flags, &flags, 0,
                                          false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST));
    return true;
}

static long answer(long rc, int16_t status)
{
    return rc ? rc + CALL_FAILED : status;
}

long grant_map(unsigned dom, grant_ref_t ref, uint64_t at, unsigned flags)
{
    struct gnttab_map_grant_ref op = {
        .host_addr = at, .flags = flags, .ref = ref, .dom = (domid_t)dom,
        .status = 55, .handle = ~0u,
    };
    long rc = hc_grant_table_op(GNTTABOP_map_grant_ref, &op, 1);

    grant_handle = op.handle;
    grant_bus_address = op.dev_bus_addr;
    return answer(rc, op.status);
}

long grant_unmap(grant_handle_t handle, uint64_t at, uint64_t bus_address)
{
    struct gnttab_unmap_grant_ref op = {
        .host_addr = at, .dev_bus_addr = bus_address, .handle = handle,
        .status = 55,
    };
    long rc = hc_grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1);

    return answer(rc, op.status);
}
