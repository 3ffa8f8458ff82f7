#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lib.sh - words for the scripts that the agent runs in dom0.

export LIBVIRT_DEFAULT_URI=xen:///system

# await SECONDS COMMAND.. - until it succeeds.
await() {
    await_end=$(($(cut -d. -f1 /proc/uptime) + $1))
    shift
    until "$@" >/run/await.log 2>&1; do
        if [ "$(cut -d. -f1 /proc/uptime)" -ge "$await_end" ]; then
            echo "this never came true: $*"
            cat /run/await.log
            return 1
        fi
        sleep 0.2
    done
}

# said NAME TEXT [TIMES] - the guest's console has had TEXT, TIMES times.
said() {
    [ "$(grep -c "$2" "/var/log/xen/console/guest-$1.log")" -ge "${3:-1}" ]
}

# inside ADDRESS COMMAND.. - run it in a guest, by its shell on port 7000.
inside() {
    inside_address=$1
    shift
    # shellcheck disable=SC2016 # the guest's shell expands it
    printf '%s\n' "$*" 'echo inside $?' exit |
        timeout 30 /xl/busybox nc "$inside_address" 7000 >/run/inside.log
    grep -v '^inside [0-9]*$' /run/inside.log
    tail -n 1 /run/inside.log | grep -q '^inside 0$'
}

# alive ADDRESS - the guest there answers.
alive() {
    inside "$1" true
}

# up NAME ADDRESS - the guest has started and answers.
up() {
    await 150 said "$1" "guest $1 is up"
    await 30 alive "$2"
}

# gone NAME - there is no such domain.
gone() {
    ! xl domid "$1"
}

# need NAME ADDRESS - make the guest if it is not there.
need() {
    xl domid "$1" >/dev/null 2>&1 && alive "$2" && return
    xl destroy "$1" >/dev/null 2>&1
    rm -f "/var/log/xen/console/guest-$1.log"
    xl create "/xl/$1.cfg" >/run/need.log 2>&1 && up "$1" "$2" && return
    cat /run/need.log
    tail -n 20 "/var/log/xen/console/guest-$1.log"
    return 1
}

# need_libvirt NAME ADDRESS - the same by libvirt.
need_libvirt() {
    virsh -q domstate "$1" 2>/dev/null | grep -q running && alive "$2" &&
        return
    virsh -q destroy "$1" >/dev/null 2>&1
    rm -f "/var/log/xen/console/guest-$1.log"
    virsh -q define /xl/libvirt.xml && virsh -q start "$1" && up "$1" "$2"
}
