/* SPDX-License-Identifier: MIT */
/*
 * efi_call/main.c - the firmware's runtime services.
 *
 * Promise: platform_op passes calls on to UEFI. What the caller gets wrong is
 * an error before the firmware sees it; what the firmware refuses is a status.
 * Registers, vector registers among them, survive. On a machine that was not
 * started by UEFI every call is -ENOSYS.
 *
 * Run by tests/guests/run, there is no UEFI; tests/system/efi_test.py boots the
 * same image on a machine that has it.
 * Runs as dom0.
 */
#include "guest.h"

#include <xen/platform.h>

const char test_folder[] = "efi_call";

#define EFI_ERROR       (1ul << 63)
#define INVALID         (EFI_ERROR | 2)         /* UEFI 2.10 appendix D */
#define UNSUPPORTED     (EFI_ERROR | 3)
#define TOO_SMALL       (EFI_ERROR | 5)
#define NOT_FOUND       (EFI_ERROR | 14)
#define STORED          7u      /* attributes: non-volatile, boot, runtime */

static struct xen_platform_op op;
static struct xenpf_efi_runtime_call *const call = &op.u.efi_runtime_call;
static bool has_efi;

static const struct xenpf_efi_guid own = {
    0x5f1b4b3a, 0x7a36, 0x4a0e, { 0x9d, 0x9b, 1, 2, 3, 4, 5, 6 },
};
static const struct xenpf_efi_guid global = {   /* UEFI 2.10 3.3 */
    0x8be4df61, 0x93ca, 0x11d2, { 0xaa, 0x0d, 0, 0xe0, 0x98, 3, 0x2b, 0x8c },
};
static uint16_t own_name[] = { 'P', 'a', 'r', 'a', 'p', 'e', 't', 0 };
static uint16_t boot_order[] = { 'B', 'o', 'o', 't', 'O', 'r', 'd', 'e', 'r',
                                 0 };
static uint16_t no_name[] = { 'N', 'o', 'n', 'e', 0 };
static uint8_t data[4096];
static uint16_t name[512];

static long efi(unsigned function)
{
    op.cmd = XENPF_efi_runtime_call;
    op.interface_version = XENPF_INTERFACE_VERSION;
    call->function = function;
    return HC1(__HYPERVISOR_platform_op, &op);
}

static void clear(void)
{
    memset(&op, 0, sizeof(op));
    call->status = 0x5555;
}

static long firmware_info(unsigned index)
{
    op.cmd = XENPF_firmware_info;
    op.interface_version = XENPF_INTERFACE_VERSION;
    op.u.firmware_info.type = XEN_FW_EFI_INFO;
    op.u.firmware_info.index = index;
    return HC1(__HYPERVISOR_platform_op, &op);
}

/* Either the firmware answers, or there is none. */
static bool expect_answer(const char *test, long rc)
{
    expect_rc(test, has_efi ? 0 : -XEN_ENOSYS, rc);
    return has_efi;
}

static void wrong_bits(void)
{
    static const struct {
        const char *name;
        unsigned function, misc;
        long rc;
    } calls[] = {
        { "function_0", 0, 0, -XEN_ENOSYS },
        { "function_12", 12, 0, -XEN_ENOSYS },
        { "function_minus_1", ~0u, 0, -XEN_ENOSYS },
        { "get_time", XEN_EFI_get_time, 1, -XEN_EINVAL },
        { "set_time", XEN_EFI_set_time, 1, -XEN_EINVAL },
        { "get_wakeup_time", XEN_EFI_get_wakeup_time, 1, -XEN_EINVAL },
        { "set_wakeup_time", XEN_EFI_set_wakeup_time, 4, -XEN_EINVAL },
        { "monotonic_count", XEN_EFI_get_next_high_monotonic_count, 1,
          -XEN_EINVAL },
        { "get_variable", XEN_EFI_get_variable, 1, -XEN_EINVAL },
        { "next_name", XEN_EFI_get_next_variable_name, 1, -XEN_EINVAL },
        { "query_info", XEN_EFI_query_variable_info, 2, -XEN_EINVAL },
        { "query_capsule", XEN_EFI_query_capsule_capabilities, 1,
          -XEN_EINVAL },
        { "update_capsule", XEN_EFI_update_capsule, 1, -XEN_EINVAL },
    };

    report_group("wrong_bits");
    for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
        clear();
        call->misc = calls[i].misc;
        expect_rc(calls[i].name, has_efi ? calls[i].rc : -XEN_ENOSYS,
                  efi(calls[i].function));
    }
    report_group(NULL);
}

