# SPDX-License-Identifier: MIT
"""
guest_test.py - guests that are started from boot modules: beside domain 0,
without it, two at once; their consoles, their ends, and what is wrong with
how they are asked for.
"""

import re

import bad_kernel
import root
from bench import BOOT_SECONDS
from hypervisor import NEVER
from machine import Machine
from result import Failure

PROMPT = "dom0# "               # of the shell in any of them
UNPACKED = True
SWITCH = "\x01\x01\x01"         # Ctrl-a three times
SECONDS = 30
MANY_SECONDS = 4 * BOOT_SECONDS    # several kernels on one CPU
OPTIONS = "console=com1 loglvl=all guest_loglvl=all "
ENDED = r"Domain {} \({}\) powered off \(reason 0\); all it had is given back"


def parts(bench):
    """Debian's kernel, and a root for it."""
    bench.only_parapet("guests from boot modules are its own")
    return bench.kernel(), root.build(bench.cache)


def guest(vmlinuz, initrd, name, arguments="", mem="160M"):
    """The modules of one guest."""
    return [f"{vmlinuz} domain={name} mem={mem} console=hvc0 {arguments}",
            initrd]


def machine_with(bench, modules, options="", **what):
    machine = Machine(**what)
    machine.kernel = bench.hypervisor.image
    machine.append = OPTIONS + options
    machine.modules = modules
    return machine


def file_of(bench, make):
    """A file that holds what @make says."""
    path = bench.path(make.__name__)
    with open(path, "wb") as file:
        file.write(make(b""))
    return path


def dom0_modules(vmlinuz, initrd, arguments=""):
    return [f"{vmlinuz} console=hvc0 {arguments}", initrd]


def a_guest_runs_without_domain_0(bench):
    """Its last act ends the machine. The kernel is the file as shipped."""
    bench.unpacked = False
    modules = guest(*parts(bench), "alone", "parapet.test=none")
    with bench.running(machine_with(bench, modules)) as qemu:
        qemu.console.expect(r"\(alone\) .*Run /init", BOOT_SECONDS, NEVER)
        qemu.console.expect(r"\(alone\) @@ done", SECONDS, NEVER)
        qemu.console.expect(ENDED.format(1, "alone"), SECONDS, NEVER)
        qemu.console.expect("No domain is left: power off", SECONDS, NEVER)
        qemu.wait_end(SECONDS, NEVER)


def a_restart_of_the_last_guest_restarts_the_machine(bench):
    modules = guest(*parts(bench), "alone",
                    "parapet.test=none parapet.end=reboot")
    with bench.running(machine_with(bench, modules)) as qemu:
        qemu.console.expect(r"Domain 1 \(alone\) asked for a restart",
                            BOOT_SECONDS, NEVER)
        qemu.console.expect("No domain is left: restart", SECONDS, NEVER)
        qemu.wait_end(SECONDS, NEVER)


def key(qemu, letter, answer):
    qemu.console.send(letter)
    return qemu.console.expect(answer, SECONDS, NEVER)


def to_hypervisor(qemu):
    """From domain 0, with no guest left."""
    qemu.console.send(SWITCH)
    qemu.console.expect("Keys now go to Parapet", SECONDS, NEVER)


def memory_kib(qemu):
    """What is free, and what each domain has: {number: KiB}."""
    free = int(key(qemu, "mz", r"Free memory: (\d+) KiB").group(1))
    domains = {}
    while True:
        match = qemu.console.expect(
            r"Domain (\d+): (\d+) KiB, at most|(No such key)", SECONDS, NEVER)
        if match.group(3):
            return free, domains
        domains[int(match.group(1))] = int(match.group(2))


def shell(qemu):
    qemu.console.expect(PROMPT, MANY_SECONDS, NEVER)


def free_after(bench, modules, wait):
    """KiB free once domain 0 has its shell and @wait has been seen."""
    machine = machine_with(bench, modules, "dom0_mem=384M")
    with bench.running(machine) as qemu:
        shell(qemu)
        wait(qemu)
        to_hypervisor(qemu)
        free, domains = memory_kib(qemu)
    if set(domains) != {0}:
        raise Failure(f"expected: domain 0 alone\ncame: {domains}")
    return free


def what_a_guest_had_is_given_back(bench):
    """As much is free as where there never was one, but for slabs."""
    vmlinuz, initrd = parts(bench)
    dom0 = dom0_modules(vmlinuz, initrd)
    crash = [file_of(bench, bad_kernel.crashing) + " domain=crash mem=8M",
             file_of(bench, bad_kernel.hypercall_page_outside) +
             " domain=page mem=8M"]
    tail = guest(vmlinuz, initrd, "tail", "parapet.test=none")
    seen = []

    def ended(qemu):
        text = qemu.console.text
        for name in ("crash", "tail"):
            if not re.search(rf"\({name}\) (crashed|powered off) \(reason",
                             text):
                qemu.console.expect(
                    rf"\({name}\) (crashed|powered off) \(reason",
                    MANY_SECONDS, NEVER)
        seen.append(qemu.console.text)

    without = free_after(bench, dom0, lambda qemu: None)
    after = free_after(bench, dom0 + crash + tail, ended)
    if "Domain 1 (crash) crashed: " not in seen[0]:
        raise Failure("expected: the reason of the crash\ncame: none")
    if abs(without - after) > 64:
        raise Failure(f"expected: {without} KiB free, as without guests\n"
                      f"came: {after} KiB\nlog: {bench.path('serial.log')}")


