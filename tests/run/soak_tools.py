# SPDX-License-Identifier: MIT
"""
soak_tools.py - the long runs with guests under Debian's toolstack.

Two guests exchange files while a third is made and ended over and over; and
guests are killed at random moments, by a seed. What is free at the end must be
what was free before, and no log may show trouble.
"""

import random
import sys
import time

import debian
import xl_guests as guests
from result import Failure
from tools_machine import ToolsMachine
from xl_guests import FIRST, SECOND

THIRD = ("xl create -p /xl/third.cfg >/run/third.log 2>&1 || "
         "{ cat /run/third.log; exit 1; }\n"
         "xl unpause third; sleep 1; xl destroy third\nawait 30 gone third")


def machine(bench, **how):
    return ToolsMachine(bench.hypervisor, bench.cache,
                        bench.path("serial.log"), **how)


def progress(dom0):
    """(rounds, files fetched) of both guests; none may have failed."""
    found = []
    for address in (FIRST, SECOND):
        failed = dom0.check(f"inside {address} 'cat /tmp/failed "
                            "2>/dev/null; true'")
        if failed.strip():
            raise Failure(f"expected: no damage in {address}\ncame: {failed}")
        found.append(dom0.check(f"inside {address} 'cat /tmp/rounds'"))
    return [tuple(map(int, text.split())) for text in found]


def exchange(bench, minutes, times):
    """Both guests work for @minutes; the third comes and goes @times."""
    with machine(bench, cpus=4, memory=3072, dom0_memory=768) as dom0:
        dom0.check_daemons()
        guests.create(dom0, "first", FIRST)
        guests.create(dom0, "second", SECOND)
        dom0.check(THIRD, guests.CREATE_SECONDS)
        before = guests.free_kib(dom0)
        for here, there in ((FIRST, SECOND), (SECOND, FIRST)):
            dom0.check(f"inside {here} 'exchange {there} "
                       "</dev/null >/dev/null 2>&1 &'")
        end, made = time.monotonic() + minutes * 60, 0
        while made < times or time.monotonic() < end:
            if made < times:
                dom0.check(THIRD, guests.CREATE_SECONDS)
                made += 1
            else:
                time.sleep(10)
        rounds = progress(dom0)
        debian.say(f"rounds and files fetched: {rounds}")
        if min(min(pair) for pair in rounds) < 1:
            raise Failure(f"expected: both exchange files\ncame: {rounds}")
        for address in (FIRST, SECOND):
            dom0.check(f"inside {address} 'touch /tmp/stop'")
        guests.expect_free(dom0, before, 2)
        guests.expect_quiet_log(dom0)


def kills(bench, times, seed):
    """Guests killed at random moments; another one stays."""
    with machine(bench, cpus=2) as dom0:
        dom0.check_daemons()
        guests.create(dom0, "first", FIRST)
        guests.create(dom0, "second", SECOND)
        dom0.check("xl destroy second; await 20 gone second")
        before = guests.free_kib(dom0)
        chance = random.Random(seed)
        for number in range(1, times + 1):
            moment = guests.kill(dom0, chance)
            print(f"# kill {number} of {times}, seed {seed}: {moment}",
                  file=sys.stderr, flush=True)
            dom0.check(f"alive {FIRST}")
        guests.expect_free(dom0, before, 1)
        guests.expect_quiet_log(dom0)


def run(bench, report, options):
    """The parts that @options ask for."""
    if options.tools_minutes:
        bench.name = "tools-exchange"
        report.run(f"{options.tools_minutes} minutes of two guests that "
                   f"exchange files; a third made {options.creations} times",
                   exchange, bench, options.tools_minutes, options.creations)
    if options.kills:
        bench.name = "tools-kills"
        report.run(f"{options.kills} guests killed, seed {options.seed}",
                   kills, bench, options.kills, options.seed)
