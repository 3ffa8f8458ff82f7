/* SPDX-License-Identifier: MIT */
/*
 * io/xenbus.h - the key "state" by which two ends of a device agree through the
 * store: each writes its own and watches the other's.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_IO_XENBUS_H
#define PUBLIC_IO_XENBUS_H

enum xenbus_state {
    XenbusStateUnknown       = 0,   /* the key is not there */
    XenbusStateInitialising  = 1,   /* not ready to talk yet */
    XenbusStateInitWait      = 2,   /* has said what it can, waits for the far
                                       side's details */
    XenbusStateInitialised   = 3,   /* details are written, not connected */
    XenbusStateConnected     = 4,
    XenbusStateClosing       = 5,   /* finishes what was begun */
    XenbusStateClosed        = 6,
    XenbusStateReconfiguring = 7,
    XenbusStateReconfigured  = 8
};
typedef enum xenbus_state XenbusState;

#endif
