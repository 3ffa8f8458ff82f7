# SPDX-License-Identifier: MIT
"""growth.py - a plot of what each creation took, the more guests there are."""

import os

from plot import draw
from rows import PARAPET, SERIES, XEN

FILE = "domain_creation.svg"


def write(folder, rows):
    """The plot in @folder, if it was measured."""
    for row in rows.of("many"):
        if row.name != SERIES:
            continue
        lines = {kind: [(n, ns / 1e9)
                        for n, ns in enumerate(row.values(kind), 1)]
                 for kind in (XEN, PARAPET) if row.values(kind)}
        with open(os.path.join(folder, FILE), "w", encoding="utf-8") as file:
            file.write(draw(lines, "xl create of a tiny guest, paused",
                            "which one, of those that all stay",
                            "seconds", x_log=False, y_log=False))
