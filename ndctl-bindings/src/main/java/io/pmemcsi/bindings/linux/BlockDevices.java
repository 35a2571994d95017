// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import java.nio.file.Path;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Questions to block devices; requests as in {@code linux/fs.h}. Safe for concurrent use. Failures are
 * {@link NativeCallException}.
 */
public final class BlockDevices {
    private static final long BLKGETSIZE64 = 0x80081272L;
    private static final long BLKZEROOUT = 0x127FL;

    /** The size in bytes. */
    public long size(Path device) {
        try (OpenFile open = OpenFile.open(device, OpenFile.READ_ONLY)) {
            Pointer size = Memory.allocateDirect(Runtime.getSystemRuntime(), Long.BYTES, true);
            open.ioctl("BLKGETSIZE64", BLKGETSIZE64, size);
            return size.getLong(0);
        }
    }

    /**
     * Whether the device is mounted, claimed by another block device, or open with O_EXCL. A process that merely has it
     * open does not count.
     */
    public boolean isHeld(Path device) {
        try (OpenFile _ = OpenFile.open(device, OpenFile.READ_ONLY | OpenFile.EXCLUSIVE)) {
            return false;
        } catch (NativeCallException e) {
            if (e.is(Errno.EBUSY)) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Overwrites {@code length} bytes from {@code offset} with zeroes and waits until that is durable.
     *
     * @param offset a multiple of 512
     * @param length a multiple of 512
     */
    public void zero(Path device, long offset, long length) {
        try (OpenFile open = OpenFile.open(device, OpenFile.READ_WRITE | OpenFile.EXCLUSIVE)) {
            Pointer range = Memory.allocateDirect(Runtime.getSystemRuntime(), 2 * Long.BYTES, true);
            range.putLong(0, offset);
            range.putLong(Long.BYTES, length);
            open.ioctl("BLKZEROOUT", BLKZEROOUT, range);
            open.sync();
        }
    }
}
