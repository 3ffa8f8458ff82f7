# SPDX-License-Identifier: MIT
"""
tools_test.py - guests under Debian's own toolstack: what they have, what they
keep over save and restore, and what is left of those that are killed.

tests/xl/commands has the commands themselves, one by one.
"""

from contextlib import contextmanager

import debian
import xl_guests as guests
from hypervisor import NEVER
from machine import Network
from result import Failure
from tools_machine import BOOT_SECONDS, ToolsMachine, machine_with_tools
from xl_guests import FIRST, SECOND
from xl_streams import Streams

SUITE = "tools"
KILLS = 3
SEED = 5
MOVES = 2               # of a guest, in one test
SAVE_AND_RESTORE = "xl save first /var/tmp/save && xl restore /var/tmp/save"
MIGRATE = "xl migrate -s '' first 'xl migrate-receive'"


@contextmanager
def tools(bench, **how):
    bench.not_bare()
    with ToolsMachine(bench.hypervisor, bench.cache, bench.path("serial.log"),
                      **how) as dom0:
        dom0.check_daemons()
        yield dom0


def two_guests_exchange_files(bench):
    """One writes to its disk, the other fetches it by HTTP over the bridge
    and writes it to its own; what is read back from the disk is the same."""
    with tools(bench) as dom0:
        guests.create(dom0, "first", FIRST)
        guests.create(dom0, "second", SECOND)
        written = dom0.check(
            f"inside {FIRST} 'head -c 16000000 /dev/urandom >/mnt/file; "
            "sync; echo 3 >/proc/sys/vm/drop_caches; sha256sum </mnt/file'")
        arrived = dom0.check(
            f"inside {SECOND} 'wget -q -O /mnt/file http://{FIRST}/file; "
            "sync; echo 3 >/proc/sys/vm/drop_caches; sha256sum </mnt/file'")
        if written != arrived or len(written) < 64:
            raise Failure(f"expected: {written}came: {arrived}")
        guests.expect_quiet_log(dom0)


def memory_goes_to_and_fro(bench):
    """What a guest's balloon gives up is free, it gets it back, and its end
    gives back all."""
    with tools(bench) as dom0:
        guests.create(dom0, "second", SECOND)
        dom0.check("xl destroy second; await 20 gone second")
        before = guests.memory(dom0)
        guests.create(dom0, "first", FIRST)
        full = guests.free_kib(dom0)
        for size, free in ((96, full + 32 * 1024), (128, full)):
            dom0.check(f"xl mem-set first {size}")
            dom0.check("await 30 inside " + FIRST + " '[ $(cat /sys/devices/"
                       "system/xen_memory/xen_memory0/info/current_kb) = "
                       f"{size * 1024} ]'")
            came = guests.free_kib(dom0)
            if abs(came - free) > 1024:
                raise Failure(f"expected: about {free} KiB free with "
                              f"{size} MiB in the guest\ncame: {came}")
        dom0.check("xl destroy first; await 20 gone first")
        guests.expect_free(dom0, before, 0)


def start_disk_load(dom0):
    """The first guest writes files and compares, all the while."""
    dom0.check(f"inside {FIRST} '(while head -c 3000000 /dev/urandom "
               ">/tmp/one; cp /tmp/one /mnt/two; sync; "
               "cmp /tmp/one /mnt/two; do :; done; : >/tmp/broken) "
               ">/dev/null 2>&1 &'")


def expect_sound_disk(dom0):
    dom0.check(f"inside {FIRST} '[ ! -e /tmp/broken ]'")


def keep_streams(bench, move):
    """All that is sent arrives, both ways, and the disk keeps what is written
    to it, while the script @move is run a few times."""
    with tools(bench) as dom0:
        guests.create(dom0, "first", FIRST)
        start_disk_load(dom0)
        streams = Streams(dom0, FIRST)
        for _ in range(MOVES):
            dom0.check(move, 300)
            streams.expect_flow()
        into, out = streams.finish()
        debian.say(f"{into} pieces into the guest, {out} out of it")
        expect_sound_disk(dom0)
        guests.expect_quiet_log(dom0)


def a_saved_guest_loses_nothing_on_its_way(bench):
    keep_streams(bench, SAVE_AND_RESTORE)


def a_migrated_guest_loses_nothing_on_its_way(bench):
    bench.only_parapet("log-dirty mode of PV domains is not built in")
    keep_streams(bench, MIGRATE)


def a_flooding_guest_harms_nobody(bench):
    """While it floods console and store dom0's tools do their work, another guest
    is made and does its, and the flood ends with the guest."""
    with tools(bench) as dom0:
        guests.create(dom0, "second", SECOND)
        dom0.check("xl destroy second; await 20 gone second")
        before = guests.memory(dom0)
        guests.create(dom0, "first", FIRST)
        dom0.check(f"inside {FIRST} 'flood </dev/null >/dev/null 2>&1 &'; sleep 5")
        guests.create(dom0, "second", SECOND)
        dom0.check(
            f"inside {SECOND} 'head -c 4000000 /dev/urandom >/tmp/file; "
            "cp /tmp/file /mnt/file; sync; echo 3 >/proc/sys/vm/drop_caches; "
            "cmp /tmp/file /mnt/file'")
        dom0.check("grep -q nobody /var/log/xen/console/guest-first.log")
        dom0.check(f"inside {FIRST} 'cat /tmp/flood.*; "
                   "[ $(grep -o first /tmp/answers | wc -l) -gt 500 ]'")
        dom0.check("xl list; xl vcpu-list; xenstore-write /tool/seen yes")
        guests.expect_quiet_log(dom0)
        dom0.check("xl destroy first; await 20 gone first\n"
                   "xl destroy second; await 20 gone second")
        guests.expect_free(dom0, before, 0)


def killed_guests_leave_nothing(bench):
    """At random moments of a guest's life; another one goes on."""
    with tools(bench) as dom0:
        guests.kill_many(dom0, KILLS, SEED)


def a_guest_by_hand(bench):
    """What `make run` promises: one command boots Debian's kernel with disk
    and network, another gives its login."""
    bench.not_bare()
    machine = machine_with_tools(bench.hypervisor, bench.cache,
                                 "quiet parapet.bridge=dhcp", memory=1024)
    machine.networks.append(Network("virtio-net-pci"))
    with bench.running(machine) as qemu:
        console = qemu.console
        console.expect("dom0# $", BOOT_SECONDS,
                       NEVER)
        console.send("xl create /xl/guest.cfg && xl console guest\r")
        console.expect("guest login: ", guests.CREATE_SECONDS, NEVER)
        console.send("root\r")
        console.expect("# ", 30, NEVER)
        console.send("df /mnt; ip addr show dev eth0; echo 6x7=$((6 * 7))\r")
        console.expect("/dev/xvda .* /mnt", 30, NEVER)
        console.expect(r"inet 10\.0\.2\.", 30, NEVER)
        console.expect("6x7=42", 30, NEVER)
        console.send("\x1d")
        console.expect("dom0# $", 30, NEVER)
        console.send("exit\r")
        qemu.wait_end(60, NEVER)


TESTS = [a_guest_by_hand, two_guests_exchange_files, memory_goes_to_and_fro,
         a_saved_guest_loses_nothing_on_its_way,
         a_migrated_guest_loses_nothing_on_its_way,
         a_flooding_guest_harms_nobody,
         killed_guests_leave_nothing]
