# SPDX-License-Identifier: MIT
#
# decoders.mk - build/decoders.o: our front ends and what they need of the
# distribution's static archives, as one object whose only symbols are the
# functions of hv/decompress.h. Of the hypervisor it wants panic() and the stack
# guard, and nothing else: the last line of the recipe checks that.
#
# Uses CC LD OBJCOPY NM AR BUILD HV_CFLAGS; the archives come from liblzma-dev,
# zlib1g-dev, libzstd-dev and liblz4-dev. Notices: docs/third-party.md.

decoders-dir := common/loader
decoders-build := $(BUILD)/decoders
decoders-stems := decompress decompress_heap decompress_gzip decompress_xz \
                  decompress_zstd decompress_lz4 shim
decoders-objs := $(decoders-stems:%=$(decoders-build)/%.o)
decoders-exports := decompress decompress_measure decompress_heap_init
decoders-imports := panic __stack_chk_guard
decoders-archive = $(shell $(CC) -print-file-name=lib$(1).a)
decoders-legacy := $(decoders-build)/zstd_legacy.o

$(decoders-objs): $(decoders-build)/%.o: $(decoders-dir)/%.c
	@mkdir -p $(@D)
	$(CC) $(HV_CFLAGS) -MMD -MP -c -o $@ $<

# A copy loop must not become a call of the function that it is in.
$(decoders-build)/shim.o: HV_CFLAGS += -fno-tree-loop-distribute-patterns

# Decoders of zstd before 1.0 are 91 KB, and ours never sees such a frame: give
# every name that libzstd asks of them to one function that returns an error.
$(decoders-legacy): $(call decoders-archive,zstd)
	@mkdir -p $(@D)
	{ echo '.section .note.GNU-stack; .text'; \
	  $(NM) -A $< | awk '/ U Z(STD|BUFF)v0/ { print ".globl " $$NF "; " $$NF ":" }' | \
	      sort -u; \
	  echo 'mov $$-1, %rax; ret'; } >$(@:.o=.s)
	$(CC) -c -o $@ $(@:.o=.s)

$(BUILD)/decoders.o: $(decoders-objs) $(decoders-legacy) \
                     $(decoders-dir)/decoders.lds $(decoders-dir)/decoders.mk
	$(LD) -r --gc-sections $(decoders-exports:%=-u %) \
	    -T $(decoders-dir)/decoders.lds -o $@ $(decoders-objs) \
	    $(decoders-legacy) $(foreach lib,lzma z zstd lz4,\
	    $(call decoders-archive,$(lib)))
	$(OBJCOPY) $(decoders-exports:%=--keep-global-symbol=%) $@
	@$(NM) -u $@ | awk '{ print $$2 }' | \
	    grep -vxF $(decoders-imports:%=-e %) -e _GLOBAL_OFFSET_TABLE_ | \
	    sed 's/^/decoders.o must not want: /' | (! grep .) || \
	    { rm -f $@; exit 1; }

-include $(decoders-objs:.o=.d)
