# SPDX-License-Identifier: MIT
"""
sub_operations.py - which hypercalls and sub-operations the hypervisor answers,
and which folders of tests/guests call them. Both are read from the sources.

Answered is what dispatch code names: a row of the hypercall table, a `case`, a
designated or leading initialiser, a comparison. Called is what a folder names
itself or by a function of the guests' library that makes the call at once; that
the library needs a call to set a guest up tests nothing.
"""

import glob
import os
import re

TABLE = "arch/x86/hypercall/table.c"
NUMBER = "__HYPERVISOR_"
EVENT_OPS = r"EVTCHNOP_\w+"

# Hypercall: the names of its sub-operations, and of what these choose between.
FAMILIES = {
    "callback_op": r"CALLBACK(?:OP|TYPE)_\w+",
    "console_io": r"CONSOLEIO_\w+",
    "dom0_op": r"(?!DOM0_INTERFACE)DOM0_\w+",
    "domctl": r"XEN_DOMCTL_(?!INTERFACE)\w+",
    "event_channel_op": EVENT_OPS,
    "event_channel_op_compat": EVENT_OPS,
    "grant_table_op": r"GNTTABOP_\w+",
    "mca": r"XEN_MC_[a-z]\w+",
    "memory_op": r"XENMEM_\w+",
    "mmu_update": r"MMU_(?:\w+_)?UPDATE\w*",
    "mmuext_op": r"MMUEXT_\w+",
    "nmi_op": r"XENNMI_\w+",
    "physdev_op": r"(?:PHYSDEVOP|MAP_PIRQ_TYPE)_\w+",
    "platform_op": r"XENPF_(?!INTERFACE)\w+|XEN_FW_\w+|XEN_PM_\w+",
    "sched_op": r"SCHEDOP_\w+",
    "sched_op_compat": r"SCHEDOP_(?:yield|block|shutdown)",
    "set_segment_base": r"SEGBASE_\w+",
    "sysctl": r"XEN_SYSCTL_(?!INTERFACE)\w+",
    "update_va_mapping": r"UVMF_(?!\w*MASK)\w+",
    "vcpu_op": r"VCPUOP_\w+",
    "vm_assist": r"VMASST_(?:CMD|TYPE)_\w+",
    "xen_version": r"XENVER_\w+",
}

# Answered by what comes after the cases that are named.
BY_DEFAULT = {"update_va_mapping": ["UVMF_INVLPG", "UVMF_MULTI"]}
# Answered by the newer call alone.
NOT_ANSWERED = {"event_channel_op_compat": ["EVTCHNOP_reset"]}

# Calls that name no constant: what shows them instead.
SHOWN_BY = {"iret": "iret_context", "MMU_NORMAL_PT_UPDATE": "mmu_update"}

DISPATCH = re.compile(r"\bcase (\w+):|\[(\w+)\] =|\{ (\w+),|[=!]= (\w+)\b"
                      r"|\b1ul << (\w+)")
FUNCTION = re.compile(r"^(?=\w)[\w *]+?\b(\w+)\([^;{}]*\)\n\{"
                      r"(.*?)^\}", re.M | re.S)


def source(path):
    """The text of a C file without comments and strings."""
    with open(path, encoding="utf-8") as text:
        return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', " ",
                      text.read(), flags=re.S)


def files(*patterns):
    return sorted(path for pattern in patterns
                  for path in glob.glob(pattern, recursive=True))


def answered():
    """{hypercall: [its sub-operations]}; none where it has none."""
    rows = re.findall(rf"\[{NUMBER}(\w+)\] =", source(TABLE))
    rows += ["platform_op"] if "dom0_op" in rows else []
    named = set()
    for path in files("common/**/*.c", "arch/**/*.c"):
        for match in DISPATCH.finditer(source(path)):
            named.add(next(name for name in match.groups() if name))
    result = {}
    for call in rows:
        names = FAMILIES.get(call, r"(?!)")
        ops = {name for name in named if re.fullmatch(names, name)}
        ops |= set(BY_DEFAULT.get(call, []))
        result[call] = sorted(ops - set(NOT_ANSWERED.get(call, [])))
    return dict(sorted(result.items()))


def words(text):
    """What is named, but not what an answer is only compared with."""
    return set(re.findall(r"\w+", re.sub(r"\bcase \w+:|[=!]= \w+", " ", text)))


def library():
    """{function of the guests' library: what it and the hc_ functions that it
    calls name}."""
    names = {}
    for path in files("tests/guests/lib/*.[ch]"):
        for match in FUNCTION.finditer(source(path)):
            names[match[1]] = words(match[2])
    return {name: body.union(*(names[f] for f in body & set(names)
                               if f.startswith("hc_")))
            for name, body in names.items()}


def called():
    """{folder: all names by which it may call}."""
    functions = library()
    result = {}
    for path in files("tests/guests/*/*.c"):
        folder = path.split(os.sep)[2]
        if folder == "lib":
            continue
        own = words(source(path))
        own = own.union(*(functions[f] for f in own & set(functions)))
        result[folder] = result.get(folder, set()) | own
    return result


def coverage():
    """[(hypercall, sub-operation or "", [folders that call it])]."""
    folders = called()
    result = []
    for call, ops in answered().items():
        for op in ops or [""]:
            needed = {NUMBER + call, op or NUMBER + call}
            if (op or call) in SHOWN_BY:
                needed = {SHOWN_BY[op or call]}
            result.append((call, op, [name for name, own in folders.items()
                                      if needed <= own]))
    return result


def report(rows):
    """Print a table, then what has no test."""
    print(f"{'hypercall':<28}{'sub-operation':<38}guest tests")
    last = None
    for call, op, folders in rows:
        print(f"{call if call != last else '':<28}{op:<38}"
              f"{' '.join(folders) or '-- none --'}")
        last = call
    missing = [f"{call} {op}".strip() for call, op, folders in rows
               if not folders]
    print("\nWithout a guest test:" if missing else "")
    for name in missing:
        print(f"    {name}")
    print(f"{len(rows) - len(missing)} of {len(rows)} sub-operations have a "
          "guest test")
