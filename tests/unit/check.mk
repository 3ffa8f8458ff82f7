# SPDX-License-Identifier: MIT
# check.mk - unit tests on the host: `make check-unit`. TESTS="frame pt" runs
# those; JOBS is how many are built and run at a time.

.PHONY: check-unit
check-unit: $(BUILD)/decoders.o
	@BUILD=$(BUILD) HOSTCC=$(HOSTCC) tests/unit/run $(TESTS)

# What the tests reach; COVERAGE_ARGS="--operations" is quick.
.PHONY: coverage
coverage: $(BUILD)/decoders.o
	@BUILD=$(BUILD) $(PYTHON) tests/run/coverage.py --build $(BUILD) \
	    $(COVERAGE_ARGS)
