# SPDX-License-Identifier: MIT
"""
rows.py - what was measured, row by row, and what each row is held to.

A Row gathers the costs of one operation on each system. Its instructions come
from one counted boot, its times from several. A row of another unit than time
is a figure: so many of it, found in whatever boot.
"""

import re
import statistics

BARE, XEN, PARAPET = "bare", "xen", "parapet"
SERIES = "xl create, 1st to 200th"      # its times are in their order

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
# At most so many, scrubbing of memory not counted.
OWN_LIMITS = {
    "create": 1e6,
    "destroy": 1e6,
}
# At most so much, in the row's unit.
FIGURE_LIMITS = {
    "memory beyond its own": 32,
}
HALF_UNIT = 0.005       # ratios are printed, and judged, to two decimals


def verdict(value, limit):
    """In words; None if there is no @value."""
    return None if value is None else "met" if value <= limit else "missed"


class Row:
    def __init__(self, part, name):
        self.part = part
        self.name = name
        self.counted = {}       # of each kind of system: a Cost
        self.timed = {}         # of each kind of system: a list of Costs
        self.unit = "ns"

    @property
    def key(self):
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")

    @property
    def is_figure(self):
        return self.unit != "ns"

    def instructions(self, kind):
        cost = self.counted.get(kind)
        return cost and cost.time

    def hypervisor(self, kind):
        cost = self.counted.get(kind)
        return cost and cost.hypervisor

    def own(self, kind):
        """The hypervisor's without its scrubbing, if that is known."""
        cost = self.counted.get(kind)
        if cost is None or cost.scrubbing is None:
            return None
        return cost.hypervisor - cost.scrubbing

    def guest(self, kind):
        """All that is not the hypervisor's; None if not known."""
        if self.hypervisor(kind) is None:
            return None
        return self.instructions(kind) - self.hypervisor(kind)

    def time(self, kind, which=statistics.median):
        costs = self.timed.get(kind)
        return costs and which([cost.time for cost in costs])

    def values(self, kind):
        """Of a figure: what was found, each time."""
        return [cost.time for cost in self.timed.get(kind, ())]

    def ratio(self, value, kind, base):
        """@value(kind) over @value(base); None if one is missing."""
        top, bottom = value(kind), value(base)
        return top / bottom if top is not None and bottom else None

    def budget(self):
        """In words, or None."""
        if self.name in RATIOS:
            return f"{RATIOS[self.name]} x bare"
        for limits in (LIMITS, OWN_LIMITS, FIGURE_LIMITS):
            if self.name in limits:
                return f"{limits[self.name]:,.0f}"
        return None

    def verdict(self):
        """Is the budget of instructions kept? None if there is none."""
        for limits, value in ((OWN_LIMITS, self.own),
                              (FIGURE_LIMITS, self.time)):
            if self.name in limits:
                return verdict(value(PARAPET), limits[self.name])
        taken = self.instructions(PARAPET)
        if taken is None or not self.budget():
            return None
        if self.name in LIMITS:
            return verdict(taken, LIMITS[self.name])
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
        if self.is_figure:
            return None
        ratio = self.ratio(self.time, PARAPET, XEN)
        return None if ratio is None else ratio < 1


class Rows:
    """All rows, in the order in which they came."""

    def __init__(self):
        self.rows = {}

    def add(self, part, kind, costs, counted):
        """@costs are {name: Cost, or a list of them}."""
        for name, some in costs.items():
            some = some if isinstance(some, list) else [some]
            row = self.rows.setdefault((part, name), Row(part, name))
            row.unit = some[0].unit
            if counted and not row.is_figure:
                row.counted[kind] = some[0]
            else:
                row.timed.setdefault(kind, []).extend(some)

    def of(self, *parts):
        return [row for row in self.rows.values() if row.part in parts]
