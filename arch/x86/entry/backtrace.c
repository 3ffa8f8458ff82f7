/* SPDX-License-Identifier: MIT */
/*
 * backtrace.c - follow frame pointers up a stack. Needs
 * -fno-omit-frame-pointer: each function then keeps, at %rbp
 *
 *      8  return address
 *      0  the caller's %rbp        <- %rbp
 *
 * The stack may be damaged: a frame must lie on one of ours, above the last.
 */
#include <hv/backtrace.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/symbols.h>

#define MOST_FRAMES 32u

struct stack_frame {
    unsigned long caller_fp;
    unsigned long return_ip;
};

static void print_place(unsigned long ip)
{
    char text[SYMBOL_NAME_SIZE + 24];

    symbol_format(text, sizeof(text), ip);
    printk_always("   [%016lx] %s\n", ip, text);
}

static bool frame_is_sound(unsigned long fp)
{
    unsigned long end = arch_stack_end(fp);

    return fp % sizeof(long) == 0 && end > fp &&
           end - fp >= sizeof(struct stack_frame);
}

void backtrace_print(unsigned long ip, unsigned long fp)
{
    printk_always("Called from:\n");
    print_place(ip);
    for (unsigned int i = 0; i < MOST_FRAMES && frame_is_sound(fp); i++) {
        const struct stack_frame *frame = (const struct stack_frame *)fp;

        if (frame->return_ip == 0)
            return;
        print_place(frame->return_ip);
        if (frame->caller_fp <= fp)
            return;
        fp = frame->caller_fp;
    }
}

void arch_backtrace(void)
{
    backtrace_print((unsigned long)__builtin_return_address(0),
                    *(unsigned long *)__builtin_frame_address(0));
}
