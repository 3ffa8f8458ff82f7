/* SPDX-License-Identifier: MIT */
/*
 * string_test.c - string.c and memory.S against libc, string_number.c against
 * a table. Texts use few letters, so that matches and near misses are common.
 */
#include "memory_cases.h"

size_t our_strlen(const char *s);
size_t our_strnlen(const char *s, size_t max);
int our_strcmp(const char *a, const char *b);
int our_strncmp(const char *a, const char *b, size_t n);
char *our_strchr(const char *s, int c);
char *our_strstr(const char *s, const char *word);
size_t string_copy(char *to, const char *from, size_t size);
uint64_t string_to_u64(const char *s, const char **end, unsigned int base);
uint64_t string_to_size(const char *s, const char **end, uint64_t unit);

#define ROUNDS  20000

/* A text of up to @max - 1 letters out of three, one of them above 127. */
static void fill_text(uint64_t *seed, char *s, size_t max)
{
    size_t n = unit_random_below(seed, max);

    for (size_t i = 0; i < n; i++)
        s[i] = "ab\xe9"[unit_random_below(seed, 3)];
    s[n] = '\0';
}

START_TEST(texts_compare_and_search_as_libc_does)
{
    char a[12], b[12], word[4];
    uint64_t seed = 5;

    for (int round = 0; round < ROUNDS; round++) {
        size_t n = unit_random_below(&seed, 14);
        int c = "ab\xe9"[unit_random_below(&seed, 4)];

        fill_text(&seed, a, sizeof(a));
        fill_text(&seed, b, sizeof(b));
        fill_text(&seed, word, sizeof(word));
        ck_assert_uint_eq(our_strlen(a), strlen(a));
        ck_assert_uint_eq(our_strnlen(a, n), strnlen(a, n));
        ck_assert_int_eq(sign(our_strcmp(a, b)), sign(strcmp(a, b)));
        ck_assert_int_eq(sign(our_strncmp(a, b, n)), sign(strncmp(a, b, n)));
        ck_assert_ptr_eq(our_strchr(a, c), strchr(a, c));
        ck_assert_ptr_eq(our_strstr(a, word), strstr(a, word));
    }
}
END_TEST

START_TEST(a_copy_is_cut_to_its_buffer_and_terminated)
{
    char from[12], to[12];
    uint64_t seed = 6;

    for (int round = 0; round < ROUNDS; round++) {
        size_t size = unit_random_below(&seed, sizeof(to));

        fill_text(&seed, from, sizeof(from));
        memset(to, '#', sizeof(to));
        ck_assert_uint_eq(string_copy(to, from, size), strlen(from));
        if (size) {
            ck_assert_uint_eq(strlen(to), strnlen(from, size - 1));
            ck_assert_int_eq(strncmp(to, from, size - 1), 0);
        }
        ck_assert_int_eq(to[size], '#');
    }
}
END_TEST

START_TEST(numbers_are_read_in_the_base_their_prefix_names)
{
    static const struct {
        const char *text;
        unsigned int base;
        uint64_t value;
        size_t used;
    } cases[] = {
        { "0", 0, 0, 1 },
        { "17", 0, 17, 2 },
        { "017", 0, 15, 3 },
        { "08", 0, 0, 1 },
        { "0x1fG", 0, 31, 4 },
        { "0XfF", 16, 255, 4 },
        { "ff", 16, 255, 2 },
        { "0x", 0, 0, 1 },
        { "0xg", 16, 0, 1 },
        { "019", 10, 19, 3 },
        { "", 0, 0, 0 },
        { "-1", 0, 0, 0 },
        { " 1", 0, 0, 0 },
        { "18446744073709551615", 0, UINT64_MAX, 20 },
        { "18446744073709551616", 0, UINT64_MAX, 20 },
        { "99999999999999999999999,", 0, UINT64_MAX, 23 },
        { "0x10000000000000000", 0, UINT64_MAX, 19 },
        { "36893488147419103233", 0, UINT64_MAX, 20 },  /* 2^65 + 1 */
    };
    const char *end;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_uint_eq(string_to_u64(cases[i].text, &end, cases[i].base),
                          cases[i].value);
        ck_assert_uint_eq((size_t)(end - cases[i].text), cases[i].used);
    }
    ck_assert_uint_eq(string_to_u64("5", NULL, 0), 5);
}
END_TEST

START_TEST(sizes_take_a_suffix_or_the_callers_unit)
{
    static const struct {
        const char *text;
        uint64_t unit, value;
        size_t used;
    } cases[] = {
        { "512M", 1024, 512ull << 20, 4 },
        { "512m,", 1024, 512ull << 20, 4 },
        { "7", 1024, 7168, 1 },
        { "7b", 1024, 7, 2 },
        { "7K", 1, 7168, 2 },
        { "0x10k", 1, 16384, 5 },
        { "3G", 1, 3ull << 30, 2 },
        { "2T", 1, 2ull << 40, 2 },
        { "16777216T", 1, UINT64_MAX, 9 },
        { "G", 1, 0, 0 },
        { "", 1024, 0, 0 },
        { "4P", 1, 4, 1 },
    };
    const char *end;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_uint_eq(string_to_size(cases[i].text, &end, cases[i].unit),
                          cases[i].value);
        ck_assert_uint_eq((size_t)(end - cases[i].text), cases[i].used);
    }
    ck_assert_uint_eq(string_to_size("1M", NULL, 1), 1048576);
}
END_TEST

int main(void)
{
    return UNIT_RUN("string",
                    MEMORY_CASES,
                    texts_compare_and_search_as_libc_does,
                    a_copy_is_cut_to_its_buffer_and_terminated,
                    numbers_are_read_in_the_base_their_prefix_names,
                    sizes_take_a_suffix_or_the_callers_unit);
}
