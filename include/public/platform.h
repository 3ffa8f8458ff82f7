/* SPDX-License-Identifier: MIT */
/*
 * platform.h - what domain 0's kernel asks about, or does to, the machine.
 *
 * platform_op(xen_platform_op_t *), hypercall 7: domain 0 (-EPERM). The
 * interface_version here selects these commands; the same call with
 * DOM0_INTERFACE_VERSION is the control door of dom0_ops.h, and any other
 * version gives -EACCES. -EFAULT, -EINVAL; -ENOSYS: no such command, or not on
 * this machine. Out fields are written back on success.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_PLATFORM_H
#define PUBLIC_PLATFORM_H

#include "xen.h"

#define XENPF_INTERFACE_VERSION     0x03000001

/* The wall clock read this much when system time was system_time. */
#define XENPF_settime32             17
struct xenpf_settime32 {
    uint32_t secs;
    uint32_t nsecs;
    uint64_t system_time;
};
typedef struct xenpf_settime32 xenpf_settime32_t;

#define XENPF_settime64             62
struct xenpf_settime64 {
    uint64_t secs;
    uint32_t nsecs;
    uint32_t mbz;                   /* 0 */
    uint64_t system_time;
};
typedef struct xenpf_settime64 xenpf_settime64_t;

#if __XEN_INTERFACE_VERSION__ < 0x00040600
#define XENPF_settime   XENPF_settime32
#define xenpf_settime   xenpf_settime32
#else
#define XENPF_settime   XENPF_settime64
#define xenpf_settime   xenpf_settime64
#endif
typedef struct xenpf_settime xenpf_settime_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_settime_t);

/* Memory type ranges (SDM vol. 3A, 12.11): add, remove, read. */
#define XENPF_add_memtype           31
struct xenpf_add_memtype {
    xen_pfn_t mfn;
    uint64_t nr_mfns;
    uint32_t type;
    uint32_t handle;                /* out */
    uint32_t reg;                   /* out */
};
typedef struct xenpf_add_memtype xenpf_add_memtype_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_add_memtype_t);

#define XENPF_del_memtype           32
struct xenpf_del_memtype {
    uint32_t handle;
    uint32_t reg;
};
typedef struct xenpf_del_memtype xenpf_del_memtype_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_del_memtype_t);

#define XENPF_read_memtype          33
struct xenpf_read_memtype {
    uint32_t reg;                   /* in */
    xen_pfn_t mfn;                  /* out */
    uint64_t nr_mfns;               /* out */
    uint32_t type;                  /* out */
};
typedef struct xenpf_read_memtype xenpf_read_memtype_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_read_memtype_t);

/* Load microcode on all CPUs. */
#define XENPF_microcode_update      35
struct xenpf_microcode_update {
    XEN_GUEST_HANDLE(const_void) data;
    uint32_t length;
};
typedef struct xenpf_microcode_update xenpf_microcode_update_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_microcode_update_t);

/* The chipset needs a special way of being treated. */
#define XENPF_platform_quirk        39
#define QUIRK_NOIRQBALANCING        1
#define QUIRK_IOAPIC_BAD_REGSEL     2
#define QUIRK_IOAPIC_GOOD_REGSEL    3
struct xenpf_platform_quirk {
    uint32_t quirk_id;
};
typedef struct xenpf_platform_quirk xenpf_platform_quirk_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_platform_quirk_t);

/* Identity of a CPU. */
#define XENPF_get_cpu_version       48
struct xenpf_pcpu_version {
    uint32_t xen_cpuid;             /* in */
    uint32_t max_present;           /* out */
    char vendor_id[12];             /* out */
    uint32_t family;                /* out */
    uint32_t model;                 /* out */
    uint32_t stepping;              /* out */
};
typedef struct xenpf_pcpu_version xenpf_pcpu_version_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_pcpu_version_t);

/* Call a runtime service of the firmware (UEFI 2.10, chapter 8). @status is
 * what it returned; -ENOSYS: the machine was not started by UEFI, or there is
 * no such function; -EOPNOTSUPP: the services are off. */
#define XENPF_efi_runtime_call      49
#define XEN_EFI_get_time                        1
#define XEN_EFI_set_time                        2
#define XEN_EFI_get_wakeup_time                 3
#define XEN_EFI_set_wakeup_time                 4
#define XEN_EFI_get_next_high_monotonic_count   5
#define XEN_EFI_get_variable                    6
#define XEN_EFI_set_variable                    7
#define XEN_EFI_get_next_variable_name          8
#define XEN_EFI_query_variable_info             9
#define XEN_EFI_query_capsule_capabilities     10
#define XEN_EFI_update_capsule                 11

