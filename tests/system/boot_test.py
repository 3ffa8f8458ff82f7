# SPDX-License-Identifier: MIT
"""
boot_test.py - Debian's kernel reaches userspace and powers the machine off.

A covering set for `make check`: each CPU, each board, each firmware, both
boot protocols, both kernels, a machine with memory above 4 GiB, a reset. The
full product of CPUs and boards, many times over, is `make soak`.
"""

import os
import shutil

import debian
import dmesg_diff
import iso
from bench import BOOT_SECONDS, dom0, record
from hypervisor import NEVER, XEN, Hypervisor
from machine import Machine
from result import Failure, Skip

OVMF_CODE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
OVMF_VARS = "/usr/share/OVMF/OVMF_VARS_4M.fd"
FIRMWARE_SECONDS = 60


def dmesg_of(bench, machine):
    found = dom0(bench, machine, ["sleep", "pci", "dmesg"])
    record(bench, found)
    return found["dmesg"].output


def boots_on_qemu64_and_pc(bench):
    found = dom0(bench, Machine("pc", "qemu64"), ["sleep", "pci"])
    record(bench, found)


def boots_on_intel_and_q35(bench):
    found = dom0(bench, Machine("q35", "max,-smap,vendor=GenuineIntel"),
                 ["sleep", "pci"])
    record(bench, found)


def dom0_warns_of_nothing_that_it_does_not_warn_of_on_xen(bench):
    """The same kernel, machine and root on Debian's Xen is the measure."""
    bench.only_parapet("it is the measure itself")
    ours = dmesg_of(bench, Machine())
    system = bench.hypervisor
    bench.hypervisor = Hypervisor(XEN, bench.cache.xen())
    bench.name += ".xen"
    try:
        theirs = dmesg_of(bench, Machine())
    finally:
        bench.hypervisor = system
    new = dmesg_diff.only_in_first(ours, theirs)
    if new:
        raise Failure("expected: no warning that Xen's dom0 lacks\ncame:\n" +
                      "\n".join(new))


def boots_with_memory_above_4_gib(bench):
    record(bench, dom0(bench, Machine("q35", memory="6G"), ["sleep", "pci"]))


def boots_the_backports_kernel(bench):
    record(bench, dom0(bench, Machine(), ["sleep", "pci"],
                       suite=debian.BACKPORTS))


def boot_cd(bench, machine, protocol, options=None):
    """Boot a GRUB CD in @machine up to the end of the root's tests."""
    machine.iso = iso.make_for(bench.path("iso"), bench.hypervisor,
                               bench.cache, protocol,
                               "parapet.test=sleep,pci", options=options)
    with bench.running(machine) as qemu:
        qemu.console.expect("Run /init", FIRMWARE_SECONDS + BOOT_SECONDS,
                            NEVER)
        qemu.console.expect("^@@ pass sleep", 60, NEVER)
        qemu.console.expect("^@@ pass pci", 60, NEVER)
        qemu.wait_end(30, NEVER)
    os.remove(machine.iso)


def boots_from_grub_by_multiboot2_under_bios(bench):
    boot_cd(bench, Machine(), "multiboot2")


def boots_from_grub_by_multiboot_under_bios(bench):
    bench.not_bare()
    boot_cd(bench, Machine("q35"), "multiboot")


def boots_from_grub_under_uefi(bench):
    if not os.path.exists(OVMF_CODE):
        raise Skip("the package ovmf is not installed")
    machine = Machine("q35", firmware=OVMF_CODE,
                      firmware_vars=bench.path("vars.fd"))
    shutil.copyfile(OVMF_VARS, machine.firmware_vars)
    boot_cd(bench, machine, "multiboot2")


def a_reboot_in_dom0_resets_the_machine(bench):
    """The machine starts over: init runs a second time."""
    machine = bench.prepare(Machine(reboots=True),
                            "parapet.test=sleep parapet.end=reboot")
    with bench.running(machine) as qemu:
        for _ in range(2):
            qemu.console.expect("Run /init", BOOT_SECONDS, NEVER)
            qemu.console.expect("^@@ pass sleep", 60, NEVER)


TESTS = [
    boots_on_qemu64_and_pc,
    boots_on_intel_and_q35,
    dom0_warns_of_nothing_that_it_does_not_warn_of_on_xen,
    boots_with_memory_above_4_gib,
    boots_the_backports_kernel,
    boots_from_grub_by_multiboot2_under_bios,
    boots_from_grub_by_multiboot_under_bios,
    boots_from_grub_under_uefi,
    a_reboot_in_dom0_resets_the_machine,
]
