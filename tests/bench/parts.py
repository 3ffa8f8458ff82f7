# SPDX-License-Identifier: MIT
"""parts.py - all that can be measured, by the name that --only takes."""

from guest_parts import (DomainPart, FloodPart, GuestPart, PairPart,
                         TimerPart)
from linux_parts import CompilerPart, LinuxPart, MachinePart, ParallelPart
from load_part import LoadPart
from machine import BOARDS, CPUS
from tools_parts import CommandPart, InsidePart, ManyPart, RoomPart

PARTS = {
    "linux": [LinuxPart()],
    "compiler": [CompilerPart()],
    "guest": [GuestPart()],
    "timers": [TimerPart()],
    "pairs": [PairPart(cpus) for cpus in (1, 2)],
    "floods": [FloodPart()],
    "domains": [DomainPart()],
    "tools": [CommandPart()],
    "many": [ManyPart()],
    "room": [RoomPart()],
    "load": [LoadPart()],
    "inside": [InsidePart()],
    "parallel": [ParallelPart(cpus) for cpus in (2, 4)],
    "machines": [MachinePart(board, cpu) for board in BOARDS for cpu in CPUS],
}
