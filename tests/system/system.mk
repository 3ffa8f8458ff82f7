# SPDX-License-Identifier: MIT
# system.mk - targets that boot whole machines, and the installer.
#
# HYPERVISOR says what is booted: the image just built, "xen" for Debian's Xen,
# "bare" for no hypervisor, or the path of another image.

HYPERVISOR ?= $(BUILD)/parapet
HV_NEEDED  := $(if $(filter xen bare,$(HYPERVISOR)),,$(HYPERVISOR))
PYTHON     ?= PYTHONPYCACHEPREFIX=$(BUILD)/pycache python3
SYSTEM_RUN := tests/run
SYSTEM_ARG := --hypervisor $(HYPERVISOR) --build $(BUILD)

.PHONY: run check-system check-tools check-tools-commands check-tools-guests
.PHONY: check-libvirt
.PHONY: check-scripts soak soak-long iso root install

# Packages first: the image cannot be built without its compiler.
run:
	@$(SYSTEM_RUN)/packages.sh build run
	@$(if $(HV_NEEDED),$(MAKE) --no-print-directory $(HV_NEEDED))
	@$(PYTHON) $(SYSTEM_RUN)/run_dom0.py $(SYSTEM_ARG) $(RUN_ARGS)

# TESTS="console uefi" runs those whose name holds one of the words.
check-system: $(HV_NEEDED)
	@$(PYTHON) $(SYSTEM_RUN)/run_system.py $(SYSTEM_ARG) $(TESTS)

# Debian's toolstack: its commands on Parapet and on Debian's Xen, and what its
# guests must bear.
check-tools:
	@$(PYTHON) $(SYSTEM_RUN)/stages.py check-tools-commands check-tools-guests

check-tools-commands: $(BUILD)/parapet
	@$(PYTHON) $(SYSTEM_RUN)/check_tools.py --build $(BUILD) \
	    --image $(BUILD)/parapet $(TOOLS_ARGS)

check-tools-guests: $(HV_NEEDED)
	@$(PYTHON) $(SYSTEM_RUN)/run_system.py $(SYSTEM_ARG) --suite tools

check-libvirt: $(BUILD)/parapet
	@$(PYTHON) $(SYSTEM_RUN)/check_tools.py --build $(BUILD) \
	    --image $(BUILD)/parapet --list virsh --store oxenstored \
	    $(TOOLS_ARGS)

# A patch of tests/defects that does not apply any more would prove nothing.
check-scripts:
	@pyflakes3 tests
	@for defect in tests/defects/*.patch; do \
	    patch --dry-run -s -p1 <$$defect || exit 1; done
	@find tests tools .ci -type f | xargs grep -lE '^#!/bin/sh' | \
	    xargs shellcheck

soak: $(HV_NEEDED)
	@$(SYSTEM_RUN)/packages.sh run check soak
	@$(PYTHON) $(SYSTEM_RUN)/soak.py $(SYSTEM_ARG) $(SOAK_ARGS)

soak-long:
	@$(MAKE) --no-print-directory soak SOAK_ARGS="--kills 200 $(SOAK_ARGS)"

iso: $(HV_NEEDED)
	@$(PYTHON) $(SYSTEM_RUN)/iso.py $(SYSTEM_ARG) --output $(BUILD)/parapet.iso

root:
	@$(PYTHON) tests/system/root/root.py --build $(BUILD) \
	    --output $(BUILD)/root.gz

install: $(BUILD)/parapet
	@DESTDIR=$(DESTDIR) tools/install/install.sh $<
