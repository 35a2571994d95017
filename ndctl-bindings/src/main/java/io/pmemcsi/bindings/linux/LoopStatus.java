// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.nio.file.Path;

/**
 * An attached loop device.
 *
 * @param number the N of {@code /dev/loopN}
 * @param node the device node
 * @param backing the file behind it
 * @param label what {@link LoopDevices#attach} was given; other programs put a file name there
 * @param flags see {@code LO_FLAGS_*} in {@code linux/loop.h}
 * @param offset where in the file the device starts
 * @param sizeLimit how much of the file it shows; 0 for all
 */
public record LoopStatus(
        int number, Path node, FileIdentity backing, String label, int flags, long offset, long sizeLimit) {
    static final int READ_ONLY = 1;
    static final int AUTOCLEAR = 4;
    static final int DIRECT_IO = 16;

    /** Whether it shows the whole file, writable. */
    public boolean isWhole() {
        return offset == 0 && sizeLimit == 0 && (flags & READ_ONLY) == 0;
    }

    /** Whether it bypasses the page cache of the host's file system. */
    public boolean isDirect() {
        return (flags & DIRECT_IO) != 0;
    }

    /** Whether the kernel detaches it as soon as nobody has it open. */
    public boolean isAutoclear() {
        return (flags & AUTOCLEAR) != 0;
    }
}
