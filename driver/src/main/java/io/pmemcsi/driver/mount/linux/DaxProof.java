// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.bindings.linux.FileStatus;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.OpenFd;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds out whether DAX is possible on a device, and whether it is active on a mounted file system. */
final class DaxProof {
    private static final Path SYSFS = Path.of("/sys/dev/block");

    private DaxProof() {}

    /** Whether the block device offers DAX. Without the kernel's word it does not. */
    static boolean isPossible(DeviceNumber device) {
        try {
            return Files.readString(SYSFS.resolve(device + "/queue/dax"))
                    .strip()
                    .equals("1");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether DAX is active, shown by a regular file: a directory never tells. The file has no name and is gone when it is
     * closed, so nothing is left in the volume even after a crash.
     *
     * @param root the root directory of the file system, writable
     * @return empty when the file system is full and holds no file to look at
     */
    static Optional<Boolean> isActive(OpenFd root) {
        try (OpenFd file = LinuxFiles.openTemporaryFile(root)) {
            return Optional.of(LinuxFiles.status(file).isDax());
        } catch (NativeCallException e) {
            if (e.is(Errno.ENOSPC, Errno.EDQUOT)) {
                return ofExistingFile(root);
            }
            throw e;
        }
    }

    private static Optional<Boolean> ofExistingFile(OpenFd root) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.procPath())) {
            for (Path entry : entries) {
                FileStatus status = LinuxFiles.status(root, String.valueOf(entry.getFileName()));
                if (status.isRegularFile()) {
                    return Optional.of(status.isDax());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new NativeCallException("readdir(" + root + ")", Errno.EIO, String.valueOf(e.getMessage()));
        }
    }
}
