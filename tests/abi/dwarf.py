# SPDX-License-Identifier: MIT
"""
dwarf.py - layouts of C types, read from the debug information of an object.

Only what readelf prints of the tree is used: tags, names, sizes, offsets and
references. A layout is a set of lines, one per type and one per field, whose
text is equal if and only if the layout is.
"""
import re
import subprocess

ENTRY = re.compile(r"^ <(\w+)><(\w+)>: Abbrev Number: \d+ \((\w+)\)")
ATTRIBUTE = re.compile(r"^    <\w+> +(DW_AT_\w+) *: (.*)$")
FORM = re.compile(r"^\([a-z]\w*\) ?")                   # newer readelf
INDIRECT = re.compile(r"^\((?:indirect|alt|offset)[^)]*\): (.*)$")


class Entry:
    def __init__(self, tag):
        self.tag = tag
        self.attrs = {}
        self.children = []

    def number(self, name, default=None):
        text = self.attrs.get(name)
        if text is None:
            return default
        return int(re.match(r"-?(?:0x[0-9a-f]+|\d+)", text).group(0), 0)

    @property
    def name(self):
        text = self.attrs.get("DW_AT_name")
        if text is None:
            return None
        indirect = INDIRECT.match(text)
        return (indirect.group(1) if indirect else text).strip()


def read(path):
    """Give (entries by offset, top-level entries) of an object file."""
    text = subprocess.run(["readelf", "--wide", "--debug-dump=info", path],
                          check=True, capture_output=True, text=True).stdout
    by_offset, stack, top, entry = {}, [], [], None
    for line in text.splitlines():
        match = ENTRY.match(line)
        if match:
            depth = int(match.group(1), 16)
            entry = Entry(match.group(3)[len("DW_TAG_"):])
            by_offset[int(match.group(2), 16)] = entry
            del stack[depth:]
            if stack:
                stack[-1].children.append(entry)
            if depth == 1:
                top.append(entry)
            stack.append(entry)
            continue
        match = ATTRIBUTE.match(line)
        if match and entry is not None:
            entry.attrs[match.group(1)] = FORM.sub("", match.group(2)).strip()
    return by_offset, top


class Layouts:
    """Lines for every named type and enumerator of one object."""

    def __init__(self, path):
        self.by_offset, top = read(path)
        self.lines = {}
        for entry in top:
            self.add(entry)

    def target(self, entry):
        text = entry.attrs.get("DW_AT_type")
        if text is None:
            return None
        return self.by_offset[int(re.search(r"<(\w+)>", text).group(1), 16)]

    def resolve(self, entry):
        while entry is not None and entry.tag in (
                "typedef", "const_type", "volatile_type"):
            entry = self.target(entry)
        return entry

    def size(self, entry):
        entry = self.resolve(entry)
        if entry is None:
            return 0
        if entry.tag == "array_type":
            return self.length(entry) * self.size(self.target(entry))
        return entry.number("DW_AT_byte_size", 0)

    def length(self, array):
        total = 1
        for part in array.children:
            if part.tag == "subrange_type":
                if "DW_AT_count" in part.attrs:
                    total *= part.number("DW_AT_count")
                else:
                    total *= part.number("DW_AT_upper_bound", -1) + 1
        return total

    def is_handle(self, entry):
        """A guest handle: how it is made depends on the source's edition."""
        while entry is not None and entry.tag == "typedef":
            if entry.name.startswith("__guest_handle_"):
                return True
            entry = self.target(entry)
        return False

    def kind(self, entry):
        if self.is_handle(entry):
            return "handle%d" % self.size(entry)
        entry = self.resolve(entry)
        if entry is None:
            return "void"
        if entry.tag == "array_type":
            element = self.target(entry)
            return "%d x %s" % (self.length(entry), self.kind(element))
        if entry.tag == "base_type":
            encoding = entry.attrs.get("DW_AT_encoding", "")
            signed = "unsigned" not in encoding and "boolean" not in encoding
            return "%s%d" % ("i" if signed else "u", self.size(entry))
        if entry.tag == "pointer_type":
            return "pointer"
        return "record%d" % self.size(entry)

    def add(self, entry):
        name = entry.name
        if entry.tag in ("structure_type", "union_type"):
            if name and "DW_AT_declaration" not in entry.attrs:
                tag = entry.tag.split("_")[0]
                if tag == "structure":
                    tag = "struct"
                self.record("%s %s" % (tag, name), entry)
        elif entry.tag == "enumeration_type":
            for value in entry.children:
                if value.tag == "enumerator":
                    self.lines["enum " + value.name] = str(
                        value.number("DW_AT_const_value"))
        elif entry.tag == "typedef":
            self.lines["type " + name] = self.kind(entry)
            self.inside(name, entry, 0)

    def inside(self, path, entry, base):
        """The members of a type that has no name of its own."""
        target = self.resolve(entry)
        if target is not None and target.name is None and target.tag in (
                "structure_type", "union_type") and not self.is_handle(entry):
            self.members(path, target, base)

    def record(self, name, entry):
        self.lines["size " + name] = str(entry.number("DW_AT_byte_size"))
        self.members(name, entry, 0)

    def members(self, path, entry, base):
        for member in entry.children:
            if member.tag != "member":
                if member.name:
                    self.add(member)
                continue
            at = base + member.number("DW_AT_data_member_location", 0)
            target = self.target(member)
            if member.name is None:
                self.members(path, self.resolve(target), at)
                continue
            where = "%s.%s" % (path, member.name)
            bits = member.number("DW_AT_bit_size")
            if bits is not None:
                first = member.number("DW_AT_data_bit_offset", 0)
                self.lines["field " + where] = "bits %d+%d" % (first, bits)
                continue
            self.lines["field " + where] = "at %d, %s" % (
                at, self.kind(target))
            self.inside(where, target, at)
