/* SPDX-License-Identifier: MIT */
/*
 * frame_model.h - who should hold what on the frames of fake_machine.c, and the
 * check that the records say just that: invariants F1 to F7.
 */
#ifndef FRAME_MODEL_H
#define FRAME_MODEL_H

#include "fake_machine.h"

/* What somebody outside of all tables holds. */
enum holding_kind {
    HOLDS_REFERENCE,    /* frame_get */
    HOLDS_TYPE,         /* frame_get_with_type */
    HOLDS_BUILDING,     /* the same, to be resumed */
    HOLDS_DROPPING,     /* the same, to be put again */
    HOLDS_PIN,
    HOLDS_SHARE,        /* the hypervisor, by frame_share */
};

struct holding {
    struct frame *f;
    enum holding_kind kind;
    enum frame_type type;   /* of all but HOLDS_REFERENCE */
};

/* References on each domain beside that of its frames. */
extern unsigned int model_domain_refs[FAKE_DOMAINS];

#define HOLDINGS_MAX    256u
extern struct holding holdings[HOLDINGS_MAX];
extern unsigned int holding_count;

void model_start(void);
void model_start_holdings(void);     /* forget these alone */
void model_add(struct frame *f, enum holding_kind kind, enum frame_type type);
void model_remove(unsigned int i);
/* The holding of @kind on @f, or -1. */
int model_find(const struct frame *f, enum holding_kind kind);

/* What is held by tables, and by whoever else the model is not told of, one
 * call each; FRAME_NONE: a reference alone. fake_tables.c or fake_paging.c. */
typedef void (*entry_fn)(struct frame *f, enum frame_type type);
void model_for_each_entry(entry_fn fn);

/* Stop the test unless every count, type and flag is explained. */
void model_check(void);
/* Nothing is held and every frame is free. */
void model_check_empty(unsigned int frames);

#endif
