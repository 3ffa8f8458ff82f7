/* SPDX-License-Identifier: MIT */
/* list.h - circular doubly linked list; an empty head points at itself. */
#ifndef HV_LIST_H
#define HV_LIST_H

#include <hv/compiler.h>
#include <hv/types.h>

struct list_head {
    struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(name)    { &(name), &(name) }

static inline void list_init(struct list_head *head)
{
    head->next = head->prev = head;
}

static inline bool list_is_empty(const struct list_head *head)
{
    return head->next == head;
}

static inline void list_insert_between(struct list_head *item,
                                       struct list_head *prev,
                                       struct list_head *next)
{
    item->prev = prev;
    item->next = next;
    prev->next = item;
    next->prev = item;
}

static inline void list_add(struct list_head *item, struct list_head *head)
{
    list_insert_between(item, head, head->next);
}

static inline void list_add_tail(struct list_head *item, struct list_head *head)
{
    list_insert_between(item, head->prev, head);
}

/* Take @item off its list and leave it pointing at itself. */
static inline void list_del(struct list_head *item)
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
    list_init(item);
}

#define list_entry(ptr, type, member)   container_of(ptr, type, member)
#define list_first(head, type, member)  list_entry((head)->next, type, member)

#define list_for_each(pos, head, member)                                \
    for (pos = list_entry((head)->next, __typeof__(*pos), member);      \
         &pos->member != (head);                                        \
         pos = list_entry(pos->member.next, __typeof__(*pos), member))

/* As list_for_each, and @pos may be taken off inside the loop. */
#define list_for_each_safe(pos, tmp, head, member)                      \
    for (pos = list_entry((head)->next, __typeof__(*pos), member),      \
         tmp = list_entry(pos->member.next, __typeof__(*pos), member);  \
         &pos->member != (head);                                        \
         pos = tmp,                                                     \
         tmp = list_entry(pos->member.next, __typeof__(*pos), member))

#endif
