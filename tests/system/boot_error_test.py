# SPDX-License-Identifier: MIT
"""
boot_error_test.py - what cannot be booted is refused in one sentence.

Each mistake of the person who boots is made once. The sentence must name the
cause; then the machine reboots (which ends QEMU), or stands still if the
option noreboot says so.
"""

import os
import re
import time

import bad_kernel
import root
from machine import Machine
from result import Failure

SECONDS = 60
VGA_TEXT, VGA_BYTES = 0xb8000, 80 * 25 * 2


def machine_with(bench, kernel=None, options="console=com1,vga dom0_mem=512M",
                 **what):
    """A machine that boots Parapet with @kernel, a path, or without any."""
    bench.only_parapet("its messages are its own")
    machine = Machine(**what)
    machine.kernel = bench.hypervisor.image
    machine.append = options
    if kernel:
        machine.modules = [f"{kernel} console=hvc0", root.build(bench.cache)]
    return machine


def refuses(bench, machine, sentence):
    """@sentence comes, no panic does, and the machine resets itself."""
    with bench.running(machine) as qemu:
        qemu.console.expect(sentence, SECONDS, never="Panic on CPU|Run /init")
        qemu.wait_end(30, "Panic on CPU")


def refuses_kernel(bench, make, sentence):
    """Halted, to save the wait before a reset."""
    vmlinuz, _, _ = bench.cache.kernel()
    with open(vmlinuz, "rb") as file:
        data = make(file.read())
    path = bench.path("kernel")
    with open(path, "wb") as file:
        file.write(data)
    machine = machine_with(bench, path, "console=com1 dom0_mem=512M noreboot")
    with bench.running(machine) as qemu:
        qemu.console.expect(sentence, SECONDS, never="Panic on CPU|Run /init")
        qemu.console.expect("Halted", SECONDS, never="Panic on CPU")
    os.remove(path)


def no_module_is_named(bench):
    refuses(bench, machine_with(bench), r"(?i)no (kernel|module)")


def garbage_is_not_a_kernel(bench):
    refuses_kernel(bench, bad_kernel.garbage, "is not a kernel")


def an_ordinary_program_has_no_pv_support(bench):
    refuses_kernel(bench, bad_kernel.ordinary_program, "is not a PV kernel")


def a_pvh_only_kernel_has_no_pv_support(bench):
    refuses_kernel(bench, bad_kernel.pvh_only, "kernel without PV support")


def half_a_kernel_is_truncated(bench):
    refuses_kernel(bench, bad_kernel.truncated, "is truncated")


def the_head_of_a_kernel_is_truncated(bench):
    refuses_kernel(bench, bad_kernel.only_setup, "is truncated")


def an_unknown_compression_is_named(bench):
    refuses_kernel(bench, bad_kernel.lzo, "is compressed with lzo")


def a_damaged_kernel_is_noticed(bench):
    refuses_kernel(bench, bad_kernel.damaged, "is damaged")


def dom0_mem_beyond_the_machine_is_refused(bench):
    vmlinuz, _, _ = bench.cache.kernel()
    machine = machine_with(bench, vmlinuz, memory="128")
    refuses(bench, machine, r"dom0_mem=512M")


def too_little_dom0_mem_for_the_kernel_is_refused(bench):
    vmlinuz, _, _ = bench.cache.kernel()
    machine = machine_with(bench, vmlinuz, "console=com1 dom0_mem=24M")
    refuses(bench, machine, r"dom0_mem")


def a_cpu_without_nx_is_refused(bench):
    vmlinuz, _, _ = bench.cache.kernel()
    refuses(bench, machine_with(bench, vmlinuz, cpu="qemu64,-nx"), r"\bNX\b")


def an_unknown_option_is_named(bench):
    machine = machine_with(bench, options="console=com1 wibble=3")
    refuses(bench, machine, r"wibble")


def vga_text(qemu):
    dump = qemu.qmp.command("human-monitor-command", **{
        "command-line": f"xp /{VGA_BYTES}bx {VGA_TEXT:#x}"})
    cells = [int(byte, 16) for line in dump.splitlines()
             for byte in line.partition(":")[2].split()]
    # Every second byte is a colour.
    return "".join(chr(c) if 32 <= c < 127 else " " for c in cells[::2])


def stands_still(bench, sentence, **what):
    """With noreboot: @sentence on line and screen, and no reset."""
    machine = machine_with(
        bench, options="console=com1,vga dom0_mem=512M noreboot", **what)
    with bench.running(machine) as qemu:
        qemu.console.expect(sentence, SECONDS)
        time.sleep(7)           # a reboot would have come after five
        screen = vga_text(qemu)
        if qemu.process.poll() is not None:
            raise qemu.console.failure("the machine halts", "it reset")
    if not re.search(sentence, screen):
        raise Failure(f"expected: the sentence on the screen\n"
                      f"came: {screen}")


def noreboot_stands_still_with_the_sentence_on_the_screen(bench):
    stands_still(bench, r"(?i)no (kernel|module)")


def noreboot_stands_still_before_there_is_memory(bench):
    stands_still(bench, "lacks the page attribute table", cpu="qemu64,-pat")


def noreboot_stands_still_on_a_cpu_without_nx(bench):
    stands_still(bench, r"\bNX\b", cpu="qemu64,-nx")


TESTS = [
    no_module_is_named,
    garbage_is_not_a_kernel,
    an_ordinary_program_has_no_pv_support,
    a_pvh_only_kernel_has_no_pv_support,
    half_a_kernel_is_truncated,
    the_head_of_a_kernel_is_truncated,
    an_unknown_compression_is_named,
    a_damaged_kernel_is_noticed,
    dom0_mem_beyond_the_machine_is_refused,
    too_little_dom0_mem_for_the_kernel_is_refused,
    a_cpu_without_nx_is_refused,
    an_unknown_option_is_named,
    noreboot_stands_still_with_the_sentence_on_the_screen,
    noreboot_stands_still_before_there_is_memory,
    noreboot_stands_still_on_a_cpu_without_nx,
]
