# SPDX-License-Identifier: MIT
"""
result.py - what one test came to, and the account of a whole run.

Four words: pass; skip, the test does not apply here and says why; fail, the
thing under test did something else than promised; error, the test itself is
broken or could not be set up. Fail and error both count as failed: a run with
either ends with a non-zero exit code.
"""

import sys
import threading
import time
import traceback

PASS, SKIP, FAIL, ERROR = "pass", "skip", "fail", "error"


class Failure(Exception):
    """The thing under test broke its promise; the text says how."""


class Skip(Exception):
    """The test does not apply to this hypervisor or machine."""


class Report:
    """Collects results and prints each one as it comes, from any thread."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.lock = threading.Lock()
        self.count = {PASS: 0, SKIP: 0, FAIL: 0, ERROR: 0}

    def add(self, word, name, detail="", seconds=None):
        took = "" if seconds is None else f" ({seconds:.1f} s)"
        lines = [f"{word:5} {name}{took}"]
        lines += [f"      {line}" for line in detail.splitlines()]
        with self.lock:
            self.count[word] += 1
            print("\n".join(lines), file=self.out, flush=True)

    def run(self, name, function, *args):
        """Run one test and record what it came to. True if it passed."""
        start = time.monotonic()
        word, detail = PASS, ""
        try:
            function(*args)
        except Failure as failure:
            word, detail = FAIL, str(failure)
        except Skip as skip:
            word, detail = SKIP, str(skip)
        except Exception:  # pylint: disable=broad-except
            word, detail = ERROR, traceback.format_exc()
        self.add(word, name, detail, time.monotonic() - start)
        return word == PASS

    def failed(self):
        return self.count[FAIL] + self.count[ERROR]

    def summary(self):
        line = f"{self.count[PASS]} passed, {self.failed()} failed"
        if self.count[SKIP]:
            line += f", {self.count[SKIP]} skipped"
        return line

    def finish(self):
        """Print the last line. Returns the exit code of the run."""
        print(self.summary(), file=self.out, flush=True)
        ran = self.count[PASS] + self.failed()
        return 0 if ran and not self.failed() else 1
