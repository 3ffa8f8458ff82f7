# SPDX-License-Identifier: MIT
"""
rows.py - what was measured, row by row, and what each row is held to.

A Row gathers the costs of one operation on each system. Its instructions come
from one counted boot, its times from several.
"""

import re
import statistics

BARE, XEN, PARAPET = "bare", "xen", "parapet"

# At most so many times the bare machine's instructions.
RATIOS = {
    "null system call": 2.0,
    "read 1 byte of /dev/zero": 1.5,
    "signal delivery": 1.3,
    "mprotect pair": 1.6,
    "mprotect + SIGSEGV": 1.5,
    "mmap + munmap 1 MB": 1.1,
    "page fault, per page": 1.5,
    "munmap of touched memory, per page": 1.7,
    "fork + exit + wait": 2.0,
    "fork + exec + wait": 2.0,
    "pipe round trip": 1.4,
    "sched_yield": 1.4,
    "clock_gettime (vDSO)": 1.0,
}
# At most so many instructions.
LIMITS = {
    "power-on to /init": 7.2e9,
    "null hypercall": 130,
}
HALF_UNIT = 0.005       # ratios are printed, and judged, to two decimals


class Row:
    def __init__(self, part, name):
        self.part = part
        self.name = name
        self.counted = {}       # of each kind of system: a Cost
        self.timed = {}         # of each kind of system: a list of Costs

    @property
    def key(self):
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")

    def instructions(self, kind):
        cost = self.counted.get(kind)
        return cost and cost.time

    def hypervisor(self, kind):
        cost = self.counted.get(kind)
        return cost and cost.hypervisor

    def guest(self, kind):
        """All that is not the hypervisor's; None if not known."""
        if self.hypervisor(kind) is None:
            return None
        return self.instructions(kind) - self.hypervisor(kind)

    def time(self, kind, which=statistics.median):
        costs = self.timed.get(kind)
        return costs and which([cost.time for cost in costs])

    def ratio(self, value, kind, base):
        """@value(kind) over @value(base); None if one is missing."""
        top, bottom = value(kind), value(base)
        return top / bottom if top is not None and bottom else None

    def budget(self):
        """In words, or None."""
        if self.name in RATIOS:
            return f"{RATIOS[self.name]} x bare"
        if self.name in LIMITS:
            return f"{LIMITS[self.name]:,.0f}"
        return None

    def verdict(self):
        """Is the budget of instructions kept? None if there is none."""
        taken = self.instructions(PARAPET)
        if taken is None or not self.budget():
            return None
        if self.name in LIMITS:
            return "met" if taken <= LIMITS[self.name] else "missed"
        ratio = self.ratio(self.instructions, PARAPET, BARE)
        if ratio is None:
            return None
        if ratio < RATIOS[self.name] + HALF_UNIT:
            return "met"
        return self.verdict_of_share()

    def verdict_of_share(self):
        """Where the guest's own share exceeds the budget, ours is to be at
        most half of Xen's."""
        guest = self.ratio(self.guest, PARAPET, BARE)
        share = self.ratio(self.hypervisor, PARAPET, XEN)
        if guest is None or share is None or guest <= RATIOS[self.name]:
            return "missed"
        return "met by half" if share <= 0.5 else "missed"

    def faster_than_xen(self):
        ratio = self.ratio(self.time, PARAPET, XEN)
        return None if ratio is None else ratio < 1


class Rows:
    """All rows, in the order in which they came."""

    def __init__(self):
        self.rows = {}

    def add(self, part, kind, costs, counted):
        for name, cost in costs.items():
            row = self.rows.setdefault((part, name), Row(part, name))
            if counted:
                row.counted[kind] = cost
            else:
                row.timed.setdefault(kind, []).append(cost)

    def of(self, *parts):
        return [row for row in self.rows.values() if row.part in parts]
