/* SPDX-License-Identifier: MIT */
/*
 * efi_call_test.c - XENPF_efi_runtime_call over a firmware that says what the
 * test tells it to say, right or wrong.
 */
#include <string.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/platform.h>
#include <public/platform.h>
#include "fake_guest.h"
#include "fake_heap.h"
#include "unit.h"

#define NAME    (FAKE_GUEST_VA + 0x101)     /* odd: any address will do */
#define DATA    (FAKE_GUEST_VA + 0x8000)
#define END     (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define TOO_SMALL (EFI_ERROR_BIT | 5)

struct efi_info efi_info;

static struct firmware {
    int rc;                         /* of the call */
    uint64_t status;                /* it answers */
    uint64_t size;                  /* it claims */
    uint8_t fill;                   /* it writes as much as it is given room */
    unsigned int calls;             /* that have come */
    enum efi_service service;       /* of the last */
    uint64_t arguments[EFI_ARGUMENTS];
    uint16_t name[2048];            /* it was asked for */
    uint8_t data[2048];             /* it was given */
} firmware;

static struct xenpf_efi_runtime_call op;

bool efi_runtime_is_on(void)
{
    return !firmware.rc;
}

static void copy_name(uint64_t from)
{
    const uint16_t *name = (const uint16_t *)(unsigned long)from;

    for (unsigned int i = 0; ; i++) {
        firmware.name[i] = name[i];
        if (!name[i])
            return;
    }
}

static void get_variable(const uint64_t *a)
{
    uint64_t *size = (uint64_t *)(unsigned long)a[3];

    copy_name(a[0]);
    *(uint32_t *)(unsigned long)a[2] = 7;
    if (a[4])
        memset((void *)(unsigned long)a[4], firmware.fill, *size);
    *size = firmware.size;
}

static void set_variable(const uint64_t *a)
{
    copy_name(a[0]);
    if (a[4])
        memcpy(firmware.data, (const void *)(unsigned long)a[4],
               MIN(a[3], sizeof(firmware.data)));
}

static void next_name(const uint64_t *a)
{
    uint64_t *size = (uint64_t *)(unsigned long)a[0];

    copy_name(a[1]);
    memset((void *)(unsigned long)a[1], firmware.fill, *size);
    *size = firmware.size;
}

int efi_call(enum efi_service service, const uint64_t arguments[EFI_ARGUMENTS],
             uint64_t *status)
{
    firmware.calls++;
    firmware.service = service;
    memcpy(firmware.arguments, arguments, sizeof(firmware.arguments));
    if (firmware.rc)
        return firmware.rc;
    if (service == EFI_GET_VARIABLE)
        get_variable(arguments);
    else if (service == EFI_SET_VARIABLE)
        set_variable(arguments);
    else if (service == EFI_GET_NEXT_VARIABLE_NAME)
        next_name(arguments);
    else if (service == EFI_GET_WAKEUP_TIME)
        *(uint8_t *)(unsigned long)arguments[1] = 1;
    else if (service == EFI_GET_TIME)
        ((uint32_t *)(unsigned long)arguments[1])[1] = 50;
    *status = firmware.status;
    return 0;
}

static void start(void)
{
    memset(&firmware, 0, sizeof(firmware));
    memset(&op, 0, sizeof(op));
    efi_info = (struct efi_info){ .is_present = true,
                                  .runtime_version = 2u << 16 | 70 };
    fake_guest_reset();
    fake_heap_budget = -1;
}

static long call(uint32_t function)
{
    long rc;

    op.function = function;
    rc = platform_efi_call(&op);
    ck_assert_int_eq(fake_heap_live, 0);
    ck_assert_uint_eq(fake_guest_read_twice, 0);
    return rc;
}

/* The guest's name at @va: @n letters, and an end if @ended. */
static void put_name(unsigned long va, unsigned int n, bool ended)
{
    uint16_t letter = 'a';

    for (unsigned int i = 0; i < n; i++)
        memcpy((uint8_t *)fake_guest_at(va) + 2 * i, &letter, 2);
    if (ended)
        memset((uint8_t *)fake_guest_at(va) + 2 * n, 0, 2);
}

static void variable(unsigned long name, unsigned long data, uint64_t size)
{
    op.u.get_variable.name.p = (void *)name;
    op.u.get_variable.data.p = (void *)data;
    op.u.get_variable.size = size;
}

START_TEST(without_uefi_there_is_no_function)
{
    for (uint32_t function = 0; function < 20; function++) {
        start();
        efi_info.is_present = false;
        ck_assert_int_eq(call(function), -ENOSYS);
        ck_assert_uint_eq(firmware.calls, 0);
    }
}
END_TEST

