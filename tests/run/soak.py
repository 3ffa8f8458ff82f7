# SPDX-License-Identifier: MIT
"""
soak.py - the long runs: every CPU and board many times, several CPUs many
times, a mixed load on one CPU and on four, guests under Debian's toolstack.

    soak.py [--only boots,load,exchange,door,kills] [--times 20] ..
    soak.py --help          # what each part is asked to do, and how often

The load compiles, forks, uses disk and network in a Debian root on a virtio
disk, and takes all CPUs but the first away and brings them back. The memory the
hypervisor uses is read with its own key (m) after the first minute and at the
end; it must not have grown. soak_tools.py has the parts with guests.
"""

import argparse
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [HERE, os.path.join(TESTS, "system", "root"),
                os.path.join(TESTS, "system"), os.path.join(TESTS, "xl")]

import compiler_disk        # noqa: E402
import debian               # noqa: E402
import hypervisor as hv     # noqa: E402
import soak_tools           # noqa: E402
from bench import BOOT_SECONDS, Bench, dom0             # noqa: E402
from machine import BOARDS, CPUS, Disk, Machine, Network    # noqa: E402
from qemu import end_on_signals                         # noqa: E402
from result import Failure, Report                      # noqa: E402
from web import Web                                     # noqa: E402
from xl_guests import FREE_MEMORY, SLACK_KIB            # noqa: E402

SWITCH = "\x01\x01\x01"
MANY_TIMES = 3          # boots on more CPUs than the host has


def boots(bench, board, cpu, cpus=1, more=""):
    found = dom0(bench, Machine(board, cpu, cpus=cpus), ["pci"],
                 options=bench.hypervisor.options(more=more),
                 timeout=240 if cpus == 1 else 1200)
    if found["pci"].word != "pass":
        raise Failure(found["pci"].output)


def free_memory(bench, qemu):
    """KiB that the hypervisor says are free; None for a bare machine."""
    if bench.hypervisor.kind == hv.BARE:
        return None
    start = len(qemu.console.text)
    qemu.console.send(SWITCH + "m")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        qemu.console.pump(0.5)
    qemu.console.send(SWITCH)
    found = re.findall(FREE_MEMORY, qemu.console.text[start:])
    if not found:
        raise qemu.console.failure(FREE_MEMORY, "no such line for the key m")
    return sum(int(number) for number in found)


def mixed_load(bench, minutes, cpus):
    disk = Disk("virtio", compiler_disk.build(bench.cache))
    machine = Machine("q35", "qemu64,+rdrand", cpus=cpus, disks=[disk],
                      networks=[Network("virtio-net-pci")])
    with Web() as web:
        bench.prepare(machine, f"parapet.http={web.port} "
                               f"parapet.test=load:{minutes}")
        with bench.running(machine) as qemu:
            qemu.console.expect("Run /init", BOOT_SECONDS, hv.NEVER)
            qemu.console.expect("^@@ load is warm", 600, hv.NEVER)
            before = free_memory(bench, qemu)
            qemu.console.expect("^@@ load is over", minutes * 60 + 600,
                                hv.NEVER)
            after = free_memory(bench, qemu)
            qemu.console.expect("^@@ pass load", 60, hv.NEVER + "|^@@ fail")
            qemu.wait_end(60, hv.NEVER)
    debian.say(f"hypervisor's free memory: {before} KiB before, {after} after")
    if before is not None and after < before - SLACK_KIB:
        raise Failure(f"expected: {before} KiB stay free\ncame: {after} KiB")


def run_boots(bench, report, options):
    if not options.times:
        return
    for number in range(1, options.times + 1):
        for board in BOARDS:
            for cpu in CPUS:
                bench.name = f"soak-{board}-{CPUS.index(cpu)}-{number}"
                report.run(f"boot {number} of {options.times}: {board}, {cpu}",
                           boots, bench, board, cpu)
        for cpus in (2, 4):
            bench.name = f"soak-{cpus}-cpus-{number}"
            report.run(f"boot {number} of {options.times}: {cpus} CPUs",
                       boots, bench, "q35", CPUS[number % len(CPUS)], cpus)
    for number in range(1, min(options.times, MANY_TIMES) + 1):
        bench.name = f"soak-16-{number}"
        report.run(f"boot {number} of {MANY_TIMES}: 16 CPUs", boots, bench,
                   "q35", CPUS[1], "16,sockets=2,cores=4,threads=2")
    bench.name = "soak-64"
    report.run("boot on 64 CPUs", boots, bench, "q35", CPUS[1],
               "64,sockets=4,cores=8,threads=2", "dom0_max_vcpus=4")


def run_load(bench, report, options):
    for cpus, minutes in ((1, options.minutes), (4, options.parallel_minutes)):
        if minutes:
            bench.name = f"load-{cpus}"
            report.run(f"{minutes} minutes of mixed load, CPUs: {cpus}",
                       mixed_load, bench, minutes, cpus)


PARTS = {"boots": run_boots, "load": run_load,
         "exchange": soak_tools.run_exchange, "door": soak_tools.run_door,
         "kills": soak_tools.run_kills}


def parts(text):
    """The functions that --only names."""
    names = re.split(r"[ ,]+", text.strip())
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"no part '{unknown[0]}'; there are {', '.join(PARTS)}")
    return [run for name, run in PARTS.items() if name in names]


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="the long runs; a part that is asked for 0 times is left "
                    "out")
    parser.add_argument("--hypervisor", default="build/parapet",
                        help="xen, or the path of Parapet's image "
                             "(%(default)s)")
    parser.add_argument("--build", default="build")
    parser.add_argument("--only", type=parts, default=",".join(PARTS),
                        metavar="PART,..", help="of these parts: %(default)s")
    for name, number, text in (
            ("times", 20, "boots: of each CPU on each board, of several CPUs"),
            ("minutes", 10, "load: minutes on one CPU"),
            ("parallel-minutes", 15, "load: minutes on four CPUs"),
            ("tools-minutes", 30, "exchange: minutes"),
            ("creations", 40, "exchange: guests made by xl meanwhile"),
            ("door-creations", 2000,
             "exchange: domains made through the control door meanwhile"),
            ("idle-creations", 10000, "door: domains made through it"),
            ("kills", 40, "kills: how many"),
            ("seed", 1, "kills: the seed of their moments")):
        parser.add_argument(f"--{name}", type=int, default=number, metavar="N",
                            help=f"{text} (%(default)s)")
    return parser.parse_args()


def main():
    options = parse_arguments()
    end_on_signals()
    cache = debian.Cache(options.build)
    report = Report()
    bench = Bench(hv.choose(options.hypervisor, cache), cache, options.build,
                  report)
    for run in options.only:
        run(bench, report, options)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
