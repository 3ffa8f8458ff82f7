# SPDX-License-Identifier: MIT
"""
guest_report.py - what a guest test said: the line protocol of
tests/guests/lib/report.h.

      TEST <name> pass|skip|fail|error <expected> <seen>
      DONE <n> passed <n> failed <n> skipped

A value holds no blank unless it is quoted.
"""

import re

TEST_LINE = re.compile(r"TEST (\S+) (pass|fail|skip|error) (.*)")
DONE_LINE = re.compile(r"DONE (\d+) passed (\d+) failed (\d+) skipped")
VALUES = re.compile(r'("[^"]*"|\S+) +("[^"]*"|\S+)\s*$')


class Check:
    """One TEST line."""

    def __init__(self, name, result, values):
        self.name = name
        self.result = result
        self.values = values.strip()
        match = VALUES.match(self.values)
        self.expected, self.seen = match.groups() if match else ("", values)

    def __str__(self):
        return f"{self.result} {self.values}"


class Report:
    """All lines of one guest, in order."""

    def __init__(self, text):
        self.checks = [Check(*found) for found in TEST_LINE.findall(text)]
        done = DONE_LINE.search(text)
        self.is_done = done is not None
        self.said = sum(map(int, done.groups())) if done else 0

    def count(self, result):
        return sum(check.result == result for check in self.checks)

    def twice(self):
        """Names that are used twice."""
        names = [check.name for check in self.checks]
        return sorted({name for name in names if names.count(name) > 1})

    def complaint(self):
        """What is wrong with the report as a whole, or None."""
        if not self.is_done:
            return "ended without its DONE line"
        if self.said != len(self.checks):
            return "lines are missing before DONE"
        return None
