# SPDX-License-Identifier: MIT
"""
counts.py - instructions by function and phase, as the plugin wrote them.

tests/bench/plugin/phase_count.c says what its files hold.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field

PHASE_BOOT = 1                  # phase_mark.h
OUTSIDE = ("low", "kernel")     # ranges that are not the hypervisor's
SCRUBBING = ("memset", "arch_scrub_frame")      # of Parapet
STUBS = "ffff82d090000000 syscall_stub"
BOUNDARY = re.compile(r"_(start|end)$")     # a label, not a function
CLONE = re.compile(r"\.(lto_priv|constprop|isra|part|cold)\b.*")


@dataclass
class Function:
    name: str
    count: int
    entered: int


@dataclass
class Phase:
    begun: int
    functions: list = field(default_factory=list)

    def hypervisor(self):
        return [function for function in self.functions
                if function.name not in OUTSIDE]


def write_symbols(elf, folder):
    """The plugin's list of the functions of @elf; None without that."""
    if not os.path.exists(elf):
        return None
    lines = subprocess.run(["nm", "-n", elf], check=True, text=True,
                           capture_output=True).stdout.splitlines()
    names = {}                  # by address; one name is enough
    for line in lines:
        address, kind, name = line.split(maxsplit=2)
        if kind in "tT" and BOUNDARY.search(names.get(address, "_end")):
            names[address] = CLONE.sub("", name)
    path = os.path.join(folder, "symbols")
    with open(path, "w", encoding="ascii") as file:
        file.writelines(f"{address} {name}\n"
                        for address, name in names.items())
        file.write(STUBS + "\n")
    return path


def read(path):
    """{number: Phase} of one counted boot."""
    phases = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[0] == "phase":
                phase = phases[int(words[1])] = Phase(int(words[2]))
            else:
                phase.functions.append(
                    Function(words[2], int(words[0]), int(words[1])))
    return phases


def own_functions(phases, cost):
    """What ran of the hypervisor while @cost arose; longest first."""
    total = {}
    for number in cost.phases:
        for f in phases[number].hypervisor():
            before = total.get(f.name, Function(f.name, 0, 0))
            total[f.name] = Function(f.name, before.count + f.count,
                                     before.entered + f.entered)
    return sorted(total.values(), key=lambda f: -f.count)


def one_of_each(costs):
    """@costs, {name: Cost or list}, without lists: counted once is enough."""
    return {name: cost[0] if isinstance(cost, list) else cost
            for name, cost in costs.items()}


def add_shares(costs, path):
    """Fill in the hypervisor's share of each of @costs."""
    phases = read(path)
    for cost in one_of_each(costs).values():
        if not cost.phases:
            continue
        own = own_functions(phases, cost)
        cost.hypervisor = sum(f.count for f in own) / cost.times
        if len(own) > 1:        # they have names
            cost.scrubbing = sum(f.count for f in own
                                 if f.name in SCRUBBING) / cost.times


def print_profile(costs, path, word, limit=40):
    """Where the hypervisor's instructions of the rows with @word went."""
    phases = read(path)
    for name, cost in one_of_each(costs).items():
        if word.lower() not in name.lower() or not cost.phases:
            continue
        functions = own_functions(phases, cost)
        print(f"\n{name}: {cost.time:,.1f} instructions, of them "
              f"{cost.hypervisor:,.1f} of the hypervisor")
        print(f"{'each time':>12} {'calls':>8} {'a call':>8}  function")
        for f in functions[:limit]:
            per_call = f"{f.count / f.entered:8.1f}" if f.entered else " " * 8
            print(f"{f.count / cost.times:12.1f} "
                  f"{f.entered / cost.times:8.2f} {per_call}  {f.name}")
