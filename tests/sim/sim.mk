# SPDX-License-Identifier: MIT
# sim.mk - the scheduler simulator: `make check-sim` in seconds, `make simulate`
# in minutes, with plots and figures for docs/.

include tests/unit/unit.mk

SIM_SRC := $(wildcard tests/sim/*.c) $(sched-core) $(sched-policies) \
           common/sync/softirq.c common/sync/timer.c common/lib/leftist.c \
           common/lib/bitmap.c common/core/cpu.c common/lib/cpu_list.c common/lib/format.c \
           tests/unit/fake/fake_heap.c tests/unit/fake/fake_spinlock.c \
           tests/unit/fake/fake_printk.c

$(BUILD)/sim/sim: $(SIM_SRC) $(wildcard tests/sim/*.h common/sched/*.h \
                                        include/hv/*.h tests/unit/fake/*/*.h)
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	@$(HOSTCC) -O2 -g -std=gnu11 -Wall -Wextra -Werror -o $@ $(SIM_SRC) \
	    -Itests/unit/fake -Itests/unit -Iinclude -Iarch/x86/include

.PHONY: check-sim simulate
check-sim: $(BUILD)/sim/sim
	@$< check

simulate: $(BUILD)/sim/sim
	@$(PYTHON) tests/sim/plot.py $< --output $(BUILD)/sim $(SIM_ARGS)
