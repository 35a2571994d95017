// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.FileCalls;
import io.pmemcsi.bindings.raw.Native;
import io.pmemcsi.bindings.raw.OpenFlags;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import jnr.ffi.Pointer;

/** An open file or device and the calls on its content that this package needs. One thread at a time. */
final class OpenFile implements AutoCloseable {
    static final int READ_ONLY = OpenFlags.O_RDONLY;
    static final int READ_WRITE = OpenFlags.O_RDWR;
    /** O_EXCL on a block device: fails with EBUSY when it is mounted or otherwise claimed. */
    static final int EXCLUSIVE = OpenFlags.O_EXCL;

    private final OpenFd owner;

    private OpenFile(OpenFd owner) {
        this.owner = owner;
    }

    /** The C library, loaded with the first call. */
    private static final class Holder {
        static final FileCalls LIBC = Native.libc(FileCalls.class);
    }

    static FileCalls libc() {
        return Holder.LIBC;
    }

    static OpenFile open(Path path, int flags) {
        return new OpenFile(LinuxFiles.open(path, flags | OpenFlags.O_CLOEXEC));
    }

    int descriptor() {
        return owner.number();
    }

    int ioctl(String request, long number, long argument) {
        int fd = descriptor();
        return Math.toIntExact(retried(request + " on " + owner, () -> libc().ioctl(fd, number, argument)));
    }

    int ioctl(String request, long number, Pointer argument) {
        int fd = descriptor();
        return Math.toIntExact(retried(request + " on " + owner, () -> libc().ioctl(fd, number, argument)));
    }

    void allocate(int mode, long offset, long length) {
        int fd = descriptor();
        retried("fallocate of " + length + " bytes for " + owner, () -> libc().fallocate(fd, mode, offset, length));
    }

    void truncate(long length) {
        int fd = descriptor();
        retried("ftruncate " + owner + " to " + length, () -> libc().ftruncate(fd, length));
    }

    void sync() {
        int fd = descriptor();
        retried("fsync " + owner, () -> libc().fsync(fd));
    }

    void syncData() {
        int fd = descriptor();
        retried("fdatasync " + owner, () -> libc().fdatasync(fd));
    }

    /** Writes at most {@code length} bytes and says how many it wrote. */
    long write(Pointer data, long length, long offset) {
        int fd = descriptor();
        return retried("pwrite " + owner, () -> libc().pwrite(fd, data, length, offset));
    }

    @Override
    public void close() {
        owner.close();
    }

    private static long retried(String text, LongSupplier call) {
        while (true) {
            try {
                return Native.checkLong(text, call);
            } catch (NativeCallException e) {
                if (!e.is(Errno.EINTR)) {
                    throw e;
                }
            }
        }
    }
}
