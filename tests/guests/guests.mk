# SPDX-License-Identifier: MIT
# guests.mk - build the guest tests; works alone and included by the Makefile.
#
# A guest links against the public headers and tests/guests/lib, nothing else.
# PUBLIC_INC is the folder that holds xen.h; it is seen as <xen/...>.

PUBLIC_INC ?= include/public
GUEST_OUT := build/guests
GUEST_CC ?= gcc
GUEST_HV ?= build/parapet

GUEST_FLAGS := -std=gnu11 -ffreestanding -O2 -g -Wall -Wextra -Werror \
        -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
        -Wimplicit-fallthrough -Wpointer-arith \
        -mcmodel=kernel -mno-red-zone -mgeneral-regs-only -fno-pic -fno-pie \
        -fno-stack-protector -fno-strict-aliasing -fno-common \
        -fno-asynchronous-unwind-tables -fcf-protection=none \
        -fno-delete-null-pointer-checks \
        -D__XEN_INTERFACE_VERSION__=0x00040d00 \
        -I$(GUEST_OUT)/include -Itests/guests/lib -MMD -MP

guest-names := $(sort $(patsubst tests/guests/%/main.c,%, \
        $(wildcard tests/guests/*/main.c)))
guest-elfs := $(guest-names:%=$(GUEST_OUT)/%.elf)
# A folder may hold more than its main.c.
guest-objs = $(patsubst tests/guests/%.c,$(GUEST_OUT)/%.o, \
        $(sort $(wildcard tests/guests/$1/*.c)))
guest-lib := $(patsubst tests/guests/lib/%,$(GUEST_OUT)/lib/%.o, \
        $(wildcard tests/guests/lib/*.c tests/guests/lib/*.S))

.PHONY: guests check-guests
guests: $(guest-elfs)

# On an image that checks the order of its locks, and by counted time.
GUEST_HV_DEBUG := build/debug/parapet
check-guests: guests
	@$(MAKE) --no-print-directory BUILD=build/debug debug=y hv
	tests/guests/run --hypervisor $(GUEST_HV_DEBUG) --icount

# The same images on Debian's Xen and here, check by check.
.PHONY: check-differential
check-differential: guests $(GUEST_HV)
	@$(PYTHON) tests/run/run_differential.py --hypervisor $(GUEST_HV) \
	    --icount --no-build

# The folder's own name must not matter to #include <xen/...>. When PUBLIC_INC
# names another folder the stamp changes, and everything is compiled again.
guest-stamp := $(GUEST_OUT)/include/stamp
$(guest-stamp): FORCE-guest-stamp
	@mkdir -p $(@D)
	@[ "$$(cat $@ 2>/dev/null)" = "$(abspath $(PUBLIC_INC))" ] || { \
	    ln -sfn $(abspath $(PUBLIC_INC)) $(@D)/xen && \
	    echo $(abspath $(PUBLIC_INC)) >$@; }
.PHONY: FORCE-guest-stamp
FORCE-guest-stamp:

$(GUEST_OUT)/lib/%.S.o: tests/guests/lib/%.S $(guest-stamp)
	@mkdir -p $(@D)
	@$(GUEST_CC) $(GUEST_FLAGS) -D__ASSEMBLY__ -c -o $@ $<

$(GUEST_OUT)/lib/%.o: tests/guests/lib/% $(guest-stamp)
	@mkdir -p $(@D)
	@$(GUEST_CC) $(GUEST_FLAGS) -c -o $@ $<

$(GUEST_OUT)/%.o: tests/guests/%.c $(guest-stamp)
	@mkdir -p $(@D)
	@$(GUEST_CC) $(GUEST_FLAGS) -c -o $@ $<

$(foreach name,$(guest-names),$(eval \
    $(GUEST_OUT)/$(name).elf: $(call guest-objs,$(name))))
# bench.mk says of what these are made.
bench-elfs := $(patsubst tests/bench/%/main.c,$(GUEST_OUT)/bench/%.elf, \
        $(wildcard tests/bench/*/main.c))
$(guest-elfs) $(bench-elfs): $(guest-lib) tests/guests/lib/guest.lds
	@echo "  GUEST   $@"
	@$(GUEST_CC) -nostdlib -static -no-pie -Wl,--build-id=none \
	    -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments \
	    -T tests/guests/lib/guest.lds -o $@ $(filter %.o,$^)

include tests/guests/fuzz/fuzz.mk

.SECONDARY: $(foreach name,$(guest-names),$(call guest-objs,$(name))) \
        $(guest-lib)
-include $(wildcard $(GUEST_OUT)/*/*.d $(GUEST_OUT)/bench/*/*.d)