START_TEST(unknown_functions_and_bits_are_refused)
{
    start();
    ck_assert_int_eq(call(0), -ENOSYS);
    ck_assert_int_eq(call(12), -ENOSYS);
    ck_assert_int_eq(call(UINT32_MAX), -ENOSYS);
    for (uint32_t function = 1; function < 12; function++) {
        start();
        op.misc = 0x80000000;
        if (function != XEN_EFI_set_variable)
            ck_assert_int_eq(call(function), -EINVAL);
        ck_assert_uint_eq(firmware.calls, 0);
    }
}
END_TEST

START_TEST(services_that_are_off_are_not_supported)
{
    for (uint32_t function = 1; function < 12; function++) {
        start();
        firmware.rc = -EOPNOTSUPP;
        op.u.set_time = (struct xenpf_efi_time){ 2026, 2, 3, 4, 5, 6,
                                                 .tz = 60 };
        if (function >= XEN_EFI_get_variable &&
            function <= XEN_EFI_get_next_variable_name) {
            memset(&op, 0, sizeof(op));
            put_name(NAME, 3, true);
            variable(NAME, DATA, 8);
        }
        if (function == XEN_EFI_get_next_variable_name) {
            op.u.get_next_variable_name.size = 8;
            op.u.get_next_variable_name.name.p = (void *)NAME;
        }
        ck_assert_int_eq(call(function), -EOPNOTSUPP);
    }
}
END_TEST

START_TEST(time_comes_with_its_capabilities)
{
    start();
    ck_assert_int_eq(call(XEN_EFI_get_time), 0);
    ck_assert_uint_eq(op.u.get_time.accuracy, 50);
    ck_assert_uint_eq(op.misc, 0);
    start();
    ck_assert_int_eq(call(XEN_EFI_get_wakeup_time), 0);
    ck_assert_uint_eq(op.misc, XEN_EFI_GET_WAKEUP_TIME_PENDING);
}
END_TEST

START_TEST(a_time_that_cannot_be_does_not_reach_the_firmware)
{
    static const struct xenpf_efi_time bad[] = {
        { 0 }, { 1899, 1, 1, .tz = 0 }, { 10000, 1, 1, .tz = 0 },
        { 2026, 0, 1, .tz = 0 }, { 2026, 13, 1, .tz = 0 },
        { 2026, 1, 0, .tz = 0 }, { 2026, 1, 32, .tz = 0 },
        { 2026, 1, 1, 24, .tz = 0 }, { 2026, 1, 1, 0, 60, .tz = 0 },
        { 2026, 1, 1, 0, 0, 60, .tz = 0 },
        { 2026, 1, 1, 0, 0, 0, 1000000000, .tz = 0 },
        { 2026, 1, 1, .tz = 1441 }, { 2026, 1, 1, .tz = -1441 },
    };

    for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
        start();
        op.u.set_time = bad[i];
        ck_assert_int_eq(call(XEN_EFI_set_time), 0);
        ck_assert_uint_eq(op.status, EFI_INVALID_PARAMETER);
        op.u.set_wakeup_time = bad[i];
        op.misc = XEN_EFI_SET_WAKEUP_TIME_ENABLE;
        ck_assert_int_eq(call(XEN_EFI_set_wakeup_time), 0);
        ck_assert_uint_eq(op.status, EFI_INVALID_PARAMETER);
        ck_assert_uint_eq(firmware.calls, 0);
    }
    start();
    op.u.set_time = (struct xenpf_efi_time){ 2026, 12, 31, 23, 59, 59,
                                             999999999, .tz = 2047 };
    ck_assert_int_eq(call(XEN_EFI_set_time), 0);
    ck_assert_uint_eq(firmware.service, EFI_SET_TIME);
}
END_TEST

START_TEST(a_wakeup_can_be_switched_without_a_time)
{
    start();
    op.misc = XEN_EFI_SET_WAKEUP_TIME_ENABLE |
              XEN_EFI_SET_WAKEUP_TIME_ENABLE_ONLY;
    ck_assert_int_eq(call(XEN_EFI_set_wakeup_time), 0);
    ck_assert_uint_eq(firmware.arguments[0], 1);
    ck_assert_uint_eq(firmware.arguments[1], 0);
    ck_assert_uint_eq(op.misc, 0);
}
END_TEST

START_TEST(a_variable_is_read)
{
    start();
    put_name(NAME, 9, true);
    variable(NAME, DATA, 100);
    firmware.fill = 0x5a;
    firmware.size = 60;
    ck_assert_int_eq(call(XEN_EFI_get_variable), 0);
    ck_assert_uint_eq(op.u.get_variable.size, 60);
    ck_assert_uint_eq(op.misc, 7);
    ck_assert_uint_eq(firmware.name[8], 'a');
    ck_assert_uint_eq(firmware.name[9], 0);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(DATA + 59), 0x5a);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(DATA + 60), 0xcc);
}
END_TEST

