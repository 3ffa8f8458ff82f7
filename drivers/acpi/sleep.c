/* SPDX-License-Identifier: MIT */
/*
 * sleep.c - the one thing we want of AML: the two values in the \_S5 package.
 *
 * Name (_S5, Package () { a, b, .. }) is NameOp, an optional root prefix, the
 * name, PackageOp, PkgLength, a count, then integers in one of a few forms
 * (ACPI 6.5 20.2). We look for exactly that and run nothing. Pure.
 */
#include <hv/acpi.h>
#include <hv/string.h>

#define AML_ZERO        0x00u   /* ACPI 6.5 20.3 */
#define AML_ONE         0x01u
#define AML_NAME        0x08u
#define AML_BYTE        0x0au
#define AML_PACKAGE     0x12u
#define AML_ROOT        0x5cu   /* '\' */
#define SLP_TYP_MAX     7u      /* three bits, ACPI 6.5 4.8.3.2.1 */

struct aml {
    const uint8_t *at, *end;
};

static bool next_byte(struct aml *s, uint8_t *out)
{
    if (s->at == s->end)
        return false;
    *out = *s->at++;
    return true;
}

static bool small_integer(struct aml *s, uint8_t *out)
{
    uint8_t op;

    if (!next_byte(s, &op))
        return false;
    if (op == AML_BYTE)
        return next_byte(s, out) && *out <= SLP_TYP_MAX;
    *out = op;
    return op == AML_ZERO || op == AML_ONE;
}

/* What follows the name: true when it is a package of two small integers. */
static bool package(struct aml s, uint8_t *a, uint8_t *b)
{
    uint8_t op, lead, count;

    if (!next_byte(&s, &op) || op != AML_PACKAGE || !next_byte(&s, &lead))
        return false;
    if ((size_t)(s.end - s.at) < (size_t)(lead >> 6))
        return false;
    s.at += lead >> 6;          /* more length bytes, ACPI 6.5 20.2.4 */
    return next_byte(&s, &count) && count >= 2 &&
           small_integer(&s, a) && small_integer(&s, b);
}

static bool is_named(const uint8_t *aml, size_t at)
{
    if (at >= 1 && aml[at - 1] == AML_NAME)
        return true;
    return at >= 2 && aml[at - 1] == AML_ROOT && aml[at - 2] == AML_NAME;
}

bool acpi_find_s5(const uint8_t *aml, size_t length, uint8_t *a, uint8_t *b)
{
    for (size_t at = 0; at + 4 <= length; at++) {
        struct aml rest = { aml + at + 4, aml + length };

        if (memcmp(aml + at, "_S5_", 4) == 0 && is_named(aml, at) &&
            package(rest, a, b))
            return true;
    }
    return false;
}
