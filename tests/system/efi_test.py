# SPDX-License-Identifier: MIT
"""
efi_test.py - the firmware's runtime services, as domain 0 reaches them.

OVMF with a store of variables of its own, GRUB from a CD.
"""

import os
import re
import shutil
import subprocess

import dmesg_diff
import iso
from bench import BOOT_SECONDS, collect, record
from boot_test import FIRMWARE_SECONDS, OVMF_CODE, OVMF_VARS
from hypervisor import NEVER, XEN, Hypervisor
from machine import Machine
from result import Failure, Skip

UNPACKED = True
GUEST = "build/guests/efi_call.elf"
GUEST_TEST = re.compile(r"^TEST (\S+) (fail|error) (.*)$", re.M)


def uefi_machine(bench, **how):
    """A machine with UEFI that boots from a CD still to be made."""
    if not os.path.exists(OVMF_CODE):
        raise Skip("the package ovmf is not installed")
    machine = Machine("q35", firmware=OVMF_CODE, iso=bench.path("iso"),
                      firmware_vars=bench.path("vars.fd"), **how)
    shutil.copyfile(OVMF_VARS, machine.firmware_vars)
    return machine


def dom0_machine(bench, arguments, **how):
    machine = uefi_machine(bench, **how)
    iso.make_for(machine.iso, bench.hypervisor, bench.cache,
                 arguments=arguments)
    return machine


def boot(qemu):
    """Wait for userspace; what the root's tests say."""
    qemu.console.expect("Run /init", FIRMWARE_SECONDS + BOOT_SECONDS, NEVER)
    return {test.name: test for test in collect(qemu, 120)}


def dmesg_of(bench):
    machine = dom0_machine(bench, "parapet.test=dmesg")
    with bench.running(machine) as qemu:
        found = boot(qemu)
        qemu.wait_end(30, NEVER)
    os.remove(machine.iso)
    record(bench, found)
    return found["dmesg"].output


def under_uefi_dom0_warns_of_nothing_that_it_does_not_warn_of_on_xen(bench):
    """The same kernel, machine and root on Debian's Xen is the measure."""
    bench.only_parapet("it is the measure itself")
    ours = dmesg_of(bench)
    system = bench.hypervisor
    bench.hypervisor = Hypervisor(XEN, bench.cache.xen())
    bench.name += ".xen"
    try:
        theirs = dmesg_of(bench)
    finally:
        bench.hypervisor = system
    new = dmesg_diff.only_in_first(ours, theirs)
    if new:
        raise Failure("expected: no warning that Xen's dom0 lacks\ncame:\n" +
                      "\n".join(new))


def dom0_keeps_variables_in_the_firmware_over_a_reset(bench):
    machine = dom0_machine(bench, "parapet.test=efivars parapet.end=reboot",
                           reboots=True)
    with bench.running(machine) as qemu:
        for wanted in ("efivars: written", "efivars: found"):
            found = boot(qemu)
            record(bench, found)
            output = found["efivars"].output
            if wanted not in output:
                raise Failure(f"expected: {wanted}\ncame: {output}\n"
                              f"log: {bench.path('serial.log')}")
    os.remove(machine.iso)


def runtime_services_answer_a_guest_as_on_xen(bench):
    """The guest test efi_call, which says itself what it expects."""
    bench.not_bare()
    machine = uefi_machine(bench)
    subprocess.run(["make", "-s", "-f", "tests/guests/guests.mk", GUEST],
                   check=True)
    options = bench.hypervisor.options("64M")
    iso.make(machine.iso, {"hypervisor": bench.hypervisor.image,
                           "guest": GUEST},
             iso.HEAD.format(timeout=0) + 'menuentry "guest" {\n'
             f"    multiboot2 /boot/hypervisor {options}\n"
             "    module2 /boot/guest uefi\n}\n")
    with bench.running(machine) as qemu:
        qemu.console.expect(r"^DONE \d+ passed \d+ failed", FIRMWARE_SECONDS +
                            BOOT_SECONDS, NEVER)
        bad = GUEST_TEST.findall(qemu.console.text)
    os.remove(machine.iso)
    if bad:
        raise Failure("expected: every check of efi_call passes\ncame:\n" +
                      "\n".join(" ".join(words) for words in bad) +
                      f"\nlog: {bench.path('serial.log')}")


TESTS = [
    runtime_services_answer_a_guest_as_on_xen,
    under_uefi_dom0_warns_of_nothing_that_it_does_not_warn_of_on_xen,
    dom0_keeps_variables_in_the_firmware_over_a_reset,
]
