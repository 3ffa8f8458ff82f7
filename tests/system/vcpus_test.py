# SPDX-License-Identifier: MIT
"""
vcpus_test.py - several vcpus of a domain, on fewer CPUs and on as many: all of
them work, come and go under load, get NMIs, and agree on the time.
"""

import dmesg_diff
import root
from bench import BOOT_SECONDS, dom0, record
from hypervisor import NEVER, XEN, Hypervisor
from machine import Machine
from result import Failure

UNPACKED = True
LOADED_SECONDS = 400        # four busy processors on one CPU
SEVERAL = "dom0_max_vcpus=4"


def exercise(bench, machine, more=""):
    bench.not_bare()
    record(bench, dom0(bench, machine, ["vcpus:4"], timeout=LOADED_SECONDS,
                       options=bench.hypervisor.options(more=more)))


def four_vcpus_share_a_cpu(bench):
    exercise(bench, Machine(), SEVERAL)


def four_vcpus_have_four_cpus(bench):
    """dom0 has as many as there are CPUs."""
    exercise(bench, Machine(cpus=4))


def dmesg_of(bench, hypervisor):
    bench.hypervisor, kept = hypervisor, bench.hypervisor
    bench.name += "." + hypervisor.kind
    try:
        found = dom0(bench, Machine(), ["dmesg"],
                     options=hypervisor.options(more=SEVERAL))
    finally:
        bench.hypervisor = kept
    return found["dmesg"].output


def dom0_warns_of_nothing_on_them_that_it_does_not_on_xen(bench):
    bench.only_parapet("it is the measure itself")
    ours = dmesg_of(bench, bench.hypervisor)
    theirs = dmesg_of(bench, Hypervisor(XEN, bench.cache.xen()))
    new = dmesg_diff.only_in_first(ours, theirs)
    if new:
        raise Failure("expected: no warning that Xen's dom0 lacks\ncame:\n" +
                      "\n".join(new))


def a_guest_has_the_vcpus_that_it_was_given(bench):
    bench.only_parapet("guests from boot modules are its own")
    machine = Machine()
    machine.kernel = bench.hypervisor.image
    machine.append = "console=com1"
    machine.modules = [f"{bench.kernel()} domain=two mem=192M vcpus=2 "
                       "console=hvc0 parapet.test=vcpus:2",
                       root.build(bench.cache)]
    with bench.running(machine) as qemu:
        qemu.console.expect(r"\(two\) .*Run /init", BOOT_SECONDS, NEVER)
        qemu.console.expect(r"\(two\) @@ pass vcpus:2", LOADED_SECONDS,
                            NEVER + r"|@@ fail")
        qemu.console.expect(r"Domain 1 \(two\) powered off .*; all it had is "
                            "given back", BOOT_SECONDS, NEVER)
        qemu.wait_end(30, NEVER)


TESTS = [
    four_vcpus_share_a_cpu,
    four_vcpus_have_four_cpus,
    dom0_warns_of_nothing_on_them_that_it_does_not_on_xen,
    a_guest_has_the_vcpus_that_it_was_given,
]
