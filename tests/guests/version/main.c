/* SPDX-License-Identifier: MIT */
/*
 * version/main.c - what the hypervisor says about itself.
 *
 * Promise: xen_version answers the ABI's version (major above bit 16), text in
 * buffers of fixed size, the page size, where the hypervisor's addresses start,
 * and a bitmap of features by words. Texts end with a zero byte.
 */
#include "guest.h"

#include <xen/features.h>

const char test_folder[] = "version";

static char text[1024];

/* Is the first word, as far as it goes, the name of a file? */
static bool begins_with_a_path(const char *line)
{
    while (*line && *line != ' ' && *line != '=' && *line != '/')
        line++;
    return *line == '/';
}

/* Is there an end within @size bytes? */
static bool is_text(const char *field, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!field[i])
            return true;
    }
    return false;
}

static bool contains(const char *word)
{
    for (size_t i = 0; i + strlen(word) < sizeof(text); i++) {
        if (!strncmp(text + i, word, strlen(word)))
            return true;
    }
    return false;
}

static void texts(void)
{
    static const struct {
        const char *name;
        int op;
        size_t size;
    } texts[] = {
        { "extraversion_is_text", XENVER_extraversion,
          sizeof(xen_extraversion_t) },
        { "changeset_is_text", XENVER_changeset,
          sizeof(xen_changeset_info_t) },
        { "capabilities_are_text", XENVER_capabilities,
          sizeof(xen_capabilities_info_t) },
        { "commandline_is_text", XENVER_commandline,
          sizeof(xen_commandline_t) },
    };

    long rc;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        memset(text, 0x55, sizeof(text));
        rc = hc_xen_version(texts[i].op, text);
        expect_that(texts[i].name, rc >= 0 && is_text(text, texts[i].size),
                    (uint64_t)rc);
    }
    expect_true("commandline_is_the_hypervisors_or_denied",
                contains(is_domain_0() ? "dom0_mem=" : "<denied>"));
    expect_that("commandline_is_without_a_file", !begins_with_a_path(text), 0);
    memset(text, 0, sizeof(text));
    hc_xen_version(XENVER_capabilities, text);
    expect_true("capabilities_name_this_abi", contains("xen-3.0-x86_64 "));
}

/* Three texts; an ordinary domain may be told that they are not for it. */
static void compile_info(void)
{
    struct xen_compile_info *info = (void *)text;

    report_group("compile_info");
    memset(text, 0x55, sizeof(text));
    expect_ok("answer", hc_xen_version(XENVER_compile_info, info));
    expect_true("compiler_is_text",
                is_text(info->compiler, sizeof(info->compiler)));
    expect_true("by_whom_is_text",
                is_text(info->compile_by, sizeof(info->compile_by)));
    expect_true("where_is_text",
                is_text(info->compile_domain, sizeof(info->compile_domain)));
    expect_true("when_is_text",
                is_text(info->compile_date, sizeof(info->compile_date)));
    expect_eq("nothing_behind_is_written", 0x55, text[sizeof(*info)]);
    expect_rc("to_an_unmapped_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_compile_info, window_page(0)));
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              hc_xen_version(XENVER_compile_info, (void *)HV_PRIVATE));
    report_group(NULL);
}

#define ID_SIZE 20u         /* SHA-1 */

static void build_id(void)
{
    xen_build_id_t *id = (void *)text;

    if (!is_domain_0())
        return;             /* privilege tests that it is refused */
    report_group("build_id");
    expect_rc("its_length", ID_SIZE, hc_xen_version(XENVER_build_id, NULL));
    memset(text, 0, sizeof(text));
    id->len = ID_SIZE;
    expect_rc("answer", ID_SIZE, hc_xen_version(XENVER_build_id, id));
    expect_true("is_something", id->buf[0] | id->buf[1] | id->buf[2]);
    expect_eq("nothing_behind_is_written", 0, id->buf[ID_SIZE]);
    memset(text, 0, sizeof(text));
    id->len = ID_SIZE - 1;
    expect_rc("without_enough_room", -XEN_ENOBUFS,
              hc_xen_version(XENVER_build_id, id));
    expect_eq("writes_nothing", 0, id->buf[0]);
    id->len = 0;
    expect_true("with_no_room", hc_xen_version(XENVER_build_id, id) < 0);
    expect_rc("from_an_unmapped_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_build_id, window_page(0)));
    report_group(NULL);
}

static void features(void)
{
    struct xen_feature_info info = { .submap_idx = 0 };

    expect_ok("feature_word_0", hc_xen_version(XENVER_get_features, &info));
    expect_eq("page_tables_are_not_translated", 0, info.submap &
              (1u << XENFEAT_writable_page_tables |
               1u << XENFEAT_writable_descriptor_tables |
               1u << XENFEAT_auto_translated_physmap |
               1u << XENFEAT_supervisor_mode_kernel));
    expect_eq("it_tells_domain_0", is_domain_0(),
              info.submap >> XENFEAT_dom0 & 1);
    expect_true("accessed_bits_can_be_preserved",
                info.submap >> XENFEAT_mmu_pt_update_preserve_ad & 1);
    expect_that("page_tables_may_lie_high",
                info.submap >> XENFEAT_pae_pgdir_above_4gb & 1, info.submap);
    info.submap_idx = 1;
    expect_rc("feature_word_1_does_not_exist", -XEN_EINVAL,
              hc_xen_version(XENVER_get_features, &info));
    info.submap_idx = ~0u;
    expect_rc("the_last_feature_word_does_not_exist", -XEN_EINVAL,
              hc_xen_version(XENVER_get_features, &info));
    expect_rc("features_to_an_unmapped_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_get_features, window_page(0)));
}

void test_main(void)
{
    struct xen_platform_parameters params = { 0 };
    long version = hc_xen_version(XENVER_version, NULL);
    xen_domain_handle_t handle;

    expect_that("version_is_at_least_4", version >> 16 >= 4,
                (uint64_t)version);
    expect_rc("page_size", PAGE_SIZE, hc_xen_version(XENVER_pagesize, NULL));
    expect_ok("platform_parameters",
              hc_xen_version(XENVER_platform_parameters, &params));
    expect_eq("hypervisor_start", HV_START, params.virt_start);
    expect_ok("guest_handle", hc_xen_version(XENVER_guest_handle, &handle));
    expect_rc("an_unknown_operation", -XEN_ENOSYS, hc_xen_version(99, text));
    expect_rc("operation_minus_1", -XEN_ENOSYS, hc_xen_version(-1, text));
    texts();
    compile_info();
    build_id();
    features();
}
