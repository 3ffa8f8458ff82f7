/* SPDX-License-Identifier: MIT */
/*
 * sort.c - heap sort: a heap whose root is the largest is built in the array,
 * then roots move to the end one by one. Chosen because no input is bad for it.
 */
#include <hv/sort.h>

struct array {
    char *base;
    size_t size;        /* of one element */
    int (*cmp)(const void *, const void *);
};

static char *at(const struct array *a, size_t i)
{
    return a->base + i * a->size;
}

static void swap(const struct array *a, size_t i, size_t k)
{
    char *x = at(a, i), *y = at(a, k);

    for (size_t n = a->size; n; n--) {
        char byte = *x;
        *x++ = *y;
        *y++ = byte;
    }
}

/* Let element @i sink until no child of it, below @n, is larger. */
static void sift_down(const struct array *a, size_t i, size_t n)
{
    size_t child;

    /* i < n / 2 says that it has a child, and that 2 * i is not too large. */
    while (i < n / 2) {
        child = 2 * i + 1;
        if (child + 1 < n && a->cmp(at(a, child), at(a, child + 1)) < 0)
            child++;
        if (a->cmp(at(a, i), at(a, child)) >= 0)
            return;
        swap(a, i, child);
        i = child;
    }
}

void sort(void *base, size_t n, size_t size,
          int (*cmp)(const void *, const void *))
{
    struct array a = { base, size, cmp };
    size_t i;

    for (i = n / 2; i; i--)
        sift_down(&a, i - 1, n);
    for (i = n; i > 1; i--) {
        swap(&a, 0, i - 1);
        sift_down(&a, 0, i - 1);
    }
}
