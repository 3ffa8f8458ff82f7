# SPDX-License-Identifier: MIT
# decoders.mk - build/decoders.o: our front ends and what they need of the
# distribution's static archives, as one object whose only symbols are the
# functions of hv/decompress.h. Of the hypervisor it wants decompress_rest(),
# panic() and the stack guard, and nothing else: its recipe's end checks that.
#
# Uses CC LD OBJCOPY NM BUILD HV_CFLAGS, adds to HV_EXCLUDE and HV_EXTRA_OBJ.
# The archives come from liblzma-dev, zlib1g-dev, libzstd-dev and liblz4-dev;
# their notices stand in docs/third-party.md.

decoders-dir := common/loader
decoders-build := $(BUILD)/decoders
decoders-stems := decompress decompress_heap decompress_gzip decompress_xz \
                  decompress_zstd decompress_lz4 shim
HV_EXCLUDE += $(decoders-stems:%=$(decoders-dir)/%.c)
HV_EXTRA_OBJ += $(BUILD)/decoders.o

decoders-objs := $(decoders-stems:%=$(decoders-build)/%.o)
decoders-legacy := $(decoders-build)/zstd_legacy.o
decoders-archive = $(shell $(CC) -print-file-name=lib$1.a)
decoders-archives := $(foreach lib,lzma z zstd lz4,\
                       $(call decoders-archive,$(lib)))
decoders-exports := decompress decompress_measure decompress_heap_init
decoders-imports := decompress_rest panic __stack_chk_guard _GLOBAL_OFFSET_TABLE_
# The archives keep xmm registers on a stack aligned to 16, ours is to 8. In the
# shim a copy loop must not become a call of the function that it is in.
decoders-cflags := -mpreferred-stack-boundary=4 -mincoming-stack-boundary=3 \
                   -fno-tree-loop-distribute-patterns

$(decoders-objs): $(decoders-dir)/decoders.mk
$(decoders-objs): $(decoders-build)/%.o: $(decoders-dir)/%.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(HV_CFLAGS) $(decoders-cflags) -MMD -MP -c -o $@ $<

# Decoders of zstd before 1.0 are 91 KB, and ours never sees such a frame: give
# every name that libzstd asks of them to one function that returns an error.
decoders-awk := / U Z(STD|BUFF)v0/ { print ".globl " $$NF "; " $$NF ":" }

$(decoders-legacy): $(call decoders-archive,zstd)
	@mkdir -p $(@D)
	@echo "  AS      $@"
	@{ echo '.section .note.GNU-stack; .text'; \
	   $(NM) -A $< | awk '$(decoders-awk)' | sort -u; \
	   echo 'mov $$-1, %rax; ret'; } >$(@:.o=.s)
	@$(CC) -c -o $@ $(@:.o=.s)

$(BUILD)/decoders.o: $(decoders-objs) $(decoders-legacy) \
                     $(decoders-dir)/decoders.lds $(decoders-dir)/decoders.mk
	@echo "  LD      $@"
	@$(LD) -r --gc-sections $(decoders-exports:%=-u %) -o $@.all \
	    -T $(decoders-dir)/decoders.lds $(decoders-objs) \
	    $(decoders-legacy) $(decoders-archives)
	@$(OBJCOPY) $(decoders-exports:%=--keep-global-symbol=%) $@.all $@.one
	@! $(NM) -u $@.one | sed 's/.* //' | \
	    grep -vxF $(decoders-imports:%=-e %) || \
	    { echo "$@ must do without the symbols above" >&2; exit 1; }
	@mv $@.one $@ && rm $@.all

-include $(decoders-objs:.o=.d)
