/* SPDX-License-Identifier: MIT */
/*
 * plugin_api.h - what phase_count.c asks of QEMU: version 1 of its plugin
 * interface (QEMU 4.2 to 8.2). Debian ships the interface and no header.
 */
#ifndef PLUGIN_API_H
#define PLUGIN_API_H

#include <stddef.h>
#include <stdint.h>

#define PLUGIN_API_VERSION  1
#define INLINE_ADD_U64      0       /* add a constant to a counter */
#define CALLBACK_NO_REGS    0

struct qemu_plugin_tb;
struct qemu_plugin_insn;

typedef void translated_t(uint64_t plugin, struct qemu_plugin_tb *tb);
typedef void executed_t(unsigned int vcpu, void *data);

/* What a plugin exports. */
#define PLUGIN_EXPORT __attribute__((visibility("default")))
extern PLUGIN_EXPORT int qemu_plugin_version;
PLUGIN_EXPORT int qemu_plugin_install(uint64_t plugin, const void *machine,
                                      int argc, char **argv);

/* What QEMU exports. */
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t plugin, translated_t *cb);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(
    const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_inline(
    struct qemu_plugin_insn *insn, int operation, void *counter,
    uint64_t constant);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *insn, executed_t *cb, int flags, void *data);

#endif
