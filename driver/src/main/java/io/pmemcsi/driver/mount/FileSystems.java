// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.StorageException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes and grows file systems on devices. Safe for concurrent use on different devices.
 */
public interface FileSystems {
    /**
     * The type of the file system or other content that libblkid recognises on the device; empty when it is blank.
     *
     * @throws StorageException of kind NOT_READY when libblkid is missing, IN_USE when the device cannot be opened for
     *     now, or BACKEND_FAULT
     */
    Optional<String> probe(Device device);

    /**
     * Makes an empty file system, whatever was on the device before. May be interrupted and repeated at any time.
     *
     * @throws StorageException of kind BACKEND_FAULT with the tool's own message, NOT_READY when the tool is missing,
     *     IN_USE when the device is mounted, or BUSY when another process has it for the moment
     */
    void format(Device device, FsType type);

    /**
     * Grows a mounted file system to the size of its device. Does nothing when it has that size already.
     *
     * @param mountPoint where it is mounted
     * @throws StorageException of kind BACKEND_FAULT when it is not mounted, or with the tool's own message; NOT_READY when
     *     the tool is missing, or for ext4 the capability to grow it
     */
    void grow(Device device, FsType type, Path mountPoint);

    /**
     * About what an unprivileged user could fill with files if a device of this size were formatted; the rest is the file
     * system's own. An estimate, good to one part in a hundred. Looks at no device.
     */
    ByteSize expectedSpace(FsType type, ByteSize size);
}
