# SPDX-License-Identifier: MIT
"""
soak_tools.py - the long runs with guests under Debian's toolstack.

Two guests exchange files while a third is made and ended over and over, and
more domains through the control door by themselves (tests/xl/dom0/door.c);
domains through the door on a machine that does nothing else; guests that are
killed at random moments, by a seed. What is free at the end must be what was
free before, and no log may show trouble.
"""

import re
import time

import debian
import xl_guests as guests
from result import Failure
from tools_machine import ToolsMachine
from xl_guests import FIRST, SECOND

THIRD = ("xl create -p /xl/third.cfg >/run/third.log 2>&1 || "
         "{ cat /run/third.log; exit 1; }\n"
         "xl unpause third; sleep 1; xl destroy third\n"
         "await 30 gone third || exit 1\n")
DOOR_LINE = r"(\d+) domains in ([\d.]+) s"
DOOR_AT_ONCE = 500
DOOR_SECONDS = 600          # for so many; 20 on an idle machine


def machine(bench, **how):
    return ToolsMachine(bench.hypervisor, bench.cache,
                        bench.path("serial.log"), **how)


class Door:
    """The control door, and what went through it."""

    def __init__(self, dom0):
        self.dom0 = dom0
        self.domains = 0
        self.seconds = 0

    def make(self, count, meanwhile=""):
        """Make and end @count domains while the script @meanwhile runs."""
        text = self.dom0.check(
            f"/xl/door {count} >/run/door.log 2>&1 & door=$!\n{meanwhile}"
            "wait $door; code=$?; cat /run/door.log; exit $code",
            DOOR_SECONDS)
        match = re.search(DOOR_LINE, text)
        if not match:
            raise Failure(f"expected: {DOOR_LINE}\ncame: {text}")
        self.domains += int(match.group(1))
        self.seconds += float(match.group(2))

    def tell(self):
        if self.domains:
            debian.say(f"{self.domains} domains through the door in "
                       f"{self.seconds:.0f} s: "
                       f"{self.domains / self.seconds:.1f} a second")


def progress(dom0):
    """(rounds, files fetched) of both guests; none may have failed."""
    found = []
    for address in (FIRST, SECOND):
        failed = dom0.check(f"inside {address} 'cat /tmp/failed "
                            "2>/dev/null; true'")
        if failed.strip():
            raise Failure(f"expected: no damage in {address}\ncame: {failed}")
        found.append(dom0.check(f"inside {address} 'cat /tmp/rounds "
                                "2>/dev/null || echo 0 0'"))
    return [tuple(map(int, text.split())) for text in found]


def come_and_go(dom0, door, options):
    """The third guest's lives, spread over the minutes, and beside each its
    share of the domains through the door."""
    times = max(options.creations, 1)
    start = time.monotonic()
    for number in range(1, times + 1):
        share = options.door_creations * number // times - door.domains
        meanwhile = THIRD if options.creations else ""
        if share:
            door.make(share, meanwhile)
        else:
            dom0.check(meanwhile, guests.CREATE_SECONDS)
        debian.say(f"{time.monotonic() - start:.0f} s: {number} of {times}, "
                   f"{door.domains} through the door, {progress(dom0)}")
        left = start + options.tools_minutes * 60 * number / times - \
            time.monotonic()
        if left > 0:
            dom0.check(f"sleep {left:.1f}", left + 60)


def exchange(bench, options):
    """Both guests work for some minutes; others come and go."""
    with machine(bench, cpus=4, memory=3072, dom0_memory=768) as dom0:
        dom0.check_daemons()
        guests.create(dom0, "first", FIRST)
        guests.create(dom0, "second", SECOND)
        Door(dom0).make(10, THIRD)
        before = guests.memory(dom0)
        for here, there in ((FIRST, SECOND), (SECOND, FIRST)):
            dom0.check(f"inside {here} 'exchange {there} "
                       "</dev/null >/dev/null 2>&1 &'")
        door = Door(dom0)
        come_and_go(dom0, door, options)
        rounds = progress(dom0)
        for address in (FIRST, SECOND):
            dom0.check(f"inside {address} 'touch /tmp/stop'")
        debian.say(f"rounds and files fetched: {rounds}")
        door.tell()
        guests.expect_free(dom0, before, 2)
        if min(min(pair) for pair in rounds) < 1:
            raise Failure(f"expected: both exchange files\ncame: {rounds}")
        guests.expect_quiet_logs(dom0)


def through_the_door(bench, times):
    """Domains, as fast as one program can make them."""
    with machine(bench, cpus=2) as dom0:
        dom0.check_daemons()
        Door(dom0).make(10)
        before = guests.memory(dom0)
        door = Door(dom0)
        while door.domains < times:
            door.make(min(DOOR_AT_ONCE, times - door.domains))
        door.tell()
        guests.expect_free(dom0, before, 0)
        guests.expect_quiet_logs(dom0)


def kills(bench, times, seed):
    """Guests killed at random moments; another one stays."""
    with machine(bench, cpus=2) as dom0:
        dom0.check_daemons()
        guests.kill_many(dom0, times, seed)
        guests.expect_quiet_hypervisor(dom0)


def run_exchange(bench, report, options):
    if not options.tools_minutes:
        return
    bench.name = "tools-exchange"
    report.run(f"{options.tools_minutes} minutes of two guests that exchange "
               f"files; a third made {options.creations} times, "
               f"{options.door_creations} through the control door",
               exchange, bench, options)


def run_door(bench, report, options):
    if not options.idle_creations:
        return
    bench.name = "tools-door"
    report.run(f"{options.idle_creations} domains through the control door",
               through_the_door, bench, options.idle_creations)


def run_kills(bench, report, options):
    if not options.kills:
        return
    bench.name = f"tools-kills-{options.seed}"
    report.run(f"{options.kills} guests killed, seed {options.seed}",
               kills, bench, options.kills, options.seed)
