# SPDX-License-Identifier: MIT
# Makefile - top to bottom: what the image is made of, how it is linked, and
# what else can be asked for (`make help`).

.DEFAULT_GOAL := hv
include Config.mk
include Rules.mk

HV_DIRS := $(shell find arch/x86 common drivers -type d 2>/dev/null)
# The decoders are built by their own rules (common/loader/decoders.mk).
HV_SRC  := $(sort $(wildcard $(addsuffix /*.c,$(HV_DIRS)) \
                             $(addsuffix /*.S,$(HV_DIRS))))
HV_SRC  := $(filter-out %.lds.S arch/x86/asm_offsets.c,$(HV_SRC))
-include common/loader/decoders.mk
-include common/debug/symbols.mk
# What only debug builds have.
HV_EXCLUDE-n := common/sync/lock_order.c $(wildcard arch/x86/debug/*.c) \
                $(wildcard common/debug/check*.c) common/debug/tally.c \
                common/debug/gather.c
HV_SRC  := $(filter-out $(HV_EXCLUDE) $(HV_EXCLUDE-$(debug)),$(HV_SRC))
HV_OBJ  := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter %.c,$(HV_SRC))) \
           $(patsubst %.S,$(BUILD)/obj/%.o,$(filter %.S,$(HV_SRC)))
OFFSETS := $(BUILD)/include/asm/offsets.h
HV_LDS  := $(BUILD)/hypervisor.lds
HV_LDFLAGS := -nostdlib -static -no-pie -z noexecstack --build-id=sha1 \
              -z max-page-size=4096 --no-warn-rwx-segments -T $(HV_LDS)

.PHONY: hv all clean help
all: hv
hv: $(BUILD)/parapet

# Offsets of C structures for the assembler.
$(BUILD)/asm_offsets.s: arch/x86/asm_offsets.c
	@mkdir -p $(@D)
	@$(CC) $(HV_CFLAGS) -fno-stack-protector -MMD -MP -MT $@ -S $< -o $@

$(OFFSETS): $(BUILD)/asm_offsets.s
	@mkdir -p $(@D)
	@sed -n 's/^.*->\([A-Za-z0-9_]*\) [$$]*\([-0-9]*\).*/#define \1 \2/p' \
	    $< > $@

$(filter $(BUILD)/obj/%.o,$(HV_OBJ)): $(OFFSETS)

# The age of the sources, not of the build: the same sources, the same image.
HV_DATE := $(shell LC_ALL=C date -u 2>/dev/null \
    -d "@$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null)}")
$(BUILD)/obj/common/control/version_op.o: \
    HV_CFLAGS += $(if $(HV_DATE),-DPARAPET_DATE='"$(HV_DATE)"')

$(HV_LDS): arch/x86/hypervisor.lds.S arch/x86/include/asm/layout.h
	@mkdir -p $(@D)
	@$(CC) -E -P -x assembler-with-cpp $(HV_AFLAGS) $< -o $@

# All of the hypervisor as one object, so that what one file asks of another
# costs no call where it is small.
$(BUILD)/hypervisor.o: $(HV_OBJ)
	@echo "  LTO     $@"
	@$(CC) $(HV_CFLAGS) -flto=auto -flinker-output=nolto-rel -r -nostdlib -Wl,-z,noexecstack \
	    -o $@ $(HV_OBJ)

# Linked twice: the second time with the symbol table made from the first.
$(BUILD)/parapet.elf: $(BUILD)/hypervisor.o $(HV_EXTRA_OBJ) $(HV_LDS) $(HV_SYMBOLS_DEPS)
	@echo "  LD      $@"
	@$(LD) $(HV_LDFLAGS) -o $@.0 $(BUILD)/hypervisor.o $(HV_EXTRA_OBJ)
	$(call HV_SYMBOLS_LINK,$@.0,$@)

$(BUILD)/parapet: $(BUILD)/parapet.elf
	@echo "  IMAGE   $@"
	@$(OBJCOPY) -O binary $< $@

include tests/guests/guests.mk
include tests/system/system.mk
include tests/bench/bench.mk
-include tests/unit/check.mk
include tests/sim/sim.mk
-include tests/fuzz/rules.mk

.PHONY: check check-headers
# Headers alone, and the ABI against the system's own headers.
check-headers:
	@tests/abi/run

check:
	@$(PYTHON) tests/run/stages.py check-headers check-unit check-sim check-fuzz \
	    check-guests check-hostile check-scripts check-system

clean:
	rm -rf $(BUILD)

help:
	@echo "make               build/parapet, the image that loaders take"
	@echo "make run           a shell in domain 0, in QEMU, on this terminal"
	@echo "make check         all tests; parts of it: check-headers check-unit"
	@echo "                   check-sim check-fuzz check-guests check-hostile"
	@echo "                   check-scripts check-system"
	@echo "make simulate      the scheduler under a virtual clock, up to 256"
	@echo "                   CPUs and 10,000 vcpus: shares, latencies, costs"
	@echo "make fuzz          500 hostile guests; SEEDS=a-b, or SEED=n again"
	@echo "make fuzz-host     libFuzzer on each parser; SECONDS= for each (60)"
	@echo "make check-defects defects put in, each caught by named tests"
	@echo "make coverage      lines that unit tests reach, hypercalls that"
	@echo "                   guest tests make"
	@echo "make check-differential  the guest tests here and on Debian's Xen"
	@echo "make check-tools   xl and its daemons here and on Debian's Xen"
	@echo "make check-libvirt virsh here and on Debian's Xen"
	@echo "make soak          long runs: every CPU and board 20 times, mixed load"
	@echo "make bench         time and instructions: bare Linux, Xen, Parapet"
	@echo "make iso           build/parapet.iso: GRUB, BIOS and UEFI"
	@echo "make install       to /boot, with an entry for GRUB (DESTDIR=)"
	@echo "make clean         remove $(BUILD)/"
	@echo "Options: debug=y checks invariants, order of locks; BUILD= where to build"

-include $(HV_OBJ:.o=.d) $(BUILD)/asm_offsets.d
