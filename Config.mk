# SPDX-License-Identifier: MIT
# Config.mk - every build choice, its default and the reason for it.

# Assertions, lock-order checks and the invariant checker. Off costs nothing.
debug        ?= y
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
