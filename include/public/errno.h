/* SPDX-License-Identifier: MIT */
/*
 * errno.h - error numbers as they stand on the wire: a call that fails returns
 * the negative of one of these, whatever the guest's own numbering is.
 *
 * A source that defines XEN_ERRNO(name, value) before including this gets one
 * such line per error instead of the enumeration, each time it includes it.
 *
 * Source: Linux numbering for x86, as Xen 4.17 fixed it.
 */
#ifdef XEN_ERRNO
#define XEN_ERRNO_BY_CALLER_
#elif !defined(PUBLIC_ERRNO_H)
#ifdef __ASSEMBLY__
#define XEN_ERRNO(name, value) .equ XEN_ ## name, value
#else
#define XEN_ERRNO(name, value) XEN_ ## name = value,
enum xen_errno {
#endif
#endif

#ifdef XEN_ERRNO
XEN_ERRNO(EPERM,          1)    /* the caller lacks the right */
XEN_ERRNO(ENOENT,         2)    /* no such thing */
XEN_ERRNO(ESRCH,          3)    /* no such domain */
XEN_ERRNO(EIO,            5)
XEN_ERRNO(ENXIO,          6)    /* no such address or device */
XEN_ERRNO(E2BIG,          7)    /* more than one call may do */
XEN_ERRNO(ENOEXEC,        8)    /* not an image that can be started */
XEN_ERRNO(EBADF,          9)
XEN_ERRNO(ECHILD,        10)
XEN_ERRNO(EAGAIN,        11)    /* try again */
XEN_ERRNO(EWOULDBLOCK,   11)
XEN_ERRNO(ENOMEM,        12)
XEN_ERRNO(EACCES,        13)    /* the interface version is not this one's */
XEN_ERRNO(EFAULT,        14)    /* guest memory could not be read or written */
XEN_ERRNO(EBUSY,         16)    /* in use */
XEN_ERRNO(EEXIST,        17)
XEN_ERRNO(EXDEV,         18)
XEN_ERRNO(ENODEV,        19)
XEN_ERRNO(ENOTDIR,       20)
XEN_ERRNO(EISDIR,        21)
XEN_ERRNO(EINVAL,        22)    /* an argument makes no sense */
XEN_ERRNO(ENFILE,        23)
XEN_ERRNO(EMFILE,        24)
XEN_ERRNO(ENOSPC,        28)    /* no slot left */
XEN_ERRNO(EROFS,         30)
XEN_ERRNO(EMLINK,        31)
XEN_ERRNO(EDOM,          33)
XEN_ERRNO(ERANGE,        34)
XEN_ERRNO(EDEADLK,       35)
XEN_ERRNO(EDEADLOCK,     35)
XEN_ERRNO(ENAMETOOLONG,  36)
XEN_ERRNO(ENOLCK,        37)
XEN_ERRNO(ENOSYS,        38)    /* no such call or command */
XEN_ERRNO(ENOTEMPTY,     39)
XEN_ERRNO(ENODATA,       61)
XEN_ERRNO(ETIME,         62)    /* that time is past */
XEN_ERRNO(EBADMSG,       74)
XEN_ERRNO(EOVERFLOW,     75)
XEN_ERRNO(EILSEQ,        84)
XEN_ERRNO(ENOTSOCK,      88)
XEN_ERRNO(EMSGSIZE,      90)
XEN_ERRNO(EOPNOTSUPP,    95)    /* known, and not possible here */
XEN_ERRNO(EADDRINUSE,    98)
XEN_ERRNO(EADDRNOTAVAIL, 99)
XEN_ERRNO(ENOBUFS,      105)    /* the buffer given is too small */
XEN_ERRNO(EISCONN,      106)
XEN_ERRNO(ENOTCONN,     107)
XEN_ERRNO(ETIMEDOUT,    110)
XEN_ERRNO(ECONNREFUSED, 111)
#undef XEN_ERRNO

#ifdef XEN_ERRNO_BY_CALLER_
#undef XEN_ERRNO_BY_CALLER_
#else
#define PUBLIC_ERRNO_H
#ifndef __ASSEMBLY__
};
#endif
#endif
#endif
