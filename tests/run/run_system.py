# SPDX-License-Identifier: MIT
"""
run_system.py - run the system tests: real machines, real kernels.

    run_system.py [--hypervisor build/parapet|xen|bare] [--build build]
                  [--suite machine|tools] [--jobs N] [--list] [NAME...]

The tests are the functions listed in TESTS of each tests/system/*_test.py, of
those whose SUITE is asked for; a NAME is a part of a test's name, or of its
file's, in any suite. A file that says UNPACKED has another subject than the
loader: its machines boot Debian's kernel decompressed. N machines run at a
time, two if there are CPUs for them. The last line is the count.
"""

import argparse
import importlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEM = os.path.normpath(os.path.join(HERE, "..", "system"))
sys.path[:0] = [HERE, SYSTEM, os.path.join(SYSTEM, "root"),
                os.path.join(SYSTEM, "..", "xl")]

import bench                # noqa: E402
import debian               # noqa: E402
import hypervisor           # noqa: E402
import root                 # noqa: E402
from qemu import end_on_signals     # noqa: E402
from result import Report   # noqa: E402


def find_tests(suite, wanted):
    """[(name, function, module)] of the suite, or where file or name is
    wanted."""
    found = []
    for file in sorted(os.listdir(SYSTEM)):
        if not file.endswith("_test.py"):
            continue
        module = importlib.import_module(file.removesuffix(".py"))
        in_suite = getattr(module, "SUITE", "machine") == suite
        for function in module.TESTS:
            name = function.__name__
            if (any(w in name or w in file for w in wanted) if wanted
                    else in_suite):
                found.append((name, function, module))
    return found


def parse_arguments():
    parser = argparse.ArgumentParser(description="run the system tests")
    parser.add_argument("--hypervisor", default="build/parapet",
                        help="bare, xen, or the path of Parapet's image")
    parser.add_argument("--build", default="build")
    parser.add_argument("--suite", choices=("machine", "tools"),
                        default="machine")
    parser.add_argument("--jobs", type=int,
                        default=min(2, os.cpu_count() or 1))
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*")
    return parser.parse_args()


def main():
    options = parse_arguments()
    tests = find_tests(options.suite, options.names)
    if options.list:
        print("\n".join(name for name, *_ in tests))
        return 0
    end_on_signals()
    cache = debian.Cache(options.build)
    report = Report()
    system = hypervisor.choose(options.hypervisor, cache)
    root.build(cache)           # once, before threads could both do it

    def run(test):
        place = bench.Bench(system, cache, options.build, report)
        place.name, function, module = test
        place.unpacked = getattr(module, "UNPACKED", False)
        report.run(place.name, function, place)

    pool = ThreadPoolExecutor(options.jobs)
    try:
        list(pool.map(run, tests))
    except SystemExit as end:   # a signal; the kernel ends the machines
        os._exit(end.code)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
