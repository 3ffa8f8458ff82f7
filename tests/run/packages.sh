#!/bin/sh
# SPDX-License-Identifier: MIT
#
# packages.sh GROUP... - install the Debian packages that a task needs.
#
# Groups: build (the hypervisor), run (a machine to try it in), check (all
# tests), soak (the long ones). What is there already is not touched; who is
# not root is told what to type instead.
set -e

build="gcc binutils make python3
    liblzma-dev libzstd-dev zlib1g-dev liblz4-dev"
run="qemu-system-x86 libc6-dev e2fsprogs ca-certificates
    debian-archive-keyring"
check="check pkgconf libxen-dev libzydis-dev g++ ovmf xorriso mtools
    grub-common grub-pc-bin grub-efi-amd64-bin shellcheck pyflakes3
    clang libclang-rt-14-dev patch"
soak="debootstrap"

wanted=
for group in "$@"; do
    case $group in
    build) wanted="$wanted $build" ;;
    run) wanted="$wanted $run" ;;
    check) wanted="$wanted $check" ;;
    soak) wanted="$wanted $soak" ;;
    *) echo "packages.sh: no group $group" >&2 && exit 2 ;;
    esac
done

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "These Debian packages are missing:$missing"
if [ "$(id -u)" != 0 ]; then
    echo "Install them as root:  apt-get install$missing" >&2
    exit 1
fi
echo "Installing them."
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
# shellcheck disable=SC2086 # a list of words
apt-get -q install -y --no-install-recommends $missing