struct xenpf_efi_time {
    uint16_t year;
    uint8_t month;
    uint8_t day;
    uint8_t hour;
    uint8_t min;
    uint8_t sec;
    uint32_t ns;
    int16_t tz;                     /* minutes */
    uint8_t daylight;
};

struct xenpf_efi_guid {
    uint32_t data1;
    uint16_t data2;
    uint16_t data3;
    uint8_t data4[8];
};

struct xenpf_efi_runtime_call {
    uint32_t function;              /* in: XEN_EFI_* */
    uint32_t misc;                  /* in, out: flags below, by function;
                                       attributes of a variable */
    xen_ulong_t status;             /* out: EFI_STATUS */
    union {
#define XEN_EFI_GET_TIME_SET_CLEARS_NS          0x00000001
        struct {
            struct xenpf_efi_time time;
            uint32_t resolution;
            uint32_t accuracy;
        } get_time;
        struct xenpf_efi_time set_time;
#define XEN_EFI_GET_WAKEUP_TIME_ENABLED         0x00000001
#define XEN_EFI_GET_WAKEUP_TIME_PENDING         0x00000002
        struct xenpf_efi_time get_wakeup_time;
#define XEN_EFI_SET_WAKEUP_TIME_ENABLE          0x00000001
#define XEN_EFI_SET_WAKEUP_TIME_ENABLE_ONLY     0x00000002
        struct xenpf_efi_time set_wakeup_time;
#define XEN_EFI_VARIABLE_NON_VOLATILE           0x00000001
#define XEN_EFI_VARIABLE_BOOTSERVICE_ACCESS     0x00000002
#define XEN_EFI_VARIABLE_RUNTIME_ACCESS         0x00000004
        struct {
            XEN_GUEST_HANDLE(void) name;        /* UTF-16, ends with 0 */
            xen_ulong_t size;
            XEN_GUEST_HANDLE(void) data;
            struct xenpf_efi_guid vendor_guid;
        } get_variable, set_variable;
        struct {
            xen_ulong_t size;
            XEN_GUEST_HANDLE(void) name;
            struct xenpf_efi_guid vendor_guid;
        } get_next_variable_name;
#define XEN_EFI_VARINFO_BOOT_SNAPSHOT           0x00000001
        struct {
            uint32_t attr;
            uint64_t max_store_size;
            uint64_t remain_store_size;
            uint64_t max_size;
        } query_variable_info;
        struct {
            XEN_GUEST_HANDLE(void) capsule_header_array;
            xen_ulong_t capsule_count;
            uint64_t max_capsule_size;
            uint32_t reset_type;
        } query_capsule_capabilities;
        struct {
            XEN_GUEST_HANDLE(void) capsule_header_array;
            xen_ulong_t capsule_count;
            uint64_t sg_list;
        } update_capsule;
    } u;
};
typedef struct xenpf_efi_runtime_call xenpf_efi_runtime_call_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_efi_runtime_call_t);

/* What the firmware said before the hypervisor took over. -ESRCH: nothing
 * (more) of that; -ENODEV, -EOPNOTSUPP: not this kind of firmware. */
