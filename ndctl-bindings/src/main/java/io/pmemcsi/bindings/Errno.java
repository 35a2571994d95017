// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings;

import java.util.Map;

/**
 * The values of errno(3) that this project meets, as in {@code asm-generic/errno-base.h} and
 * {@code asm-generic/errno.h}: the numbers of x86_64, aarch64 and most other Linux architectures.
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int ENOTBLK = 15;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EBADMSG = 74;
    public static final int EOVERFLOW = 75;
    public static final int EOPNOTSUPP = 95;
    public static final int ETIMEDOUT = 110;
    public static final int ESTALE = 116;
    public static final int EUCLEAN = 117;
    public static final int EDQUOT = 122;

    private static final Map<Integer, String> TEXTS = Map.ofEntries(
            Map.entry(EPERM, "EPERM (Operation not permitted)"),
            Map.entry(ENOENT, "ENOENT (No such file or directory)"),
            Map.entry(EINTR, "EINTR (Interrupted system call)"),
            Map.entry(EIO, "EIO (Input/output error)"),
            Map.entry(ENXIO, "ENXIO (No such device or address)"),
            Map.entry(E2BIG, "E2BIG (Argument list too long)"),
            Map.entry(EBADF, "EBADF (Bad file descriptor)"),
            Map.entry(EAGAIN, "EAGAIN (Resource temporarily unavailable)"),
            Map.entry(ENOMEM, "ENOMEM (Cannot allocate memory)"),
            Map.entry(EACCES, "EACCES (Permission denied)"),
            Map.entry(EFAULT, "EFAULT (Bad address)"),
            Map.entry(ENOTBLK, "ENOTBLK (Block device required)"),
            Map.entry(EBUSY, "EBUSY (Device or resource busy)"),
            Map.entry(EEXIST, "EEXIST (File exists)"),
            Map.entry(EXDEV, "EXDEV (Invalid cross-device link)"),
            Map.entry(ENODEV, "ENODEV (No such device)"),
            Map.entry(ENOTDIR, "ENOTDIR (Not a directory)"),
            Map.entry(EISDIR, "EISDIR (Is a directory)"),
            Map.entry(EINVAL, "EINVAL (Invalid argument)"),
            Map.entry(ENFILE, "ENFILE (Too many open files in system)"),
            Map.entry(EMFILE, "EMFILE (Too many open files)"),
            Map.entry(ENOTTY, "ENOTTY (Inappropriate ioctl for device)"),
            Map.entry(EFBIG, "EFBIG (File too large)"),
            Map.entry(ENOSPC, "ENOSPC (No space left on device)"),
            Map.entry(EROFS, "EROFS (Read-only file system)"),
            Map.entry(ERANGE, "ERANGE (Numerical result out of range)"),
            Map.entry(ENAMETOOLONG, "ENAMETOOLONG (File name too long)"),
            Map.entry(ENOSYS, "ENOSYS (Function not implemented)"),
            Map.entry(ENOTEMPTY, "ENOTEMPTY (Directory not empty)"),
            Map.entry(ELOOP, "ELOOP (Too many levels of symbolic links)"),
            Map.entry(ENODATA, "ENODATA (No data available)"),
            Map.entry(EBADMSG, "EBADMSG (Bad message)"),
            Map.entry(EOVERFLOW, "EOVERFLOW (Value too large for defined data type)"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP (Operation not supported)"),
            Map.entry(ETIMEDOUT, "ETIMEDOUT (Connection timed out)"),
            Map.entry(ESTALE, "ESTALE (Stale file handle)"),
            Map.entry(EUCLEAN, "EUCLEAN (Structure needs cleaning)"),
            Map.entry(EDQUOT, "EDQUOT (Disk quota exceeded)"));

    private Errno() {}

    /** The name and meaning of an errno value, such as {@code EBUSY (Device or resource busy)}. */
    public static String describe(int errno) {
        String text = TEXTS.get(errno);
        return text == null ? "errno " + errno : text;
    }
}
