# SPDX-License-Identifier: MIT
# Config.mk - every build choice, its default and the reason for it.

# Lock-order checks at every acquire, the invariant checker (common/debug/). make check runs the guest tests with them.
debug        ?= n
# Optimisation: -O2 is what the figures in docs/performance.md are made with.
OPT          ?= -O2
# Tools; GCC and GNU binutils only.
CROSS        ?=
CC           := $(CROSS)gcc
LD           := $(CROSS)ld
OBJCOPY      := $(CROSS)objcopy
NM           := $(CROSS)nm
HOSTCC       ?= gcc
# Where everything that is made goes.
BUILD        ?= build
