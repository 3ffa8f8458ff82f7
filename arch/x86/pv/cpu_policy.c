/* SPDX-License-Identifier: MIT */
/*
 * cpu_policy.c - the rows of a policy: made from whoever answers CPUID, looked
 * up, and changed by tools.
 *
 * A policy has the rows that its maker has leaves for, and never others, so a
 * domain's has those of cpuid_pv(). Tools write rows of any leaf that exists in
 * the interface: those that a policy lacks are zero for the guest, whatever
 * they hold.
 */
#include <asm/cpu_policy.h>
#include <hv/errno.h>
#include <hv/heap.h>
#include <hv/string.h>
#include <public/arch-x86/cpuid.h>

#define BIT(n)              (1u << (n))
#define NO_SUBLEAF          XEN_CPUID_NO_SUBLEAF

#define LEAF_CACHES         0x4u            /* SDM 2A, CPUID */
#define   CACHES_MAX        6u
#define   CACHE_TYPE(eax)   ((eax) & 0x1f)  /* 0: no more caches */
#define LEAF_LEVELS         0xbu
#define   LEVELS_MAX        2u
#define LEAF_XSTATE         0xdu
#define   XSTATES_MAX       63u
#define FEATURE_SUBLEAVES   2u              /* of leaf 7 */
#define BASIC_LAST          0xdu
#define XEN_LEAVES          XEN_CPUID_FIRST_LEAF
#define VIRIDIAN_LEAVES     (XEN_CPUID_FIRST_LEAF + 0x100)
#define EXTENDED_LAST       0x80000021u
#define LEAF_1_CLFLUSH      0x0000ff00u

/* What XSAVE, AVX and AVX-512 carry along. */
#define LEAF_1_ECX_AVX      BIT(28)
#define LEAF_1_ECX_OF_AVX   (BIT(12) | BIT(29))             /* FMA F16C */
#define LEAF_7_EBX_AVX512F  BIT(16)
#define LEAF_7_EBX_OF_AVX512 (BIT(17) | BIT(21) | BIT(28) | BIT(30) | BIT(31))
#define LEAF_7_EBX_AVX2     BIT(5)
#define XCR0_AVX            BIT(2)
#define XCR0_AVX512         (BIT(5) | BIT(6) | BIT(7))

/* -- making ---------------------------------------------------------------- */

struct listing {
    cpuid_fn answer;
    struct xen_cpuid_leaf *row;     /* NULL: only count */
    unsigned int count;
};

static struct cpuid_regs add_row(struct listing *l, uint32_t leaf,
                                 uint32_t subleaf)
{
    struct cpuid_regs r = l->answer(leaf, subleaf == NO_SUBLEAF ? 0 : subleaf);

    if (l->row)
        l->row[l->count] = (struct xen_cpuid_leaf){
            leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx,
        };
    l->count++;
    return r;
}

static void add_xstates(struct listing *l)
{
    struct cpuid_regs user = add_row(l, LEAF_XSTATE, 0);
    struct cpuid_regs supervisor = add_row(l, LEAF_XSTATE, 1);
    uint64_t states = (uint64_t)(user.edx | supervisor.edx) << 32 |
                      user.eax | supervisor.ecx;

    for (uint32_t i = 2; i < XSTATES_MAX; i++)
        if (states >> i & 1)
            add_row(l, LEAF_XSTATE, i);
}

static void add_basic(struct listing *l, uint32_t leaf)
{
    switch (leaf) {
    case LEAF_CACHES:
        for (uint32_t i = 0; i < CACHES_MAX; i++)
            if (!CACHE_TYPE(add_row(l, leaf, i).eax))
                break;
        break;
    case CPUID_EXTENDED:
        if (add_row(l, leaf, 0).eax >= 1)
            add_row(l, leaf, 1);
        break;
    case LEAF_LEVELS:
        for (uint32_t i = 0; i < LEVELS_MAX; i++)
            add_row(l, leaf, i);
        break;
    case LEAF_XSTATE:
        add_xstates(l);
        break;
    default:
        add_row(l, leaf, NO_SUBLEAF);
    }
}

/* Tools see no leaves of a hypervisor but how many there shall be, 0: as many
 * as there are. */
static void add_hypervisor(struct listing *l, uint32_t leaf)
{
    if (l->row)
        l->row[l->count] = (struct xen_cpuid_leaf){ leaf, NO_SUBLEAF,
                                                    0, 0, 0, 0 };
    l->count++;
}

