# SPDX-License-Identifier: MIT
# sum.awk - add up "N%: Checks: N, Failures: N, Errors: N" of Check's runs. A
# line "@@ TEST" ends each; a run without a count is one failure.

/^[0-9]+%: Checks: / {
    gsub(",", "")
    failed += $5 + $7
    passed += $3 - $5 - $7
    counted = 1
    if (!($5 + $7))
        next
}
/^@@ / {
    if (!counted) {
        print "FAIL " $2 ": it gave no count"
        failed++
    }
    counted = 0
    next
}
!/^Running suite/
END {
    printf "%d passed, %d failed\n", passed, failed
    exit failed || !passed
}
