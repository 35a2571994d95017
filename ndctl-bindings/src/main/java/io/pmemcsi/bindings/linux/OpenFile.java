// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.FileCalls;
import io.pmemcsi.bindings.raw.Native;
import io.pmemcsi.bindings.raw.OpenFlags;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import jnr.ffi.Pointer;

/** A file descriptor and the calls on it that this package needs. Safe for concurrent use. */
final class OpenFile implements AutoCloseable {
    static final int READ_ONLY = OpenFlags.O_RDONLY;
    static final int READ_WRITE = OpenFlags.O_RDWR;
    /** O_EXCL on a block device: fails with EBUSY when it is mounted or otherwise claimed. */
    static final int EXCLUSIVE = OpenFlags.O_EXCL;

    private final Path path;
    private final int descriptor;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private OpenFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /** The C library, loaded with the first call. */
    private static final class Holder {
        static final FileCalls LIBC = Native.libc(FileCalls.class);
    }

    static FileCalls libc() {
        return Holder.LIBC;
    }

    static OpenFile open(Path path, int flags) {
        String name = path.toString();
        FileCalls calls = libc();
        long descriptor = retried("open " + name, () -> calls.open(name, flags | OpenFlags.O_CLOEXEC, 0));
        return new OpenFile(path, Math.toIntExact(descriptor));
    }

    int descriptor() {
        return descriptor;
    }

    int ioctl(String request, long number, long argument) {
        FileCalls calls = libc();
        return Math.toIntExact(retried(request + " on " + path, () -> calls.ioctl(descriptor, number, argument)));
    }

    int ioctl(String request, long number, Pointer argument) {
        FileCalls calls = libc();
        return Math.toIntExact(retried(request + " on " + path, () -> calls.ioctl(descriptor, number, argument)));
    }

    void allocate(int mode, long offset, long length) {
        FileCalls calls = libc();
        retried(
                "fallocate of " + length + " bytes for " + path,
                () -> calls.fallocate(descriptor, mode, offset, length));
    }

    void truncate(long length) {
        FileCalls calls = libc();
        retried("ftruncate " + path + " to " + length, () -> calls.ftruncate(descriptor, length));
    }

    void sync() {
        FileCalls calls = libc();
        retried("fsync " + path, () -> calls.fsync(descriptor));
    }

    void syncData() {
        FileCalls calls = libc();
        retried("fdatasync " + path, () -> calls.fdatasync(descriptor));
    }

    /** Writes at most {@code length} bytes and says how many it wrote. */
    long write(Pointer data, long length, long offset) {
        FileCalls calls = libc();
        return retried("pwrite " + path, () -> calls.pwrite(descriptor, data, length, offset));
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            int _ = libc().close(descriptor);
        }
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
