/* SPDX-License-Identifier: MIT */
/*
 * page.c - the stubs a guest calls: 32 bytes for each number,
 *
 *      push %rcx; push %r11; mov $nr, %eax; syscall; pop %r11; pop %rcx; ret
 *
 * and for iret, which is jumped to and does not come back,
 *
 *      push %rcx; push %r11; push %rax; mov $23, %eax; syscall
 */
#include <asm/hypercall.h>
#include <asm/hypercall_page.h>
#include <hv/frame_num.h>
#include <hv/string.h>
#include <public/xen.h>

#define STUB_SIZE   32u

static const uint8_t call_stub[] = {
    0x51, 0x41, 0x53, 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3 };
static const uint8_t iret_stub[] = {
    0x51, 0x41, 0x53, 0x50, 0xb8, 0, 0, 0, 0, 0x0f, 0x05 };

void hypercall_page_fill(void *page)
{
    memset(page, 0xcc, PAGE_SIZE);
    for (uint32_t nr = 0; nr < PAGE_SIZE / STUB_SIZE; nr++) {
        uint8_t *stub = (uint8_t *)page + nr * STUB_SIZE;

        if (nr == __HYPERVISOR_iret) {
            memcpy(stub, iret_stub, sizeof(iret_stub));
            memcpy(stub + 5, &nr, sizeof(nr));
        } else {
            memcpy(stub, call_stub, sizeof(call_stub));
            memcpy(stub + 4, &nr, sizeof(nr));
        }
    }
}
