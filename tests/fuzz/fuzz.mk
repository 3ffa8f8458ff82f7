# SPDX-License-Identifier: MIT
# fuzz.mk - the shipped sources and the fakes each fuzz target links, as
# tests/unit/unit.mk has it for the unit tests; and options of the fuzzer.
include tests/unit/unit.mk

fuzz-elf := $(unit-elfnote)
fuzz-kernel_image := $(unit-kernel_image)
fuzz-libs-kernel_image := $(unit-libs-kernel_image)
fuzz-multiboot := $(unit-multiboot) arch/x86/boot/memory_map.c common/lib/sort.c
# A table that says it has 4 GiB of empty entries is walked to its end.
fuzz-args-multiboot := -timeout=60
fuzz-acpi := $(unit-acpi) drivers/acpi/tables.c
fuzz-args-acpi := -max_len=1024
fuzz-cmdline := $(unit-cmdline)
fuzz-args-cmdline := -max_len=512
fuzz-decode := $(unit-decode)
fuzz-libs-decode := -lZydis
fuzz-args-decode := -max_len=15
fuzz-common_store := $(unit-common_store)
fuzz-args-common_store := -max_len=15
fuzz-console_input := $(unit-console_input) common/lib/bitmap.c

calls := tests/fuzz/calls.c common/control/multicall.c
fuzz-memory_calls := $(calls) $(unit-mmu_update) arch/x86/mm/mmuext.c arch/x86/mm/va_mapping.c arch/x86/mm/walk.c arch/x86/mm/memory_op.c common/mm/reservation.c common/mm/resource.c tests/unit/fake/fake_find_domain.c
fuzz-args-memory_calls := -max_len=1024
fuzz-event_calls := $(calls) tests/unit/fake/fake_guest.c $(unit-port) common/event/op.c common/event/pirq.c common/event/pirq_right.c common/lib/rangeset.c common/lib/format.c common/control/physdev_op.c tests/unit/fake/fake_irq.c
fuzz-args-event_calls := -max_len=1024
fuzz-grant_calls := $(calls) $(unit-grant) arch/x86/mm/mmu_update.c
fuzz-args-grant_calls := -max_len=1024
tool-calls := $(addprefix common/control/,sysctl.c topology_info.c domain_list.c debug_keys.c cpupool.c scheduler_op.c vcpu_affinity.c node_affinity.c guest_bitmap.c) arch/x86/hypercall/cpu_policy_op.c arch/x86/pv/cpu_policy.c
fuzz-control_calls := $(calls) $(unit-control) $(tool-calls) tests/fuzz/tool_calls.c common/control/domctl.c common/control/domctl_life.c common/control/domctl_permission.c common/control/domctl_shadow.c common/control/domctl_frames.c common/lib/rangeset.c common/control/sched_control.c common/control/platform_op.c common/control/firmware_info.c common/control/efi_call.c common/lib/bitmap.c arch/x86/hypercall/mca.c tests/unit/fake/fake_heap.c
fuzz-args-control_calls := -max_len=1024
fuzz-vcpu_calls := $(calls) tests/unit/fake/fake_guest.c tests/unit/fake/fake_spinlock.c common/sched/sched_op.c common/sched/vcpu_op.c arch/x86/pv/callback.c arch/x86/pv/trap_table.c arch/x86/pv/vm_assist.c
fuzz-args-vcpu_calls := -max_len=1024
fuzz-ring_console := $(unit-ring_console)
fuzz-args-ring_console := -max_len=1024