START_TEST(a_firmware_that_claims_more_than_there_was_room_is_cut)
{
    start();
    put_name(NAME, 1, true);
    variable(NAME, DATA, 8);
    firmware.size = UINT64_MAX;
    ck_assert_int_eq(call(XEN_EFI_get_variable), 0);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(DATA + 7), 0);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(DATA + 8), 0xcc);
}
END_TEST

START_TEST(a_firmwares_error_leaves_the_callers_data_alone)
{
    start();
    put_name(NAME, 1, true);
    variable(NAME, DATA, 8);
    firmware.status = TOO_SMALL;
    firmware.size = 4000;
    ck_assert_int_eq(call(XEN_EFI_get_variable), 0);
    ck_assert_uint_eq(op.status, TOO_SMALL);
    ck_assert_uint_eq(op.u.get_variable.size, 4000);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(DATA), 0xcc);
}
END_TEST

START_TEST(room_of_any_size_is_allowed_for_a_variable)
{
    start();
    put_name(NAME, 1, true);
    variable(NAME, DATA, UINT64_MAX);
    firmware.size = 4;
    ck_assert_int_eq(call(XEN_EFI_get_variable), 0);
    start();
    put_name(NAME, 1, true);
    variable(NAME, 0, 0);
    firmware.status = TOO_SMALL;
    ck_assert_int_eq(call(XEN_EFI_get_variable), 0);
    ck_assert_uint_eq(firmware.arguments[4], 0);
}
END_TEST

START_TEST(a_variable_is_written)
{
    start();
    put_name(NAME, 2, true);
    memset(fake_guest_at(DATA), 0x33, 500);
    variable(NAME, DATA, 500);
    op.misc = 0x27;
    ck_assert_int_eq(call(XEN_EFI_set_variable), 0);
    ck_assert_uint_eq(firmware.arguments[2], 0x27);
    ck_assert_uint_eq(firmware.arguments[3], 500);
    ck_assert_uint_eq(firmware.data[499], 0x33);
    start();
    put_name(NAME, 2, true);
    variable(NAME, 0, 0);
    ck_assert_int_eq(call(XEN_EFI_set_variable), 0);
    ck_assert_uint_eq(firmware.arguments[4], 0);
}
END_TEST

START_TEST(a_name_is_read_up_to_its_end_and_no_further)
{
    start();
    put_name(END - 8, 3, true);     /* the last bytes there are */
    variable(END - 8, DATA, 8);
    ck_assert_int_eq(call(XEN_EFI_get_variable), 0);
    start();
    put_name(END - 8, 4, false);
    variable(END - 8, DATA, 8);
    ck_assert_int_eq(call(XEN_EFI_get_variable), -EFAULT);
    ck_assert_uint_eq(firmware.calls, 0);
}
END_TEST

START_TEST(a_name_may_be_long_but_not_endless)
{
    start();
    put_name(NAME, 1023, true);
    variable(NAME, DATA, 8);
    ck_assert_int_eq(call(XEN_EFI_get_variable), 0);
    start();
    put_name(NAME, 1024, true);
    variable(NAME, DATA, 8);
    ck_assert_int_eq(call(XEN_EFI_get_variable), -ENOMEM);
    ck_assert_uint_eq(firmware.calls, 0);
}
END_TEST

START_TEST(hostile_pointers_fault_before_the_firmware_is_called)
{
    static const unsigned long bad[] = { 0, END, 0x0000800000000000,
                                         0xffff830000000000, ~0ul };

    for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
        start();
        variable(bad[i], DATA, 8);
        ck_assert_int_eq(call(XEN_EFI_get_variable), -EFAULT);
        ck_assert_int_eq(call(XEN_EFI_set_variable), -EFAULT);
        start();
        put_name(NAME, 2, true);
        variable(NAME, bad[i], 8);
        ck_assert_int_eq(call(XEN_EFI_set_variable), -EFAULT);
        op.u.get_next_variable_name.name.p = (void *)bad[i];
        op.u.get_next_variable_name.size = 8;
        ck_assert_int_eq(call(XEN_EFI_get_next_variable_name), -EFAULT);
        ck_assert_uint_eq(firmware.calls, 0);
    }
    start();
    put_name(NAME, 2, true);
    variable(NAME, END - 4, 8);
    firmware.size = 8;
    ck_assert_int_eq(call(XEN_EFI_get_variable), -EFAULT);
}
END_TEST

