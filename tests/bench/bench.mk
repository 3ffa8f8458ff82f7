# SPDX-License-Identifier: MIT
#
# bench.mk - the benchmark, its plugin for QEMU and its small guest.

BENCH_PLUGIN := $(BUILD)/bench/phase_count.so
BENCH_HEADER := tests/system/root/phase_mark.h

.PHONY: bench
bench: $(BUILD)/parapet $(BENCH_PLUGIN) $(GUEST_OUT)/bench.elf
	@$(SYSTEM_RUN)/packages.sh run soak
	@$(PYTHON) tests/bench/benchmark.py --build $(BUILD) \
	    --hypervisor $(BUILD)/parapet $(BENCH_ARGS)

$(BENCH_PLUGIN): tests/bench/plugin/phase_count.c \
                 tests/bench/plugin/plugin_api.h $(BENCH_HEADER)
	@mkdir -p $(@D)
	@echo "  PLUGIN  $@"
	@$(CC) -O2 -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden \
	    -Itests/system/root -o $@ $<

# Measures, and promises nothing: so it is no guest test.
bench-objs := $(GUEST_OUT)/bench/main.o $(GUEST_OUT)/bench/lateness.o
$(bench-objs): $(GUEST_OUT)/bench/%.o: tests/bench/guest/%.c \
               tests/bench/guest/bench.h $(BENCH_HEADER) $(guest-stamp)
	@mkdir -p $(@D)
	@$(GUEST_CC) $(GUEST_FLAGS) -Itests/system/root -c -o $@ $<

$(GUEST_OUT)/bench.elf: $(bench-objs)
.SECONDARY: $(bench-objs)
