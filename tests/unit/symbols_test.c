/* SPDX-License-Identifier: MIT */
/*
 * symbols_test.c - names of addresses, through a table that symbols.awk makes
 * of a list like nm's. The table and symbols.c are built and loaded here.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "unit.h"

#define BASE    0xffff82d0002ff000ul

static bool (*find)(unsigned long, char *, unsigned long *);
static void (*format)(char *, size_t, unsigned long);
static char folder[] = "/tmp/symbols_test.XXXXXX";

/* Run in the folder; the sources are found from where the test began. */
static void shell(const char *command)
{
    char line[1024];
    char root[512];

    ck_assert_ptr_nonnull(getcwd(root, sizeof(root)));
    snprintf(line, sizeof(line), "R='%s'; cd %s && %s", root, folder, command);
    ck_assert_msg(system(line) == 0, "%s", line);
}

/* Names that share their pieces, some long, some odd. */
static void function_name(unsigned int i, char *name)
{
    static const char *const subject[] = { "frame_", "port_", "vcpu_",
                                           "domain_type_", "x", "_" };
    static const char *const verb[] = { "get", "put_locked", "do.part.0",
                                        "find_next_zero_bit.constprop.0.cold" };

    sprintf(name, "%s%s_%u", subject[i % 6], verb[i / 6 % 4], i);
}

static unsigned long function_address(unsigned int i)
{
    return BASE + 24ul * i + 7ul * (i / 100) * 4096;
}

static void build(unsigned int count)
{
    char path[64], name[128];
    void *library;
    FILE *list;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/list", folder);
    list = fopen(path, "w");
    fprintf(list, "0000000000000010 a ABSOLUTE\n                 w missing\n");
    for (unsigned int i = 0; i < count; i++) {
        function_name(i, name);
        fprintf(list, "%016lx D data_%u\n", function_address(i), i);
        fprintf(list, "%016lx %c %s\n", function_address(i),
                i % 2 ? 't' : 'T', name);
    }
    if (count)
        fprintf(list, "%016lx T __text_end\n", function_address(count - 1));
    fclose(list);
    shell("LC_ALL=C awk -f $R/tools/build/symbols.awk list > table.S");
    shell("gcc -shared -fPIC -I$R/include table.S "
          "$R/common/debug/symbols.c $R/common/lib/format.c -o table.so");
    snprintf(path, sizeof(path), "%s/table.so", folder);
    library = dlopen(path, RTLD_NOW);
    ck_assert_msg(library, "%s", dlerror());
    find = (bool (*)(unsigned long, char *, unsigned long *))
        dlsym(library, "symbol_find");
    format = (void (*)(char *, size_t, unsigned long))
        dlsym(library, "symbol_format");
    shell("rm -f list table.S table.so && rmdir \"$PWD\"");
}

START_TEST(each_function_is_found_from_first_to_last_byte)
{
    char name[128], found[64];
    unsigned long offset;

    build(1500);
    for (unsigned int i = 0; i < 1500; i++) {
        function_name(i, name);
        for (unsigned int k = 0; k < 24; k += 23) {
            ck_assert(find(function_address(i) + k, found, &offset));
            ck_assert_str_eq(found, name);
            ck_assert_uint_eq(offset, k);
        }
    }
}
END_TEST

START_TEST(an_address_outside_has_no_name)
{
    char text[100];
    unsigned long offset;

    build(10);
    ck_assert(!find(BASE - 1, text, &offset));
    ck_assert(!find(BASE + 9 * 24 + 4096, text, &offset));
    ck_assert(!find(0, text, &offset));
    ck_assert(!find(~0ul, text, &offset));
    format(text, sizeof(text), 0x1234);
    ck_assert_str_eq(text, "0x1234");
    format(text, sizeof(text), BASE + 24 + 0x12);
    ck_assert_str_eq(text, "port_get_1+0x12");
    format(text, 8, BASE + 24 + 0x12);
    ck_assert_str_eq(text, "port_ge");
}
END_TEST

START_TEST(an_empty_table_names_nothing)
{
    char name[64];
    unsigned long offset;

    build(0);
    ck_assert(!find(0, name, &offset));
    ck_assert(!find(BASE, name, &offset));
}
END_TEST

int main(void)
{
    return UNIT_RUN("symbols", each_function_is_found_from_first_to_last_byte,
                    an_address_outside_has_no_name,
                    an_empty_table_names_nothing);
}
