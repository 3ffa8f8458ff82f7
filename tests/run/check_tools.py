# SPDX-License-Identifier: MIT
"""
check_tools.py - Debian's toolstack on Parapet and on Debian's Xen.

    check_tools.py [--hypervisor build/parapet|xen|both] [--only NAME,..]
                   [--store oxenstored|xenstored|both] [--recorded]
                   [--list commands|virsh]
    check_tools.py --hypervisor parapet --script "xl info; xl list"

The commands of tests/xl/commands run in dom0, or with --list virsh those of
tests/xl/virsh, in a dom0 that has libvirt too. Each must end with the exit code
that is written there and, run on both hypervisors, print the same after
tests/xl/normalise.py. With --recorded, what Debian's Xen answered last time is
taken and it does not run again. The last line is the count. With --script, that
runs in dom0 and its output is printed, no more.
"""

import argparse
import difflib
import json
import os
import re
import sys
import time
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
XL = os.path.join(TESTS, "xl")
sys.path[:0] = [HERE, XL, os.path.join(TESTS, "system", "root")]

import debian                               # noqa: E402
import tools_root                           # noqa: E402
import hypervisor as hv                     # noqa: E402
from normalise import normalise             # noqa: E402
from qemu import end_on_signals             # noqa: E402
from result import ERROR, FAIL, PASS, Failure, Report       # noqa: E402
from tools_machine import CPU, ToolsMachine     # noqa: E402


@dataclass(frozen=True)
class List:
    """What a list of commands runs in."""
    root: object                # makes the disk of dom0
    cpu: str
    start: str                  # the script before all others
    need: str                   # the word that makes a guest


# On Debian's Xen libvirt ends where it knows no such CPU, as all of AMD's here.
LISTS = {
    "commands": List(tools_root.build, CPU, "", "need"),
    "virsh": List(tools_root.build_with_libvirt, "Nehalem",
                  "/xl/dom0/libvirt", "need_libvirt"),
}
STORES = ("oxenstored", "xenstored")
ADDRESS = {"first": "10.9.0.2", "second": "10.9.0.3"}
NEED_SECONDS = 240
START_SECONDS = 120
SCRIPT_SECONDS = 600
HEAD = re.compile(r"^\[(\w+)(.*)\]$")


class Command:
    def __init__(self, name, words):
        self.name = name
        self.script = ""
        self.exit = int(words.get("exit", 0))
        self.needs = words.get("needs")
        self.seconds = int(words.get("seconds", 60))
        self.for_both_stores = "store" in words
        self.only_here = "here" in words


def read_commands(path):
    found = []
    with open(path, encoding="ascii") as file:
        for line in file:
            head = HEAD.match(line.strip())
            if head:
                words = dict((word + "=").split("=")[:2]
                             for word in head.group(2).split())
                found.append(Command(head.group(1), words))
            elif found and line.strip():
                found[-1].script += line
    return found


class Answer:
    """What one command came to on one hypervisor."""

    def __init__(self, code, text, seconds):
        self.code = code
        self.text = text
        self.seconds = seconds

    @property
    def shown(self):
        return f"exit code {self.code}\n{self.text.rstrip()}".rstrip()

    def same_as(self, other):
        return self.code == other.code and \
            normalise(self.text) == normalise(other.text)


def ask(dom0, command, need):
    """Run one command, before it the word @need for what it needs; None: the
    one before it left that."""
    if command.needs and need:
        code, text = dom0.run(
            f"{need} {command.needs} {ADDRESS[command.needs]}", NEED_SECONDS)
        if code:
            return Answer(-1, f"the guest it needs does not start:\n{text}", 0)
    start = time.monotonic()
    code, text = dom0.run(command.script, command.seconds)
    return Answer(code, text, time.monotonic() - start)


class Run:
    """All answers of one hypervisor with one store's daemon."""

    def __init__(self, options, system, cache, store):
        self.options = options
        self.system = system
        self.cache = cache
        self.store = store
        self.list = LISTS[options.list]
        part = "" if options.list == "commands" else f".{options.list}"
        self.place = os.path.join(options.build, "tools",
                                  f"{system.kind}.{store}{part}")

    def machine(self):
        return ToolsMachine(self.system, self.cache,
                            self.place + ".serial.log", self.store,
                            root=self.list.root, cpu=self.list.cpu)

    def each(self, commands, report):
        """Yields (command, Answer). A machine that fails ends it: the rest
        have no answer."""
        with self.machine() as dom0:
            report.run(f"daemons: ({self.system.kind}, {self.store})",
                       dom0.check_daemons)
            if self.list.start:
                dom0.check(self.list.start, START_SECONDS)
            is_sure = not self.options.only
            for command in commands:
                answer = ask(dom0, command,
                             None if is_sure else self.list.need)
                is_sure = not self.options.only and \
                    answer.code == command.exit
                yield command, answer

    def record(self, answers):
        """Keep them, and the older ones of other commands."""
        every = {**self.recorded(), **answers}
        with open(self.place + ".json", "w", encoding="utf-8") as file:
            json.dump({name: vars(answer) for name, answer in every.items()},
                      file, indent=1)

    def recorded(self):
        if not os.path.exists(self.place + ".json"):
            return {}
        with open(self.place + ".json", encoding="utf-8") as file:
            return {name: Answer(**fields)
                    for name, fields in json.load(file).items()}


