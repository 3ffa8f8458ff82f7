# SPDX-License-Identifier: MIT
"""
console_test.py - a person at the serial line works in dom0, and can reach the
hypervisor's own keys and come back.
"""

import time

from bench import BOOT_SECONDS
from hypervisor import NEVER
from machine import Machine

UNPACKED = True
PROMPT = "dom0# "
SWITCH = "\x01\x01\x01"         # Ctrl-a three times
COMMAND_SECONDS = 20
# What Parapet's keys answer.
KEYS = {
    "m": r"Free memory: \d+ KiB",
    "i": r"interrupt \d+ \((edge|level|message)\), domain 0, port \d+",
    "q": r"domain 0 \(Domain-0\)",
    "r": r"Scheduler \w+",
    "e": r"virq \d+",
    "a": r"CPU 0: \d+ timers",
    "d": r"CPU 0  cr0 [0-9a-f]+",
    "0": r"rip [0-9a-f]{4}:[0-9a-f]{16}",
}


def start_shell(bench, qemu):
    qemu.console.expect("Run /init", BOOT_SECONDS, NEVER)
    qemu.console.expect("Leave the shell", 60, NEVER)
    qemu.console.expect(PROMPT, 60, NEVER)


def run_command(qemu, command, answer):
    qemu.console.send(command + "\n")
    qemu.console.expect(rf"^{answer}$", COMMAND_SECONDS, NEVER)
    qemu.console.expect(PROMPT, COMMAND_SECONDS, NEVER)


def the_console_works_both_ways(bench):
    """Short and long lines arrive whole; leaving the shell powers off."""
    machine = bench.prepare(Machine())
    with bench.running(machine) as qemu:
        start_shell(bench, qemu)
        run_command(qemu, "echo $((6 * 7))", "42")
        long = "0123456789" * 20
        run_command(qemu, f"x={long}; echo ${{#x}}", str(len(long)))
        run_command(qemu, "seq 3000 | tail -n 1", "3000")
        qemu.console.send("exit\n")
        qemu.wait_end(30, NEVER)


def a_key_interrupts_a_program(bench):
    machine = bench.prepare(Machine())
    with bench.running(machine) as qemu:
        start_shell(bench, qemu)
        qemu.console.send("sleep 1000\n")
        time.sleep(2)
        qemu.console.send("\x03")
        qemu.console.expect(PROMPT, COMMAND_SECONDS, NEVER)
        run_command(qemu, "echo $?", "130")


def three_ctrl_a_switch_to_the_hypervisor_and_back(bench):
    bench.not_bare()
    machine = bench.prepare(Machine())
    with bench.running(machine) as qemu:
        start_shell(bench, qemu)
        qemu.console.send(SWITCH)
        qemu.console.expect(r"Keys now go to Parapet|input to Xen",
                            COMMAND_SECONDS, NEVER)
        qemu.console.send("h")
        qemu.console.expect(r"list these keys|show this message",
                            COMMAND_SECONDS, NEVER)
        qemu.console.send(SWITCH)
        qemu.console.expect(r"Keys now go to domain 0|input to DOM0",
                            COMMAND_SECONDS, NEVER)
        qemu.console.send("\n")
        qemu.console.expect(PROMPT, COMMAND_SECONDS, NEVER)
        run_command(qemu, "echo $((6 * 7))", "42")


def the_hypervisors_keys_tell_what_they_say(bench):
    bench.only_parapet("its keys have other words")
    machine = bench.prepare(Machine())
    with bench.running(machine) as qemu:
        start_shell(bench, qemu)
        qemu.console.send(SWITCH)
        for key, answer in KEYS.items():
            qemu.console.send(key)
            qemu.console.expect(answer, COMMAND_SECONDS, NEVER)
        qemu.console.send("R")
        qemu.wait_end(30, NEVER)


TESTS = [
    the_console_works_both_ways,
    a_key_interrupts_a_program,
    three_ctrl_a_switch_to_the_hypervisor_and_back,
    the_hypervisors_keys_tell_what_they_say,
]
