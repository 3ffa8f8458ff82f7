# SPDX-License-Identifier: MIT
# symbols.mk - link the hypervisor with a table of its own function names.
#
# The image was linked without names (no_symbols.S). Linked again with all of
# them, what lies behind the table moves once; then the addresses hold. The
# build stops if they do not.

HV_SYMBOLS_DEPS := tools/build/symbols.awk
hv-symbols = $(NM) -n $1 | LC_ALL=C awk -f $(HV_SYMBOLS_DEPS)
hv-symbols-object = $(call hv-symbols,$1) >$2.S && $(CC) -c $2.S -o $2.o

# $(call HV_SYMBOLS_LINK,<linked without names>,<image>)
define HV_SYMBOLS_LINK
@$(call hv-symbols-object,$1,$2.names0)
@$(LD) $(HV_LDFLAGS) -o $2.1 $(BUILD)/hypervisor.o $(HV_EXTRA_OBJ) $2.names0.o
@$(call hv-symbols-object,$2.1,$2.names)
@$(LD) $(HV_LDFLAGS) -o $2 $(BUILD)/hypervisor.o $(HV_EXTRA_OBJ) $2.names.o
@$(call hv-symbols,$2) | cmp -s - $2.names.S || \
	{ echo "$2: functions moved between two links" >&2; rm -f $2; exit 1; }
endef
