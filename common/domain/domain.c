/* SPDX-License-Identifier: MIT */
/*
 * domain.c - a domain's life: made, found, held, ended.
 *
 *   alive --domain_destroy--> dying --all given back--> dead --last put--> gone
 *
 * Invariants D1-D3 stand in hv/domain.h. A dead domain is off the list; who has
 * a reference (a frame that is still mapped, a caller) keeps its record.
 * Locks: domain_list_lock for the list; d->lock for dying.
 */
#include <hv/assert.h>
#include <hv/check.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/grant_table.h>
#include <hv/guest_console.h>
#include <hv/heap.h>
#include <hv/log_dirty.h>
#include <hv/page_alloc.h>
#include <hv/pci_right.h>
#include <hv/pirq.h>
#include <hv/printk.h>
#include <hv/ring_console.h>
#include <hv/sched.h>
#include <hv/string.h>
#include <hv/vcpu.h>
#include "list_lock.h"

/* What a domain costs about, for a message. */
#define DOMAIN_SIZE KIB(20)
#define VCPU_SIZE   KIB(12)

struct domain *dom0, *dom_io, *dom_hv;
struct list_head domain_list = LIST_HEAD_INIT(domain_list);
spinlock_t domain_list_lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN_LIST);

/* -- references ------------------------------------------------------------ */

static void free_domain(struct domain *d)
{
    event_domain_destroy(d);
    ring_console_destroy(d);
    grant_domain_destroy(d);
    for (unsigned int i = 0; i < d->max_vcpus; i++)
        if (d->vcpu[i])
            vcpu_destroy(d->vcpu[i]);
    arch_domain_destroy(d);
    log_dirty_destroy(d);
    rangeset_destroy(&d->ioports);
    rangeset_destroy(&d->iomem);
    rangeset_destroy(&d->pirqs);
    heap_free(d->vcpu);
    heap_free(d);
}

