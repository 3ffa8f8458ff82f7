# SPDX-License-Identifier: MIT
# rules.mk - fuzzing on the host: `make fuzz-host` runs each target for
# SECONDS, `make check-fuzz` replays the corpora; TARGETS="elf acpi" only those.

SECONDS ?= 60

.PHONY: fuzz-host check-fuzz
fuzz-host:
	@tests/run/packages.sh check
	@BUILD=$(BUILD) tests/fuzz/run fuzz $(SECONDS) $(TARGETS)

check-fuzz:
	@BUILD=$(BUILD) tests/fuzz/run replay $(TARGETS)
