/* SPDX-License-Identifier: MIT */
/*
 * efi_call.c - XENPF_efi_runtime_call: domain 0's calls of UEFI's runtime
 * services. What the caller points at is copied to memory of ours first, and
 * what the firmware wrote there is copied back afterwards, so that the firmware
 * sees no guest memory and no pointer of a guest.
 *
 * An error of the firmware is *status, the call itself succeeds (UEFI 2.10
 * chapter 8 lists them by service).
 */
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/platform.h>
#include <hv/string.h>
#include <public/platform.h>

#define NAME_MAX        1024u       /* characters, the final 0 included */
#define DATA_MAX        MIB(1)      /* of one variable */
#define REVISION_2      (2u << 16)  /* services that came with UEFI 2.0 */
#define TIMEZONE_NONE   2047        /* local time */
#define TIMEZONE_MAX    1440        /* minutes */
#define MIN_YEAR        1900
#define MAX_YEAR        9999

typedef struct xenpf_efi_runtime_call efi_op_t;

#define ARGUMENTS(...)  ((const uint64_t[EFI_ARGUMENTS]){ __VA_ARGS__ })
#define POINTER(p)      ((uint64_t)(unsigned long)(p))

static int call(efi_op_t *op, enum efi_service service,
                const uint64_t arguments[EFI_ARGUMENTS])
{
    uint64_t status = EFI_SUCCESS;
    int rc = efi_call(service, arguments, &status);

    op->status = status;
    return rc;
}

static bool is_error(const efi_op_t *op)
{
    return op->status & EFI_ERROR_BIT;
}

/* -- time ------------------------------------------------------------------ */

struct efi_time_capabilities {      /* UEFI 2.10 8.3.1 */
    uint32_t resolution;
    uint32_t accuracy;
    uint8_t sets_to_zero;
};

/* UEFI 2.10 8.3.1, EFI_TIME. Firmware has been seen that stores anything. */
static bool is_time(const struct xenpf_efi_time *t)
{
    return t->year >= MIN_YEAR && t->year <= MAX_YEAR &&
           t->month >= 1 && t->month <= 12 && t->day >= 1 && t->day <= 31 &&
           t->hour <= 23 && t->min <= 59 && t->sec <= 59 &&
           t->ns < NSEC_PER_SEC &&
           (t->tz == TIMEZONE_NONE ||
            (t->tz >= -TIMEZONE_MAX && t->tz <= TIMEZONE_MAX));
}

static int get_time(efi_op_t *op)
{
    struct efi_time_capabilities c = { 0 };
    int rc = call(op, EFI_GET_TIME, ARGUMENTS(POINTER(&op->u.get_time.time),
                                              POINTER(&c)));

    if (rc || is_error(op))
        return rc;
    op->u.get_time.resolution = c.resolution;
    op->u.get_time.accuracy = c.accuracy;
    op->misc = c.sets_to_zero ? XEN_EFI_GET_TIME_SET_CLEARS_NS : 0;
    return 0;
}

static int set_time(efi_op_t *op)
{
    if (is_time(&op->u.set_time))
        return call(op, EFI_SET_TIME, ARGUMENTS(POINTER(&op->u.set_time)));
    op->status = EFI_INVALID_PARAMETER;
    return 0;
}

static int get_wakeup_time(efi_op_t *op)
{
    uint8_t enabled = 0, pending = 0;
    int rc = call(op, EFI_GET_WAKEUP_TIME,
                  ARGUMENTS(POINTER(&enabled), POINTER(&pending),
                            POINTER(&op->u.get_wakeup_time)));

    if (!rc && !is_error(op))
        op->misc = (enabled ? XEN_EFI_GET_WAKEUP_TIME_ENABLED : 0) |
                   (pending ? XEN_EFI_GET_WAKEUP_TIME_PENDING : 0);
    return rc;
}

static int set_wakeup_time(efi_op_t *op)
{
    bool enable = op->misc & XEN_EFI_SET_WAKEUP_TIME_ENABLE;
    bool has_time = !(op->misc & XEN_EFI_SET_WAKEUP_TIME_ENABLE_ONLY);
    const struct xenpf_efi_time *t = &op->u.set_wakeup_time;

    op->misc = 0;
    if (!enable || !has_time || is_time(t))
        return call(op, EFI_SET_WAKEUP_TIME,
                    ARGUMENTS(enable, has_time ? POINTER(t) : 0));
    op->status = EFI_INVALID_PARAMETER;
    return 0;
}

