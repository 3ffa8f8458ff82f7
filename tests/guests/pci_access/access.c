/* SPDX-License-Identifier: MIT */
/* access.c - functions given by dom0_op. */
#define __XEN_TOOLS__
#include "pci.h"
#include "remote.h"

#include <xen/dom0_ops.h>

#define EDU_IDENTITY    0x010000edu
#define EDU_RAISE       0x60u
#define EDU_ACK         0x64u
#define EDU_SOURCE      0x80u
#define EDU_TARGET      0x88u
#define EDU_COUNT       0x90u
#define EDU_COMMAND     0x98u
#define   EDU_TO_MEMORY     3u      /* run; from the device */
#define EDU_BUFFER      0x40000u
#define EDU_REACH       (1ul << 32)
#define PATTERN         0x600df00du

#define UART_ENABLE     1u
#define   UART_THR_EMPTY    2u
#define UART_MODEM      4u
#define   UART_OUT2         8u      /* lets it interrupt */
#define UART_SCRATCH    7u

static dom0_op_t op;

static long access(domid_t id, unsigned device, uint32_t enable)
{
    memset(&op, 0, sizeof(op));
    op.cmd = DOM0_PCIDEV_ACCESS;
    op.interface_version = DOM0_INTERFACE_VERSION;
    op.u.pcidev_access.domid = id;
    op.u.pcidev_access.dev = device;
    op.u.pcidev_access.enable = enable;
    return HC1(__HYPERVISOR_dom0_op, &op);
}

/* With the arguments of the last call, but for what was changed since. */
static long again(void)
{
    return HC1(__HYPERVISOR_dom0_op, &op);
}

static long map_line(unsigned line)
{
    struct physdev_map_pirq map = {
        .domid = child.id, .type = MAP_PIRQ_TYPE_GSI, .index = (int)line,
        .pirq = (int)line,
    };

    return hc_physdev_op(PHYSDEVOP_map_pirq, &map);
}

static void wrong(void)
{
    report_group("wrong");
    expect_rc("nobody", -XEN_ESRCH, access(77, EDU, 1));
    expect_rc("domain_0", -XEN_EINVAL, access(0, EDU, 1));
    expect_rc("no_function", -XEN_ENODEV, access(child.id, NOBODY, 1));
    expect_rc("host_bridge", -XEN_EINVAL, access(child.id, 0, 1));
    expect_rc("what_it_has_not", -XEN_ENODEV, access(child.id, EDU, 0));
    expect_rc("enable_2", -XEN_EINVAL, access(child.id, EDU, 2));
    expect_rc("device_32", -XEN_EINVAL, access(child.id, 32, 1));
    access(77, EDU, 1);
    op.u.pcidev_access.domid = child.id;
    op.u.pcidev_access.func = 8;
    expect_rc("function_8", -XEN_EINVAL, again());
    op.u.pcidev_access.func = 0;
    op.u.pcidev_access.bus = 256;
    expect_rc("bus_256", -XEN_EINVAL, again());
    op.u.pcidev_access.bus = 0;
    op.u.pcidev_access.pad = 1;
    expect_rc("padding", -XEN_EINVAL, again());
    op.u.pcidev_access.pad = 0;
    op.u.pcidev_access.segment = 9;
    expect_rc("segment_9", -XEN_ENODEV, again());
}

static void wait_for_dma(void)
{
    struct sched_poll poll = { 0 };

    for (unsigned i = 0; i < 30; i++) {
        poll.timeout = clock_now() + 10 * MILLISECOND;
        hc_sched_op(SCHEDOP_poll, &poll);
    }
}

/* Have the device write four bytes to the guest's page at @mfn; what is there
 * then. */
static uint32_t written_by_dma(uint64_t edu, uint64_t va, uint64_t mfn)
{
    remote_write(va, PATTERN);
    remote_write(edu + EDU_SOURCE, EDU_BUFFER);
    remote_write(edu + EDU_TARGET, (uint32_t)(mfn << PAGE_SHIFT));
    remote_write(edu + EDU_COUNT, 4);
    remote_write(edu + EDU_COMMAND, EDU_TO_MEMORY);
    wait_for_dma();
    return remote_read(va);
}

static void dma(uint64_t edu)
{
    uint64_t mfn = child.mfn[CHILD_SPARE + 2];

    report_group("dma");
    if (!expect_true("the_device_reaches_the_page",
                     mfn << PAGE_SHIFT < EDU_REACH))
        return;
    expect_eq("without_the_bit_it_writes_nothing", PATTERN,
              written_by_dma(edu, remote_va(2), mfn));
    pci_write(EDU, PCI_COMMAND, pci_command(EDU) | COMMAND_MASTER);
    expect_eq("with_it_it_writes", 0,
              written_by_dma(edu, remote_va(2), mfn));
}

