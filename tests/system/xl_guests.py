# SPDX-License-Identifier: MIT
"""
xl_guests.py - what tests do with guests that xl makes in a ToolsMachine.

The guests are those of tests/xl/config: first, and second beside it. Each has
a disk on /mnt, a card on dom0's bridge and a shell behind it (`inside`).
"""

import random
import re

import debian
from result import Failure

FIRST, SECOND = "10.9.0.2", "10.9.0.3"
CREATE_SECONDS = 150
# Parapet's and Xen's words for what is free, after their key m.
FREE_MEMORY = r"(?i)(?:free memory:? |dom heap: )(\d+) ?k(?:i)?B"
SLACK_KIB = 256
# Words of the kernel's log that mean trouble in a backend or the store. That
# a frontend is gone is no trouble.
TROUBLE = r"BUG|Oops|WARNING|Call Trace|hung task|I/O error|g\.e\. still in use"
TOOLS_TROUBLE = r"(?i)error|fail|cannot|timed out"
# The hypervisor's own lines of that kind; a domain's lines name the domain.
HYPERVISOR_TROUBLE = (r"^\((?:PPT|XEN)\) (?!\(d\d+\)).*(?:No memory|cannot|"
                      r"[Ee]rror|[Ff]ail|is masked|interface version| rip )")


def create(dom0, name, address):
    dom0.check(f"rm -f /var/log/xen/console/guest-{name}.log\n"
               f"xl create /xl/{name}.cfg && up {name} {address}",
               CREATE_SECONDS)


class Memory:
    """What the hypervisor says of its memory, after its key m."""

    def __init__(self, text):
        found = re.findall(FREE_MEMORY, text)
        if not found:
            raise Failure(f"expected: a line with {FREE_MEMORY}\ncame: {text}")
        self.free = sum(int(number) for number in found)    # KiB
        self.taken = [line for line in text.splitlines()
                      if re.search("Heap|Domain", line)]

    def beside(self, before):
        """What is not as it was @before, for one who looks for the reason."""
        lines = [f"{before.free} KiB were free, {self.free} are"]
        if self.free < before.free:
            lines += [f"- {line}" for line in before.taken
                      if line not in self.taken]
            lines += [f"+ {line}" for line in self.taken
                      if line not in before.taken]
        return "; ".join(lines)


def memory(dom0):
    return Memory(dom0.check("xl dmesg -c >/dev/null; xl debug-keys m\n"
                             "sleep 1; xl dmesg"))


def free_kib(dom0):
    return memory(dom0).free


def expect_free(dom0, before, guests):
    """All that others had is given back: no less is free than @before, with
    as many @guests left."""
    dom0.check(f"await 20 sh -c '[ $(xl list | wc -l) = {guests + 2} ]' || "
               "{ xl list; exit 1; }")
    after = memory(dom0)
    debian.say(after.beside(before))
    if after.free < before.free - SLACK_KIB:
        raise Failure(f"expected: {before.free} KiB are free again\n"
                      f"came: {after.beside(before)}")


def expect_no_trouble(text, whose, trouble=TROUBLE):
    bad = [line for line in text.splitlines() if re.search(trouble, line)]
    if bad:
        raise Failure(f"expected: no trouble in {whose}\ncame: " +
                      "\n".join(bad[:20]))


def expect_quiet_log(dom0):
    expect_no_trouble(dom0.check("dmesg"), "dom0's kernel log")


def expect_quiet_hypervisor(dom0):
    expect_no_trouble(dom0.console.text, "the hypervisor's log",
                      HYPERVISOR_TROUBLE)


def expect_quiet_logs(dom0):
    """dom0's kernel's, the guests', the hypervisor's and the tools'."""
    expect_quiet_log(dom0)
    expect_quiet_hypervisor(dom0)
    folder = "/var/log/xen"
    expect_no_trouble(
        dom0.check(f"cat {folder}/console/*.log 2>/dev/null; true"),
        "the guests' consoles")
    expect_no_trouble(
        dom0.check(f"cat {folder}/xl-*.log* {folder}/xenstored.log "
                   f"{folder}/xen-hotplug.log 2>/dev/null; true"),
        "the tools' logs", TOOLS_TROUBLE)


# A script that leads to the moment, and how long after it may still kill.
START = "xl create /xl/second.cfg >/run/create.log 2>&1"
MOMENTS = {
    "build": (f"{START} &", 10),
    "start": (START, 8),
    "disk": (f"{START}; up second {SECOND}\n"
             f"inside {SECOND} 'dd if=/dev/zero of=/mnt/load bs=1M "
             "count=40' >/dev/null 2>&1 &", 4),
    "network": (f"{START}; up second {SECOND}\n"
                f"inside {SECOND} 'nc -l -p 7001 >/dev/null' "
                ">/dev/null 2>&1 &\nsleep 1\n"
                f"timeout 20 /xl/busybox nc {SECOND} 7001 "
                "</dev/zero >/dev/null 2>&1 &", 4),
    "save": (f"{START}; up second {SECOND}\n"
             "xl save second /var/tmp/second.save >/dev/null 2>&1 &", 6),
    "shutdown": (f"{START}; up second {SECOND}\nxl shutdown second", 2),
}


def kill(dom0, chance):
    """Start the second guest and destroy it at a random moment. Returns what
    the moment was."""
    name = chance.choice(sorted(MOMENTS))
    lead, longest = MOMENTS[name]
    delay = chance.uniform(0, longest)
    moment = f"{name}, {delay:.2f} s"
    code, text = dom0.run(
        "rm -f /var/log/xen/console/guest-second.log\n"
        f"{lead}\nsleep {delay:.2f}\n"
        "xl destroy second; wait; xl destroy second\n"
        "await 30 gone second || { xl list; exit 1; }\n"
        "rm -f /var/tmp/second.save", CREATE_SECONDS + 60)
    if code:
        raise Failure(f"expected: no second guest after its end ({moment})\n"
                      f"came: exit code {code}\n{text}")
    return moment


def kill_many(dom0, times, seed):
    """Kill the second guest @times, at moments by @seed, while the first goes on;
    nothing of it is left."""
    create(dom0, "first", FIRST)
    create(dom0, "second", SECOND)
    dom0.check("xl destroy second; await 20 gone second")
    before = memory(dom0)
    chance = random.Random(seed)
    for number in range(1, times + 1):
        moment = kill(dom0, chance)
        debian.say(f"kill {number} of {times}, seed {seed}: {moment}")
        dom0.check(f"alive {FIRST}")
    expect_free(dom0, before, 1)
    expect_quiet_log(dom0)
