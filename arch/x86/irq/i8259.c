/* SPDX-License-Identifier: MIT */
/*
 * i8259.c - the two old interrupt controllers: remapped and masked. A masked
 * 8259 can still raise its spurious interrupt (input 7), so it must not point
 * at an exception.
 */
#include <asm/i8259.h>
#include <asm/io.h>
#include <asm/vector.h>

#define PIC_FIRST_COMMAND   0x20    /* 8259A data sheet; ports as on the AT */
#define PIC_FIRST_DATA      0x21
#define PIC_SECOND_COMMAND  0xa0
#define PIC_SECOND_DATA     0xa1
#define   OCW3_POLL         0x0c    /* the next read acknowledges */
#define   POLL_PENDING      0x80
#define   OCW2_END_OF_0     0x60    /* end of interrupt on input 0 */
#define ICW1_START          0x11    /* edge, cascade, ICW4 follows */
#define ICW3_FIRST          0x04    /* the second hangs on input 2 */
#define ICW3_SECOND         0x02    /* and says so */
#define ICW4_8086           0x01
#define MASK_ALL            0xff
#define MASK_ALL_BUT_TIMER  0xfe    /* on input 0 */

static void start(uint16_t command, uint16_t data, uint8_t vector,
                  uint8_t cascade)
{
    outb(command, ICW1_START);
    outb(data, vector);
    outb(data, cascade);
    outb(data, ICW4_8086);
    outb(data, MASK_ALL);
}

void i8259_init(void)
{
    start(PIC_FIRST_COMMAND, PIC_FIRST_DATA, VECTOR_PIC, ICW3_FIRST);
    start(PIC_SECOND_COMMAND, PIC_SECOND_DATA, VECTOR_PIC + 8, ICW3_SECOND);
}

void i8259_open_timer(bool is_open)
{
    outb(PIC_FIRST_DATA, is_open ? MASK_ALL_BUT_TIMER : MASK_ALL);
}

bool i8259_poll_timer(void)
{
    outb(PIC_FIRST_COMMAND, OCW3_POLL);
    if (!(inb(PIC_FIRST_COMMAND) & POLL_PENDING))
        return false;
    outb(PIC_FIRST_COMMAND, OCW2_END_OF_0);
    return true;
}
