# SPDX-License-Identifier: MIT
"""
coverage.py - what the tests reach: lines of the neutral code by unit tests,
sub-operations of hypercalls by guest tests.

    coverage.py [--lines] [--operations] [--json] [--build DIR]

Both without an option for one of them. --json also writes coverage.json into
the build folder.
"""

import argparse
import json
import os
import sys

import line_coverage
import sub_operations


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    parser.add_argument("--lines", action="store_true",
                        help="only the lines that unit tests reach")
    parser.add_argument("--operations", action="store_true",
                        help="only the sub-operations that guests call")
    parser.add_argument("--json", action="store_true",
                        help="write coverage.json into the build folder")
    parser.add_argument("--build", default="build", metavar="DIR")
    return parser.parse_args()


def main():
    args = arguments()
    both = args.lines == args.operations
    result = {}
    if both or args.operations:
        rows = sub_operations.coverage()
        sub_operations.report(rows)
        result["operations"] = [
            {"hypercall": call, "operation": op, "folders": folders}
            for call, op, folders in rows]
    if both or args.lines:
        files = line_coverage.measure(args.build)
        line_coverage.report(files)
        result["lines"] = files
    if args.json:
        path = os.path.join(args.build, "coverage.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump(result, out, indent=1)
        print(f"Written to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
