/* SPDX-License-Identifier: MIT */
/*
 * creator/main.c - a control domain that runs guest tests unprivileged.
 *
 * It is no test but what takes the place of the tools on Xen: each image of the
 * container it was given (container.h) becomes a domain, one after the other,
 * in the state in which Parapet starts one from a boot module. What a guest
 * writes to its console comes out as "(NAME) text". Its own lines are
 *
 *      CREATOR start NAME
 *      CREATOR end NAME poweroff|reboot|suspend|crash|watchdog|timeout|...
 *      CREATOR error NAME: sentence
 *      CREATOR done N guests
 *
 * A guest that wants a peer (lib/peer.h) gets a second domain of its image, which
 * says as it does "(NAME) text". With "apart pair" each has a CPU of its own.
 *
 * A guest that does not end in its time is destroyed, and so is every other
 * once it has ended.
 */
#include "guest.h"
#include "container.h"
#include "watch.h"

const char test_folder[] = "creator";

static struct guest_domain guest, peer;

/* The last words of its command line say what it wants. */
static bool wants(const struct container_entry *entry, const char *words)
{
    size_t n = strlen(entry->cmdline), length = strlen(words);

    return n > length &&
           !strncmp(entry->cmdline + n - length, words, length);
}

static const char *build(const struct container_entry *entry, bool pair)
{
    const char *why = guest_domain_build(&guest, entry);

    if (!why && pair)
        why = guest_domain_build(&peer, entry);
    if (!why && pair)
        guest_domain_introduce(&guest, &peer);
    if (!why && wants(entry, " apart pair")) {
        why = guest_domain_bind(&guest, 0);
        if (!why)
            why = guest_domain_bind(&peer, 1);
    }
    return why;
}

static void run(const struct container_entry *entry)
{
    bool pair = wants(entry, " pair");
    const char *why;

    print("CREATOR start %s\n", entry->name);
    why = build(entry, pair);
    if (why)
        print("CREATOR error %s: %s\n", entry->name, why);
    else
        print("CREATOR end %s %s\n", entry->name,
              guest_watch(&guest, pair ? &peer : NULL));
    foreign_unmap(WINDOW_BUILD);
    guest_domain_destroy(&guest);
    guest_domain_destroy(&peer);
}

void test_main(void)
{
    struct sched_shutdown off = { .reason = SHUTDOWN_poweroff };
    unsigned count = container_open((const void *)start_info->mod_start,
                                    start_info->mod_len);

    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    for (unsigned n = 0; n < count; n++) {
        const struct container_entry *entry = container_entry(n);

        if (entry)
            run(entry);
        else
            print("CREATOR error ?: entry %u is damaged\n", n);
    }
    print("CREATOR done %u guests\n", count);
    hc_sched_op(SCHEDOP_shutdown, &off);
}