#define XENPF_firmware_info         50
#define XEN_FW_DISK_INFO            1   /* from INT 13h, by index */
#define XEN_FW_DISK_MBR_SIGNATURE   2   /* of each disk, by index */
#define XEN_FW_VBEDDC_INFO          3   /* the monitor's EDID */
#define XEN_FW_EFI_INFO             4   /* index: XEN_FW_EFI_* */
#define   XEN_FW_EFI_VERSION            0
#define   XEN_FW_EFI_CONFIG_TABLE       1
#define   XEN_FW_EFI_VENDOR             2
#define   XEN_FW_EFI_MEM_INFO           3
#define   XEN_FW_EFI_RT_VERSION         4
#define   XEN_FW_EFI_PCI_ROM            5
#define   XEN_FW_EFI_APPLE_PROPERTIES   6
#define XEN_FW_KBD_SHIFT_FLAGS      5   /* BIOS data area, 40:17 */
struct xenpf_firmware_info {
    uint32_t type;                  /* in: XEN_FW_* */
    uint32_t index;                 /* in */
    union {                         /* out, but for pointers and sizes */
        struct {
            uint8_t device;
            uint8_t version;
            uint16_t interface_support;
            uint16_t legacy_max_cylinder;
            uint8_t legacy_max_head;
            uint8_t legacy_sectors_per_track;
            XEN_GUEST_HANDLE(void) edd_params;
        } disk_info;
        struct {
            uint8_t device;
            uint32_t mbr_signature;
        } disk_mbr_signature;
        struct {
            uint8_t capabilities;
            uint8_t edid_transfer_time;
            XEN_GUEST_HANDLE(uint8) edid;   /* 128 bytes */
        } vbeddc_info;
        union xenpf_efi_info {
            uint32_t version;       /* EFI_VERSION, EFI_RT_VERSION */
            struct {
                uint64_t addr;
                uint32_t nent;
            } cfg;                  /* EFI_CONFIG_TABLE */
            struct {
                uint32_t revision;
                uint32_t bufsz;     /* in: bytes at name */
                XEN_GUEST_HANDLE(void) name;
            } vendor;               /* EFI_VENDOR */
            struct {
                uint64_t addr;      /* in: any address of the range */
                uint64_t size;
                uint64_t attr;
                uint32_t type;
            } mem;                  /* EFI_MEM_INFO */
            struct {
                uint16_t segment;   /* in */
                uint8_t bus;        /* in */
                uint8_t devfn;      /* in */
                uint16_t vendor;    /* in */
                uint16_t devid;     /* in */
                uint64_t address;
                xen_ulong_t size;
            } pci_rom;              /* EFI_PCI_ROM */
            struct {
                uint64_t address;
                xen_ulong_t size;
            } apple_properties;     /* EFI_APPLE_PROPERTIES */
        } efi_info;
        uint8_t kbd_shift_flags;
    } u;
};
typedef struct xenpf_firmware_info xenpf_firmware_info_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_firmware_info_t);

/*
 * Enter an ACPI sleep state (ACPI 6.5, 16.1). Domain 0 has run _PTS and gives
 * the values for PM1a and PM1b control, or with EXTENDED for the sleep control
 * register, without the enable bit. State 5 does not return.
 */
#define XENPF_enter_acpi_sleep      51
struct xenpf_enter_acpi_sleep {
#if __XEN_INTERFACE_VERSION__ < 0x00040300
    uint16_t pm1a_cnt_val;
    uint16_t pm1b_cnt_val;
#else
    uint16_t val_a;
    uint16_t val_b;
#endif
    uint32_t sleep_state;
#define XENPF_ACPI_SLEEP_EXTENDED   0x00000001
    uint32_t flags;
};
typedef struct xenpf_enter_acpi_sleep xenpf_enter_acpi_sleep_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_enter_acpi_sleep_t);

/* A CPU now runs at @freq Hz. */
#define XENPF_change_freq           52
struct xenpf_change_freq {
    uint32_t flags;                 /* 0 */
    uint32_t cpu;
    uint64_t freq;
};
typedef struct xenpf_change_freq xenpf_change_freq_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_change_freq_t);

/* ns that each CPU has been idle; bits of CPUs without one are cleared. */
#define XENPF_getidletime           53
struct xenpf_getidletime {
    XEN_GUEST_HANDLE(uint8) cpumap_bitmap;  /* in, out */
    uint32_t cpumap_nr_cpus;                /* in */
    XEN_GUEST_HANDLE(uint64) idletime;      /* out, by CPU number */
    uint64_t now;                           /* out: system time */
};
typedef struct xenpf_getidletime xenpf_getidletime_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_getidletime_t);

/* What ACPI says about a processor's power states (ACPI 6.5, chapter 8). */
#define XENPF_set_processor_pminfo  54
#define XEN_PROCESSOR_PM_CX 1       /* domain 0 leaves these to us */
#define XEN_PROCESSOR_PM_PX 2
#define XEN_PROCESSOR_PM_TX 4
#define XEN_PM_CX   0               /* type */
#define XEN_PM_PX   1
#define XEN_PM_TX   2
#define XEN_PM_PDC  3
#define XEN_PX_PCT  1               /* parts of performance that are given */
#define XEN_PX_PSS  2
#define XEN_PX_PPC  4
#define XEN_PX_PSD  8

