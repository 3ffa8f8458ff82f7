/* SPDX-License-Identifier: MIT */
/* hypervisor.c - what the version string and the processor's maker say. */
#include "hypervisor.h"
#include "hypercall.h"
#include "report.h"
#include "string.h"

static bool runs_on_parapet(void)
{
    static const char ours[] = "parapet";
    xen_extraversion_t text;

    if (hc_xen_version(XENVER_extraversion, text))
        return false;
    for (size_t i = 0; i + sizeof(ours) <= sizeof(text); i++)
        if (!memcmp(text + i, ours, sizeof(ours) - 1))
            return true;
    return false;
}

bool cpu_is_intel(void)
{
    uint32_t eax = 0, ebx, ecx, edx;

    asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "=c" (ecx), "=d" (edx));
    return ebx == 0x756e6547;       /* "Genu" */
}

bool own_answer(const char *name)
{
    if (runs_on_parapet())
        return true;
    report_skip(name, "documents_Parapets_own_answer");
    return false;
}
