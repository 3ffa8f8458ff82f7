# SPDX-License-Identifier: MIT
# unit.mk - the shipped sources and the fakes each unit test links.
unit-bitmap := common/lib/bitmap.c
unit-checksum := common/lib/checksum.c
unit-cmdline := common/core/cmdline.c common/lib/string_number.c tests/unit/fake/fake_printk.c
unit-format := common/lib/format.c
unit-rangeset := common/lib/rangeset.c tests/unit/fake/fake_heap.c
unit-sort := common/lib/sort.c
unit-string := common/lib/string_number.c tests/unit/fake/renamed_string.c tests/unit/fake/renamed_memory.S
unit-page_alloc := common/mm/page_alloc.c tests/unit/fake/fake_frames.c tests/unit/fake/fake_spinlock.c tests/unit/fake/fake_printk.c
unit-decode := arch/x86/emulate/decode.c arch/x86/emulate/opcodes.c tests/unit/zydis_oracle.c
unit-libs-decode := -lZydis
unit-store := arch/x86/emulate/store.c arch/x86/emulate/address.c arch/x86/emulate/decode.c arch/x86/emulate/opcodes.c
unit-heap := common/mm/heap.c common/mm/page_alloc.c common/lib/bitmap.c tests/unit/fake/fake_arena.c tests/unit/fake/fake_frames.c tests/unit/fake/fake_spinlock.c tests/unit/fake/fake_printk.c
unit-conring := common/core/conring.c
unit-printk := common/core/printk.c common/core/printk_guest.c common/core/log_level.c common/core/conring.c common/core/cmdline.c common/lib/string_number.c common/lib/format.c drivers/console/console.c tests/unit/fake/fake_console.c tests/unit/fake/fake_spinlock.c
unit-console_input := drivers/console/input.c common/debug/keyhandler.c tests/unit/fake/fake_printk.c tests/unit/fake/fake_spinlock.c
unit-ns16550 := drivers/console/ns16550.c drivers/console/ns16550_option.c common/core/cmdline.c common/lib/string_number.c tests/unit/fake/fake_printk.c tests/unit/fake/fake_spinlock.c
unit-screen := drivers/console/text_screen.c drivers/console/vga_text.c drivers/console/lfb.c drivers/console/font.c
unit-timer := common/sync/timer.c tests/unit/fake/fake_spinlock.c tests/unit/fake/fake_printk.c
unit-acpi := drivers/acpi/find.c drivers/acpi/madt.c drivers/acpi/fadt.c drivers/acpi/hpet.c drivers/acpi/mcfg.c drivers/acpi/sleep.c tests/unit/fake/fake_printk.c
unit-calibrate := arch/x86/time/calibrate.c
unit-rtc_decode := arch/x86/time/rtc_decode.c
unit-control := common/lib/string_number.c common/control/version_op.c common/control/console_op.c common/control/guest_console.c common/control/dom0_op.c common/core/conring.c tests/unit/fake/fake_guest.c tests/unit/fake/fake_printk.c tests/unit/fake/fake_spinlock.c
unit-panic := common/core/panic.c common/core/cmdline.c common/lib/string_number.c common/lib/format.c tests/unit/fake/fake_spinlock.c
unit-symbols :=