/* -- variables ------------------------------------------------------------- */

/* The name at @from, up to its end. -EFAULT; -ENOMEM also if it is too long. */
static int read_name(unsigned long from, uint16_t **name)
{
    uint16_t *copy = heap_alloc_array(NAME_MAX, sizeof(*copy));
    int rc = -ENOMEM;

    if (!copy)
        return -ENOMEM;
    for (unsigned int i = 0; i < NAME_MAX; i++) {
        rc = read_guest(copy[i], from + i * sizeof(*copy));
        if (rc)
            break;
        if (!copy[i]) {
            *name = copy;
            return 0;
        }
        rc = -ENOMEM;
    }
    heap_free(copy);
    return rc;
}

/* @size bytes; *data stays NULL if that is 0. */
static int alloc_data(uint64_t size, void **data)
{
    *data = NULL;
    if (!size)
        return 0;
    if (size > DATA_MAX)
        return -ENOMEM;
    *data = heap_alloc(size, 0);
    return *data ? 0 : -ENOMEM;
}

/* @room is how much fits at @data, which firmware need not believe. */
static int get_with(efi_op_t *op, const uint16_t *name, void *data,
                    uint64_t room)
{
    uint64_t size = room;
    uint32_t attributes = 0;
    int rc = call(op, EFI_GET_VARIABLE,
                  ARGUMENTS(POINTER(name),
                            POINTER(&op->u.get_variable.vendor_guid),
                            POINTER(&attributes), POINTER(&size),
                            POINTER(data)));

    if (rc)
        return rc;
    op->misc = attributes;
    op->u.get_variable.size = size;
    if (is_error(op) || !data)
        return 0;
    return copy_to_guest(guest_va((unsigned long)op->u.get_variable.data.p),
                         data, MIN(size, room));
}

static int get_variable(efi_op_t *op)
{
    /* More room than a variable can fill need not be there. */
    uint64_t room = MIN(op->u.get_variable.size, DATA_MAX);
    uint16_t *name;
    void *data;
    int rc = read_name((unsigned long)op->u.get_variable.name.p, &name);

    if (rc)
        return rc;
    rc = alloc_data(room, &data);
    if (!rc)
        rc = get_with(op, name, data, room);
    heap_free(data);
    heap_free(name);
    return rc;
}

static int set_with(efi_op_t *op, const uint16_t *name, void *data)
{
    uint64_t size = op->u.set_variable.size;

    if (size &&
        copy_from_guest(data,
                        guest_va((unsigned long)op->u.set_variable.data.p),
                        size))
        return -EFAULT;
    return call(op, EFI_SET_VARIABLE,
                ARGUMENTS(POINTER(name),
                          POINTER(&op->u.set_variable.vendor_guid), op->misc,
                          size, POINTER(data)));
}

static int set_variable(efi_op_t *op)
{
    uint16_t *name;
    void *data;
    int rc = read_name((unsigned long)op->u.set_variable.name.p, &name);

    if (rc)
        return rc;
    rc = alloc_data(op->u.set_variable.size, &data);
    if (!rc)
        rc = set_with(op, name, data);
    heap_free(data);
    heap_free(name);
    return rc;
}

static bool has_end(const uint16_t *name, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes / sizeof(*name); i++)
        if (!name[i])
            return true;
    return false;
}

/* The caller's own size is what is copied back: firmware has been seen that
 * changes it when it should not. */
static int next_name_with(efi_op_t *op, void *name, uint64_t room)
{
    guest_va_t at =
        guest_va((unsigned long)op->u.get_next_variable_name.name.p);
    uint64_t size = room;
    int rc;

    if (room && copy_from_guest(name, at, room))
        return -EFAULT;
    if (!has_end(name, room)) {
        op->status = EFI_INVALID_PARAMETER;
        return 0;
    }
    rc = call(op, EFI_GET_NEXT_VARIABLE_NAME,
              ARGUMENTS(POINTER(&size), POINTER(name),
                        POINTER(&op->u.get_next_variable_name.vendor_guid)));
    if (rc)
        return rc;
    op->u.get_next_variable_name.size = size;
    return is_error(op) ? 0 : copy_to_guest(at, name, room);
}