static unsigned int list_rows(cpuid_fn answer, struct xen_cpuid_leaf *row)
{
    struct listing l = { .answer = answer, .row = row };
    uint32_t last = MIN(answer(CPUID_VENDOR, 0).eax, BASIC_LAST);

    for (uint32_t leaf = 0; leaf <= last; leaf++)
        add_basic(&l, leaf);
    add_hypervisor(&l, XEN_LEAVES);
    add_hypervisor(&l, VIRIDIAN_LEAVES);
    last = MIN(answer(CPUID_EXT_MAX, 0).eax, EXTENDED_LAST);
    for (uint32_t leaf = CPUID_EXT_MAX; leaf <= last; leaf++)
        add_row(&l, leaf, NO_SUBLEAF);
    return l.count;
}

static struct cpu_policy *alloc_policy(unsigned int count)
{
    struct cpu_policy *p = heap_alloc(sizeof(*p) + count * sizeof(p->row[0]),
                                      0);

    if (p)
        p->count = count;
    return p;
}

struct cpu_policy *policy_make(cpuid_fn answer)
{
    struct cpu_policy *p = alloc_policy(list_rows(answer, NULL));

    if (p)
        list_rows(answer, p->row);
    return p;
}

struct cpu_policy *policy_copy(const struct cpu_policy *p)
{
    struct cpu_policy *copy = alloc_policy(p->count);

    if (copy)
        memcpy(copy->row, p->row, p->count * sizeof(p->row[0]));
    return copy;
}

/* -- looking up ------------------------------------------------------------ */

static const struct xen_cpuid_leaf *find(const struct cpu_policy *p,
                                         uint32_t leaf, uint32_t subleaf)
{
    for (unsigned int i = 0; i < p->count; i++) {
        const struct xen_cpuid_leaf *r = &p->row[i];

        if (r->leaf == leaf &&
            (r->subleaf == NO_SUBLEAF || r->subleaf == subleaf))
            return r;
    }
    return NULL;
}

/* Tools may have said that there are fewer leaves than there are rows. */
static bool is_shown(const struct cpu_policy *p, uint32_t leaf)
{
    const struct xen_cpuid_leaf *first = find(p, leaf & CPUID_EXT_MAX, 0);

    if (leaf >= XEN_LEAVES && leaf < CPUID_EXT_MAX)
        return true;
    return first && leaf <= first->a;
}

struct cpuid_regs policy_lookup(const struct cpu_policy *p, uint32_t leaf,
                                uint32_t subleaf)
{
    const struct xen_cpuid_leaf *r = find(p, leaf, subleaf);

    if (!r || !is_shown(p, leaf))
        return (struct cpuid_regs){ 0 };
    return (struct cpuid_regs){ r->a, r->b, r->c, r->d };
}

/* -- changing -------------------------------------------------------------- */

static bool is_known(uint32_t leaf, uint32_t subleaf)
{
    switch (leaf) {
    case LEAF_CACHES:
        return subleaf < CACHES_MAX;
    case CPUID_EXTENDED:
        return subleaf < FEATURE_SUBLEAVES;
    case LEAF_LEVELS:
        return subleaf < LEVELS_MAX;
    case LEAF_XSTATE:
        return subleaf < XSTATES_MAX;
    default:
        return subleaf == NO_SUBLEAF &&
               (leaf <= BASIC_LAST || leaf == XEN_LEAVES ||
                leaf == VIRIDIAN_LEAVES ||
                (leaf >= CPUID_EXT_MAX && leaf <= EXTENDED_LAST));
    }
}

static bool is_of_maker(const struct xen_cpuid_leaf *in,
                        const struct cpuid_regs *most)
{
    return in->b == most->ebx && in->c == most->ecx && in->d == most->edx;
}

static void put(struct xen_cpuid_leaf *row, uint32_t a, uint32_t b, uint32_t c,
                uint32_t d)
{
    row->a = a;
    row->b = b;
    row->c = c;
    row->d = d;
}

static void cut(struct xen_cpuid_leaf *row, const struct xen_cpuid_leaf *in,
                const struct cpuid_regs *most)
{
    put(row, in->a & most->eax, in->b & most->ebx, in->c & most->ecx,
        in->d & most->edx);
}

/* A row that is there. What describes the machine comes from it, names and
 * caches are the tools' to choose, and all else is bits that may be less. */