def difference(xen, here):
    """Lines that only Xen had (-), and that only we had (+)."""
    if xen.code != here.code:
        return f"differs\non Xen: {xen.shown}\nhere: {here.shown}"
    both = [normalise(answer.text).split("\n") for answer in (xen, here)]
    lines = list(difflib.unified_diff(*both, "Xen", "here", "", "", 1, ""))
    return "\n".join(["differs"] + lines)


def judge(command, answer, xen):
    """(word, detail) for an answer, beside Xen's if there is one."""
    if answer.code != command.exit:
        detail = f"expected: exit code {command.exit}\ncame: {answer.shown}"
        if xen:
            detail += f"\non Xen: {xen.shown}"
        return FAIL, detail
    if xen and not xen.same_as(answer):
        return FAIL, difference(xen, answer)
    return PASS, ""


def run_one(run, commands, report, xen):
    """Run and judge the commands; returns {name: Answer}."""
    answers = {}
    commands = [c for c in commands
                if not (c.only_here and run.system.kind == hv.XEN)]
    names = f"{run.system.kind}, {run.store}"
    try:
        for command, answer in run.each(commands, report):
            answers[command.name] = answer
            other = xen.get(command.name) if xen is not None else None
            word, detail = judge(command, answer, other)
            note = f"; Xen {other.seconds:.1f} s" if other else ""
            same = " same" if other and word == PASS else ""
            report.add(word, f"{command.name}:{same} ({names}, "
                             f"{answer.seconds:.1f} s{note})", detail)
    except Failure as failure:
        report.add(FAIL, f"dom0 ({names})", str(failure))
    for command in commands:
        if command.name not in answers:
            report.add(ERROR, f"{command.name}: never ran ({names})")
    return answers


def image(options):
    """What hv.choose() takes for the hypervisor that is not both."""
    if options.hypervisor in ("both", hv.PARAPET):
        return options.image
    return options.hypervisor


def run_store(options, cache, store, commands, report):
    """The chosen commands with one store's daemon, on all that was asked."""
    xen = None
    if options.hypervisor in ("both", hv.XEN) or options.recorded:
        run = Run(options, hv.choose(hv.XEN, cache), cache, store)
        if options.recorded:
            xen = run.recorded()
        else:
            xen = run_one(run, commands, report, None)
            run.record(xen)
    if options.hypervisor != hv.XEN:
        run = Run(options, hv.choose(image(options), cache), cache, store)
        run.record(run_one(run, commands, report, xen))


def run_script(options, system, cache):
    """What --script asks for. Returns its exit code."""
    store = STORES[0] if options.store == "both" else options.store
    run = Run(options, system, cache, store)
    with run.machine() as dom0:
        code, text = dom0.run(options.script, SCRIPT_SECONDS)
    print(f"{text.rstrip()}\nexit code {code}; serial log: "
          f"{run.place}.serial.log")
    return code


def parse_arguments():
    parser = argparse.ArgumentParser(description="Debian's toolstack")
    parser.add_argument("--hypervisor", default="both",
                        help="both, xen, parapet, or the path of an image")
    parser.add_argument("--image", default="build/parapet",
                        help="Parapet's image (%(default)s)")
    parser.add_argument("--build", default="build")
    parser.add_argument("--list", default="commands", choices=LISTS,
                        help="the list in tests/xl (%(default)s)")
    parser.add_argument("--only", help="these commands, by name: info,list")
    parser.add_argument("--script", help="run this in dom0 and show it")
    parser.add_argument("--store", default="both", choices=(*STORES, "both"))
    parser.add_argument("--recorded", action="store_true",
                        help="compare with Xen's last answers")
    return parser.parse_args()


def choose_commands(options):
    commands = read_commands(os.path.join(XL, options.list))
    if not options.only:
        return commands
    wanted = options.only.split(",")
    unknown = set(wanted) - {c.name for c in commands}
    if unknown:
        sys.exit(f"no such commands: {' '.join(sorted(unknown))}; there "
                 f"are {' '.join(c.name for c in commands)}")
    return [c for c in commands if c.name in wanted]


def main():
    options = parse_arguments()
    end_on_signals()
    os.makedirs(os.path.join(options.build, "tools"), exist_ok=True)
    cache, report = debian.Cache(options.build), Report()
    if options.script:
        return run_script(options, hv.choose(image(options), cache), cache)
    commands = choose_commands(options)
    for store in STORES if options.store == "both" else [options.store]:
        chosen = commands
        if options.store == "both" and store != STORES[0]:
            chosen = [c for c in commands if c.for_both_stores]
        if chosen:
            run_store(options, cache, store, chosen, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
