/* SPDX-License-Identifier: MIT */
/*
 * boot_plan.c - which modules make which domain.
 *
 * A module whose arguments begin with domain=NAME is a guest's kernel. The
 * first module, if it is not, is domain 0's. A module after a kernel that is no
 * guest's kernel is the initrd of the one before it; any other is nobody's.
 */
#include <hv/boot_plan.h>
#include <hv/compiler.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/log_level.h>
#include <hv/string.h>

#define OPTION      "domain="
#define MEMORY_MAX  GIB(1024)

static bool __init begins_with(const char *text, const char *word)
{
    return !strncmp(text, word, strlen(word));
}

static size_t __init word_length(const char *text)
{
    size_t n = 0;

    while (text[n] && text[n] != ' ')
        n++;
    return n;
}

static const char *__init next_word(const char *text)
{
    text += word_length(text);
    while (*text == ' ')
        text++;
    return text;
}

static bool __init name_char_is_sound(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool __init name_is_used(const struct boot_plan *plan, const char *name)
{
    for (unsigned int i = 0; i < plan->count; i++)
        if (!strcmp(plan->domain[i].name, name))
            return true;
    return false;
}

/* NULL, or what is wrong with the name that begins at @text. */
static const char *__init read_name(const struct boot_plan *plan,
                                    struct planned_domain *p, const char *text)
{
    size_t n = word_length(text);

    if (n == 0)
        return "has no name: write domain=NAME";
    if (n > PLAN_NAME_MAX)
        return "has too long a name: use at most 30 letters";
    for (size_t i = 0; i < n; i++)
        if (!name_char_is_sound(text[i]))
            return "has a name with other characters than letters, digits, "
                   "'-', '_' and '.': choose another";
    string_copy(p->name, text, n + 1);
    if (!strcmp(p->name, "Domain-0") || name_is_used(plan, p->name))
        return "has a name that is taken: choose another";
    return NULL;
}

static const char *__init read_memory(struct planned_domain *p,
                                      const char *value)
{
    const char *end;

    p->memory = string_to_size(value, &end, 1024) & PAGE_MASK;
    if (end == value || (*end && *end != ' '))
        return "has a mem= that is no size: write one as mem=128M";
    if (p->memory == 0)
        return "has no memory: write a larger size, as mem=128M";
    if (p->memory > MEMORY_MAX)
        return "has a mem= beyond 1 TiB: write a smaller size";
    return NULL;
}

static const char *__init read_vcpus(struct planned_domain *p,
                                     const char *value)
{
    const char *end;
    uint64_t n = string_to_u64(value, &end, 10);

    if (end == value || (*end && *end != ' ') || n == 0)
        return "has a vcpus= that is no number of vcpus: write vcpus=1";
    if (n > MAX_VCPUS)
        return "has a vcpus= beyond 128, the most that a domain can have: "
               "write a smaller number";
    p->vcpus = (unsigned int)n;
    return NULL;
}
_Static_assert(MAX_VCPUS == 128, "the text above");

/* Our words come first; "--" or any other word ends them. */
static const char *__init read_arguments(const struct boot_plan *plan,
                                         struct planned_domain *p,
                                         const char *text)
{
    const char *why = read_name(plan, p, text + strlen(OPTION));

    for (text = next_word(text); !why; text = next_word(text)) {
        if (begins_with(text, "mem="))
            why = read_memory(p, text + 4);
        else if (begins_with(text, "vcpus="))
            why = read_vcpus(p, text + 6);
        else
            break;
    }
    if (begins_with(text, "--") && word_length(text) == 2)
        text = next_word(text);
    p->cmdline = text;
    return why;
}

static void __init add_guest(struct boot_plan *plan, struct planned_domain *p,
                             const char *text)
{
    const char *why = read_arguments(plan, p, text);

    if (!why) {
        plan->domain[plan->count++] = *p;
        return;
    }
    plan->refused++;
    printk_always("Module %u (%.*s) %s; it is left out\n", p->module + 1,
                  (int)MIN(word_length(text), PLAN_NAME_MAX + 10), text, why);
}

void __init boot_plan_make(struct boot_plan *plan, const struct boot_info *info)
{
    *plan = (struct boot_plan){ .count = 0 };
    for (unsigned int i = 0; i < info->module_count; i++) {
        const char *text = boot_arguments(info->module[i].cmdline);
        struct planned_domain p = {
            .memory = PLAN_MEMORY_DEFAULT, .vcpus = 1, .module = i,
            .cmdline = text,
            .has_initrd = i + 1 < info->module_count &&
                !begins_with(boot_arguments(info->module[i + 1].cmdline),
                             OPTION),
        };

        if (begins_with(text, OPTION)) {
            add_guest(plan, &p, text);
        } else if (i == 0) {
            p.is_dom0 = true;
            p.memory = p.vcpus = 0;
            string_copy(p.name, "Domain-0", sizeof(p.name));
            plan->domain[plan->count++] = p;
        } else {
            printk_always("Module %u is nobody's: a guest's kernel begins its "
                          "arguments with domain=NAME\n", i + 1);
        }
        i += p.has_initrd && (p.is_dom0 || begins_with(text, OPTION));
    }
}

uint64_t __init boot_plan_guest_memory(const struct boot_plan *plan)
{
    uint64_t sum = 0;

    for (unsigned int i = 0; i < plan->count; i++)
        sum += plan->domain[i].memory;      /* at most 32 of 1 TiB */
    return sum;
}