static bool is_year(unsigned year)
{
    return year >= 2020 && year < 2100;
}

static void times(void)
{
    struct xenpf_efi_time now;

    report_group("time");
    clear();
    if (expect_answer("get", efi(XEN_EFI_get_time))) {
        expect_eq("its_status", 0, call->status);
        expect_true("the_year", is_year(call->u.get_time.time.year));
        expect_true("the_resolution", call->u.get_time.resolution != 0);
    }
    now = call->u.get_time.time;
    clear();
    call->u.set_time = now;
    call->u.set_time.month = has_efi ? now.month : 1;
    call->u.set_time.day = has_efi ? now.day : 1;
    call->u.set_time.year = has_efi ? now.year : 2026;
    if (expect_answer("set", efi(XEN_EFI_set_time)))
        expect_eq("set_status", 0, call->status);
    clear();
    if (expect_answer("get_wakeup", efi(XEN_EFI_get_wakeup_time)))
        expect_true("wakeup_is_off",
                    (call->status & EFI_ERROR) ||
                    !(call->misc & XEN_EFI_GET_WAKEUP_TIME_ENABLED));
    clear();
    if (expect_answer("wakeup_off", efi(XEN_EFI_set_wakeup_time)))
        expect_eq("misc_is_cleared", 0, call->misc);
    report_group(NULL);
}

static void bad_times(void)
{
    report_group("bad_time");
    if (!has_efi)
        return;
    clear();
    call->u.set_time.year = 2026;
    call->u.set_time.month = 13;
    call->u.set_time.day = 1;
    expect_ok("month_13", efi(XEN_EFI_set_time));
    expect_eq("month_13_status", INVALID, call->status);
    clear();
    call->misc = XEN_EFI_SET_WAKEUP_TIME_ENABLE;
    call->u.set_wakeup_time.hour = 77;
    expect_ok("wakeup_at_77", efi(XEN_EFI_set_wakeup_time));
    expect_true("wakeup_at_77_status", call->status & EFI_ERROR);
    report_group(NULL);
}

static long variable(unsigned function, uint16_t *which,
                     const struct xenpf_efi_guid *vendor, uint64_t size,
                     void *at, unsigned attributes)
{
    clear();
    call->misc = attributes;
    call->u.get_variable.name.p = which;
    call->u.get_variable.vendor_guid = *vendor;
    call->u.get_variable.size = size;
    call->u.get_variable.data.p = at;
    return efi(function);
}

static long get(uint16_t *which, const struct xenpf_efi_guid *vendor,
                uint64_t size, void *at)
{
    return variable(XEN_EFI_get_variable, which, vendor, size, at, 0);
}

static long set(uint16_t *which, uint64_t size, void *at)
{
    return variable(XEN_EFI_set_variable, which, &own, size, at,
                    STORED);
}

static void write_and_read(void)
{
    memset(data, 0x5a, sizeof(data));
    expect_ok("set", set(own_name, 1000, data));
    expect_eq("set_status", 0, call->status);
    memset(data, 0, sizeof(data));
    expect_ok("get", get(own_name, &own, sizeof(data), data));
    expect_eq("get_status", 0, call->status);
    expect_eq("its_size", 1000, call->u.get_variable.size);
    expect_eq("its_attributes", STORED, call->misc);
    expect_true("its_data", data[0] == 0x5a && data[999] == 0x5a);
    expect_eq("nothing_after_it", 0, data[1000]);
    expect_ok("get_with_room_for_999", get(own_name, &own, 999, data));
    expect_eq("is_too_small", TOO_SMALL, call->status);
    expect_eq("and_says_how_large", 1000, call->u.get_variable.size);
    expect_ok("get_with_no_room", get(own_name, &own, 0, NULL));
    expect_eq("no_room_is_too_small", TOO_SMALL, call->status);
    expect_ok("delete", set(own_name, 0, NULL));
    expect_eq("delete_status", 0, call->status);
    expect_ok("get_the_deleted", get(own_name, &own, sizeof(data), data));
    expect_eq("it_is_not_found", NOT_FOUND, call->status);
    expect_ok("get_boot_order", get(boot_order, &global, sizeof(data), data));
    expect_eq("boot_order_status", 0, call->status);
}

