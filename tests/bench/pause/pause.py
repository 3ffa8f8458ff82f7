# SPDX-License-Identifier: MIT
"""
pause.py - for how long does a guest stand still that is saved and restored, or
moves to the same machine, while it writes to its memory?

    pause.py [--hypervisor both|xen|parapet] [--megabytes 16] [--rounds 1]

A program in the guest (writer.c) notes the longest time in which it did not
run, by the machine's own counter, and whether all that it wrote is there
afterwards. That time includes the freezing of the guest's processes. `xl
migrate` is measured where it works: Debian's Xen has no log-dirty mode for PV
domains. Times of different runs do not compare.
"""

import argparse
import base64
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(TESTS, "run"), os.path.join(TESTS, "xl"),
                os.path.join(TESTS, "system", "root")]

import debian                               # noqa: E402
import hypervisor as hv                     # noqa: E402
from qemu import end_on_signals             # noqa: E402
from result import Failure                  # noqa: E402
from tools_machine import ToolsMachine      # noqa: E402

GUEST, ADDRESS = "first", "10.9.0.2"
FLAGS = """-O2 -Wall -Wextra -Werror -static -nostdlib -ffreestanding
    -fno-stack-protector -fno-pie -no-pie -Wl,--build-id=none
    -Wl,-z,noseparate-code -s""".split()
SAVE = f"xl save {GUEST} /var/tmp/pause && xl restore /var/tmp/pause"
MIGRATE = f"xl migrate -s '' {GUEST} 'xl migrate-receive'"
# The counter is read as it is on both, not by a trap.
CREATE = f"""cp /xl/{GUEST}.cfg /run/pause.cfg
echo 'tsc_mode = "native"' >>/run/pause.cfg
xl create /run/pause.cfg
up {GUEST} {ADDRESS}"""
SECONDS = 200


def writer():
    """The program, as text."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "writer")
        subprocess.run(["gcc", *FLAGS, "-o", path,
                        os.path.join(HERE, "writer.c")], check=True)
        with open(path, "rb") as file:
            return base64.b64encode(file.read()).decode()


def inside(dom0, script):
    return dom0.check(f"inside {ADDRESS} '{script}'", SECONDS)


def measure(dom0, script, megabytes):
    """(milliseconds of pause, pages written per second before it)."""
    inside(dom0, f"rm -f /tmp/gap; /tmp/writer {megabytes} /tmp/gap "
                 ">/dev/null 2>&1 </dev/null & sleep 3")
    _, rounds, _ = inside(dom0, "cat /tmp/gap").split()
    dom0.check(script, SECONDS)
    dom0.check(f"await 60 alive {ADDRESS}", SECONDS)
    gap, _, wrong = inside(dom0, "sleep 1; cat /tmp/gap; "
                                 "killall writer").split()
    if wrong != "0":
        raise Failure(f"{wrong} words are not what was written there")
    return int(gap) / 1000, int(rounds) * megabytes * 256 / 3


def run(options, system, cache, program):
    """{name: [milliseconds]} on one hypervisor."""
    found = {}
    ways = {"save and restore": SAVE}
    if system.kind != hv.XEN:
        ways["migrate"] = MIGRATE
    log = os.path.join(options.build, "tools", f"pause.{system.kind}.log")
    with ToolsMachine(system, cache, log) as dom0:
        dom0.check(CREATE, SECONDS)
        inside(dom0, f"echo {program} | base64 -d >/tmp/writer; "
                     "chmod +x /tmp/writer")
        for name, script in ways.items():
            for _ in range(options.rounds):
                pause, rate = measure(dom0, script, options.megabytes)
                found.setdefault(name, []).append(pause)
                print(f"{system.kind}: {name}: {pause:.0f} ms, "
                      f"{rate:.0f} pages a second before", flush=True)
    return found


def main():
    parser = argparse.ArgumentParser(description="how long a guest stands still")
    parser.add_argument("--hypervisor", default="both",
                        help="both, xen, parapet, or the path of an image")
    parser.add_argument("--image", default="build/parapet")
    parser.add_argument("--build", default="build")
    parser.add_argument("--megabytes", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    end_on_signals()
    os.makedirs(os.path.join(options.build, "tools"), exist_ok=True)
    cache, program = debian.Cache(options.build), writer()
    chosen = [hv.XEN, options.image] if options.hypervisor == "both" else \
        [options.image if options.hypervisor == hv.PARAPET
         else options.hypervisor]
    table = {}
    for name in chosen:
        system = hv.choose(name, cache)
        table[system.kind] = run(options, system, cache, program)
    for kind, found in table.items():
        for name, times in found.items():
            print(f"| {kind} | {name} | {statistics.median(times):.0f} ms |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
