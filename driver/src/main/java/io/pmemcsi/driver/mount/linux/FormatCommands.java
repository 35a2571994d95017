// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of the mkfs programs.
 *
 * <p>Layout: 4 KiB blocks, without which there is no DAX, and allocation in units of 2 MiB, without which large files do not
 * get huge pages. Nothing is discarded: that would punch holes into the backing file of an emulated device and so give its
 * reserved space away.
 */
final class FormatCommands {
    /**
     * xfs allocation groups end at 1 TiB, so four of them hold 4 TiB; from here on mkfs.xfs chooses their number. Below,
     * more than four would be too small for the log.
     */
    private static final ByteSize MOST_FOR_FOUR_GROUPS = ByteSize.mebibytes(2L << 20);

    private FormatCommands() {}

    static Tool tool(FsType type) {
        return switch (type) {
            case EXT4 -> Tool.MKE2FS;
            case XFS -> Tool.MKFS_XFS;
        };
    }

    static List<String> arguments(FsType type, ByteSize size, Path device) {
        List<String> arguments = new ArrayList<>(
                switch (type) {
                    case EXT4 -> ext4();
                    case XFS -> xfs(size);
                });
        arguments.add(device.toString());
        return arguments;
    }

    /**
     * No blocks are reserved for root: a volume belongs to its pod, and no system daemon writes to it. Inode tables are
     * initialised after mounting, so that formatting takes no time in proportion to the size; the journal is not.
     */
    private static List<String> ext4() {
        String extended = "stride=512,stripe_width=512,nodiscard,lazy_itable_init=1,lazy_journal_init=0,root_owner=0:0";
        return List.of("-F", "-q", "-b", "4096", "-m", "0", "-E", extended);
    }

    private static List<String> xfs(ByteSize size) {
        String groups = size.isAbove(MOST_FOR_FOUR_GROUPS) ? "" : ",agcount=4";
        return List.of("-f", "-q", "-K", "-m", "reflink=0,rmapbt=0", "-d", "su=2m,sw=1" + groups);
    }
}