/* Memory that the caller does not have, under each of the pointers. */
static void bad_pointers(void)
{
    static const struct {
        const char *name_test, *get_test, *set_test;
        unsigned long va;
    } bad[] = {
        { "name_in_the_hypervisor", "get_to_the_hypervisor",
          "set_from_the_hypervisor", HV_PRIVATE },
        { "name_not_canonical", "get_to_not_canonical",
          "set_from_not_canonical", NON_CANONICAL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        void *at = (void *)bad[i].va;

        expect_rc(bad[i].name_test, -XEN_EFAULT, get(at, &own, 8, data));
        expect_rc(bad[i].get_test, -XEN_EFAULT,
                  get(boot_order, &global, sizeof(data), at));
        expect_rc(bad[i].set_test, -XEN_EFAULT, set(no_name, 8, at));
    }
    expect_rc("name_unmapped", -XEN_EFAULT,
              get(window_page(0), &own, 8, data));
    expect_rc("set_from_unmapped", -XEN_EFAULT,
              set(no_name, 8, window_page(0)));
    expect_rc("set_of_everything", -XEN_ENOMEM, set(no_name, ~0ul, data));
}

/* Through all variables; true: one of them was BootOrder. */
static bool walk(unsigned *count)
{
    bool found = false;

    memset(name, 0, sizeof(name));
    clear();
    for (*count = 0; *count < 1000; ++*count) {
        struct xenpf_efi_guid vendor =
            call->u.get_next_variable_name.vendor_guid;

        clear();
        call->u.get_next_variable_name.size = sizeof(name);
        call->u.get_next_variable_name.name.p = name;
        call->u.get_next_variable_name.vendor_guid = vendor;
        if (efi(XEN_EFI_get_next_variable_name) || call->status)
            break;
        found |= !memcmp(name, boot_order, sizeof(boot_order));
    }
    return found;
}

static void names(void)
{
    unsigned count;

    expect_true("boot_order_is_listed", walk(&count));
    expect_eq("the_list_ends_with", NOT_FOUND, call->status);
    memset(name, 'x', sizeof(name));
    clear();
    call->u.get_next_variable_name.size = sizeof(name);
    call->u.get_next_variable_name.name.p = name;
    expect_ok("a_name_without_end", efi(XEN_EFI_get_next_variable_name));
    expect_true("is_refused", call->status & EFI_ERROR);
    clear();
    call->u.get_next_variable_name.size = ~0ul;
    call->u.get_next_variable_name.name.p = name;
    expect_rc("names_of_any_size", -XEN_ENOMEM,
              efi(XEN_EFI_get_next_variable_name));
    clear();
    call->u.get_next_variable_name.size = 64;
    call->u.get_next_variable_name.name.p = window_page(0);
    expect_rc("names_to_unmapped", -XEN_EFAULT,
              efi(XEN_EFI_get_next_variable_name));
}

static void variables(void)
{
    report_group("variable");
    if (has_efi) {
        write_and_read();
        bad_pointers();
        names();
    } else {
        expect_rc("get", -XEN_ENOSYS,
                  get(boot_order, &global, sizeof(data), data));
        expect_rc("set", -XEN_ENOSYS, set(own_name, 4, data));
        expect_rc("name_unmapped", -XEN_ENOSYS,
                  get(window_page(0), &own, 8, data));
    }
    report_group(NULL);
}

static void the_rest(void)
{
    report_group("rest");
    clear();
    call->u.query_variable_info.attr = STORED;
    if (expect_answer("query_info", efi(XEN_EFI_query_variable_info))) {
        expect_eq("query_status", 0, call->status);
        expect_true("there_is_room",
                    call->u.query_variable_info.remain_store_size > 4096);
    }
    clear();
    call->misc = XEN_EFI_VARINFO_BOOT_SNAPSHOT;
    call->u.query_variable_info.attr = 0;
    expect_rc("a_snapshot_of_no_attributes",
              has_efi ? -XEN_EINVAL : -XEN_ENOSYS,
              efi(XEN_EFI_query_variable_info));
    clear();
    expect_answer("monotonic_count",
                  efi(XEN_EFI_get_next_high_monotonic_count));
    clear();
    expect_rc("capsules", -XEN_ENOSYS,
              efi(XEN_EFI_query_capsule_capabilities));
    clear();
    expect_rc("update_capsule", -XEN_ENOSYS,
              efi(XEN_EFI_update_capsule));
    report_group(NULL);
}

/* XMM6 and later are the callee's to keep in the firmware's convention, the
 * others are not: all must survive. */
static void vector_registers(void)
{
    uint64_t before = 0x1122334455667788, low, high;
    uint32_t mxcsr = 0x1fa0, seen;

    __asm__ volatile("ldmxcsr %0; movq %1, %%xmm0; movq %1, %%xmm15"
                     : : "m"(mxcsr), "r"(before));
    clear();
    expect_answer("a_call_with_vector_registers", efi(XEN_EFI_get_time));
    __asm__ volatile("movq %%xmm0, %0; movq %%xmm15, %1; stmxcsr %2"
                     : "=r"(low), "=r"(high), "=m"(seen));
    expect_eq("xmm0_survives", before, low);
    expect_eq("xmm15_survives", before, high);
    expect_eq("mxcsr_survives", mxcsr, seen);
}

static void memory(void)
{
    if (!has_efi)
        return;
    report_group("memory");
    clear();
    op.u.firmware_info.u.efi_info.mem.addr = 0x100000;
    op.u.firmware_info.u.efi_info.mem.size = 4096;
    expect_ok("at_1_mib", firmware_info(XEN_FW_EFI_MEM_INFO));
    expect_eq("its_size", 4096, op.u.firmware_info.u.efi_info.mem.size);
    clear();
    op.u.firmware_info.u.efi_info.mem.addr = ~0ul;
    expect_rc("nothing_at_the_end", -XEN_ESRCH,
              firmware_info(XEN_FW_EFI_MEM_INFO));
    clear();
    op.u.firmware_info.u.efi_info.vendor.bufsz = 5;
    op.u.firmware_info.u.efi_info.vendor.name.p = name;
    memset(name, 'x', sizeof(name));
    expect_ok("the_vendor_as_far_as_it_fits",
              firmware_info(XEN_FW_EFI_VENDOR));
    expect_true("two_characters_fit", name[0] != name[2] &&
                name[1] != name[2] && name[2] == name[3]);
    clear();
    expect_ok("the_configuration_table",
              firmware_info(XEN_FW_EFI_CONFIG_TABLE));
    expect_true("lies_somewhere", op.u.firmware_info.u.efi_info.cfg.addr != 0);
    expect_true("has_entries", op.u.firmware_info.u.efi_info.cfg.nent > 0 &&
                op.u.firmware_info.u.efi_info.cfg.nent < 100);
    clear();
    expect_rc("no_rom_was_kept", -XEN_ESRCH,
              firmware_info(XEN_FW_EFI_PCI_ROM));
    clear();
    expect_rc("no_apple", -XEN_ENODATA,
              firmware_info(XEN_FW_EFI_APPLE_PROPERTIES));
    report_group(NULL);
}

void test_main(void)
{
    clear();
    has_efi = !firmware_info(XEN_FW_EFI_RT_VERSION);
    expect_eq("efi_is_what_the_command_line_says",
              strncmp((const char *)start_info->cmd_line, "uefi", 4) == 0,
              has_efi);
    wrong_bits();
    times();
    bad_times();
    variables();
    the_rest();
    vector_registers();
    memory();
}