static void memory(void)
{
    uint64_t mfn = (pci_read(EDU, PCI_BAR0) & ~0xful) >> PAGE_SHIFT;
    uint64_t edu = remote_va(0);
    unsigned line = pci_line(EDU);
    long port;

    report_group("memory");
    pci_write(EDU, PCI_COMMAND, pci_command(EDU) | COMMAND_MASTER);
    expect_rc("it_maps_it_unasked", -XEN_EPERM, remote_map(0, mfn));
    expect_ok("give", access(child.id, EDU, 1));
    expect_eq("it_is_quiet", COMMAND_NO_LINE, pci_command(EDU) &
              (COMMAND_MASTER | COMMAND_NO_LINE));
    expect_ok("it_maps_it", remote_map(0, mfn));
    expect_rc("not_the_page_behind", -XEN_EPERM, remote_map(1, mfn + 256));
    expect_eq("and_reads", EDU_IDENTITY, remote_read(edu));
    expect_ok("the_line", map_line(line));
    port = remote_bind_pirq(line);
    expect_true("is_bound", port > 0);
    remote_write(edu + EDU_RAISE, 1);
    let_others_run();
    expect_eq("nothing_comes", 0, remote_is_pending((unsigned)port));
    pci_write(EDU, PCI_COMMAND, pci_command(EDU) & ~COMMAND_NO_LINE);
    let_others_run();
    expect_eq("until_we_let_it", 1, remote_is_pending((unsigned)port));
    remote_write(edu + EDU_ACK, ~0u);
    remote_clear((unsigned)port);
    ((volatile struct physdev_eoi *)remote_arg())->irq = line;
    expect_ok("eoi", remote_call_arg(__HYPERVISOR_physdev_op, PHYSDEVOP_eoi));
    expect_eq("no_more_comes", 0, remote_is_pending((unsigned)port));
    remote_write(edu + EDU_RAISE, 1);
    let_others_run();
    expect_eq("the_next_comes", 1, remote_is_pending((unsigned)port));
    dma(edu);
}

static void ports(void)
{
    uint16_t base = (uint16_t)(pci_read(SERIAL, PCI_BAR0) & 0xfffc);
    unsigned line = pci_line(SERIAL);
    long port;

    report_group("ports");
    ((volatile struct physdev_set_iopl *)remote_arg())->iopl = 1;
    expect_ok("iopl", remote_call_arg(__HYPERVISOR_physdev_op,
                                      PHYSDEVOP_set_iopl));
    remote_out((uint16_t)(base + UART_SCRATCH), 0x5a);
    expect_eq("it_reads_ones_unasked", 0xff,
              remote_in((uint16_t)(base + UART_SCRATCH)));
    expect_ok("give", access(child.id, SERIAL, 1));
    remote_out((uint16_t)(base + UART_SCRATCH), 0x5a);
    expect_eq("it_reads_what_it_wrote", 0x5a,
              remote_in((uint16_t)(base + UART_SCRATCH)));
    expect_ok("the_line", map_line(line));
    port = remote_bind_pirq(line);
    pci_write(SERIAL, PCI_COMMAND, pci_command(SERIAL) & ~COMMAND_NO_LINE);
    remote_out((uint16_t)(base + UART_MODEM), UART_OUT2);
    remote_out((uint16_t)(base + UART_ENABLE), UART_THR_EMPTY);
    let_others_run();
    expect_eq("its_interrupt_comes", 1, remote_is_pending((unsigned)port));
    expect_ok("take", access(child.id, SERIAL, 0));
    expect_eq("it_reads_ones", 0xff,
              remote_in((uint16_t)(base + UART_SCRATCH)));
    expect_rc("take_again", -XEN_ENODEV, access(child.id, SERIAL, 0));
}

static void one_at_a_time(void)
{
    struct child second;

    report_group("second");
    if (!expect_ok("create", child_create(&second, 1)))
        return;
    expect_ok("a_table_of_messages_is_left_out",
              access(child.id, XHCI, 1));
    expect_ok("ports_that_were_taken", access(second.id, SERIAL, 1));
    expect_rc("what_the_first_has", -XEN_EBUSY, access(second.id, EDU, 1));
    expect_ok("take_it", access(child.id, EDU, 0));
    expect_rc("not_while_it_is_mapped", -XEN_EBUSY,
              access(second.id, EDU, 1));
    pci_write(EDU, PCI_COMMAND, pci_command(EDU) | COMMAND_MASTER);
    remote_end();
    expect_eq("quiet_after_the_first", COMMAND_NO_LINE, pci_command(EDU) &
              (COMMAND_MASTER | COMMAND_NO_LINE));
    expect_ok("after_it", access(second.id, EDU, 1));
    child_destroy(&second);
}

void test_access(void)
{
    const char *why = remote_start();

    report_group("access");
    if (expect_text("a_domain", "runs", why ? why : "runs")) {
        wrong();
        memory();
        ports();
        one_at_a_time();
    }
    remote_end();
    report_group(NULL);
}
