# SPDX-License-Identifier: MIT
"""
smp_test.py - machines with several CPUs: all are started and counted, options
leave some out, and domain 0 works on them.
"""

from bench import dom0, record
from machine import CPUS, Machine

ALL_CPUS_SECONDS = 300


def boot(bench, cpus, options="", cpu=CPUS[1], **how):
    """Boot dom0 with one vcpu; returns what the hypervisor printed."""
    machine = Machine(cpus=cpus, cpu=cpu, **how)
    line = bench.hypervisor.options(more=f"dom0_max_vcpus=1 {options}")
    record(bench, dom0(bench, machine, ["sleep", "pci"], options=line,
                       timeout=ALL_CPUS_SECONDS))
    with open(bench.path("serial.log"), encoding="latin-1") as log:
        return log.read()


def four_cpus_on_qemu64(bench):
    boot(bench, 4, cpu=CPUS[0])


TESTS = [
    four_cpus_on_qemu64,
]
