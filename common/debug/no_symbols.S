/* SPDX-License-Identifier: MIT */
/*
 * no_symbols.S - an empty symbol table, for the first link. All of it is weak:
 * in the last link the real one (tools/build/symbols.awk) takes its place.
 */
        .section .rodata
        .balign 8
        .irp    name, symbol_base, symbol_count, symbol_span, symbol_offsets, \
                      symbol_markers, symbol_tokens, symbol_names
        .weak   \name
        .hidden \name
        .type   \name, @object
\name:
        .endr
        .quad   0
        .section .note.GNU-stack, "", @progbits
