// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/**
 * What statx(2) says of a file.
 *
 * @param mode type and permissions, as {@code st_mode} of stat(2)
 * @param size in bytes; of no meaning for devices
 * @param device of the file system that holds the file
 * @param special the device that a block or character device node stands for
 * @param attributes the {@code STATX_ATTR_*} bits
 * @param mountId the id of its mount in {@code /proc/self/mountinfo}; empty before Linux 5.8
 */
public record FileStatus(
        int mode, long size, DeviceNumber device, DeviceNumber special, long attributes, OptionalLong mountId) {
    /** {@code sizeof(struct statx)}. */
    static final int BYTES = 256;

    /** {@code STATX_BASIC_STATS | STATX_MNT_ID}. */
    static final int MASK = 0x7ff | 0x1000;

    private static final int STATX_MNT_ID = 0x1000;
    private static final long STATX_ATTR_MOUNT_ROOT = 0x2000;
    private static final long STATX_ATTR_DAX = 0x200000;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFDIR = 0x4000;
    private static final int S_IFBLK = 0x6000;
    private static final int S_IFREG = 0x8000;
    private static final int S_IFLNK = 0xa000;

    /** Reads {@code struct statx} of {@code linux/stat.h}, which is the same on all architectures. */
    static FileStatus parse(byte[] structure) {
        ByteBuffer bytes = ByteBuffer.wrap(structure).order(ByteOrder.nativeOrder());
        boolean mountIdKnown = (bytes.getInt(0) & STATX_MNT_ID) != 0;
        return new FileStatus(
                Short.toUnsignedInt(bytes.getShort(28)),
                bytes.getLong(40),
                new DeviceNumber(bytes.getInt(136), bytes.getInt(140)),
                new DeviceNumber(bytes.getInt(128), bytes.getInt(132)),
                bytes.getLong(8),
                mountIdKnown ? OptionalLong.of(bytes.getLong(144)) : OptionalLong.empty());
    }

    public boolean isDirectory() {
        return (mode & S_IFMT) == S_IFDIR;
    }

    public boolean isRegularFile() {
        return (mode & S_IFMT) == S_IFREG;
    }

    public boolean isBlockDevice() {
        return (mode & S_IFMT) == S_IFBLK;
    }

    public boolean isSymbolicLink() {
        return (mode & S_IFMT) == S_IFLNK;
    }

    /** Whether the file's content is accessed with DAX. A directory never says so. */
    public boolean isDax() {
        return (attributes & STATX_ATTR_DAX) != 0;
    }

    /** Whether the file is the root of a mount. Kernels before 5.8 never say so. */
    public boolean isMountRoot() {
        return (attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    }
}
