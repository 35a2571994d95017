// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.OpenFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The disk space behind files: reserved with fallocate(2), so that later writes cannot run out of it, and overwritten. Safe for concurrent use on
 * different files. Failures are {@link NativeCallException}: ENOSPC or EDQUOT when space is short, EOPNOTSUPP when
 * the file system cannot reserve.
 */
public final class FileSpace {
    /** FALLOC_FL_KEEP_SIZE of {@code linux/falloc.h}. */
    private static final int KEEP_SIZE = 1;

    private static final long BUFFER = 1L << 20;
    private static final long ALIGNMENT = 4096;

    /**
     * Grows an existing file from {@code oldSize} to {@code newSize} bytes of reserved space that reads as zeroes, and
     * makes that durable. The length changes in one step, after all space is there; when there is not enough, what
     * was taken is given back and the file stays as it was.
     */
    public void grow(Path file, long oldSize, long newSize) {
        try (OpenFile open = OpenFile.open(file, OpenFile.READ_WRITE | OpenFlags.O_NOFOLLOW)) {
            try {
                open.allocate(KEEP_SIZE, oldSize, newSize - oldSize);
                open.truncate(newSize);
                open.sync();
            } catch (NativeCallException e) {
                giveBack(open, oldSize, e);
                throw e;
            }
        }
    }

    /** Gives back space behind the end of a file of {@code size} bytes, as an interrupted {@link #grow} leaves it. */
    public void trim(Path file, long size) {
        try (OpenFile open = OpenFile.open(file, OpenFile.READ_WRITE | OpenFlags.O_NOFOLLOW)) {
            open.truncate(size);
        }
    }

    /**
     * Overwrites a part of a file with zeroes and waits until they are on its disk. The bytes are really written, past the
     * page cache where the file system can: punching holes or converting extents would leave the old bytes there.
     *
     * @param from the first byte, a multiple of 4096
     * @param to the byte after the last, a multiple of 4096, not behind the end of the file
     */
    public void zero(Path file, long from, long to) {
        try {
            zero(file, from, to, OpenFlags.O_DIRECT);
        } catch (NativeCallException e) {
            if (!e.is(Errno.EINVAL, Errno.EOPNOTSUPP)) {
                throw e;
            }
            zero(file, from, to, 0);
        }
    }

    private static void zero(Path file, long from, long to, int flags) {
        try (Arena memory = Arena.ofConfined();
                OpenFile open = OpenFile.open(file, OpenFile.READ_WRITE | OpenFlags.O_NOFOLLOW | flags)) {
            MemorySegment buffer = memory.allocate(BUFFER, ALIGNMENT);
            Pointer zeroes = Pointer.wrap(Runtime.getSystemRuntime(), buffer.address());
            for (long at = from; at < to; ) {
                at += open.write(zeroes, Math.min(BUFFER, to - at), at);
            }
            open.syncData();
        }
    }

    private static void giveBack(OpenFile open, long size, NativeCallException reason) {
        try {
            open.truncate(size);
        } catch (NativeCallException e) {
            reason.addSuppressed(e);
        }
    }
}