bool domain_get(struct domain *d)
{
    int refs = READ_ONCE(d->refs);

    while (refs > 0 && refs < INT32_MAX)
        if (__atomic_compare_exchange_n(&d->refs, &refs, refs + 1, true,
                                        __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return true;
    return false;
}

void domain_put(struct domain *d)
{
    int left = __atomic_sub_fetch(&d->refs, 1, __ATOMIC_ACQ_REL);

    ASSERT(left >= 0);
    if (left == 0)
        free_domain(d);
}

/* -- the list -------------------------------------------------------------- */

/* The first whose number is at least @from; list locked. */
static struct domain *first_from(domid_t from)
{
    struct domain *d;

    list_for_each(d, &domain_list, list)
        if (d->id >= from)
            return d;
    return NULL;
}

struct domain *find_domain_from(domid_t from)
{
    struct domain *d;

    spin_lock(&domain_list_lock);
    d = first_from(from);
    if (d && !domain_get(d))
        d = NULL;
    spin_unlock(&domain_list_lock);
    return d;
}

unsigned int domain_count(void)
{
    unsigned int count = 0;
    struct domain *d;

    spin_lock(&domain_list_lock);
    list_for_each(d, &domain_list, list)
        count++;
    spin_unlock(&domain_list_lock);
    return count;
}

struct domain *find_domain(domid_t id)
{
    struct domain *d = find_domain_from(id);

    if (!d || d->id == id)
        return d;
    domain_put(d);
    return NULL;
}

struct domain *find_domain_or_self(domid_t id)
{
    struct domain *d = current->domain;

    if (id == DOMAIN_SELF || id == d->id)
        return domain_get(d) ? d : NULL;
    return find_domain(id);
}

struct domain *find_frame_owner(domid_t id)
{
    struct domain *d = id == DOMAIN_IO ? dom_io : id == DOMAIN_HV ? dom_hv
                                                                  : NULL;

    if (!d)
        return find_domain_or_self(id);
    return domain_get(d) ? d : NULL;
}

/* The visible end of creation; the caller's reference comes beside the list's.
 * -EEXIST: the number is taken. */
static int list_domain(struct domain *d)
{
    struct domain *after;
    int rc = 0;

    spin_lock(&domain_list_lock);
    after = first_from(d->id);
    if (after && after->id == d->id) {
        rc = -EEXIST;
    } else {
        d->refs++;
        list_add_tail(&d->list, after ? &after->list : &domain_list);
    }
    spin_unlock(&domain_list_lock);
    return rc;
}

void domain_set_page_max(struct domain *d, unsigned long frames)
{
    spin_lock(&d->page_lock);
    d->page_max = frames;
    spin_unlock(&d->page_lock);
}

/* -- creation -------------------------------------------------------------- */

static struct domain *alloc_domain(domid_t id, const char *name)
{
    struct domain *d = heap_alloc(sizeof(*d), 64);

    if (!d)
        return NULL;
    d->id = id;
    d->refs = 1;
    d->pause_count = d->control_pause_count = 1;
    d->shutdown_code = SHUTDOWN_CODE_NONE;
    d->shared_info_mfn = INVALID_MFN;
    string_copy(d->name, name, sizeof(d->name));
    spin_lock_init(&d->lock, LOCK_LEVEL_DOMAIN);
    spin_lock_init(&d->page_lock, LOCK_LEVEL_PAGES);
    spin_lock_init(&d->event_lock, LOCK_LEVEL_EVENT);
    list_init(&d->list);
    rangeset_init_heap(&d->ioports);
    rangeset_init_heap(&d->iomem);
    rangeset_init_heap(&d->pirqs);
    return d;
}

static int create_vcpus(struct domain *d, unsigned int count)
{
    d->vcpu = heap_alloc_array(count, sizeof(d->vcpu[0]));
    if (!d->vcpu)
        return -ENOMEM;
    d->max_vcpus = count;
    for (unsigned int id = 0; id < count; id++) {
        d->vcpu[id] = vcpu_create(d, id);
        if (!d->vcpu[id])
            return -ENOMEM;
    }
    return 0;
}

static int fill_domain(struct domain *d, const struct domain_config *config)
{
    int rc = event_domain_create(d, config->max_ports);

    if (!rc)
        rc = grant_domain_create(d, config);
    if (!rc)
        rc = create_vcpus(d, config->max_vcpus);
    if (!rc)
        rc = list_domain(d);
    return rc;
}

/* Nobody else has seen @d unless it is on the list: until then, free_domain()
 * undoes what there is of it. */
static struct domain *create_checked(domid_t id,
                                     const struct domain_config *config,
                                     int *rc)
{
    struct domain *d = alloc_domain(id, config->name);

    *rc = -ENOMEM;
    if (!d)
        return NULL;
    d->is_privileged = config->is_privileged;
    d->is_hardware = config->is_hardware;
    d->is_boot_guest = config->is_boot_guest;
    d->is_store = config->is_store;
    d->abi = config->abi;
    if (config->handle)
        memcpy(d->handle, config->handle, sizeof(d->handle));
    *rc = arch_domain_create(d);
    if (*rc) {
        heap_free(d);
        return NULL;
    }
    *rc = fill_domain(d, config);
    if (*rc) {
        free_domain(d);
        return NULL;
    }
    return d;
}

static void tell_no_memory(const struct domain_config *config)
{
    printk_guest(LOG_ERROR, "No memory for a domain of %u vcpu%s, %lu KiB "
                 "before it has any RAM; %lu KiB are free\n",
                 config->max_vcpus, config->max_vcpus > 1 ? "s" : "",
                 (unsigned long)(DOMAIN_SIZE + config->max_vcpus * VCPU_SIZE) >>
                     10, page_free_count() << (PAGE_SHIFT - 10));
}

struct domain *domain_create(domid_t id, const struct domain_config *config,
                             int *rc)
{
    struct domain *d;

    *rc = -EINVAL;
    if (id >= DOMID_FIRST_RESERVED || config->max_vcpus == 0 ||
        config->max_vcpus > MAX_VCPUS)
        return NULL;
    d = create_checked(id, config, rc);
    if (*rc == -ENOMEM)
        tell_no_memory(config);
    if (d && d->is_hardware)
        dom0 = d;
    return d;
}

static struct domain *create_owner(domid_t id, const char *name)
{
    struct domain *d = alloc_domain(id, name);

    if (!d)
        panic("No memory for the domain that owns %s", name);
    d->page_max = ~0ul;
    return d;
}

void domains_start(void)
{
    struct domain *d;

    spin_lock(&domain_list_lock);
    list_for_each(d, &domain_list, list)
        (void)!domain_control_unpause(d);
    spin_unlock(&domain_list_lock);
}

void domain_init(void)
{
    dom_io = create_owner(DOMAIN_IO, "device memory");
    dom_hv = create_owner(DOMAIN_HV, "hypervisor memory");
}

/* -- the end --------------------------------------------------------------- */

/* D2: true for the one caller that makes the step. */
static bool advance_dying(struct domain *d, enum domain_dying from,
                          enum domain_dying to)
{
    bool is_ours;

    spin_lock(&d->lock);
    is_ours = d->dying == from;
    if (is_ours)
        __atomic_store_n(&d->dying, (uint8_t)to, __ATOMIC_SEQ_CST);
    spin_unlock(&d->lock);
    return is_ours;
}

static void leave_list(struct domain *d)
{
    spin_lock(&domain_list_lock);
    list_del(&d->list);
    spin_unlock(&domain_list_lock);
    event_virq_raise_global(VIRQ_DOM_EXC);
    domain_put(d);      /* D1 */
    check_soon();
}

/* No vcpu of @d runs, now or later. Whoever comes first pauses it for ever,
 * before the others can see that it is dying. */
static void stop_vcpus(struct domain *d)
{
    struct vcpu *v;

    domain_pause(d);
    if (!advance_dying(d, DOMAIN_ALIVE, DOMAIN_DYING))
        domain_unpause(d);
    for_each_vcpu(d, v)
        vcpu_timers_kill(v);
}

/* Whoever gives it memory, or a vcpu its tables, looks first whether it is dying:
 * true when all who saw it alive are done. */
static bool is_left_alone(struct domain *d)
{
    struct vcpu *v;

    spin_lock(&d->page_lock);       /* pairs with frame_assign_limited() */
    spin_unlock(&d->page_lock);
    for_each_vcpu(d, v)             /* pairs with domctl_setvcpucontext() */
        if (__atomic_load_n(&v->is_being_initialised, __ATOMIC_SEQ_CST))
            return false;
    return true;
}

/* From here on nobody touches its vcpu_infos, whose frames go next. Once is
 * enough: a dying domain gets no port. */
static void stop_events(struct domain *d)
{
    if (d->has_stopped_events)
        return;
    ring_console_close(d);
    guest_console_forget(d->id);
    event_domain_close_all(d);
    event_wait_for_senders(d);
    pirq_domain_destroy(d);
    pci_right_end(d);
    d->has_stopped_events = true;
}

static int give_back(struct domain *d)
{
    int rc;

    if (READ_ONCE(d->dying) == DOMAIN_DEAD)
        return 0;
    stop_events(d);
    rc = arch_domain_relinquish(d);
    if (!rc)
        rc = grant_release_all(d);
    if (!rc && advance_dying(d, DOMAIN_DYING, DOMAIN_DEAD))
        leave_list(d);
    return rc;
}

int domain_destroy(struct domain *d)
{
    int rc;

    if (d->is_hardware || d == current->domain || d->id >= DOMID_FIRST_RESERVED)
        return -EINVAL;
    stop_vcpus(d);
    if (!is_left_alone(d))
        return -ERESTART;
    if (__atomic_exchange_n(&d->is_giving_back, true, __ATOMIC_ACQUIRE))
        return -ERESTART;       /* another CPU is at it */
    rc = give_back(d);
    __atomic_store_n(&d->is_giving_back, false, __ATOMIC_RELEASE);
    return rc;
}
