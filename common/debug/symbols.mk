# SPDX-License-Identifier: MIT
# symbols.mk - link the hypervisor with a table of its own function names.
#
# The includer defines  hv-link = <command that links the image $1 with the
# further object $2>  and writes its rule's recipe as
#       $(call hv-link-with-symbols,$@)
# Three links: without names; with all of them, which settles the addresses;
# with these addresses. The last two must agree, or the build stops.

symbols-awk := tools/build/symbols.awk
symbols-nm = LC_ALL=C $(NM) -n $1
symbols-table = awk -f $(symbols-awk) >$1.S && $(CC) -c $1.S -o $1.o

define hv-link-with-symbols
@printf '' | LC_ALL=C $(call symbols-table,$1.names0)
@$(call hv-link,$1.link0,$1.names0.o)
@$(call symbols-nm,$1.link0) | LC_ALL=C $(call symbols-table,$1.names1)
@$(call hv-link,$1.link1,$1.names1.o)
@$(call symbols-nm,$1.link1) | LC_ALL=C $(call symbols-table,$1.names2)
@$(call hv-link,$1.link2,$1.names2.o)
@$(call symbols-nm,$1.link2) | LC_ALL=C awk -f $(symbols-awk) | \
        cmp -s - $1.names2.S || \
        { echo "$1: function addresses moved between links" >&2; exit 1; }
@mv $1.link2 $1 && rm -f $1.link[01] $1.names[012].[So]
endef
