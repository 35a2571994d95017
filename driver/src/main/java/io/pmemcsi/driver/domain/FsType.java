// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The file systems that volumes can be formatted with. */
public enum FsType {
    /** ext4 with 4 KiB blocks; below 16 MiB there is hardly room for its journal. */
    EXT4("ext4", ByteSize.mebibytes(16)),
    /** xfs; mkfs.xfs refuses devices below 300 MiB since xfsprogs 5.19. */
    XFS("xfs", ByteSize.mebibytes(300));

    private final String kernelName;
    private final ByteSize minimum;

    FsType(String kernelName, ByteSize minimum) {
        this.kernelName = kernelName;
        this.minimum = minimum;
    }

    /** The name in mount(2), in /proc/filesystems and in CSI requests. */
    public String kernelName() {
        return kernelName;
    }

    /** The smallest device that this file system is made on. */
    public ByteSize minimum() {
        return minimum;
    }

    /** The type called {@code name}; empty when this driver does not offer it. */
    public static Optional<FsType> named(String name) {
        return Arrays.stream(values())
                .filter(type -> type.kernelName.equals(name))
                .findFirst();
    }

    /** All names, for error texts. */
    public static String names() {
        return Arrays.stream(values()).map(FsType::kernelName).collect(Collectors.joining(", "));
    }
}