static int get_next_variable_name(efi_op_t *op)
{
    uint64_t room = op->u.get_next_variable_name.size;
    void *name;
    int rc = alloc_data(room, &name);

    if (!rc)
        rc = next_name_with(op, name, room);
    heap_free(name);
    return rc;
}

/* What boot services would have said is not known: the loader ended them. */
static int boot_snapshot(efi_op_t *op)
{
    const uint32_t plain = XEN_EFI_VARIABLE_NON_VOLATILE |
                           XEN_EFI_VARIABLE_BOOTSERVICE_ACCESS |
                           XEN_EFI_VARIABLE_RUNTIME_ACCESS;
    const uint32_t append_write = 1u << 6;      /* UEFI 2.10 8.2.1 */

    if ((op->u.query_variable_info.attr & ~append_write) != plain)
        return -EINVAL;
    op->u.query_variable_info.max_store_size = 0;
    op->u.query_variable_info.remain_store_size = 0;
    op->u.query_variable_info.max_size = 0;
    op->status = EFI_UNSUPPORTED;
    return 0;
}

static bool has_revision_2(void)
{
    return efi_runtime_is_on() && efi_info.runtime_version >= REVISION_2;
}

static int query_variable_info(efi_op_t *op)
{
    if (op->misc & XEN_EFI_VARINFO_BOOT_SNAPSHOT)
        return boot_snapshot(op);
    if (!has_revision_2())
        return -EOPNOTSUPP;
    return call(op, EFI_QUERY_VARIABLE_INFO,
                ARGUMENTS(op->u.query_variable_info.attr,
                          POINTER(&op->u.query_variable_info.max_store_size),
                          POINTER(&op->u.query_variable_info.remain_store_size),
                          POINTER(&op->u.query_variable_info.max_size)));
}

/* -- the rest -------------------------------------------------------------- */

static int get_next_high_monotonic_count(efi_op_t *op)
{
    return call(op, EFI_GET_NEXT_HIGH_MONOTONIC_COUNT,
                ARGUMENTS(POINTER(&op->misc)));
}

/* A capsule is a list of machine addresses that the firmware would read. */
static int capsule(efi_op_t *op)
{
    (void)op;
    return has_revision_2() ? -ENOSYS : -EOPNOTSUPP;
}

static const struct efi_function {
    uint32_t misc;              /* bits that the caller may set */
    int (*handle)(efi_op_t *op);
} functions[] = {
    [XEN_EFI_get_time] = { 0, get_time },
    [XEN_EFI_set_time] = { 0, set_time },
    [XEN_EFI_get_wakeup_time] = { 0, get_wakeup_time },
    [XEN_EFI_set_wakeup_time] = { XEN_EFI_SET_WAKEUP_TIME_ENABLE |
                                  XEN_EFI_SET_WAKEUP_TIME_ENABLE_ONLY,
                                  set_wakeup_time },
    [XEN_EFI_get_next_high_monotonic_count] =
        { 0, get_next_high_monotonic_count },
    [XEN_EFI_get_variable] = { 0, get_variable },
    [XEN_EFI_set_variable] = { ~0u, set_variable },     /* its attributes */
    [XEN_EFI_get_next_variable_name] = { 0, get_next_variable_name },
    [XEN_EFI_query_variable_info] = { XEN_EFI_VARINFO_BOOT_SNAPSHOT,
                                      query_variable_info },
    [XEN_EFI_query_capsule_capabilities] = { 0, capsule },
    [XEN_EFI_update_capsule] = { 0, capsule },
};

long platform_efi_call(struct xenpf_efi_runtime_call *op)
{
    const struct efi_function *f;

    if (!efi_info.is_present || op->function >= ARRAY_SIZE(functions) ||
        !functions[op->function].handle)
        return -ENOSYS;
    f = &functions[op->function];
    if (op->misc & ~f->misc)
        return -EINVAL;
    return f->handle(op);
}
