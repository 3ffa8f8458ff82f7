# SPDX-License-Identifier: MIT
"""
record.py - build/bench.json: the rows, and the versions of all that ran.

docs/performance.md describes its keys; FORMAT grows when one changes.
"""

import glob
import hashlib
import json
import os
import re
import subprocess
import time

import lab as laboratory
from rows import BARE, PARAPET, XEN

FORMAT = 1
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")


def first_match(path, pattern):
    with open(path, encoding="utf-8") as file:
        found = re.search(pattern, file.read(), re.MULTILINE)
    return found and found.group(1).strip()


def package_version(cache, package):
    """From the name of the .deb that was fetched."""
    for path in glob.glob(f"{cache.packages}/{package}.bookworm/*.deb"):
        return os.path.basename(path).split("_")[1].replace("%3a", ":")
    return None


def commit():
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=TOP,
                          text=True, capture_output=True)
    return done.stdout.strip() or None


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def compiler_version(lab):
    """Of the package in the root that the compiler part boots."""
    status = os.path.join(lab.cache.path, "compiler_root",
                          "var/lib/dpkg/status")
    if not os.path.exists(status):
        return None
    return first_match(status, r"^Package: gcc-12\n(?:.+\n)*?Version: (.+)$")


def versions(lab):
    header = os.path.join(TOP, "include/hv/version.h")
    found = {
        "qemu": laboratory.qemu_version(),
        "kernel": lab.kernel_version,
        "kernel_package": package_version(lab.cache, "linux-image-amd64"),
        "xen_package": package_version(lab.cache,
                                       "xen-hypervisor-4.17-amd64"),
        "compiler_package": compiler_version(lab),
        "parapet": first_match(header, r'PARAPET_VERSION\s+"(.*)"'),
        "parapet_commit": commit(),
        "host_cpu": first_match("/proc/cpuinfo", r"^model name\s*:(.*)$"),
        "host_cpus": os.cpu_count(),
    }
    if os.path.exists(lab.image):
        found["parapet_image_sha256"] = digest(lab.image)
    return found


def row_on(row, kind):
    """What one row came to on one kind of system."""
    entry = {}
    if row.instructions(kind) is not None:
        entry["instructions"] = {
            "total": row.instructions(kind),
            "hypervisor": row.hypervisor(kind),
            "guest": row.guest(kind),
        }
        if row.own(kind) is not None:
            entry["instructions"]["without_scrubbing"] = row.own(kind)
    if row.time(kind) is not None:
        entry["figure" if row.is_figure else "time_ns"] = {
            "median": row.time(kind),
            "min": row.time(kind, min),
            "max": row.time(kind, max),
            "rounds": row.values(kind),
        }
    return entry


def row_entry(row, date, version):
    return {
        "key": row.key,
        "name": row.name,
        "part": row.part,
        "date": date,
        "commit": version,
        "unit": row.unit,
        "budget": row.budget(),
        "verdict": row.verdict(),
        "under_xen_time": row.faster_than_xen(),
        "systems": {kind: row_on(row, kind) for kind in (BARE, XEN, PARAPET)
                    if row.instructions(kind) is not None
                    or row.time(kind) is not None},
    }


def merge(older, newer):
    """Rows measured now in the place of their older ones; the rest stay."""
    found = {(row["part"], row["key"]): row for row in older}
    found.update({(row["part"], row["key"]): row for row in newer})
    return list(found.values())


def read_rows(path):
    """The rows of the last runs."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        last = json.load(file)
    return last["rows"] if last.get("format") == FORMAT else []


def write(path, lab, rows, options):
    date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    version = commit()
    entries = [row_entry(row, date, version) for row in rows.rows.values()]
    text = json.dumps({
        "format": FORMAT,
        "date": date,
        "versions": versions(lab),
        "machine": {"board": laboratory.BOARD, "cpu": laboratory.CPU,
                    "memory_mb": 1024, "vcpus": 1},
        "rounds": options.rounds,
        "rows": merge(read_rows(path), entries),
    }, indent=2)
    with open(path + ".partial", "w", encoding="utf-8") as file:
        file.write(text + "\n")
    os.rename(path + ".partial", path)
