# SPDX-License-Identifier: MIT
"""
guest_tests.py - the folders of tests/guests: which there are, how they may run.

A folder is one image. It runs as domain 0 and again as an ordinary domain,
unless its opening comment says "Runs as dom0." or "Runs as domU.". A line "Has
2 vcpus." there gives it as many. A line "Crashes by A B." has it run as a domain
of its own for each of these words, which is the last of its command line, and
expects that domain to be ended by the hypervisor. A line "Has a peer." has it run
as two ordinary domains at a time, on both hypervisors started by the creator. A line
"Races on 2 CPUs." has it run on at least as many, by the wall clock.
"""

import glob
import os
import re
import subprocess
import sys

OUT = "build/guests"
ROLES = ("dom0", "domU")
CREATOR = "creator"     # no test: it starts the others
RUNS_AS = re.compile(r"^ \* Runs as (dom0|domU)\.", re.MULTILINE)
VCPUS = re.compile(r"^ \* Has (\d+) vcpus\.", re.MULTILINE)
CPUS = re.compile(r"^ \* Races on (\d+) CPUs\.", re.MULTILINE)
PEER = re.compile(r"^ \* Has a peer\.", re.MULTILINE)
CRASHES = re.compile(r"^ \* Crashes by ([^.]*)\.", re.MULTILINE)


def build():
    done = subprocess.run(["make", "-s", "-f", "tests/guests/guests.mk",
                           "guests"])
    if done.returncode:
        sys.exit("the guests do not build")


def folders():
    names = {os.path.basename(os.path.dirname(path))
             for path in glob.glob("tests/guests/*/main.c")}
    return sorted(names - {CREATOR})


def main_file(folder):
    with open(f"tests/guests/{folder}/main.c", encoding="ascii") as file:
        return file.read()


def has_peer(folder):
    """It is two domains at a time (tests/guests/lib/peer.h)."""
    return PEER.search(main_file(folder)) is not None


def peer_word(folder):
    """What tells the creator so, at the end of the command line."""
    return " pair" if has_peer(folder) else ""


def patience(folder):
    """Seconds of its own that the creator gives it: races wait for CPUs."""
    return 80 if has_peer(folder) or cpus(folder) > 1 else 20


def roles(folder):
    """As which kinds of domain the folder is made to run."""
    if has_peer(folder):
        return ["domU"]
    only = RUNS_AS.search(main_file(folder))
    return [role for role in ROLES if not only or role == only.group(1)]


def crashes(folder):
    """The words by which its domain is to be ended."""
    found = CRASHES.search(main_file(folder))
    return found.group(1).replace("*", " ").split() if found else []


def vcpus(folder):
    """How many the domain has."""
    found = VCPUS.search(main_file(folder))
    return int(found.group(1)) if found else 1


def cpus(folder):
    """How many CPUs it wants to run at once; 1: it does not mind."""
    found = CPUS.search(main_file(folder))
    return int(found.group(1)) if found else 1


def image(folder):
    return f"{OUT}/{folder}.elf"
