/* SPDX-License-Identifier: MIT */
/*
 * door.c - domains made and ended through the control door itself, one after
 * the other, without xl and the store.
 *
 *      door COUNT
 *
 * Each is created, may have 4 MiB, gets them, and is destroyed. What it took
 * and what was free before and after is one line. Exit code 1: a call failed;
 * the domain that it was about is destroyed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xenctrl.h>

#define EXTENTS         2u
#define EXTENT_ORDER    9u      /* 2 MiB, as libxl takes memory */
#define MEMORY_KIB      4096u
#define COUNT_MAX       1000000ul

static xc_interface *door;

/* Says which call failed; what is returned is an exit code. */
static int failed(const char *call)
{
    fprintf(stderr, "door: %s: %s\n", call, strerror(errno));
    return 1;
}

/* What the hypervisor says is free, or -1. */
static long long free_kib(void)
{
    xc_physinfo_t info;

    if (xc_physinfo(door, &info))
        return -1;
    return (long long)info.free_pages * 4;
}

static int fill(uint32_t domain)
{
    xen_pfn_t start[EXTENTS];

    for (unsigned i = 0; i < EXTENTS; i++)
        start[i] = (xen_pfn_t)i << EXTENT_ORDER;
    if (xc_domain_setmaxmem(door, domain, MEMORY_KIB))
        return failed("setmaxmem");
    if (xc_domain_populate_physmap_exact(door, domain, EXTENTS, EXTENT_ORDER,
                                         0, start))
        return failed("populate_physmap");
    return 0;
}

static int make_and_end(void)
{
    struct xen_domctl_createdomain config = {
        .max_vcpus = 1,
        .max_evtchn_port = 1023,
        .max_grant_frames = 32,
        .max_maptrack_frames = 1024,
        .grant_opts = XEN_DOMCTL_GRANT_version(1),
    };
    uint32_t domain = 0;            /* any number that is free */
    int rc;

    if (xc_domain_create(door, &domain, &config))
        return failed("create");
    rc = fill(domain);
    if (xc_domain_destroy(door, domain))
        return failed("destroy");
    return rc;
}

static int run(unsigned long count)
{
    long long before = free_kib(), after;
    struct timespec start, end;
    double seconds;

    clock_gettime(CLOCK_MONOTONIC, &start);
    for (unsigned long i = 0; i < count; i++) {
        if (make_and_end())
            return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    after = free_kib();
    if (before < 0 || after < 0)
        return failed("physinfo");
    seconds = (double)(end.tv_sec - start.tv_sec) +
              (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    printf("%lu domains in %.2f s, %lld KiB free before, %lld after\n", count,
           seconds, before, after);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned long count;
    char *end;
    int rc;

    count = argc == 2 ? strtoul(argv[1], &end, 10) : 0;
    if (!count || *end || count > COUNT_MAX) {
        fprintf(stderr, "usage: door COUNT (1 to %lu)\n", COUNT_MAX);
        return 2;
    }
    door = xc_interface_open(NULL, NULL, 0);
    if (!door)
        return failed("the control door does not open");
    rc = run(count);
    xc_interface_close(door);
    return rc;
}
