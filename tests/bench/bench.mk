# SPDX-License-Identifier: MIT
#
# bench.mk - the benchmark, its plugin for QEMU and its small guests.

BENCH_PLUGIN := $(BUILD)/bench/phase_count.so
BENCH_HEADER := tests/system/root/phase_mark.h

.PHONY: bench
bench: $(BUILD)/parapet $(BENCH_PLUGIN) $(bench-elfs) $(GUEST_OUT)/creator.elf
	@$(SYSTEM_RUN)/packages.sh run soak
	@$(PYTHON) tests/bench/benchmark.py --build $(BUILD) \
	    --hypervisor $(BUILD)/parapet $(BENCH_ARGS)

$(BENCH_PLUGIN): tests/bench/plugin/phase_count.c \
                 tests/bench/plugin/plugin_api.h $(BENCH_HEADER)
	@mkdir -p $(@D)
	@echo "  PLUGIN  $@"
	@$(CC) -O2 -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden \
	    -Itests/system/root -o $@ $<

# Guests that measure and promise nothing: so they are no guest tests.
bench-objs = $(patsubst tests/bench/%.c,$(GUEST_OUT)/bench/%.o, \
        $(sort $(wildcard tests/bench/$1/*.c) tests/bench/guest/cost.c))
$(GUEST_OUT)/bench/%.o: tests/bench/%.c $(guest-stamp)
	@mkdir -p $(@D)
	@$(GUEST_CC) $(GUEST_FLAGS) -Itests/system/root -Itests/bench/guest \
	    -c -o $@ $<

$(foreach elf,$(bench-elfs),$(eval \
    $(elf): $(call bench-objs,$(basename $(notdir $(elf))))))
.SECONDARY: $(foreach elf,$(bench-elfs), \
        $(call bench-objs,$(basename $(notdir $(elf)))))
