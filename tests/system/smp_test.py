# SPDX-License-Identifier: MIT
"""
smp_test.py - machines with several CPUs: all are started and counted, options
and firmware leave some out, domain 0 works on them, and they end together.

Domain 0 has one vcpu here; what several do is for other tests.
"""

import os
import re
import shutil
import struct
import time

import gdb_stub
import iso
from bench import BOOT_SECONDS, dom0, record
from boot_test import FIRMWARE_SECONDS, OVMF_CODE, OVMF_VARS, boot_cd
from console_test import SWITCH, start_shell
from hypervisor import NEVER
from machine import CPUS, Machine
from result import Failure, Skip

UNPACKED = True
SIXTEEN = "16,sockets=2,cores=4,threads=2"
RUN_SECONDS = 300
# The idle loop is part of its caller, where that never returns.
IN_IDLE = r"^\(PPT\) in (idle_loop|secondary_main)\+0x"
JUMP_TO_ITSELF = b"\xeb\xfe"
NO_INTERRUPTS = 0x2             # RFLAGS


def options(bench, more=""):
    bench.only_parapet("it is told in Parapet's words")
    return bench.hypervisor.options(more=f"dom0_max_vcpus=1 {more}")


def boot(bench, cpus, line, more="", **how):
    """Boot dom0, which must work, with @line about the CPUs printed."""
    machine = Machine(cpus=cpus, **how)
    record(bench, dom0(bench, machine, ["sleep", "pci"],
                       options=options(bench, more), timeout=RUN_SECONDS))
    return printed(bench, line)


def printed(bench, line):
    with open(bench.path("serial.log"), encoding="latin-1") as log:
        text = log.read()
    if f"(PPT) CPUs: {line}" not in text:
        came = re.findall(r"\(PPT\) .*CPU.*", text)
        raise Failure(f"expected: (PPT) CPUs: {line}\ncame: {came}")
    return text


def two_cpus_on_qemu64(bench):
    boot(bench, 2, "2 online: 1 socket, 2 cores, 1 thread\n", cpu=CPUS[0])


def four_cpus_on_q35(bench):
    boot(bench, 4, "4 online: 1 socket, 4 cores, 1 thread\n", board="q35")


def four_cpus_on_intel(bench):
    boot(bench, 4, "4 online: 1 socket, 4 cores, 1 thread\n", cpu=CPUS[2])


def sixteen_cpus_in_sockets_cores_and_threads(bench):
    boot(bench, SIXTEEN, "16 online: 2 sockets, 4 cores, 2 threads\n")


def four_cpus_under_uefi(bench):
    """Its firmware leaves the CPUs in a loop of its own."""
    line = options(bench)
    if not os.path.exists(OVMF_CODE):
        raise Skip("the package ovmf is not installed")
    machine = Machine("q35", cpus=4, firmware=OVMF_CODE,
                      firmware_vars=bench.path("vars.fd"))
    shutil.copyfile(OVMF_VARS, machine.firmware_vars)
    boot_cd(bench, machine, "multiboot2", line)
    printed(bench, "4 online: 1 socket, 4 cores, 1 thread")


def nosmp_starts_no_other(bench):
    boot(bench, 4, "1 online: 1 socket, 1 core, 1 thread; others left out",
         "nosmp")


def maxcpus_starts_as_many(bench):
    boot(bench, 4, "2 online: 1 socket, 2 cores, 1 thread; others left out",
         "maxcpus=2")


def cpus_that_firmware_calls_disabled_are_ignored(bench):
    """Room for CPUs to be plugged in is in the MADT, too."""
    text = boot(bench, "2,maxcpus=6", "2 online: 1 socket, 2 cores, 1 thread\n")
    if "left out" in text:
        raise Failure("expected: no CPU is said to be left out\n"
                      "came: one is")


def madt(apic_ids):
    """A table that says a PC has these CPUs, all of them enabled."""
    records = b"".join(struct.pack("<BBBBI", 0, 8, n, apic_id, 1)
                       for n, apic_id in enumerate(apic_ids))
    records += struct.pack("<BBBBII", 1, 12, 0, 0, 0xfec00000, 0)
    for source, gsi, flags in ((0, 2, 0), (5, 5, 0xd), (9, 9, 0xd),
                               (10, 10, 0xd), (11, 11, 0xd)):
        records += struct.pack("<BBBBIH", 2, 10, 0, source, gsi, flags)
    body = struct.pack("<II", 0xfee00000, 1) + records
    head = struct.pack("<4sIBB6s8sI4sI", b"APIC", 36 + len(body), 3, 0,
                       b"PPTEST", b"PPTEST  ", 1, b"TEST", 1)
    table = bytearray(head + body)
    table[9] = -sum(table) & 0xff
    return bytes(table)


def a_cpu_that_does_not_start_is_left_out(bench):
    """Firmware lists one that is not there, and one twice."""
    table = bench.path("madt")
    with open(table, "wb") as file:
        file.write(madt([0, 77, 1, 1, 2]))
    machine = Machine(cpus=3)
    machine.iso = iso.make_for(bench.path("iso"), bench.hypervisor,
                               bench.cache, arguments="parapet.test=sleep",
                               options=options(bench), madt=table)
    with bench.running(machine) as qemu:
        for line in ("The CPU with APIC number 77 is left out: it does not "
                     "start", "CPUs: 3 online", "@@ pass sleep"):
            qemu.console.expect(line, FIRMWARE_SECONDS + BOOT_SECONDS, NEVER)
        qemu.wait_end(30, NEVER)
    os.remove(machine.iso)


