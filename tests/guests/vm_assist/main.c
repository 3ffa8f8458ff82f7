/* SPDX-License-Identifier: MIT */
/*
 * vm_assist/main.c - the switches a guest may ask for.
 *
 * Promise: enable and disable answer 0 for the assists of this ABI and -EINVAL
 * for a type that does not exist; an unknown command answers -ENOSYS.
 */
#include "guest.h"

const char test_folder[] = "vm_assist";

void test_main(void)
{
    static const struct {
        const char *name;
        unsigned type;
    } assist[] = {
        { "four_gb_segments", VMASST_TYPE_4gb_segments },
        { "four_gb_segments_notify", VMASST_TYPE_4gb_segments_notify },
        { "writable_pagetables", VMASST_TYPE_writable_pagetables },
        { "pae_extended_cr3", VMASST_TYPE_pae_extended_cr3 },
        { "architectural_iopl", VMASST_TYPE_architectural_iopl },
        { "runstate_update_flag", VMASST_TYPE_runstate_update_flag },
    };

    for (size_t i = 0; i < ARRAY_SIZE(assist); i++) {
        report_group(assist[i].name);
        expect_ok("on", hc_vm_assist(VMASST_CMD_enable, assist[i].type));
        expect_ok("on_again", hc_vm_assist(VMASST_CMD_enable, assist[i].type));
        expect_ok("off", hc_vm_assist(VMASST_CMD_disable, assist[i].type));
    }
    report_group(NULL);
    expect_rc("type_31_does_not_exist", -XEN_EINVAL,
              hc_vm_assist(VMASST_CMD_enable, 31));
    expect_rc("type_64_does_not_exist", -XEN_EINVAL,
              hc_vm_assist(VMASST_CMD_enable, 64));
    expect_rc("the_last_type_does_not_exist", -XEN_EINVAL,
              hc_vm_assist(VMASST_CMD_disable, ~0u));
    expect_rc("an_unknown_command", -XEN_ENOSYS,
              hc_vm_assist(2, VMASST_TYPE_writable_pagetables));
}