struct xen_power_register {         /* generic address, ACPI 6.5 5.2.3.2 */
    uint32_t space_id;
    uint32_t bit_width;
    uint32_t bit_offset;
    uint32_t access_size;
    uint64_t address;
};

struct xen_processor_csd {          /* one dependency */
    uint32_t domain;
    uint32_t coord_type;
    uint32_t num;
};
typedef struct xen_processor_csd xen_processor_csd_t;
DEFINE_XEN_GUEST_HANDLE(xen_processor_csd_t);

struct xen_processor_cx {           /* one C state */
    struct xen_power_register reg;
    uint8_t type;
    uint32_t latency;               /* us */
    uint32_t power;                 /* mW */
    uint32_t dpcnt;                 /* dependencies at dp */
    XEN_GUEST_HANDLE(xen_processor_csd_t) dp;
};
typedef struct xen_processor_cx xen_processor_cx_t;
DEFINE_XEN_GUEST_HANDLE(xen_processor_cx_t);

struct xen_processor_flags {
    uint32_t bm_control:1;
    uint32_t bm_check:1;
    uint32_t has_cst:1;
    uint32_t power_setup_done:1;
    uint32_t bm_rld_set:1;
};

struct xen_processor_power {
    uint32_t count;
    struct xen_processor_flags flags;
    XEN_GUEST_HANDLE(xen_processor_cx_t) states;
};

struct xen_pct_register {
    uint8_t descriptor;
    uint16_t length;
    uint8_t space_id;
    uint8_t bit_width;
    uint8_t bit_offset;
    uint8_t reserved;
    uint64_t address;
};

struct xen_processor_px {           /* one P state */
    uint64_t core_frequency;        /* MHz */
    uint64_t power;                 /* mW */
    uint64_t transition_latency;    /* us */
    uint64_t bus_master_latency;    /* us */
    uint64_t control;
    uint64_t status;
};
typedef struct xen_processor_px xen_processor_px_t;
DEFINE_XEN_GUEST_HANDLE(xen_processor_px_t);

struct xen_psd_package {
    uint64_t num_entries;
    uint64_t revision;
    uint64_t domain;
    uint64_t coord_type;
    uint64_t num_processors;
};

struct xen_processor_performance {
    uint32_t flags;                 /* XEN_PX_* */
    uint32_t platform_limit;
    struct xen_pct_register control_register;
    struct xen_pct_register status_register;
    uint32_t state_count;
    XEN_GUEST_HANDLE(xen_processor_px_t) states;
    struct xen_psd_package domain_info;
#define XEN_CPUPERF_SHARED_TYPE_HW  1
#define XEN_CPUPERF_SHARED_TYPE_ALL 2
#define XEN_CPUPERF_SHARED_TYPE_ANY 3
    uint32_t shared_type;
};
typedef struct xen_processor_performance xen_processor_performance_t;
DEFINE_XEN_GUEST_HANDLE(xen_processor_performance_t);

struct xenpf_set_processor_pminfo {
    uint32_t id;                    /* ACPI processor number */
    uint32_t type;                  /* XEN_PM_* */
    union {
        struct xen_processor_power power;       /* XEN_PM_CX */
        struct xen_processor_performance perf;  /* XEN_PM_PX */
        XEN_GUEST_HANDLE(uint32) pdc;           /* XEN_PM_PDC: in, out */
    } u;
};
typedef struct xenpf_set_processor_pminfo xenpf_set_processor_pminfo_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_set_processor_pminfo_t);

/* State of a CPU. @max_present tells where to stop asking. */
#define XENPF_get_cpuinfo           55
struct xenpf_pcpuinfo {
    uint32_t xen_cpuid;             /* in */
    uint32_t max_present;           /* out: highest number in use */
#define XEN_PCPU_FLAGS_ONLINE   1
#define XEN_PCPU_FLAGS_INVALID  2   /* there is no such CPU */
    uint32_t flags;                 /* out */
    uint32_t apic_id;               /* out */
    uint32_t acpi_id;               /* out */
};
typedef struct xenpf_pcpuinfo xenpf_pcpuinfo_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_pcpuinfo_t);

/* Take a CPU into use, or out of it; CPU 0 stays: -EOPNOTSUPP. */
#define XENPF_cpu_online            56
#define XENPF_cpu_offline           57
struct xenpf_cpu_ol {
    uint32_t cpuid;
};
typedef struct xenpf_cpu_ol xenpf_cpu_ol_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_cpu_ol_t);

