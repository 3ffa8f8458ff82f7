# SPDX-License-Identifier: MIT
"""
compare_guests.py - what two hypervisors answered to the same test, and which
of the differences docs/differences.md explains.

A check is the same if both passed it or both saw the same otherwise. Where a
test takes any of several values, its line shows the one it saw, and that is
compared as well. A check that one did not reach, skipped or answered with
-ENOSYS is not supported by that one, which is a difference too.
"""

import fnmatch
import re

from guest_report import Check

TABLE_HEAD = "| check | Xen | here | why |"
END = "(end)"           # the name of the check that a test ran to its end
SAME, EXPLAINED, UNEXPLAINED = "same", "explained", "unexplained"
NO_SUCH_CALL = "-38"    # -ENOSYS


def outcomes(report, folder):
    """{name: Check} of a whole run."""
    found = {check.name: check for check in report.checks}
    end = Check(f"{folder}.{END}", "pass" if not report.complaint() else
                "error", "done " + (report.complaint() or "done"))
    found[end.name] = end
    return found


def shown(check):
    """The part of an outcome that is compared. A passed comparison with one
    value shows nothing: that value may be an address."""
    if check is None:
        return "missing"
    if check.result == "pass" and check.expected == check.seen:
        return "pass"
    return f"{check.result} {check.seen}"


def unsupported(check):
    return check is None or check.result == "skip" or \
        (check.result != "pass" and check.seen == NO_SUCH_CALL)


class Difference:
    """One check of one role on both; None where it was not reached."""

    def __init__(self, role, name, xen, here):
        self.name = f"{role}:{name}"
        self.xen = xen
        self.here = here
        self.why = None         # the Explanation

    @property
    def is_same(self):
        if self.name.endswith(END) and shown(self.here) != "pass":
            return False        # nobody knows what would have come
        return shown(self.xen) == shown(self.here)

    @property
    def is_skipped(self):
        """By both: there is nothing to compare."""
        return all(check and check.result == "skip"
                   for check in (self.xen, self.here))

    @property
    def state(self):
        if self.is_same:
            return SAME
        return EXPLAINED if self.why else UNEXPLAINED

    @property
    def kind(self):
        if self.is_same:
            return "same"
        if unsupported(self.xen) and not unsupported(self.here):
            return "not supported by Xen"
        if unsupported(self.here) and not unsupported(self.xen):
            return "not supported here"
        return "differs"


def differences(role, folder, xen, here):
    """Two reports of one test, check by check."""
    xen, here = outcomes(xen, folder), outcomes(here, folder)
    return [Difference(role, name, xen.get(name), here.get(name))
            for name in list(xen) + [n for n in here if n not in xen]]


SOMETIMES = "Sometimes: "       # begins a reason that depends on the machine


class Explanation:
    """A row of the table: patterns of a check's name and of both outcomes."""

    def __init__(self, line, name, xen, here, why):
        self.line = line
        self.name = name
        self.xen = xen
        self.here = here
        self.why = why
        self.uses = 0

    @property
    def is_stale(self):
        return not self.uses and not self.why.startswith(SOMETIMES)

    def fits(self, difference):
        names = (difference.name, difference.name.split(":", 1)[1])
        return any(matches(name, self.name) for name in names) and \
            matches(shown(difference.xen), self.xen) and \
            matches(shown(difference.here), self.here)


def matches(text, pattern):
    """Only * is special: names and values may hold brackets."""
    return fnmatch.fnmatchcase(text, re.sub(r"([?\[])", r"[\1]", pattern))


def read_explanations(path):
    """The rows of the table in @path; stops at what is no row."""
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    if TABLE_HEAD not in lines:
        raise SystemExit(f"{path} has no table {TABLE_HEAD}")
    start = lines.index(TABLE_HEAD) + 2
    rows = []
    for number, line in enumerate(lines[start:], start + 1):
        if not line.startswith("|"):
            break
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if len(cells) != 4 or not all(cells):
            raise SystemExit(f"{path}:{number}: a row has four cells, none "
                             f"empty: {line}")
        rows.append(Explanation(number, *cells))
    return rows


def explain(found, explanations):
    """Give each difference the first explanation that fits it."""
    for difference in found:
        if difference.is_same:
            continue
        for explanation in explanations:
            if explanation.fits(difference):
                explanation.uses += 1
                difference.why = explanation
                break
