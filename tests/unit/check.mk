# SPDX-License-Identifier: MIT
# check.mk - unit tests on the host: `make check-unit`. TESTS="frame pt" runs
# those; JOBS is how many are built and run at a time.

.PHONY: check-unit
check-unit: $(BUILD)/decoders.o
	@BUILD=$(BUILD) HOSTCC=$(HOSTCC) tests/unit/run $(TESTS)