/* A processor was plugged in; the result is its number. */
#define XENPF_cpu_hotadd            58
struct xenpf_cpu_hotadd {
    uint32_t apic_id;
    uint32_t acpi_id;
    uint32_t pxm;
};
typedef struct xenpf_cpu_hotadd xenpf_cpu_hotadd_t;

/* Memory was plugged in: frames from spfn up to, not including, epfn. */
#define XENPF_mem_hotadd            59
struct xenpf_mem_hotadd {
    uint64_t spfn;
    uint64_t epfn;
    uint32_t pxm;
    uint32_t flags;                 /* 0 */
};
typedef struct xenpf_mem_hotadd xenpf_mem_hotadd_t;

/* Keep idle_nums CPUs idle, to save power; or ask how many are. */
#define XENPF_core_parking          60
#define XEN_CORE_PARKING_SET        1
#define XEN_CORE_PARKING_GET        2
struct xenpf_core_parking {
    uint32_t type;                  /* in: XEN_CORE_PARKING_* */
    uint32_t idle_nums;             /* in, out */
};
typedef struct xenpf_core_parking xenpf_core_parking_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_core_parking_t);

/* Read or write MSRs of one CPU in a row, undisturbed; a short list of MSRs is
 * allowed. The result is the number done. */
#define XENPF_resource_op           61
#define XEN_RESOURCE_OP_MSR_READ    0
#define XEN_RESOURCE_OP_MSR_WRITE   1
struct xenpf_resource_entry {
    union {
        uint32_t cmd;               /* in: XEN_RESOURCE_OP_* */
        int32_t ret;                /* out: 0 or -XEN_E* */
    } u;
    uint32_t rsvd;
    uint64_t idx;                   /* in */
    uint64_t val;                   /* in, out */
};
typedef struct xenpf_resource_entry xenpf_resource_entry_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_resource_entry_t);

struct xenpf_resource_op {
    uint32_t nr_entries;
    uint32_t cpu;
    XEN_GUEST_HANDLE(xenpf_resource_entry_t) entries;
};
typedef struct xenpf_resource_op xenpf_resource_op_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_resource_op_t);

/* One symbol of the hypervisor; count symnum up until namelen is 0. */
#define XENPF_get_symbol            63
struct xenpf_symdata {
    uint32_t namelen;               /* in: room; out: length with its 0 */
    uint32_t symnum;                /* in; out: the next one */
    XEN_GUEST_HANDLE(char) name;    /* out */
    uint64_t address;               /* out */
    char type;                      /* out: as nm prints it */
};
typedef struct xenpf_symdata xenpf_symdata_t;
DEFINE_XEN_GUEST_HANDLE(xenpf_symdata_t);

struct xen_platform_op {
    uint32_t cmd;                       /* 0: XENPF_* */
    uint32_t interface_version;         /* 4: XENPF_INTERFACE_VERSION */
    union {
        xenpf_settime_t              settime;
        xenpf_settime32_t            settime32;
        xenpf_settime64_t            settime64;
        xenpf_add_memtype_t          add_memtype;
        xenpf_del_memtype_t          del_memtype;
        xenpf_read_memtype_t         read_memtype;
        xenpf_microcode_update_t     microcode;
        xenpf_platform_quirk_t       platform_quirk;
        xenpf_pcpu_version_t         pcpu_version;
        xenpf_efi_runtime_call_t     efi_runtime_call;
        xenpf_firmware_info_t        firmware_info;
        xenpf_enter_acpi_sleep_t     enter_acpi_sleep;
        xenpf_change_freq_t          change_freq;
        xenpf_getidletime_t          getidletime;
        xenpf_set_processor_pminfo_t set_pminfo;
        xenpf_pcpuinfo_t             pcpu_info;
        xenpf_cpu_ol_t               cpu_ol;
        xenpf_cpu_hotadd_t           cpu_add;
        xenpf_mem_hotadd_t           mem_add;
        xenpf_core_parking_t         core_parking;
        xenpf_resource_op_t          resource_op;
        xenpf_symdata_t              symdata;
        uint8_t                      pad[128];
    } u;                                /* 8 */
};
typedef struct xen_platform_op xen_platform_op_t;
DEFINE_XEN_GUEST_HANDLE(xen_platform_op_t);

#endif
