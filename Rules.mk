# SPDX-License-Identifier: MIT
# Rules.mk - how a .c and a .S become objects of the hypervisor.

HV_WARN := -Wall -Wextra -Werror -Wimplicit-fallthrough -Wstrict-prototypes \
           -Wmissing-prototypes -Wvla -Wundef -Wpointer-arith

# -fPIE with hidden visibility: the image lies 2 GiB-reachable from itself but
# in none of the ranges that the kernel and small code models demand.
# The stack guard is a global, because FS and GS belong to the guest.
HV_CFLAGS := -std=gnu11 -g -ffreestanding $(OPT) $(HV_WARN) \
             -fPIE -fvisibility=hidden -include include/hv/visibility.h \
             -mno-red-zone -mgeneral-regs-only -mpreferred-stack-boundary=3 \
             -fno-strict-aliasing -fno-common -fno-asynchronous-unwind-tables \
             -fno-omit-frame-pointer -fno-jump-tables \
             -fstack-protector-strong -mstack-protector-guard=global \
             -ftrivial-auto-var-init=zero \
             -ffile-prefix-map=$(CURDIR)=. -fcf-protection=none \
             -Iinclude -Iarch/x86/include -I$(BUILD)/include

HV_CFLAGS-$(debug) += -DHV_DEBUG=1
HV_CFLAGS += $(HV_CFLAGS-y)
HV_AFLAGS := -g -D__ASSEMBLER__ -Iinclude -Iarch/x86/include \
             -I$(BUILD)/include -ffile-prefix-map=$(CURDIR)=. $(HV_CFLAGS-y)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(HV_CFLAGS) -flto -MMD -MP -c $< -o $@

$(BUILD)/obj/%.o: %.S
	@mkdir -p $(@D)
	@echo "  AS      $<"
	@$(CC) $(HV_AFLAGS) -MMD -MP -c $< -o $@
