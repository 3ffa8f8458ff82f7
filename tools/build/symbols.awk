# SPDX-License-Identifier: MIT
# symbols.awk - from `nm -n image` to the symbol table in assembler, for
# common/debug/symbols.c, which says what the table looks like.
#
# Names are cut after each underscore and before each dot, and the 128 pieces
# that save most become one byte each: about half the size. Run it with
# LC_ALL=C, so that the same names always give the same bytes.

BEGIN {
    TOKENS = 128
    PER_MARKER = 16         # SYMBOLS_PER_MARKER
    TAIL = 4096             # what the last function may be long
    count = 0
    for (i = 0; i < 16; i++) {
        digit[substr("0123456789abcdef", i + 1, 1)] = i
    }
}

# The low 32 bits of an address.
function low_bits(hex,    value, i) {
    value = 0
    for (i = length(hex) - 7; i <= length(hex); i++)
        value = value * 16 + digit[substr(hex, i, 1)]
    return value
}

# Fill piece[1..n] with the parts of @name and return n.
function cut(name, piece,    n, start, i, c) {
    n = 0
    start = 1
    for (i = 1; i <= length(name); i++) {
        c = substr(name, i + 1, 1)
        if (i == length(name) || c == "." || substr(name, i, 1) == "_") {
            piece[++n] = substr(name, start, i - start + 1)
            start = i + 1
        }
    }
    return n
}

# Of two names for one address the plain one, not a boundary like __start.
# What lies in the hypervisor's half; link-time optimisation leaves symbols of
# debug sections that begin at 0.
$2 ~ /^[tTwW]$/ && NF == 3 && $1 ~ /^ffff/ {
    if (count && $1 == address[count - 1]) {
        if ($3 !~ /^_/)
            name[count - 1] = $3
        next
    }
    address[count] = $1
    name[count++] = $3
}

function choose_tokens(    i, n, p, part, best) {
    for (i = 0; i < count; i++) {
        n = cut(name[i], part)
        for (p = 1; p <= n; p++)
            saving[part[p]] += length(part[p]) - 1
    }
    for (i = 0; i < TOKENS; i++) {
        best = ""
        for (p in saving)
            if (best == "" || saving[p] > saving[best] ||
                (saving[p] == saving[best] && p < best))
                best = p
        token[i] = best
        if (best != "") {
            number[best] = i
            delete saving[best]
        }
    }
}

# Print the code of @name, length first; returns how many bytes that is.
function print_name(name,    n, p, part, text, size) {
    n = cut(name, part)
    size = 0
    for (p = 1; p <= n; p++) {
        if (part[p] in number) {
            text = text sprintf("\\%03o", 128 + number[part[p]])
            size++
        } else {
            text = text part[p]
            size += length(part[p])
        }
    }
    if (size > 255) {
        print "symbols.awk: name too long: " name > "/dev/stderr"
        exit 1
    }
    printf "\t.ascii \"\\%03o%s\"\n", size, text
    return size + 1
}

function label(name, align) {
    printf "\t.balign %d\n\t.globl %s\n\t.hidden %s\n%s:\n", align, name,
           name, name
}

END {
    first = count ? low_bits(address[0]) : 0
    choose_tokens()
    print "\t.section .symtab_hv, \"a\""
    label("symbol_base", 8)
    printf "\t.quad 0x%s\n", count ? address[0] : "0"
    label("symbol_count", 4)
    printf "\t.long %d\n", count
    label("symbol_span", 4)
    printf "\t.long %d\n",
           count ? low_bits(address[count - 1]) - first + TAIL : 0
    label("symbol_offsets", 4)
    for (i = 0; i < count; i++)
        printf "\t.long %d\n", low_bits(address[i]) - first
    label("symbol_tokens", 1)
    for (i = 0; i < TOKENS; i++)
        printf "\t.ascii \"\\%03o%s\"\n", length(token[i]), token[i]
    label("symbol_names", 1)
    at = 0
    for (i = 0; i < count; i++) {
        if (i % PER_MARKER == 0)
            marker[i / PER_MARKER] = at
        at += print_name(name[i])
    }
    label("symbol_markers", 4)
    for (i = 0; i * PER_MARKER < count; i++)
        printf "\t.long %d\n", marker[i]
    print "\t.section .note.GNU-stack, \"\", @progbits"
}
