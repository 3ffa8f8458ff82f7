/* SPDX-License-Identifier: MIT */
/* entry.h - one entry of a table that a guest writes as it likes. */
#ifndef GRANT_ENTRY_H
#define GRANT_ENTRY_H

#include <hv/types.h>
#include <public/grant_table.h>

/* Note in the entry that @user uses it, also to write if @writes. That the
 * entry lets him is checked unless @is_in_use: then only what is new. The
 * status; nothing has changed unless it is GNTST_okay. */
int16_t grant_entry_mark(struct grant_entry_v1 *e, domid_t user, bool writes,
                         bool is_in_use);
/* Take GTF_reading, GTF_writing out of it. */
void grant_entry_unmark(struct grant_entry_v1 *e, uint16_t flags);
/* Does it accept a page from @giver, as it looks now? */
bool grant_entry_accepts(const struct grant_entry_v1 *e, domid_t giver);
/* Note that the transfer that it accepts from @giver is made. False: it accepts
 * none. */
bool grant_entry_commit(struct grant_entry_v1 *e, domid_t giver);
/* Note which frame came by it. */
void grant_entry_complete(struct grant_entry_v1 *e, uint32_t frame);

#endif
