// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import java.util.stream.LongStream;

/**
 * How much a new file system has for files, as {@link FormatCommands} makes it. An estimate: the tools' defaults are another
 * matter in each version and in each {@code mke2fs.conf}. These are those of e2fsprogs 1.47 and xfsprogs 6.1, which are met
 * within a few blocks; what the kernel keeps back for itself is that of Linux 6. Pure.
 */
final class FileSystemSpace {
    private static final long BLOCK = 4096;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;

    /** Of xfs: the least log that mkfs.xfs makes, and the largest, in blocks; between these, one part in 2048. */
    private static final long LEAST_LOG = 64 * MIB / BLOCK;

    private static final long MOST_LOG = 2038 * MIB / BLOCK;
    private static final long LOG_PART = 2048;
    /** Of xfs: what the kernel keeps so that it can always write, at most one part in 20; and for the trees of free inodes. */
    private static final long XFS_RESERVE = 8192;

    private static final long INODE_TREE_PART = 1004;
    private static final long XFS_FIXED = 50;

    /** Of ext4: blocks that one block of bitmap describes. */
    private static final long GROUP = 8 * BLOCK;

    private static final long DESCRIPTOR = 64;
    private static final long INODE = 256;
    /** The block descriptors grow with the file system up to so many times its size, as far as one indirect block reaches. */
    private static final long GROWTH = 1024;

    private static final long MOST_GROWTH_BLOCKS = BLOCK / 4;
    /** The root directory and {@code lost+found}. */
    private static final long DIRECTORIES = 6;
    /** What the kernel keeps for extents that turn out to need more blocks: one part in 50, up to this. */
    private static final long EXT4_RESERVE = 4096;

    private FileSystemSpace() {}

    /** What an unprivileged user can fill with files on a new file system; zero when it is too small to exist. */
    static ByteSize usable(FsType type, ByteSize device) {
        long blocks = device.bytes() / BLOCK;
        long left = switch (type) {
            case EXT4 -> ext4(blocks);
            case XFS -> xfs(blocks);
        };
        return ByteSize.of(Math.max(0, left) * BLOCK);
    }

    private static long xfs(long blocks) {
        long log = Math.clamp(blocks / LOG_PART, LEAST_LOG, MOST_LOG);
        return blocks - log - Math.min(XFS_RESERVE, blocks / 20) - blocks / INODE_TREE_PART - XFS_FIXED;
    }

    private static long ext4(long blocks) {
        long groups = Math.ceilDiv(blocks, GROUP);
        long inodeTables = Math.ceilDiv(blocks * BLOCK / bytesPerInode(blocks * BLOCK) * INODE, BLOCK);
        long copies =
                LongStream.range(0, groups).filter(FileSystemSpace::holdsCopy).count();
        long bitmaps = 2 * groups;
        long metadata = inodeTables + bitmaps + copies * (1 + descriptors(blocks));
        return blocks - metadata - journal(blocks) - DIRECTORIES - Math.min(EXT4_RESERVE, blocks / 50);
    }

    /** The types {@code small}, default, {@code big} and {@code huge} of mke2fs. */
    private static long bytesPerInode(long bytes) {
        if (bytes < 512 * MIB) {
            return 4096;
        }
        if (bytes < 4 * TIB) {
            return 16384;
        }
        return bytes < 16 * TIB ? 32768 : 65536;
    }

    /** Blocks of group descriptors, with those kept for growing. */
    private static long descriptors(long blocks) {
        long now = descriptors(blocks, 1);
        return now + Math.min(MOST_GROWTH_BLOCKS, descriptors(blocks, GROWTH) - now);
    }

    private static long descriptors(long blocks, long times) {
        return Math.ceilDiv(Math.ceilDiv(blocks * times, GROUP) * DESCRIPTOR, BLOCK);
    }

    /** The superblock and the group descriptors are repeated in the groups 0 and 1 and those that are powers of 3, 5 and 7. */
    private static boolean holdsCopy(long group) {
        return group < 2 || isPower(group, 3) || isPower(group, 5) || isPower(group, 7);
    }

    private static boolean isPower(long value, long base) {
        long power = base;
        while (power < value) {
            power *= base;
        }
        return power == value;
    }

    private static long journal(long blocks) {
        long bytes = blocks * BLOCK;
        if (bytes < 128 * MIB) {
            return 1024;
        }
        if (bytes < GIB) {
            return 4096;
        }
        if (bytes < 2 * GIB) {
            return 8192;
        }
        if (bytes < 16 * GIB) {
            return 16384;
        }
        if (bytes < 32 * GIB) {
            return 32768;
        }
        if (bytes < 64 * GIB) {
            return 65536;
        }
        return bytes < 128 * GIB ? 131072 : 262144;
    }
}
