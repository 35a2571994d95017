// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.FileCalls;
import io.pmemcsi.bindings.raw.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Device nodes where no udev and no devtmpfs makes them. */
final class DeviceNodes {
    private static final int BLOCK_DEVICE = 0060000;
    private static final int MODE = 0600;

    private DeviceNodes() {}

    /**
     * Makes a block device node; one that is there is left alone.
     *
     * @param numbers the file in sysfs that holds {@code major:minor}
     */
    static void makeBlockNode(Path node, Path numbers) {
        long device = deviceNumber(read(numbers));
        String name = node.toString();
        FileCalls calls = OpenFile.libc();
        try {
            Native.check("mknod " + name, () -> calls.mknod(name, BLOCK_DEVICE | MODE, device));
        } catch (NativeCallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    /** {@code major:minor} as {@code dev_t} of the C library, see makedev(3). */
    static long deviceNumber(String text) {
        String[] parts = text.strip().split(":", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("not a device number: " + text);
        }
        long major = Long.parseLong(parts[0]);
        long minor = Long.parseLong(parts[1]);
        return ((major & 0xFFF) << 8) | ((major & ~0xFFFL) << 32) | (minor & 0xFF) | ((minor & ~0xFFL) << 12);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the kernel knows no such loop device", e);
        }
    }
}
