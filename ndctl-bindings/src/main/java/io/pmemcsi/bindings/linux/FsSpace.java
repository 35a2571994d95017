// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What statvfs(3) says of a mounted file system.
 *
 * @param totalBytes the size of the file system
 * @param freeBytes what is free
 * @param availableBytes what an unprivileged process may still use
 * @param files inodes in all
 * @param freeFiles inodes that are free
 * @param flags the {@code ST_*} bits of the mount
 */
public record FsSpace(long totalBytes, long freeBytes, long availableBytes, long files, long freeFiles, long flags) {
    /** At least {@code sizeof(struct statvfs)}. */
    static final int BYTES = 256;

    /** Reads {@code struct statvfs} as the C library has it on 64-bit Linux. */
    static FsSpace parse(byte[] structure) {
        ByteBuffer bytes = ByteBuffer.wrap(structure).order(ByteOrder.nativeOrder());
        long unit = bytes.getLong(8);
        return new FsSpace(
                unit * bytes.getLong(16),
                unit * bytes.getLong(24),
                unit * bytes.getLong(32),
                bytes.getLong(40),
                bytes.getLong(48),
                bytes.getLong(72));
    }
}