def press(bench, qemu, keys, *answers):
    """Send @keys to the hypervisor; @answers come in this order."""
    qemu.console.send(SWITCH)
    qemu.console.expect("Keys now go to Parapet", 20, NEVER)
    qemu.console.send(keys)
    for answer in answers:
        qemu.console.expect(answer, 20, NEVER)


def the_key_d_shows_every_cpu(bench):
    machine = bench.prepare(Machine(cpus=3), options=options(bench))
    with bench.running(machine) as qemu:
        start_shell(bench, qemu)
        press(bench, qemu, "di", "CPU 0  cr0", "CPU 1  cr0", "CPU 2  cr0",
              r"CPU 0: \d+ that nobody waited for, \d+ local APIC errors")


def a_machine_check_on_any_cpu_ends_the_machine(bench):
    """The CPU that met it speaks, in whole lines; the rest stands still."""
    machine = bench.prepare(Machine(cpus=4), options=options(bench))
    with bench.running(machine) as qemu:
        start_shell(bench, qemu)
        time.sleep(2)               # idle, that is
        qemu.qmp.command("human-monitor-command", **{
            "command-line": "mce 2 9 0xbd00000000000000 0x5 0x1234 0x8c"})
        qemu.console.expect(r"^\(PPT\) Panic on CPU 2: .*exception 18", 20)
        qemu.console.expect(r"^\(PPT\) CPU 2  cr0 ", 20)
        qemu.console.expect(IN_IDLE, 20)
        qemu.console.expect(r"^\(PPT\) [23] other CPUs were idle$", 20)
        qemu.console.expect(r"^\(PPT\) Panic on CPU 2 while idle: ", 20)
        qemu.console.expect(r"^\(PPT\) Reboot in 5 seconds", 20)
        qemu.wait_end(60)


def hang(bench, cpus, hung, code, *answers):
    """Let @hung take no more interrupts and run @code; the watchdog must say so.
    """
    path = bench.path("gdb")
    machine = Machine(cpus=cpus, extra=gdb_stub.arguments(path))
    bench.prepare(machine, options=options(bench, "watchdog"))
    with bench.running(machine) as qemu:
        start_shell(bench, qemu)
        time.sleep(2)               # idle, that is
        with gdb_stub.GdbStub(path) as stub:
            stub.select(hung)
            stub.write_rflags(NO_INTERRUPTS)
            if code:
                stub.write_code(code)
        for answer in answers:
            qemu.console.expect(answer, 60)
        qemu.wait_end(60)


def a_cpu_that_hangs_is_found_by_its_neighbour(bench):
    """It sleeps, and what would wake it does not come in."""
    hang(bench, 3, 2, b"",
         r"^\(PPT\) Panic on CPU 2: CPU 2 hangs: its timer was not served "
         r"for \d+ seconds$",
         IN_IDLE,
         r"^\(PPT\) Panic on CPU 2 while idle: CPU 2 hangs",
         r"^\(PPT\) Reboot in 5 seconds")


def the_only_cpu_that_hangs_is_found_by_a_clock(bench):
    hang(bench, 1, 0, JUMP_TO_ITSELF,
         r"^\(PPT\) Panic on CPU 0: CPU 0 hangs: its timer was not served "
         r"for \d+ seconds$",
         r"^\(PPT\) Reboot in 5 seconds")


def a_machine_without_a_pit_has_no_clock_for_nmis(bench):
    text = boot(bench, 2, "2 online", "watchdog watchdog_timeout=9",
                board="q35,pit=off")
    if "Watchdog: 9 seconds, CPUs watch each other; no clock" not in text:
        raise Failure("expected: the watchdog says that no clock sends NMIs\n"
                      "came: it does not")


def the_key_r_resets_the_machine_with_all_its_cpus(bench):
    machine = bench.prepare(Machine(cpus=4, reboots=True),
                            options=options(bench))
    with bench.running(machine) as qemu:
        for _ in range(2):
            qemu.console.expect("CPUs: 4 online", BOOT_SECONDS, NEVER)
            start_shell(bench, qemu)
            time.sleep(1)
            press(bench, qemu, "R")
        qemu.console.expect("CPUs: 4 online", BOOT_SECONDS, NEVER)


TESTS = [
    two_cpus_on_qemu64,
    four_cpus_on_q35,
    four_cpus_on_intel,
    sixteen_cpus_in_sockets_cores_and_threads,
    four_cpus_under_uefi,
    nosmp_starts_no_other,
    maxcpus_starts_as_many,
    cpus_that_firmware_calls_disabled_are_ignored,
    a_cpu_that_does_not_start_is_left_out,
    the_key_d_shows_every_cpu,
    a_machine_check_on_any_cpu_ends_the_machine,
    a_cpu_that_hangs_is_found_by_its_neighbour,
    the_only_cpu_that_hangs_is_found_by_a_clock,
    a_machine_without_a_pit_has_no_clock_for_nmis,
    the_key_r_resets_the_machine_with_all_its_cpus,
]
