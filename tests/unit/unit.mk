# SPDX-License-Identifier: MIT
# unit.mk - the shipped sources and the fakes each unit test links.
unit-bitmap := common/lib/bitmap.c
unit-cmdline := common/core/cmdline.c common/lib/string_number.c tests/unit/fake/fake_printk.c
unit-format := common/lib/format.c
unit-string := common/lib/string_number.c tests/unit/fake/renamed_string.c tests/unit/fake/renamed_memory.S