static int merge_row(struct xen_cpuid_leaf *row,
                     const struct xen_cpuid_leaf *in,
                     const struct cpuid_regs *most)
{
    switch (in->leaf) {
    case CPUID_VENDOR:
    case CPUID_EXT_MAX:
        if (in->a > most->eax || !is_of_maker(in, most))
            return -EINVAL;
        row->a = in->a;
        break;
    case CPUID_FEATURES:
        put(row, in->a, most->ebx & LEAF_1_CLFLUSH, in->c & most->ecx,
            in->d & most->edx);
        row->c |= CPUID_ECX_HYPERVISOR;
        break;
    case CPUID_EXTENDED:
        if (in->subleaf == 0 && in->a > most->eax)
            return -EINVAL;
        cut(row, in, most);
        break;
    case LEAF_XSTATE:
        if (in->subleaf <= 1)
            put(row, in->a & most->eax, most->ebx, most->ecx,
                in->d & most->edx);
        break;
    case XEN_LEAVES:
        row->a = in->a;
        break;
    case VIRIDIAN_LEAVES:
        break;
    case CPUID_EXT_FEATURES:
        put(row, in->a, in->b & most->ebx, in->c & most->ecx,
            in->d & most->edx);
        break;
    case 2:
    case LEAF_CACHES:
    case 0x80000002 ... 0x80000006:
        put(row, in->a, in->b, in->c, in->d);
        break;
    case 0x80000008:
        put(row, most->eax, in->b & most->ebx, most->ecx, most->edx);
        break;
    default:
        cut(row, in, most);
    }
    return 0;
}

int policy_merge(struct cpu_policy *p, const struct xen_cpuid_leaf *in,
                 cpuid_fn most)
{
    struct xen_cpuid_leaf *row;
    struct cpuid_regs limit;

    if (!is_known(in->leaf, in->subleaf))
        return -ERANGE;
    row = (struct xen_cpuid_leaf *)find(p, in->leaf, in->subleaf);
    if (!row)
        return 0;
    limit = most(in->leaf, in->subleaf == NO_SUBLEAF ? 0 : in->subleaf);
    return merge_row(row, in, &limit);
}

/* Clear bits of a row, if there is one. */
static void hide(struct cpu_policy *p, uint32_t leaf, uint32_t a, uint32_t b,
                 uint32_t c)
{
    struct xen_cpuid_leaf *r = (struct xen_cpuid_leaf *)find(p, leaf, 0);

    if (r) {
        r->a &= ~a;
        r->b &= ~b;
        r->c &= ~c;
    }
}

void policy_settle(struct cpu_policy *p)
{
    if (!(policy_lookup(p, CPUID_FEATURES, 0).ecx & CPUID_ECX_XSAVE)) {
        hide(p, CPUID_FEATURES, 0, 0, LEAF_1_ECX_AVX);
        for (unsigned int i = 0; i < p->count; i++)
            if (p->row[i].leaf == LEAF_XSTATE)
                put(&p->row[i], 0, 0, 0, 0);
    }
    if (!(policy_lookup(p, CPUID_FEATURES, 0).ecx & LEAF_1_ECX_AVX)) {
        hide(p, CPUID_FEATURES, 0, 0, LEAF_1_ECX_OF_AVX);
        hide(p, CPUID_EXTENDED, 0, LEAF_7_EBX_AVX2 | LEAF_7_EBX_AVX512F, 0);
        hide(p, LEAF_XSTATE, XCR0_AVX, 0, 0);
    }
    if (!(policy_lookup(p, CPUID_EXTENDED, 0).ebx & LEAF_7_EBX_AVX512F)) {
        hide(p, CPUID_EXTENDED, 0, LEAF_7_EBX_OF_AVX512, 0);
        hide(p, LEAF_XSTATE, XCR0_AVX512, 0, 0);
    }
}

/* -- feature words --------------------------------------------------------- */

static struct cpuid_regs answer_if_there(cpuid_fn answer, uint32_t leaf,
                                         uint32_t subleaf)
{
    if (answer(leaf & CPUID_EXT_MAX, 0).eax < leaf ||
        (leaf == CPUID_EXTENDED && answer(leaf, 0).eax < subleaf))
        return (struct cpuid_regs){ 0 };
    return answer(leaf, subleaf);
}

void policy_feature_words(cpuid_fn answer, uint32_t words[FEATURE_WORDS])
{
    static const struct {
        uint32_t leaf, subleaf;
        unsigned int reg;               /* EAX first */
    } place[FEATURE_WORDS] = {
        { 1, 0, 3 }, { 1, 0, 2 }, { 0x80000001, 0, 3 }, { 0x80000001, 0, 2 },
        { 0xd, 1, 0 }, { 7, 0, 1 }, { 7, 0, 2 }, { 0x80000007, 0, 3 },
        { 0x80000008, 0, 1 }, { 7, 0, 3 }, { 7, 1, 0 }, { 0x80000021, 0, 0 },
        { 7, 1, 1 }, { 7, 2, 3 }, { 7, 1, 2 }, { 7, 1, 3 },
        [18] = { 0x80000021, 0, 2 },
    };

    for (unsigned int i = 0; i < FEATURE_WORDS; i++) {
        struct cpuid_regs r = answer_if_there(answer, place[i].leaf,
                                              place[i].subleaf);
        const uint32_t value[] = { r.eax, r.ebx, r.ecx, r.edx };

        words[i] = place[i].leaf ? value[place[i].reg] : 0;
    }
}