def keys_go_round_two_guests(bench):
    """dom0 -> first -> second -> hypervisor; each hears only its own."""
    vmlinuz, initrd = parts(bench)
    modules = (dom0_modules(vmlinuz, initrd) +
               guest(vmlinuz, initrd, "first") +
               guest(vmlinuz, initrd, "second"))
    machine = machine_with(bench, modules, "dom0_mem=384M")
    with bench.running(machine) as qemu:
        everyone = [r"^dom0# ", r"\(first\) dom0# ", r"\(second\) dom0# "]
        for prompt in everyone:
            if not re.search(prompt, qemu.console.text, re.MULTILINE):
                qemu.console.expect(prompt, MANY_SECONDS, NEVER)
        for name in ("first", "second"):
            qemu.console.send(SWITCH)
            qemu.console.expect(f"Keys now go to {name}", SECONDS, NEVER)
            qemu.console.send("echo $((6 * 7)) of " + name + "\n")
            qemu.console.expect(rf"^\({name}\) 42 of {name}$", SECONDS, NEVER)
        qemu.console.send(SWITCH)
        qemu.console.expect("Keys now go to Parapet", SECONDS, NEVER)
        key(qemu, "q", r"domain 2 \(second\)")
        qemu.console.send(SWITCH)
        qemu.console.expect("Keys now go to domain 0", SECONDS, NEVER)
        qemu.console.send("echo $((6 * 7)) of dom0\n")
        qemu.console.expect("^42 of dom0$", SECONDS, NEVER)
        qemu.console.send(SWITCH)
        qemu.console.expect("Keys now go to first", SECONDS, NEVER)
        qemu.console.send("exit\n")
        qemu.console.expect("Keys now go to domain 0", SECONDS, NEVER)
        qemu.console.expect(ENDED.format(1, "first"), SECONDS, NEVER)


# What is wrong with a module, and a part of the sentence on it.
MISTAKES = (
    ("domain=", "has no name"),
    ("domain=" + "x" * 31, "has too long a name"),
    ("domain=a/b", "has a name with other characters"),
    ("domain=good", "has a name that is taken"),
    ("domain=m mem=lots", "is no size"),
    ("domain=none mem=0", "has no memory"),
    ("domain=small mem=2M", "does not fit into the memory"),
    ("domain=big mem=100G", "wants mem=102400M, but only"),
    ("domain=smp vcpus=129", "has a vcpus= beyond 128"),
    ("domain=v vcpus=x", "is no number of vcpus"),
)


def each_mistake_costs_its_guest_alone(bench):
    """A sentence for each; the sound one runs."""
    bench.unpacked = False      # so many do not fit into the memory
    vmlinuz, initrd = parts(bench)
    modules = guest(vmlinuz, initrd, "good", "parapet.test=none")
    for arguments, _ in MISTAKES:
        modules.append(f"{vmlinuz} {arguments}")
    modules.append(f"{initrd} domain=root")
    modules.append(file_of(bench, bad_kernel.hypercall_page_outside) +
                   " domain=page mem=8M")
    with bench.running(machine_with(bench, modules)) as qemu:
        for _, sentence in MISTAKES[:4] + MISTAKES[4:6] + MISTAKES[8:]:
            qemu.console.expect(sentence + ".* left out", SECONDS, NEVER)
        for sentence in (MISTAKES[6][1], MISTAKES[7][1], "is not a kernel",
                         "wants its hypercall page outside itself"):
            qemu.console.expect(sentence + ".* left out", BOOT_SECONDS, NEVER)
        qemu.console.expect(ENDED.format(1, "good"), BOOT_SECONDS, NEVER)
        qemu.wait_end(SECONDS, NEVER)


def without_any_guest_left_the_machine_says_so(bench):
    vmlinuz, _ = parts(bench)
    machine = machine_with(bench, [f"{vmlinuz} domain="])
    with bench.running(machine) as qemu:
        qemu.console.expect("No domain is left to run", SECONDS, NEVER)
        qemu.wait_end(SECONDS, NEVER)


TESTS = [
    a_guest_runs_without_domain_0,
    a_restart_of_the_last_guest_restarts_the_machine,
    what_a_guest_had_is_given_back,
    keys_go_round_two_guests,
    each_mistake_costs_its_guest_alone,
    without_any_guest_left_the_machine_says_so,
]
