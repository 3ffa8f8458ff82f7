# SPDX-License-Identifier: MIT
# fuzz.mk - build the guest fuzzer and run it; included by guests.mk.
#
#   make fuzz                   500 seeds
#   make fuzz SEEDS=1-2000
#   make fuzz SEED=17           the group of seed 17 again

FUZZ_SRC := $(wildcard tests/guests/fuzz/*.c tests/guests/fuzz/*.S)
FUZZ_OBJ := $(FUZZ_SRC:tests/guests/fuzz/%=$(GUEST_OUT)/fuzz/%.o)
SEEDS ?= 1-500

$(GUEST_OUT)/fuzz/%.S.o: tests/guests/fuzz/%.S $(guest-stamp)
	@mkdir -p $(@D)
	@$(GUEST_CC) $(GUEST_FLAGS) -D__ASSEMBLY__ -c -o $@ $<

$(GUEST_OUT)/fuzz/%.o: tests/guests/fuzz/% $(guest-stamp)
	@mkdir -p $(@D)
	@$(GUEST_CC) $(GUEST_FLAGS) -c -o $@ $<

$(GUEST_OUT)/fuzz.elf: $(FUZZ_OBJ) $(guest-lib) tests/guests/lib/guest.lds
	@echo "  GUEST   $@"
	@$(GUEST_CC) -nostdlib -static -no-pie -Wl,--build-id=none \
	    -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments \
	    -T tests/guests/lib/guest.lds -o $@ $(FUZZ_OBJ) $(guest-lib)

.PHONY: fuzz check-hostile fuzz-guest check-defects
fuzz-guest: $(GUEST_OUT)/fuzz.elf
fuzz: fuzz-guest
	@$(MAKE) --no-print-directory BUILD=build/debug debug=y hv
	tests/guests/fuzz/run $(if $(SEED),--seed $(SEED),--seeds $(SEEDS)) \
	    $(FUZZ_ARGS)

check-hostile: fuzz-guest
	@$(MAKE) --no-print-directory BUILD=build/debug debug=y hv
	tests/guests/fuzz/run --seeds 1-20

# Defects put into a copy, each of which tests must notice.
check-defects:
	@tests/defects/run $(DEFECTS)

.SECONDARY: $(FUZZ_OBJ)
