# SPDX-License-Identifier: MIT
# check.mk - build each unit test with the shipped sources that unit.mk names,
# for this machine and under sanitizers, run all, and add up what they say.

include tests/unit/unit.mk

UNIT_STEMS  := $(sort $(patsubst tests/unit/%_test.c,%,\
                                 $(wildcard tests/unit/*_test.c)))
UNIT_BIN    := $(UNIT_STEMS:%=$(BUILD)/unit/%)
UNIT_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Werror \
               -fsanitize=address,undefined -fno-sanitize-recover=undefined \
               -Itests/unit/fake -Itests/unit -Iinclude -Iarch/x86/include
UNIT_LIBS   := -lcheck -lsubunit -lm -lrt -lpthread
UNIT_HEADERS := $(wildcard tests/unit/*.h tests/unit/fake/*.h \
                           tests/unit/fake/*/*.h tests/unit/fake/*/*/*.h \
                           include/hv/*.h include/public/*.h \
                           arch/x86/include/asm/*.h)

.SECONDEXPANSION:
$(UNIT_BIN): $(BUILD)/unit/%: tests/unit/%_test.c $$(unit-$$*) \
             $(UNIT_HEADERS) tests/unit/unit.mk
	@echo "  UNIT    $*"
	@mkdir -p $(@D)
	@gcc $(unit-flags-$*) $(UNIT_CFLAGS) -o $@ $< $(unit-$*) \
	    $(unit-libs-$*) $(UNIT_LIBS)

# A test that prints no count of its own has ended badly: one failure.
.PHONY: check-unit
check-unit: $(UNIT_BIN)
	@printf '%s\n' $(UNIT_BIN) | xargs -P "$$(nproc)" -I{} sh -c \
	    '{} >{}.log 2>&1 || echo "{}: exit code $$?" >>{}.log; \
	     echo "@@ {}" >>{}.log'
	@awk -f tests/unit/sum.awk $(UNIT_BIN:%=%.log)
