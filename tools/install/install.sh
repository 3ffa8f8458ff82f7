#!/bin/sh
# SPDX-License-Identifier: MIT
#
# install.sh IMAGE - put Parapet's image and its GRUB entry on this machine.
#
# DESTDIR installs below another folder, for packages, and then neither
# systemd nor GRUB is told. Nothing here changes what the next boot starts.
set -e

image=$1
here=$(dirname "$0")
root=${DESTDIR:-}
if [ ! -f "$image" ]; then
    echo "install.sh: $image is not there; build it with make" >&2
    exit 1
fi

install -D -m 644 "$image" "$root/boot/parapet"
install -D -m 755 "$here/21_parapet" "$root/etc/grub.d/21_parapet"
install -D -m 644 "$here/grub-default.cfg" \
    "$root/etc/default/grub.d/parapet.cfg"
install -D -m 755 "$here/parapet-booted" "$root/usr/lib/parapet/parapet-booted"
install -D -m 644 "$here/parapet-booted.service" \
    "$root/usr/lib/systemd/system/parapet-booted.service"
[ -z "$root" ] || exit 0

systemctl enable parapet-booted.service
update-grub
cat <<EOF
Installed. To try it once:   grub-reboot parapet && reboot
When userspace comes up, Parapet becomes the default; when it does not, the
next reset starts what was the default before.
EOF
