/* SPDX-License-Identifier: MIT */
/* fake_facts.h - what fake_facts.c says beside the hypervisor's own names. */
#ifndef FAKE_FACTS_H
#define FAKE_FACTS_H

#include <hv/types.h>

extern const uint8_t fake_build_id[36];     /* a note; its id from 16 on */

#endif