START_TEST(more_data_than_a_variable_holds_is_refused)
{
    static const uint64_t sizes[] = { (1 << 20) + 1, 1ull << 32, UINT64_MAX };

    for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
        start();
        put_name(NAME, 2, true);
        variable(NAME, DATA, sizes[i]);
        ck_assert_int_eq(call(XEN_EFI_set_variable), -ENOMEM);
        op.u.get_next_variable_name.size = sizes[i];
        op.misc = 0;
        ck_assert_int_eq(call(XEN_EFI_get_next_variable_name), -ENOMEM);
        ck_assert_uint_eq(firmware.calls, 0);
    }
}
END_TEST

START_TEST(memory_may_run_out_anywhere)
{
    static const uint32_t functions[] = { XEN_EFI_get_variable,
                                          XEN_EFI_set_variable };

    for (unsigned int i = 0; i < ARRAY_SIZE(functions); i++)
        for (long budget = 0; budget < 3; budget++) {
            start();
            put_name(NAME, 2, true);
            variable(NAME, DATA, 8);
            fake_heap_budget = budget;
            ck_assert_int_eq(call(functions[i]), budget < 2 ? -ENOMEM : 0);
        }
}
END_TEST

START_TEST(the_next_name_goes_back_whole)
{
    start();
    put_name(NAME, 3, true);
    op.u.get_next_variable_name.name.p = (void *)NAME;
    op.u.get_next_variable_name.size = 64;
    firmware.fill = 0x11;
    firmware.size = UINT64_MAX;     /* which some firmware does */
    ck_assert_int_eq(call(XEN_EFI_get_next_variable_name), 0);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(NAME + 63), 0x11);
    ck_assert_uint_eq(*(uint8_t *)fake_guest_at(NAME + 64), 0xcc);
}
END_TEST

START_TEST(a_name_without_end_is_not_given_to_the_firmware)
{
    for (uint64_t size = 0; size < 8; size++) {
        start();
        put_name(NAME, 8, false);
        op.u.get_next_variable_name.name.p = (void *)NAME;
        op.u.get_next_variable_name.size = size;
        ck_assert_int_eq(call(XEN_EFI_get_next_variable_name), 0);
        ck_assert_uint_eq(op.status, EFI_INVALID_PARAMETER);
        ck_assert_uint_eq(firmware.calls, 0);
    }
}
END_TEST

START_TEST(old_firmware_has_no_room_to_tell_of_and_no_capsules)
{
    static const uint32_t functions[] = {
        XEN_EFI_query_variable_info, XEN_EFI_query_capsule_capabilities,
        XEN_EFI_update_capsule,
    };

    for (unsigned int i = 0; i < ARRAY_SIZE(functions); i++) {
        start();
        efi_info.runtime_version = 1u << 16 | 10;
        ck_assert_int_eq(call(functions[i]), -EOPNOTSUPP);
        efi_info.runtime_version = 2u << 16;
        ck_assert_int_eq(call(functions[i]), i ? -ENOSYS : 0);
    }
}
END_TEST

START_TEST(nobody_asked_boot_services_for_a_snapshot)
{
    start();
    op.misc = XEN_EFI_VARINFO_BOOT_SNAPSHOT;
    op.u.query_variable_info.attr = 3;
    ck_assert_int_eq(call(XEN_EFI_query_variable_info), -EINVAL);
    op.u.query_variable_info.attr = 7;
    op.u.query_variable_info.max_size = 99;
    ck_assert_int_eq(call(XEN_EFI_query_variable_info), 0);
    ck_assert_uint_eq(op.status, EFI_UNSUPPORTED);
    ck_assert_uint_eq(op.u.query_variable_info.max_size, 0);
    ck_assert_uint_eq(firmware.calls, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("efi_call",
        without_uefi_there_is_no_function,
        unknown_functions_and_bits_are_refused,
        services_that_are_off_are_not_supported,
        time_comes_with_its_capabilities,
        a_time_that_cannot_be_does_not_reach_the_firmware,
        a_wakeup_can_be_switched_without_a_time,
        a_variable_is_read,
        a_firmware_that_claims_more_than_there_was_room_is_cut,
        a_firmwares_error_leaves_the_callers_data_alone,
        room_of_any_size_is_allowed_for_a_variable,
        a_variable_is_written,
        a_name_is_read_up_to_its_end_and_no_further,
        a_name_may_be_long_but_not_endless,
        hostile_pointers_fault_before_the_firmware_is_called,
        more_data_than_a_variable_holds_is_refused,
        memory_may_run_out_anywhere,
        the_next_name_goes_back_whole,
        a_name_without_end_is_not_given_to_the_firmware,
        old_firmware_has_no_room_to_tell_of_and_no_capsules,
        nobody_asked_boot_services_for_a_snapshot);
}
